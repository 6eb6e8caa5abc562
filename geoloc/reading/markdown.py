"""Markdown: the words without the signs, links and images; front matter gives title and date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from geoloc.model import Document
from geoloc.reading.markup import text_of_html

_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S)
_PAIR = re.compile(r"^(title|date|author|source|outlet|publisher|lang|language)\s*:\s*(.+?)\s*$", re.I | re.M)
_SIGNS = (
    re.compile(r"^#{1,6} \S", re.M),
    re.compile(r"\]\((?:https?://|/|#)[^)\s]*\)"),
    re.compile(r"^```", re.M),
    re.compile(r"(?<!\w)\*\*\S[^*\n]*\*\*(?!\w)"),
    re.compile(r"^\[[^\]\n]+\]: \S+", re.M),
)


def looks_like_markdown(text: str) -> bool:
    r"""Tell whether a text has two kinds of signs that only Markdown has.

    Examples
    --------
    >>> looks_like_markdown("# Raid\n\nIn [Kozinka](https://example.org/k) it burned.")
    True
    >>> looks_like_markdown("# 5 is the number of the house in Sumy.")
    False
    """
    head = text[:20_000]
    return sum(bool(sign.search(head)) for sign in _SIGNS) >= 2


def document_from_markdown(text: str) -> Document:
    """Return the text of Markdown, a block a paragraph; code is left out."""
    from markdown_it import MarkdownIt

    facts: dict[str, str] = {}
    if front := _FRONT.match(text):
        facts = {key.lower(): value.strip("\"'") for key, value in _PAIR.findall(front[1])}
        text = text[front.end() :]
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    title = facts.get("title")
    blocks = []
    tokens = parser.parse(text)
    for token, opener in zip(tokens, [None, *tokens], strict=False):
        if token.type == "inline":
            block = "".join(_inline(token.children or []))
            if title is None and opener is not None and opener.type == "heading_open" and opener.tag == "h1":
                title = " ".join(block.split())
        elif token.type == "html_block":
            block = text_of_html(token.content)
        else:
            continue
        if block.strip():
            blocks.append("\n".join(" ".join(line.split()) for line in block.strip().split("\n")))
    return Document(
        text="\n\n".join(blocks),
        title=title,
        date=facts.get("date"),
        outlet=facts.get("publisher") or facts.get("outlet") or facts.get("source"),
        language=facts.get("lang") or facts.get("language"),
    )


def _inline(tokens: list[Any]) -> Iterator[str]:
    for token in tokens:
        if token.type == "text":
            yield token.content
        elif token.type == "softbreak":
            yield " "
        elif token.type == "hardbreak":
            yield "\n"
        elif token.type == "text_special":
            yield token.content
