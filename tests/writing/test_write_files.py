"""Files for other programs, read back with what reads them there: GDAL, Arrow, DuckDB and a spreadsheet."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

import geoloc
from geoloc.model import AreaRelation, BorderChoice, Result
from geoloc.writing import BINARY_FORMATS, FORMATS

HOSTILE = "<b>&\"' ]]> \x1b\x00 \ud800 \u2028 =1+1"
KML = "{http://www.opengis.net/kml/2.2}"


def saved(result: Result | list[Result], format: str, tmp_path: Path, **options: Any) -> Path:
    path = tmp_path / f"places.{format}"
    content = geoloc.write(result, format, **options)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def layer(path: Path, name: str | None = None) -> tuple[dict[str, list[Any]], list[Any]]:
    """Read a layer with GDAL: columns and geometries."""
    meta, _, geometries, values = pyogrio.raw.read(path, layer=name)
    return dict(zip(meta["fields"], (list(column) for column in values), strict=True)), list(
        shapely.from_wkb(geometries)
    )


def test_kml_in_gdal(make, tmp_path):
    path = saved(make.raid(), "kml", tmp_path)
    assert [name for name, _ in pyogrio.list_layers(path)] == [
        "Places", "Not resolved", "Border", "Shortest ways to the border",
    ]  # fmt: skip
    columns, points = layer(path, "Places")
    assert columns["Name"] == ["Russia", "Grayvoron", "Kozinka"]
    assert (points[2].x, points[2].y) == (35.6026, 50.4613)
    _, (border,) = layer(path, "Border")
    assert border.geom_type == "MultiLineString" and len(border.geoms) == 11  # six parts, five gaps closed
    columns, ways = layer(path, "Shortest ways to the border")
    assert columns["Name"] == ["Kozinka: 1.8 km", "Grayvoron: 7.5 km"]
    assert ways[0].coords[0][:2] == (35.6026, 50.4613) and ways[0].coords[1][:2] == (35.582999, 50.451212)
    assert layer(path, "Not resolved")[0]["Name"] == ["Hlotove"]


def test_kml_is_styled_by_confidence(make):
    raid = make.raid()
    places = (raid.places[0], replace(raid.places[1], confidence=0.8), replace(raid.places[2], confidence=0.5))
    root = ET.fromstring(geoloc.write(replace(raid, places=places), "kml"))
    styles = {style.get("id") for style in root.iter(f"{KML}Style")}
    used = [element.text for element in root.iter(f"{KML}styleUrl")]
    assert used[:3] == ["#sure", "#likely", "#unsure"]
    assert {url[1:] for url in used if url} <= styles


@pytest.mark.parametrize("format", ["kml", "gpx", "svg"])
def test_hostile_text_stays_text_in_xml(make, format):
    result = make.one(f"Kozinka {HOSTILE}", text=HOSTILE, admin1=HOSTILE, source=HOSTILE)
    result = replace(result, document=replace(result.document, title=HOSTILE))
    root = ET.fromstring(geoloc.write(result, format).encode())
    texts = [element.text or "" for element in root.iter()]
    assert any(text.startswith("Kozinka <b>&\"' ]]>") for text in texts)
    assert not any("\x1b" in text or "\x00" in text for text in texts)
    assert "b" not in {element.tag.rpartition("}")[2] for element in root.iter()}


def test_gpx_in_gdal(make, tmp_path):
    columns, points = layer(saved(make.raid(), "gpx", tmp_path), "waypoints")
    assert columns["name"] == ["Russia", "Grayvoron", "Kozinka"]
    assert columns["desc"][2] == "Belgorod Oblast, RU; 1.792 km from RU-UA on the side of RU"
    assert (points[1].x, points[1].y) == (35.68087, 50.47893)


def test_geopackage_in_gdal_and_sqlite(make, tmp_path):
    path = saved(make.raid(), "gpkg", tmp_path)
    columns, points = layer(path, "places")
    assert columns["name"] == ["Russia", "Grayvoron", "Kozinka", None]
    assert columns["geonameid"][2] == 543229 and columns["border_km"][2] == 1.792
    assert (points[2].x, points[2].y, points[3]) == (35.6026, 50.4613, None)
    assert pyogrio.read_info(path, layer="places")["crs"] == "EPSG:4326"
    _, (border,) = layer(path, "border")
    assert border.geom_type == "MultiLineString"
    columns, ways = layer(path, "ways")
    assert columns["name"] == ["Kozinka", "Grayvoron"] and len(ways) == 2
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert database.execute("SELECT min_x FROM gpkg_contents WHERE table_name = 'places'").fetchone() == (35.6026,)
    database.close()


def test_geoparquet_in_arrow_and_duckdb(make, tmp_path):
    path = saved(make.raid(), "parquet", tmp_path)
    table = pq.read_table(path)
    facts = json.loads(table.schema.metadata[b"geo"])
    assert facts["version"] == "1.1.0" and facts["primary_column"] == "geometry"
    assert facts["columns"]["geometry"] == {
        "encoding": "WKB",
        "geometry_types": ["Point"],
        "bbox": [35.6026, 50.4613, 100.0, 60.0],
    }
    points = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    assert points[2].coords[0] == (35.6026, 50.4613) and points[3] is None
    rows = duckdb.sql(f"SELECT name, border_km FROM '{path}' WHERE border_km < 10 ORDER BY border_km").fetchall()
    assert rows == [("Kozinka", 1.792), ("Grayvoron", 7.53)]


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "table"])
def test_nothing_found_is_a_valid_file(make, format, tmp_path):
    empty = Result(geoloc.Document("", source="a.txt"))
    path = saved(empty, format, tmp_path)
    if format in ("kml", "gpx", "svg"):
        ET.fromstring(path.read_bytes())
    elif format == "gpkg":
        assert layer(path, "places")[1] == []
    elif format in ("parquet", "geoparquet"):
        assert pq.read_table(path).num_rows == 0
    elif format == "png":
        assert path.read_bytes().startswith(b"\x89PNG")


def test_across_the_antimeridian(make, tmp_path):
    result = make.at((-17.0, 179.5), (-16.5, -179.6))
    for format in ("kml", "gpkg"):
        points = layer(saved(result, format, tmp_path), "Places" if format == "kml" else "places")[1]
        assert [point.x for point in points] == [179.5, -179.6]
    xs = [float(x) for x in re.findall(r'<circle cx="([\d.-]+)"', geoloc.write(result, "svg"))]
    assert xs and all(0 <= x <= 1200 for x in xs)


@pytest.mark.parametrize(("format", "name"), [("kml", "Shortest ways to the border"), ("gpkg", "ways")])
def test_ways_are_cut_at_the_antimeridian(make, tmp_path, format, name):
    relation = make.relation(30.0, nearest=(67.0, -179.8))
    places = (
        make.place("A", lat=66.0, lon=179.8, border=relation),
        make.place("B", lat=66.0, lon=-179.6, border=relation, mentions=(1,)),
    )
    result = Result(
        geoloc.Document("…"),
        border=BorderChoice("RU-UA", "Russia–Ukraine", "given"),
        mentions=(make.mention("A", 0), make.mention("B", 1)),
        places=places,
    )
    columns, ways = layer(saved(result, format, tmp_path), name)
    lines = {
        key[:1]: [[corner[:2] for corner in line.coords] for line in shapely.get_parts(way)]
        for key, way in zip(columns["Name" if format == "kml" else "name"], ways, strict=True)
    }
    assert lines == {
        "A": [[(179.8, 66.0), (180.0, 66.5)], [(-180.0, 66.5), (-179.8, 67.0)]],
        "B": [[(-179.6, 66.0), (-179.8, 67.0)]],
    }


def test_an_area_has_its_span(make, tmp_path):
    result = make.one("Belgorod Oblast", kind="region", area=AreaRelation(0.0, 113.95, True, 3.1))
    result = replace(result, border=BorderChoice("RU-UA", "Russia–Ukraine", "given"))
    columns, _ = layer(saved(result, "gpkg", tmp_path), "places")
    assert [columns[f"border_{key}"] for key in ("nearest_km", "farthest_km", "touches")] == [[0.0], [113.95], [True]]
    assert "0.0–113.95 km from RU-UA" in geoloc.write(result, "gpx")


def test_svg_and_png(make, tmp_path):
    svg = geoloc.write(make.raid(), "svg")
    texts = " ".join(text for element in ET.fromstring(svg).iter() for text in element.itertext())
    for word in ("Kozinka", "1.8 km", "Grayvoron", "OpenStreetMap", "RUSSIA", "UKRAINE"):
        assert word in texts
    assert "href" not in svg and "url(http" not in svg
    png = geoloc.write(make.raid(), "png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(png[16:20], "big") == 2400


@pytest.mark.parametrize("format", BINARY_FORMATS)
def test_a_missing_extra_is_named(make, format, monkeypatch):
    for module in ("pyarrow", "resvg_py"):
        monkeypatch.setitem(sys.modules, module, None)
    if format == "gpkg":
        assert geoloc.write(make.one(), format)
        return
    with pytest.raises(geoloc.GeolocError, match=r"pip install 'geoloc\[p"):
        geoloc.write(make.one(), format)


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_csv_in_a_spreadsheet(make, tmp_path):
    """No cell becomes a formula in Gnumeric, and numbers are numbers."""
    program = shutil.which("ssconvert")
    if program is None:
        pytest.skip("needs Gnumeric: apt-get install gnumeric")
    import openpyxl

    formulas = ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "=1+1\n,=2"]

    def opened(csv: Path) -> list[Any]:
        sheet = tmp_path / "places.xlsx"
        subprocess.run([program, str(csv), str(sheet)], check=True, capture_output=True)
        return list(openpyxl.load_workbook(sheet).active.iter_rows())

    naive = tmp_path / "naive.csv"
    naive.write_text("=1+1\n")
    assert opened(naive)[0][0].data_type == "f"
    rows = opened(saved([make.one(text, text=text) for text in formulas], "csv", tmp_path))[1:]
    assert len(rows) == len(formulas)
    for row in rows:
        assert not any(cell.data_type == "f" for cell in row)
        assert isinstance(row[-1].value, float)
