"""The article, with its places marked by how sure they are."""

from __future__ import annotations

from collections.abc import Iterator

from geoloc.model import Place, ResolvedMention, Result
from geoloc.writing.mapview import place_key, shown_indices
from geoloc.writing.options import WriteOptions
from geoloc.writing.records import has_kind, is_shown
from geoloc.writing.report.escaping import escaped
from geoloc.writing.table import format_distance, format_where, level_of


def article_html(result: Result, number: int, options: WriteOptions, headed: bool) -> str:
    """Write the text of a document; with `headed` it gets a heading, as one of several."""
    document = result.document
    heading = ""
    if headed:
        name = document.title or document.id or document.source or f"Document {number + 1}"
        facts = " · ".join(str(fact) for fact in (document.outlet, document.date, document.source) if fact)
        if not document.text.startswith(str(name)):
            heading = f'<h2 dir="auto">{escaped(name)}</h2>'
        heading += f'<p class="facts">{escaped(facts)}</p>'
    language = f' lang="{escaped(document.language)}"' if document.language else ""
    body = "".join(_marked(result, number, options))
    return f'<article id="d{number}">{heading}<div class="body" dir="auto"{language}>{body}</div></article>\n'


def _marked(result: Result, number: int, options: WriteOptions) -> Iterator[str]:
    linked = set(shown_indices(result, options))
    text = result.document.text
    at = 0
    for mention in _apart(result, options):
        yield escaped(text[at : mention.start])
        written = escaped(text[mention.start : mention.end])
        if mention.place is None:
            yield f'<span class="m open" title="{escaped(mention.reason or "not resolved")}">{written}</span>'
        elif mention.place in linked:
            place = result.places[mention.place]
            key = place_key(number, mention.place)
            yield (
                f'<a class="m {level_of(mention.confidence)}" href="#p{key}" data-p="{key}" '
                f'title="{escaped(_said(place, mention))}">{written}</a>'
            )
        else:
            yield written
        at = mention.end
    yield escaped(text[at:])


def _apart(result: Result, options: WriteOptions) -> Iterator[ResolvedMention]:
    """Yield mentions that do not overlap: of those that do, the one with a place, then the longer one."""
    length = len(result.document.text)
    placed = ((mention, None if mention.place is None else result.places[mention.place]) for mention in result.mentions)
    shown = [
        mention
        for mention, place in placed
        if is_shown(mention, place, options)
        and 0 <= mention.start < mention.end <= length
        and (place is None or has_kind(place, options))
    ]
    shown.sort(key=lambda mention: (mention.place is None, mention.embedded, mention.start - mention.end))
    taken: list[ResolvedMention] = []
    covered = bytearray(length)
    for mention in shown:
        if not any(covered[mention.start : mention.end]):
            covered[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            taken.append(mention)
    yield from sorted(taken, key=lambda mention: mention.start)


def _said(place: Place, mention: ResolvedMention) -> str:
    parts = [", ".join(filter(None, (place.name, format_where(place))))]
    if distance := format_distance(place):
        parts.append(f"{distance} from the border")
    if mention.confidence is not None:
        parts.append(f"confidence {mention.confidence:.2f}")
    return " · ".join(parts)
