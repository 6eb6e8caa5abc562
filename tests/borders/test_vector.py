"""Borders from GeoPackage, Shapefile and KML, and named features."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import shapefile
import shapely

from geoloc.borders import Border
from geoloc.errors import FormatError, SourceError

LINE = [[35.0, 50.0], [36.0, 50.5]]
NORTH = [[35.0, 52.0], [36.0, 52.0]]
SQUARE = [[35.0, 50.0], [36.0, 50.0], [36.0, 51.0], [35.0, 51.0], [35.0, 50.0]]
WGS84 = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]'


def geopackage(path: Path, geometries: dict[str, shapely.Geometry], srs: int = 4326) -> Path:
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m)"
        )
        database.execute("INSERT INTO gpkg_geometry_columns VALUES ('my lines', 'geom', 'GEOMETRY', ?, 0, 0)", (srs,))
        database.execute('CREATE TABLE "my lines" (fid INTEGER PRIMARY KEY, geom BLOB, Name TEXT)')
        for number, (name, geometry) in enumerate(geometries.items()):
            envelope = struct.pack("<4d", 0, 0, 0, 0) if number % 2 else b""
            header = b"GP\0" + bytes([1 | (2 if number % 2 else 0)]) + struct.pack("<i", srs)
            blob = header + envelope + shapely.to_wkb(geometry)
            database.execute('INSERT INTO "my lines" (geom, Name) VALUES (?, ?)', (blob, name))
        database.execute('INSERT INTO "my lines" (geom, Name) VALUES (NULL, ?)', ("nothing",))
    database.close()
    return path


def shape_file(path: Path, projection: str | None = WGS84) -> Path:
    with shapefile.Writer(str(path), shapeType=shapefile.POLYLINE) as writer:
        writer.field("NAME", "C")
        for name, line in (("south", LINE), ("north", NORTH)):
            writer.line([line])
            writer.record(name)
    if projection is not None:
        path.with_suffix(".prj").write_text(projection)
    return path


def kml(path: Path, placemarks: str) -> Path:
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{placemarks}</Document></kml>')
    return path


def placemark(name: str, line: list[list[float]]) -> str:
    text = " ".join(f"{lon},{lat},0" for lon, lat in line)
    return f"<Placemark><name>{name}</name><LineString><coordinates>\n{text}\n</coordinates></LineString></Placemark>"


def geojson(path: Path) -> Path:
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "LineString", "coordinates": line}}
        for name, line in (("south", LINE), ("north", NORTH))
    ]
    path.write_text("\n".join(map(json.dumps, features)))
    return path


def zipped(path: Path) -> Path:
    shape_file(path.parent / "inner.shp")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(path.parent.glob("inner.*")):
            archive.write(file, file.name)
    return path


MAKERS: dict[str, Callable[[Path], Path]] = {
    "gpkg": lambda path: geopackage(path, {"south": shapely.LineString(LINE), "north": shapely.LineString(NORTH)}),
    "shp": shape_file,
    "zip": zipped,
    "kml": lambda path: kml(path, placemark("south", LINE) + placemark("north", NORTH)),
    "geojsonl": geojson,
}


@pytest.mark.parametrize("ending", MAKERS)
def test_named_lines(tmp_path: Path, ending: str) -> None:
    border = Border.load(MAKERS[ending](tmp_path / f"front.{ending}"))
    assert (border.parts, border.bundled, border.name, border.line_error_km) == (2, False, "front", 0)
    south, north = border.relation(50.0, 35.5), border.relation(53.0, 35.5)
    assert (south.part, south.side) == ("south", "right")
    assert (north.part, north.side) == ("north", "left")
    assert north.distance_km == pytest.approx(111.3, abs=0.2)


def test_a_shapefile_without_its_table(tmp_path: Path) -> None:
    path = shape_file(tmp_path / "bare.shp")
    path.with_suffix(".dbf").unlink()
    border = Border.load(path)
    assert border.relation(53.0, 35.5).side == "left"
    assert border.relation(53.0, 35.5).part is None
    path.with_suffix(".shx").unlink()
    assert Border.load(path).parts == 2


def test_polygons(tmp_path: Path) -> None:
    square = shapely.Polygon(SQUARE)
    border = Border.load(geopackage(tmp_path / "zone.gpkg", {"zone": square}))
    assert border.relation(50.5, 35.5).side == "inside"
    assert border.relation(49.0, 35.5).side == "outside"
    ring = " ".join(f"{lon},{lat}" for lon, lat in SQUARE)
    boundary = f"<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs>"
    path = kml(tmp_path / "zone.kml", f"<Placemark><Polygon>{boundary}</Polygon></Placemark>")
    assert Border.load(path).relation(50.5, 35.5).side == "inside"
    with zipfile.ZipFile(tmp_path / "zone.kmz", "w") as archive:
        archive.write(path, "doc.kml")
    assert Border.load(tmp_path / "zone.kmz").relation(50.5, 35.5).side == "inside"


def test_other_coordinate_systems_are_refused(tmp_path: Path) -> None:
    mercator = geopackage(tmp_path / "x.gpkg", {"a": shapely.LineString(LINE)}, srs=3857)
    with pytest.raises(FormatError, match=r"3857.*EPSG:4326"):
        Border.load(mercator)
    with pytest.raises(FormatError, match=r"PROJCS.*EPSG:4326"):
        Border.load(shape_file(tmp_path / "y.shp", 'PROJCS["WGS_1984_UTM_Zone_36N",GEOGCS["GCS_WGS_1984"]]'))
    assert Border.load(shape_file(tmp_path / "z.shp", None)).parts == 2


@pytest.mark.parametrize("ending", ["gpkg", "shp", "zip", "kml", "kmz"])
def test_what_is_not_what_its_ending_says(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"bad.{ending}"
    path.write_bytes(b"nothing of the kind" * 20)
    with pytest.raises(FormatError, match="bad"):
        Border.load(path)
    with pytest.raises(SourceError, match="no such file"):
        Border.load(tmp_path / f"missing.{ending}")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.kml"
    path.write_text('<!DOCTYPE kml [<!ENTITY a "aaaa">]><kml><Placemark><name>&a;</name></Placemark></kml>')
    with pytest.raises(FormatError, match="bomb"):
        Border.load(path)


def test_numbers_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no numbers"):
        Border.load(kml(tmp_path / "x.kml", placemark("a", [["x", "y"], [1, 2]])))  # type: ignore[list-item]
