"""Lay the predicted mentions of a document beside its annotated toponyms."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

NO_ANSWER_KM = 20039.0
"""What a toponym without an answer counts as: about half the circumference of the earth."""
EARTH_RADIUS_KM = 6371.0088
"""Mean radius of WGS 84 (IUGG)."""
_ARTICLE = re.compile(r"the\s+", re.I)
_POSSESSIVE = re.compile(r"['’]s$")


@dataclass(frozen=True, slots=True)
class Predicted:
    """A predicted mention that counts.

    Attributes
    ----------
    start, end : int
        The span without article and possessive.
    touches : bool
        True if it overlaps an annotated span.
    """

    start: int
    end: int
    mention: Row
    touches: bool


@dataclass(frozen=True, slots=True)
class Gold:
    """An annotated toponym and the answer to it.

    Attributes
    ----------
    start, end : int
        The span without article and possessive.
    mention : mapping or None
        The predicted mention with the same span.
    place : mapping or None
        The place of that mention.
    touched : bool
        True if a predicted span overlaps it.
    """

    start: int
    end: int
    toponym: Row
    mention: Row | None
    place: Row | None
    touched: bool

    @property
    def has_id(self) -> bool:
        """True if the annotation names a GeoNames id."""
        return self.toponym.get("geonameid") is not None

    @property
    def same_id(self) -> bool:
        """True if the answer is the annotated GeoNames id."""
        return bool(self.place) and self.has_id and self.place.get("geonameid") == int(self.toponym["geonameid"])  # type: ignore[union-attr]

    @property
    def error_km(self) -> float | None:
        """Great-circle distance of the answer; 0 for the same id, None without an answer that has a point."""
        if self.same_id:
            return 0.0
        if not self.place or self.place.get("lat") is None:
            return None
        return great_circle_km(
            (self.toponym["lat"], self.toponym["lon"]),
            (self.place["lat"], self.place["lon"]),
        )


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without a leading "the" and a trailing possessive.

    Examples
    --------
    >>> trim("the Hague's", 0, 11)
    (4, 9)
    """
    span = text[start:end]
    if article := _ARTICLE.match(span):
        start += article.end()
    if _POSSESSIVE.search(span[article.end() :] if article else span):
        end -= 2
    return start, end


def great_circle_km(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the haversine distance of two points (latitude, longitude in degrees) on the mean sphere, km."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (a, b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


def match(document: Row, answer: Row | None, demonyms: str = "count") -> tuple[list[Gold], list[Predicted]]:
    """Return the annotated toponyms with their answers, and the predictions that count.

    A prediction that overlaps an ``ignore`` span and no toponym does not count, nor does a repeated span; with
    ``demonyms="skip"`` neither does a demonym that is not annotated.
    """
    text = document["text"]
    annotated = [(*trim(text, t["start"], t["end"]), t) for t in document["toponyms"]]
    spans = {(start, end) for start, end, _ in annotated}
    ignored = {(t["start"], t["end"]) for t in document.get("ignore") or ()}
    counted: dict[tuple[int, int], Predicted] = {}
    for mention in answer["mentions"] if answer else ():
        span = trim(text, mention["start"], mention["end"])
        if span in counted or (demonyms == "skip" and mention.get("kind") == "demonym" and span not in spans):
            continue
        touches = _overlaps(span, spans)
        if touches or not _overlaps(span, ignored):
            counted[span] = Predicted(*span, mention, touches)
    golds = []
    for start, end, toponym in annotated:
        found = counted.get((start, end))
        index = found.mention.get("place") if found else None
        place = answer["places"][index] if answer and index is not None else None
        touched = _overlaps((start, end), counted)
        golds.append(Gold(start, end, toponym, found.mention if found else None, place, touched))
    return golds, list(counted.values())


def _overlaps(span: tuple[int, int], others: Any) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
