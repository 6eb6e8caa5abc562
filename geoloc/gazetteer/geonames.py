"""The files of GeoNames as users download them: which is which, and what their lines say.

All are tab-separated UTF-8 without quotes or header; the number of columns tells them apart. The formats are those of
the ``readme.txt`` beside the dumps (https://download.geonames.org/export/dump/).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from geoloc.errors import FormatError, SourceError
from geoloc.gazetteer.builder import Row, is_noise
from geoloc.model import PlaceKind

GeoNamesFile = Literal["places", "alternate names", "division codes", "feature codes", "hierarchy"]

KINDS: dict[str, PlaceKind] = {
    "P": "populated-place", "H": "water", "T": "relief", "U": "relief", "L": "area", "V": "area", "S": "facility",
    "R": "facility",
}  # fmt: skip
"""The kind of place that each feature class is, ``A`` aside, where the feature code decides."""

_DIVISION_KINDS: dict[str, PlaceKind] = {"PCL": "country", "TER": "country", "ADM1": "region", "ADMD": "region"}
_NOT_NAMES = frozenset("link wkdt post iata icao faac tcid unlc phon nuts lauc".split())
"""What stands for a language in the file of alternate names where the name is a code or an address."""

_LARGEST_ID = (1 << 31) - 1
_PARTS = re.compile(r"(?:\d+|[A-Z]{2})\.\w+(?:\.\w+)*")
_ASIDE = ("readme.txt", "iso-languagecodes.txt")


def file_kind(name: str, first_line: str) -> GeoNamesFile | None:
    r"""Tell what a GeoNames file is by its first line, or None if it is none.

    Examples
    --------
    >>> file_kind("admin1CodesASCII.txt", "RU.09\tBelgorod Oblast\tBelgorod Oblast\t578071")
    'division codes'
    >>> file_kind("notes.txt", "Dear all,")
    """
    fields = first_line.rstrip("\r\n").split("\t")
    match len(fields):
        case 19 if fields[0].isdecimal():
            return "places"
        case 8 | 10 if fields[0].isdecimal() and fields[1].isdecimal():
            return "alternate names"
        case 4 if _PARTS.fullmatch(fields[0]) and fields[3].isdecimal():
            return "division codes"
        case 2 | 3 if fields[0].isdecimal() and fields[1].isdecimal():
            return "hierarchy"
        case 3 if re.fullmatch(r"[A-Z]\.\w+|null", fields[0]):
            return "feature codes"
    return None


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Open a file, or the one file of data in a zip archive; gives its bytes and how many there are.

    Raises
    ------
    SourceError
        If there is no such file, or the archive is broken or holds no single file of data.
    """
    try:
        if not path.is_file() and path.exists():
            raise SourceError(f"{path} is no regular file; save its data in a file first")
        if path.suffix.lower() != ".zip":
            with path.open("rb") as file:
                yield file, path.stat().st_size
            return
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if m.filename.endswith(".txt") and m.filename not in _ASIDE]
            if len(members) != 1:
                raise SourceError(f"{path} holds {len(members)} files of data; unpack it and name the right one")
            with archive.open(members[0]) as member:
                yield io.BufferedReader(member, 1 << 18), members[0].file_size  # type: ignore[type-var]
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file; check the path") from None
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path} is a broken zip archive ({error}); download it again") from error
    except (OSError, EOFError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error


def place_row(line: bytes, classes: Collection[str] | None = None) -> Row | None:
    """Turn one of the 19-column lines into a row; None if its feature class is not among `classes`.

    Raises
    ------
    FormatError
        If the line is broken.
    """
    try:
        fields = line.decode().rstrip("\r\n").split("\t")
        geonameid, name, plain, others, lat, lon, feature_class, code, country, _, first, second, *_ = fields
        if len(fields) != 19:
            raise FormatError(f"{len(fields)} columns instead of 19")
        if classes is not None and feature_class not in classes:
            return None
        if not name:
            raise FormatError("the name is empty")
        latitude, longitude, population = float(lat), float(lon), int(fields[14] or 0)
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            raise FormatError(f"{lat},{lon} is no point in degrees")
        if not 0 < (number := int(geonameid)) <= _LARGEST_ID:
            raise FormatError(f"the id {geonameid} is out of range")
        kind = KINDS.get(feature_class) or _kind_of_division(code)
        if code == "CONT":
            kind = "continent"
        region = f"{country}.{first}" if first and first != "00" else ""
        district = f"{region}.{second}" if region and second else ""
        key = {"ADM1": region, "ADM2": district}.get(code, country if code == "PCLI" else "")
        names = others.split(",") if others else []
        if plain and plain != name:
            names.append(plain)
        return Row(
            key=key,
            name=name,
            kind=kind,
            lat=latitude,
            lon=longitude,
            geonameid=number,
            feature_code=code or None,
            country=country or None,
            parent1=region if region != key else None,
            parent2=district if district != key else None,
            weight=max(population, 0),
            alternates=[other for other in names if not is_noise(other)],
        )
    except UnicodeDecodeError as error:
        raise FormatError(f"it is not UTF-8 (byte {error.start + 1})") from None
    except FormatError:
        raise
    except ValueError as error:
        found = line.count(b"\t") + 1
        raise FormatError(f"{found} columns instead of 19" if found != 19 else str(error)) from None


def _kind_of_division(code: str) -> PlaceKind:
    return _DIVISION_KINDS.get(code) or _DIVISION_KINDS.get(code[:3], "district")


def alternate_name(line: bytes) -> tuple[int, str] | None:
    """Return (GeoNames id, name) of a line of alternate names, or None for a code, an address or noise.

    Raises
    ------
    FormatError
        If the line is broken.
    """
    fields = _fields(line, 4)
    name = fields[3].strip()
    if fields[2] in _NOT_NAMES or is_noise(name):
        return None
    return _number(fields[1]), name


def division_code(line: bytes) -> tuple[str, str, int]:
    """Return (code, name, GeoNames id) of a line of ``admin1CodesASCII.txt`` or ``admin2Codes.txt``.

    Raises
    ------
    FormatError
        If the line is broken.
    """
    code, name, _, geonameid, *_ = _fields(line, 4)
    if not name:
        raise FormatError("the name is empty")
    return code, name, _number(geonameid)


def feature_code(line: bytes) -> tuple[str, str]:
    """Return (code without its class, what it means in a few words).

    Raises
    ------
    FormatError
        If the line is broken.
    """
    code, meaning, *_ = _fields(line, 2)
    return code.rpartition(".")[2], meaning


def parent_and_child(line: bytes) -> tuple[int, int] | None:
    """Return the GeoNames ids of a division and of a place in it, or None for another relation than ``ADM``.

    Raises
    ------
    FormatError
        If the line is broken.
    """
    parent, child, *kind = _fields(line, 2)
    return (_number(parent), _number(child)) if not kind or kind[0] in ("", "ADM") else None


def _fields(line: bytes, least: int) -> list[str]:
    try:
        fields = line.decode().rstrip("\r\n").split("\t")
    except UnicodeDecodeError as error:
        raise FormatError(f"it is not UTF-8 (byte {error.start + 1})") from None
    if len(fields) < least:
        raise FormatError(f"{len(fields)} columns instead of {least} or more")
    return fields


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) > _LARGEST_ID:
        raise FormatError(f"{text!r} is no GeoNames id")
    return int(text)
