"""Trees of XML and HTML, read without following what they refer to, and the text in their blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from geoloc.errors import SourceError

PARAGRAPH, LINE = "\n\n", "\n"
"""What parts blocks, so that no name is read across them, and lines in a block."""

_BLOCKS = frozenset(
    "address article aside blockquote caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hr li main ol option p pre section summary table td th tr ul".split()
)
_SKIPPED = frozenset("head script style template noscript svg math nav button select iframe object".split())
_BREAKS = re.compile(r"\n+")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\n]+")
Break = Callable[[str], "str | None"]


def parse_xml(data: bytes, label: str, *, recover: bool = False) -> Any:
    """Parse XML into an lxml element; entities are not expanded and nothing is fetched.

    Raises
    ------
    SourceError
        If it is not XML.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"{label} is damaged XML: {error}; save it again") from None
    if root is None:
        raise SourceError(f"{label} is damaged XML; save it again")
    return root


def parse_html(text: str) -> Any:
    """Parse HTML of any quality into an lxml element, None if there is nothing in it."""
    from lxml import etree

    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace, in lower case; empty for comments and the like.

    Examples
    --------
    >>> from lxml import etree
    >>> local_name(etree.fromstring('<w:P xmlns:w="u"/>')), local_name(etree.Comment("x"))
    ('p', '')
    """
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def html_break(name: str) -> str | None:
    """Tell what stands before and after an element of HTML: a break, nothing (empty), or None to leave it out."""
    if name in _SKIPPED:
        return None
    return PARAGRAPH if name in _BLOCKS else LINE if name == "br" else ""


def block_text(root: Any, breaks: Break = html_break) -> str:
    r"""Return the text of a tree: blocks parted by a blank line, with single blanks in them.

    Parameters
    ----------
    root : lxml element or None
    breaks : callable
        Says for the local name of an element what stands before it, and after it too unless that is a line break;
        None leaves it out.

    Examples
    --------
    >>> block_text(parse_html("<p>Shelling hit <b>Koz</b>inka.<script>x()</script><p>Sumy<br>was quiet"))
    'Shelling hit Kozinka.\n\nSumy\nwas quiet'
    >>> block_text(None)
    ''
    """
    parts: list[str] = []
    # A stack of its own: documents may be nested deeper than Python can recurse.
    stack: list[Any] = [] if root is None else [root]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        name = local_name(item)
        gap = breaks(name) if name else None
        if gap is None:
            continue
        parts.append(gap)
        if item.text:
            parts.append(_flat(item.text))
        if gap != LINE:
            stack.append(gap)
        for child in reversed(item):
            if child.tail:
                stack.append(_flat(child.tail))
            stack.append(child)
    lines = "\n".join(" ".join(line.split()) for line in "".join(parts).split("\n"))
    return _BREAKS.sub(lambda found: PARAGRAPH if len(found[0]) > 1 else LINE, lines).strip()


def _flat(text: str) -> str:
    return _SPACES.sub(" ", text)


def text_of_html(html: str) -> str:
    """Return the text of a piece of HTML, all of it; of plain text that text itself.

    Examples
    --------
    >>> text_of_html("Shelling in <i>Kozinka</i> &amp; Sumy"), text_of_html("")
    ('Shelling in Kozinka & Sumy', '')
    """
    return block_text(parse_html(html)) if html.strip() else ""


def headed(title: str | None, text: str) -> str:
    r"""Put a headline before a text, as its first line, unless it begins with it.

    Examples
    --------
    >>> headed("Raid near Sumy", "It was over soon."), headed("Raid", "Raid\nIt was over."), headed(None, "x")
    ('Raid near Sumy\n\nIt was over soon.', 'Raid\nIt was over.', 'x')
    """
    title = " ".join((title or "").split())
    start = " ".join(text[: len(title) + 40].split())
    return text if not title or start.startswith(title) else f"{title}\n\n{text}" if text else title
