"""How a result is to be written: one frozen object that every format reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from geoloc.errors import UsageError
from geoloc.model import PLACE_KINDS

Per = Literal["place", "mention"]

MAX_PRECISION = 7
"""Decimals of a degree; the seventh is a centimetre."""

MIN_WIDTH = 20

_TILES = re.compile(r"https?://[\w.:{}-]+/[^\s\"'<>;,]*")
OSM_TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """The choices that a format may honour; each ignores what does not concern it.

    Attributes
    ----------
    precision : int
        Decimals of coordinates in geojson, geojsonseq and csv, 0 to 7. JSON always has six.
    indent : int or None
        Spaces of indentation in json and geojson.
    compact : bool
        No spaces after separators, in all JSON formats.
    rs : bool
        Begin each geojsonseq record with the RS character (RFC 8142).
    with_text : bool
        Put the text of the document into json and jsonl.
    per : {"place", "mention"}
        What gets a row in csv and a feature in geojson.
    with_border : bool
        Add the border features that the caller passes to geojson.
    demonyms : bool
        Let "Ukrainians", and countries and regions in names of organisations, make a row or pin outside json.
    kinds : frozenset of str or None
        The only place kinds that get a row or pin; JSON is complete always.
    explain : bool
        Show what else a name could have been.
    color : bool
        ANSI colours in the table.
    width : int
        Columns that the table may fill.
    worldview : str or None
        Alpha-2 code of the country in whose reading of disputed ground the maps draw borders; see `Border.load`.
    tiles : str or None
        Address of online map tiles (``https://…/{z}/{x}/{y}.png``, or ``osm``) that the report offers; None for none.
    """

    precision: int = 6
    indent: int | None = None
    compact: bool = False
    rs: bool = False
    with_text: bool = False
    per: Per = "place"
    with_border: bool = False
    demonyms: bool = False
    kinds: frozenset[str] | None = None
    explain: bool = False
    color: bool = False
    width: int = 100
    worldview: str | None = None
    tiles: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no format could honour."""
        if not 0 <= self.precision <= MAX_PRECISION:
            raise UsageError(f"precision must be 0 to {MAX_PRECISION} decimals, not {self.precision}")
        if self.indent is not None and self.indent < 0:
            raise UsageError(f"indent must be 0 or more spaces, not {self.indent}")
        if self.per not in get_args(Per):
            raise UsageError(f"per must be {' or '.join(get_args(Per))}, not {self.per!r}")
        if self.tiles is not None and self.tiles != "osm" and not _TILES.fullmatch(self.tiles):
            raise UsageError(f"tiles are an address such as {OSM_TILES}, or osm, not {self.tiles!r}")
        if self.width < MIN_WIDTH:
            raise UsageError(f"width must be at least {MIN_WIDTH} columns, not {self.width}")
        if self.kinds is not None:
            kinds = frozenset({self.kinds} if isinstance(self.kinds, str) else self.kinds)
            if unknown := sorted(kinds.difference(PLACE_KINDS)):
                raise UsageError(f"unknown kind {', '.join(unknown)}; known are {', '.join(PLACE_KINDS)}")
            object.__setattr__(self, "kinds", kinds)
