"""Ground that the source gives to two countries, and what geoloc makes of it.

OpenStreetMap draws some ground into the polygons of both countries that claim it. Two readings are possible, and each
has its own border: the ground belongs to the one, or to the other. By default the smaller country has it (Crimea: UA);
the *worldview* of a country gives it what both polygons hold. Disputes that the source decides by itself, with the
ground in one polygon only (Kosovo, Golan, Abkhazia, Kashmir, northern Cyprus), have one reading here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from geoloc.borders import catalogue
from geoloc.borders.geodesy import Floats
from geoloc.errors import UsageError


@dataclass(frozen=True, slots=True)
class Dispute:
    """Ground that two countries claim.

    Attributes
    ----------
    name : str
    countries : (str, str)
        Alpha-2 codes.
    area_km2 : float
        What both polygons hold.
    point : (float, float)
        A point in it, latitude and longitude.
    default : str
        The country that has it unless a worldview is given.
    first, parts : int
        The border in the other reading: which parts of the file of disputed lines are added to the undisputed ones.
    """

    name: str
    countries: tuple[str, str]
    area_km2: float
    point: tuple[float, float]
    default: str
    first: int
    parts: int

    @property
    def other(self) -> str:
        """The country that has it in the other reading."""
        return self.countries[self.countries[0] == self.default]


@lru_cache(maxsize=1)
def disputes() -> dict[str, Dispute]:
    """Return the disputes by the id of the border.

    Examples
    --------
    >>> disputes()["RU-UA"].name, disputes()["RU-UA"].default
    ('Crimea', 'UA')
    """
    found = {}
    for row in catalogue.read_rows("disputed.json"):
        row |= {"countries": tuple(row["countries"]), "point": tuple(row["point"])}
        found["-".join(row["countries"])] = Dispute(**row)
    return found


def checked_worldview(code: str | None) -> str | None:
    """Return the code in capitals.

    Raises
    ------
    UsageError
        If the country claims nothing that another has, so that the option would change nothing.
    """
    if code is None:
        return None
    claimants = sorted({country for dispute in disputes().values() for country in dispute.countries})
    if code.strip().upper() not in claimants:
        raise UsageError(f"worldview {code!r}: no disputed ground is claimed by it; known are {', '.join(claimants)}")
    return code.strip().upper()


def lines_of(entry: catalogue.BorderEntry, worldview: str | None) -> list[Floats]:
    """Return the lines of a border in the default reading, or in that of one of its two countries."""
    dispute = disputes().get(entry.id)
    land = catalogue.chains("land")
    if dispute is None or worldview != dispute.other:
        return land.degrees(entry.first, entry.parts)
    shared = land.degrees(entry.first, entry.shared) if entry.shared else []
    return shared + catalogue.chains("disputed").degrees(dispute.first, dispute.parts)
