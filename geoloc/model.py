"""The nouns of geoloc: what the steps of the pipeline hand to each other.

All of them are frozen and slotted. Coordinates are WGS 84 degrees, latitude first wherever
they stand as a pair; distances are kilometres; offsets count characters of ``Document.text``.
The attributes of `Place`, `BorderRelation` and `ResolvedMention` are the keys of the JSON that
`geoloc.write` gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

PlaceKind = Literal[
    "populated-place",
    "district",
    "region",
    "country",
    "continent",
    "water",
    "relief",
    "area",
    "facility",
]
MentionKind = Literal["place", "demonym"]
Reason = Literal["not-in-gazetteer", "low-confidence", "not-a-place", "overridden"]

PLACE_KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)

NO_PLACE = -1
"""In place of a row of the gazetteer: the user says that a name is no place."""

GEO_PRECISION: dict[PlaceKind, Literal[1, 2, 3]] = {
    "populated-place": 1,
    "facility": 1,
    "district": 2,
    "water": 2,
    "relief": 2,
    "area": 3,
    "region": 3,
    "country": 3,
    "continent": 3,
}
"""1 a named town or point, 2 a district or part of a region, 3 a region or country."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text and what is known about where it came from.

    Attributes
    ----------
    text : str
        The text itself; mentions point into it.
    id : Any
        The identifier that the user gave, echoed unchanged, or None.
    source : str or None
        The file name, URL or ``-`` it was read from.
    outlet : str or None
        The publisher.
    encoding : str
        What the bytes were read with.
    spans : tuple of (int, int) or None
        Spans of place names given from outside; recognition is then skipped.
    """

    text: str
    id: Any = None
    source: str | None = None
    outlet: str | None = None
    title: str | None = None
    date: str | None = None
    language: str | None = None
    spans: tuple[tuple[int, int], ...] | None = None
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of the text that names a place, or people after a place.

    Attributes
    ----------
    start, end : int
        Character offsets into the text; ``text[start:end]`` is `text`.
    kind : {"place", "demonym"}
    embedded : bool
        True if the name is a part of another name ("Paris" in "Paris Police Department").
    expects : PlaceKind or None
        The kind of place that the wording asks for ("village of X": a populated place).
    lookup : str or None
        What to look up in place of `text`: "Kentucky" for "Ky.", "Russia" for "Russians".
    country : str or None
        Alpha-2 code of the country that the wording names, if it does.
    override : int or None
        The row of the gazetteer that the user says it means, or `NO_PLACE`.
    weak : bool
        True if the wording alone is not enough to take it for a place: it counts only if it
        resolves to one near the other places of the document.
    """

    start: int
    end: int
    text: str
    kind: MentionKind = "place"
    embedded: bool = False
    expects: PlaceKind | None = None
    lookup: str | None = None
    country: str | None = None
    weak: bool = False
    override: int | None = None


@dataclass(frozen=True, slots=True)
class BorderRelation:
    """Where a point lies relative to a border.

    Attributes
    ----------
    distance_km : float
        Geodesic distance to the border, unsigned and unrounded.
    side : str or None
        Alpha-2 code of the country the point lies in, None if it is neither of the pair;
        ``left``/``right`` for a line and ``inside``/``outside`` for a polygon from a file.
    nearest : (float, float)
        Latitude and longitude of the nearest point of the border.
    bearing : float or None
        Initial geodesic bearing from the point to `nearest`, degrees clockwise from north,
        ``0 <= bearing < 360``; None when the point lies on the border.
    uncertainty_km : float
        How far off `distance_km` may be, from the error of line and point.
    part : str or None
        Of a border that consists of several: the one that `nearest` lies on (``RU-UA`` of the border of
        Russia, the feature of a file).
    """

    distance_km: float
    side: str | None
    nearest: tuple[float, float]
    bearing: float | None
    uncertainty_km: float
    part: str | None = None


