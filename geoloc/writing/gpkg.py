"""gpkg (OGC GeoPackage 1.3): the layers ``places``, ``border`` and ``ways``, for QGIS and other GIS.

A GeoPackage is an SQLite file with a few tables of its own, so nothing has to be installed to write one. Places that
were not resolved are rows without a geometry.
"""

from __future__ import annotations

import sqlite3
import struct
import tempfile
from collections.abc import Iterable
from pathlib import Path

from geoloc.model import Result
from geoloc.writing.columns import column_types, typed_rows, wkb_lines, wkb_point
from geoloc.writing.mapview import cut_line, map_view
from geoloc.writing.options import WriteOptions

_APPLICATION_ID = 0x47504B47  # "GPKG"
_VERSION = 10_300
_WHEN = "1970-01-01T00:00:00.000Z"
"""The same results give the same bytes, so the time of writing is not told."""
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL UNIQUE REFERENCES gpkg_contents(table_name),
  column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL REFERENCES
  gpkg_spatial_ref_sys(srs_id), z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));
"""
_SQL_TYPES = {int: "INTEGER", float: "REAL", bool: "BOOLEAN", str: "TEXT"}


def gpkg_bytes(results: Iterable[Result], options: WriteOptions) -> bytes:
    """Return a GeoPackage."""
    results = list(results)
    with tempfile.TemporaryDirectory(prefix="geoloc-") as folder:
        path = Path(folder) / "places.gpkg"
        database = sqlite3.connect(path)
        try:
            with database:
                _fill(database, results, options)
        finally:
            database.close()
        return path.read_bytes()


def _fill(database: sqlite3.Connection, results: list[Result], options: WriteOptions) -> None:
    database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {_VERSION}")
    database.executescript(_TABLES)
    database.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)",
        [
            ("Undefined Cartesian", -1, "NONE", -1, "undefined"),
            ("Undefined geographic", 0, "NONE", 0, "undefined"),
            ("WGS 84", 4326, "EPSG", 4326, _WGS84),
        ],
    )
    rows = typed_rows(results, options)
    points = [None if row.lat is None or row.lon is None else (row.lon, row.lat) for row, _ in rows]
    _layer(
        database,
        "places",
        "POINT",
        {key: _SQL_TYPES[kind] for key, kind in column_types(options).items()},
        [
            (None if point is None else wkb_point(*point), *values)
            for point, (_, values) in zip(points, rows, strict=True)
        ],
        [point for point in points if point],
    )
    view = map_view(results, options)
    borders = [(border, [piece for line in border.lines for piece in cut_line(line)]) for border in view.borders]
    _layer(
        database,
        "border",
        "MULTILINESTRING",
        {"border_id": "TEXT", "name": "TEXT"},
        [(wkb_lines(lines), border.id, border.name) for border, lines in borders],
        [position for _, lines in borders for line in lines for position in line],
    )
    ways = [
        (pin.name, pin.place.border.distance_km, cut_line([(pin.lon, pin.lat), (pin.nearest[1], pin.nearest[0])]))
        for pin in view.pins
        if pin.nearest and pin.place.border
    ]
    _layer(
        database,
        "ways",
        "MULTILINESTRING",
        {"name": "TEXT", "km": "REAL"},
        [(wkb_lines(lines), name, round(km, 3)) for name, km, lines in ways],
        [position for *_, lines in ways for line in lines for position in line],
    )


def _layer(
    database: sqlite3.Connection,
    name: str,
    geometry: str,
    columns: dict[str, str],
    rows: Iterable[tuple[object, ...]],
    corners: Iterable[Iterable[float]],
) -> None:
    declared = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    database.execute(f"CREATE TABLE {name} (fid INTEGER PRIMARY KEY AUTOINCREMENT, geom {geometry}, {declared})")
    lons, lats = zip(*corners, strict=True) if (corners := list(corners)) else ((), ())
    box = (min(lons), min(lats), max(lons), max(lats)) if lons else (None,) * 4
    database.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, 4326)", (name, name, _WHEN, *box)
    )
    database.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)", (name, geometry))
    marks = ", ".join("?" * (len(columns) + 1))
    names = ", ".join(f'"{column}"' for column in ("geom", *columns))
    database.executemany(f"INSERT INTO {name} ({names}) VALUES ({marks})", map(_with_header, rows))


def _with_header(row: tuple[object, ...]) -> tuple[object, ...]:
    """Put the header of a GeoPackage geometry before the WKB: little-endian, no envelope, WGS 84."""
    wkb, *values = row
    return (struct.pack("<2sBBi", b"GP", 0, 1, 4326) + wkb if isinstance(wkb, bytes) else None, *values)
