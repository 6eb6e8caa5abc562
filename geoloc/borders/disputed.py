"""Ground that the source gives to two countries, and what geoloc makes of it.

OpenStreetMap draws some ground into the polygons of both countries that claim it. Two readings are possible, and each
has its own border: the ground belongs to the one, or to the other. By default the smaller country has it (Crimea: UA);
the *worldview* of a country gives it what both polygons hold. Disputes that the source decides by itself, with the
ground in one polygon only (Kosovo, Golan, Abkhazia, Kashmir, northern Cyprus), have one reading here: `OneReading`.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    box : (float, float, float, float)
        Its least and greatest latitude and longitude: south, west, north, east.
    default : str
        The country that has it unless a worldview is given.
    first, parts : int
        The border in the other reading: which parts of the file of disputed lines are added to the undisputed ones.
    """

    name: str
    countries: tuple[str, str]
    area_km2: float
    point: tuple[float, float]
    box: tuple[float, float, float, float]
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
        row |= {"countries": tuple(row["countries"]), "point": tuple(row["point"]), "box": tuple(row["box"])}
        found["-".join(row["countries"])] = Dispute(**row)
    return found


@dataclass(frozen=True, slots=True)
class OneReading:
    """Disputed ground that the source decides by itself.

    Attributes
    ----------
    ground : str
    borders : tuple of str
        Ids of the bundled borders that would run otherwise in another reading.
    claimed_by : tuple of str
        Alpha-2 codes of the states that claim it; where a claimant has no code, its name.
    held_by : str
        Who controls it, as of 2025, in words.
    source : str or None
        The country whose polygon holds it; None if none does.
    point : (float, float)
        A point in it, latitude and longitude.
    """

    ground: str
    borders: tuple[str, ...]
    claimed_by: tuple[str, ...]
    held_by: str
    source: str | None
    point: tuple[float, float]


@lru_cache(maxsize=1)
def one_readings() -> tuple[OneReading, ...]:
    """Return the disputes that have one reading here."""
    lists = ("borders", "claimed_by", "point")
    rows = catalogue.read_rows("one_reading.json")
    return tuple(OneReading(**row | {key: tuple(row[key]) for key in lists}) for row in rows)


def checked_worldview(code: str | None) -> str | None:
    """Return the code in capitals.

    Raises
    ------
    UsageError
        If the country claims nothing that another has, so that the option would change nothing.
    """
    if code is None:
        return None
    wanted = code.strip().upper()
    claimants = sorted({country for dispute in disputes().values() for country in dispute.countries})
    if wanted not in claimants:
        grounds = [row.ground for row in one_readings() if wanted in row.claimed_by]
        why = f"of {grounds[0]} the source has one reading only" if grounds else "no disputed ground is claimed by it"
        raise UsageError(f"worldview {code!r}: {why}; known are {', '.join(claimants)}")
    return wanted


def holder(dispute: Dispute, worldview: str | None) -> str:
    """Return the country that has disputed ground in a reading."""
    return dispute.other if worldview == dispute.other else dispute.default


def moves_line(worldview: str | None, ids: Iterable[str | None]) -> bool:
    """Whether a worldview gives one of some borders another line than the default reading does.

    Examples
    --------
    >>> moves_line("RU", ["RU-UA"]), moves_line("UA", ["RU-UA"]), moves_line("RU", ["FI-RU"])
    (True, False, False)
    """
    return any(id in disputes() and holder(disputes()[id], worldview) != disputes()[id].default for id in ids if id)


def lines_of(entry: catalogue.BorderEntry, worldview: str | None) -> tuple[list[Floats], list[Floats]]:
    """Return the parts of a border, and what closes the gaps between them, in the reading of a country."""
    dispute = disputes().get(entry.id)
    lines = catalogue.chains("land").degrees(entry.first, entry.parts + entry.gaps)
    parts, gaps = lines[: entry.parts], lines[entry.parts :]
    if dispute is None or holder(dispute, worldview) == dispute.default:
        return parts, gaps
    shared = parts[: entry.shared]
    ends = {tuple(line[end].tolist()) for line in shared for end in (0, -1)}
    kept = [gap for gap in gaps if {tuple(gap[0].tolist()), tuple(gap[-1].tolist())} <= ends]
    return shared + catalogue.chains("disputed").degrees(dispute.first, dispute.parts), kept
