"""The errors themselves, the worst first, each with the words around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from geoloc.evaluation.matching import Row, match
from geoloc.evaluation.scoring import NEAR_KM

ErrorKind = Literal["missed", "spurious", "boundary", "misplaced"]
_AROUND = 45


@dataclass(frozen=True, slots=True)
class Error:
    """What went wrong with a name in a document, once or several times.

    Attributes
    ----------
    error : {"missed", "spurious", "boundary", "misplaced"}
        ``boundary``: annotated and predicted span overlap but differ; ``misplaced``: further off than 161 km.
    km : float or None
        How far a misplaced name is off.
    gold, got : str or None
        For a boundary the predicted words; for a misplaced name the GeoNames ids, or what there is instead.
    """

    error: ErrorKind
    text: str
    count: int
    km: float | None
    gold: str | None
    got: str | None
    document: Any
    context: str


def find_errors(gold: Mapping[Any, Row], predicted: Mapping[Any, Row], demonyms: str = "count") -> list[Error]:
    """Return all errors: kind by kind, the misplaced by distance, the others by how often a document repeats them."""
    errors: dict[tuple[Any, str, str, str | None], Error] = {}

    def add(kind: ErrorKind, id: Any, span: tuple[int, int], km: float | None, want: Any, got: Any) -> None:
        text = gold[id]["text"]
        words = " ".join(text[slice(*span)].split())
        key = (id, kind, words, got)
        if key in errors:
            errors[key] = replace(errors[key], count=errors[key].count + 1)
        else:
            errors[key] = Error(kind, words, 1, km, want, got, id, _context(text, *span))

    for id, document in gold.items():
        golds, counted = match(document, predicted.get(id), demonyms)
        for g in golds:
            span = (g.start, g.end)
            if g.mention is None:
                near = next((p for p in counted if p.start < g.end and g.start < p.end), None)
                words = document["text"][near.start : near.end] if near else None
                add("boundary" if near else "missed", id, span, None, None, words)
            elif g.toponym.get("lat") is not None and g.place and g.error_km is not None and g.error_km > NEAR_KM:
                want = g.toponym.get("geonameid")
                add("misplaced", id, span, g.error_km, want and str(want), g.place.get("id") or g.place.get("name"))
        for p in counted:
            if not p.touches:
                add("spurious", id, (p.start, p.end), None, None, None)
    order = ("missed", "spurious", "boundary", "misplaced")
    return sorted(errors.values(), key=lambda e: (order.index(e.error), -(e.km or 0.0), -e.count))


def _context(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return " ".join(f"{before}[{text[start:end]}]{after}".split())