@dataclass(frozen=True, slots=True)
class AreaRelation:
    """Where a region or country lies relative to a border, by its outline.

    Attributes
    ----------
    nearest_km, farthest_km : float
        Least and greatest distance of its points to the border, 0 and more.
    touches : bool
        True if it meets the border or is parted by it from a neighbour.
    uncertainty_km : float
        How far off the distances may be, from the error of line and outline.
    """

    nearest_km: float
    farthest_km: float
    touches: bool
    uncertainty_km: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer, and what a document says about it.

    Attributes
    ----------
    id : str
        ``geonames:543229``, or ``geoloc:…`` for a row of our own.
    geonameid : int or None
    kind : PlaceKind
    feature_code : str or None
        GeoNames feature code, where it is known.
    country, admin1, admin2 : str or None
        Alpha-2 code of the country; names of the first- and second-order divisions.
    lat, lon : float or None
        Degrees; both None for a unit whose position no source gives.
    layer : str
        The gazetteer that the place is from; ``bundled`` for geoloc's own.
    confidence : float or None
        Probability that the point is within 161 km of the true one; None outside a document.
    mentions : tuple of int
        Indices into ``Result.mentions``.
    border : BorderRelation or None
        None for an area, whose label point says nothing of its distance, or without a border.
    alternatives : tuple of Candidate
        What else the name could have been; filled only when asked for.
    area : AreaRelation or None
        Of a country or region whose outline is bundled.
    speaks_for, speaks_against : tuple of str
        Why it was chosen, and what spoke against it, in words; filled only when asked for.
    """

    id: str
    geonameid: int | None
    name: str
    kind: PlaceKind
    feature_code: str | None
    country: str | None
    admin1: str | None
    admin2: str | None
    lat: float | None
    lon: float | None
    population: int | None
    layer: str = "bundled"
    confidence: float | None = None
    mentions: tuple[int, ...] = ()
    border: BorderRelation | None = None
    alternatives: tuple[Candidate, ...] = ()
    area: AreaRelation | None = None
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()

    @property
    def geo_precision(self) -> Literal[1, 2, 3]:
        """1 a named town or point, 2 a district or part of a region, 3 a region or country."""
        return GEO_PRECISION[self.kind]

    @property
    def is_point(self) -> bool:
        """True for a town or facility whose position is known: what can have a distance."""
        return self.geo_precision == 1 and self.lat is not None and self.lon is not None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a name may mean.

    Attributes
    ----------
    place : Place
    match : str
        How the name was met: ``exact``, ``folded``, ``alternate``, ``inflected``, ``romanised``, ``partial``,
        ``within`` (named inside the name), ``fuzzy`` or ``weak``, best first; ``near`` for what lies near a point.
    score : float
        0 to 1, comparable within one search.
    near_km : float or None
        Geodesic distance from the point that was asked for, km.
    speaks_for, speaks_against : tuple of str
        In a document: what spoke for and against it, in words; filled only when asked for.
    """

    place: Place
    match: str
    score: float
    near_km: float | None = None
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResolvedMention:
    """A mention with the decision taken about it.

    Attributes
    ----------
    place : int or None
        Index into ``Result.places``; None when nothing was chosen, and `reason` says why.
    confidence : float or None
        None when no place was chosen.
    context : str
        The sentence around the mention.
    candidates : tuple of Candidate
        What it may be where the choice was not sure enough, best first.
    """

    start: int
    end: int
    text: str
    kind: MentionKind
    embedded: bool
    place: int | None
    confidence: float | None
    context: str
    reason: Reason | None = None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class BorderChoice:
    """The border that a document was measured against, how it was chosen, and the id of the next best."""

    id: str
    name: str
    chosen: Literal["auto", "given"]
    runner_up: str | None = None


@dataclass(frozen=True, slots=True)
class Focus:
    """What a document is mainly about: an index into ``Result.places`` and a country."""

    place: int | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that was found in one document; `left_out` places were too far from the border to be kept."""

    document: Document
    border: BorderChoice | None = None
    focus: Focus | None = None
    mentions: tuple[ResolvedMention, ...] = ()
    places: tuple[Place, ...] = ()
    left_out: int = 0
