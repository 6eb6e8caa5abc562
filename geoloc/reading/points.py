"""Coordinates as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from geoloc.errors import UsageError

_DECIMAL = re.compile(r"([+-]?[\d.]+)\s*[°º]?(?:\s*[,;]\s*|\s+)([+-]?[\d.]+)\s*[°º]?")
_DECIMAL_COMMAS = re.compile(r"([+-]?\d+,\d+)\s*;\s*([+-]?\d+,\d+)")
_ANGLE = r"(\d+(?:\.\d*)?)\s*[°ºd:]?\s*(?:(\d+(?:\.\d*)?)\s*['’′m:]?\s*(?:(\d+(?:\.\d*)?)\s*(?:[\"”″]|['’′]{2})?\s*)?)?"
_SEXAGESIMAL = re.compile(rf"(?:{_ANGLE}([NSEW])|([NSEW])\s*{_ANGLE})\s*[,;]?\s*", re.I)
_COORDINATE_LIKE = re.compile(r"[-+\d\s.,;:°ºdm'’′\"”″NSEW]*", re.I)
_LONGEST = 80
"""Characters of coordinates; what is longer is none, and would take the patterns long to refuse."""
_MINUS = str.maketrans("−–", "--")


def parse_point(text: str) -> tuple[float, float] | None:
    """Return latitude and longitude if `text` is coordinates, None if it can only be a name.

    Raises
    ------
    UsageError
        If it looks like coordinates and is none.

    Examples
    --------
    >>> parse_point("-33.9,18.4"), parse_point("50°27'N 35°36'E"), parse_point("Kozinka")
    ((-33.9, 18.4), (50.45, 35.6), None)
    """
    text = text.strip().translate(_MINUS)
    if len(text) > _LONGEST:
        return None
    if re.fullmatch(r"[-+]?(?:nan|inf(?:inity)?)\s*,.*|.*,\s*[-+]?(?:nan|inf(?:inity)?)", text, re.I):
        raise UsageError(f"{text!r} is no point; write it as LAT,LON in degrees, such as 50.46,35.6")
    if not any(c.isdigit() for c in text) or not _COORDINATE_LIKE.fullmatch(text):
        return None
    try:
        if found := _DECIMAL_COMMAS.fullmatch(text):
            lat, lon = (float(degrees.replace(",", ".")) for degrees in found.groups())
            return _in_range(lat, lon, text)
        if found := _DECIMAL.fullmatch(text):
            return _in_range(float(found[1]), float(found[2]), text)
        angles = dict(_angles(text))
        return _in_range(angles["lat"], angles["lon"], text)
    except (KeyError, ValueError) as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"{text!r} is no point; write it as LAT,LON in degrees, such as 50.46,35.6") from None


def _angles(text: str) -> Iterator[tuple[str, float]]:
    """Yield latitude and longitude of degrees, minutes and seconds; what geopy accepts is too much to be safe."""
    position = 0
    for _ in range(2):
        found = _SEXAGESIMAL.match(text, position)
        if not found:
            return
        position = found.end()
        parts = found.group(*((1, 2, 3) if found[4] else (6, 7, 8)))
        letter = (found[4] or found[5]).upper()
        degrees, minutes, seconds = (float(part or 0) for part in parts)
        if minutes >= 60 or seconds >= 60:
            return
        value = degrees + minutes / 60 + seconds / 3600
        yield ("lat" if letter in "NS" else "lon"), (-value if letter in "SW" else value)
    if position < len(text):
        raise ValueError(text)


def _in_range(lat: float, lon: float, text: str) -> tuple[float, float]:
    if abs(lat) > 90 or abs(lon) > 360:
        swapped = "; are latitude and longitude swapped?" if abs(lon) <= 90 and abs(lat) <= 360 else ""
        raise UsageError(f"{text!r} is no point on earth: LAT is -90 to 90, LON -180 to 180{swapped}")
    return lat, (lon + 180) % 360 - 180 if abs(lon) > 180 else lon
