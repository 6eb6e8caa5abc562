"""GeoNames dumps and tables become gazetteers."""

import io
import sqlite3
import struct
import zipfile
from pathlib import Path

import pytest

from geoloc import Gazetteer
from geoloc.errors import FormatError, SourceError, UsageError
from geoloc.gazetteer.geonames import file_kind, place_row
from geoloc.gazetteer.importing import Importer
from geoloc.gazetteer.tables import columns_of, table_row

DUMP = Path(__file__).parent / "geonames" / "cities500.txt"
GRAYVORON, BELGOROD, KOZINKA, BELGOROD_OBLAST = 559034, 578072, 543229, 578071


def line(
    id=1, name="Qzorvuk", others="", lat="50.5", lon="36.5", cls="P", code="PPL", country="RU", a1="09", a2="", pop="0"
):
    fields = [
        id,
        name,
        name,
        others,
        lat,
        lon,
        cls,
        code,
        country,
        "",
        a1,
        a2,
        "",
        "",
        pop,
        "",
        "1",
        "Europe/Moscow",
        "2024-01-01",
    ]
    return "\t".join(map(str, fields)) + "\n"


def imported(tmp_path, *sources, bundled=False, **options):
    importer = Importer(list(sources), **options)
    folder = tmp_path / "made"
    report = importer.write(folder, "made")
    return Gazetteer.open(folder, bundled=bundled), report


def test_real_rows_come_out_as_they_are(tmp_path):
    gazetteer, report = imported(tmp_path, DUMP)
    assert report.broken == 0 and report.counts["rows"] == len(gazetteer) == len(DUMP.read_text("utf-8").splitlines())
    for text in DUMP.read_text("utf-8").splitlines():
        fields = text.split("\t")
        place = gazetteer.by_id(int(fields[0]))
        assert (place.name, place.lat, place.lon) == (fields[1], float(fields[4]), float(fields[5]))
        assert (place.feature_code, place.country, place.population) == (fields[7], fields[8], int(fields[14]))
    assert gazetteer.search("Hraivoron")[0].place.geonameid == GRAYVORON
    assert gazetteer.search("Белгороде")[0].place.geonameid == BELGOROD


def test_codes_of_divisions_find_those_of_the_bundled_gazetteer(tmp_path):
    gazetteer, _ = imported(tmp_path, DUMP, bundled=True)
    belgorod = gazetteer.by_id(BELGOROD)
    assert (belgorod.layer, belgorod.admin1) == ("made", "Belgorod Oblast")


def test_zipped_or_not_gives_the_same(tmp_path):
    for name, more in (("RU.zip", {}), ("all.zip", {"readme.txt": "read me"})):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(DUMP, "RU.txt")
            for inner, text in more.items():
                archive.writestr(inner, text)
        Importer([path]).write(tmp_path / f"{name}.made", "made")
        assert len(Gazetteer.open(tmp_path / f"{name}.made", bundled=False)) == len(
            DUMP.read_text("utf-8").splitlines()
        )


@pytest.mark.parametrize(
    ("cls", "code", "kind"),
    [
        ("P", "PPLA2", "populated-place"), ("A", "ADM1", "region"), ("A", "ADM2", "district"), ("A", "ADM4", "district"),
        ("A", "PCLI", "country"), ("A", "PCLD", "country"), ("H", "STM", "water"), ("T", "MT", "relief"), ("L", "CONT", "continent"),
        ("L", "RGN", "area"), ("S", "AIRP", "facility"), ("V", "FRST", "area"), ("U", "RDGU", "relief"), ("R", "RD", "facility"),
    ],
)  # fmt: skip
def test_feature_codes_decide_the_kind(cls, code, kind):
    assert place_row(line(cls=cls, code=code).encode()).kind == kind


def test_divisions_in_the_dump_contain_the_places_of_their_codes(tmp_path):
    dump = tmp_path / "XX.txt"
    dump.write_text(
        line(10, "Northland", cls="A", code="ADM1", country="XX", a1="01")
        + line(11, "Lakeside County", cls="A", code="ADM2", country="XX", a1="01", a2="0101")
        + line(12, "Osterwick", country="XX", a1="01", a2="0101")
        + line(13, "Stray", country="XX", a1="00")
        + line(14, "Far Osterwick", country="XX", a1="02"),
        "utf-8",
    )
    codes = tmp_path / "admin1CodesASCII.txt"
    codes.write_text("XX.02\tSouthland\tSouthland\t20\nXX.01\tNorthland\tNorthland\t10\n", "utf-8")
    hierarchy = tmp_path / "hierarchy.txt"
    hierarchy.write_text("11\t13\tADM\n10\t13\tADM\n999\t13\t\n", "utf-8")
    gazetteer, report = imported(tmp_path, hierarchy, codes, dump)
    where = {id: (gazetteer.by_id(id).admin1, gazetteer.by_id(id).admin2) for id in (11, 12, 13, 14)}
    assert where == {
        11: ("Northland", None),
        12: ("Northland", "Lakeside County"),
        13: ("Northland", "Lakeside County"),
        14: ("Southland", None),
    }
    assert gazetteer.by_id(20).lat is None
    assert report.read == {"places": 5, "division codes": 2, "hierarchy": 3}


def test_alternate_names_add_names_and_leave_codes_and_addresses_out(tmp_path):
    names = tmp_path / "alternateNamesV2.txt"
    rows = [
        (1, GRAYVORON, "de", "Grajworonstadt"),
        (2, GRAYVORON, "link", "https://example.org/Grayvoron"),
        (3, GRAYVORON, "iata", "QZV"),
        (4, 1234567, "en", "Nowhere"),
    ]
    names.write_text("".join("\t".join(map(str, row)) + "\t1\t\t\t\t\t\n" for row in rows), "utf-8")
    gazetteer, _ = imported(tmp_path, names, DUMP)
    assert gazetteer.search("Grajworonstadt")[0].match == "alternate"
    assert gazetteer.search("Grajworonstadt")[0].place.geonameid == GRAYVORON
    for name in ("QZV", "Nowhere", "https://example.org/Grayvoron"):
        assert not [c for c in gazetteer.search(name) if c.match in ("exact", "folded", "alternate")]


def test_feature_codes_explain_those_in_use(tmp_path):
    codes = tmp_path / "featureCodes_en.txt"
    codes.write_text(
        "P.PPLA2\tseat of a second-order division\tlonger\nH.STM\tstream\tlonger\nnull\tnot available\t\n", "utf-8"
    )
    gazetteer, _ = imported(tmp_path, DUMP, codes)
    assert gazetteer.layers.stores[0].meta["feature_meanings"] == {"PPLA2": "seat of a second-order division"}


def test_classes_that_are_not_wanted_are_left_out(tmp_path):
    dump = tmp_path / "XX.txt"
    dump.write_text(line(1) + line(2, "Qzorvuk Brook", cls="H", code="STM"), "utf-8")
    gazetteer, report = imported(tmp_path, dump, classes={"P"})
    assert len(gazetteer) == 1 and report.broken == 0


BROKEN = [
    ("1\ttoo\tfew\n", "columns instead of 19"),
    (line(2, lat="91"), "no point in degrees"),
    (line(3, lon="east"), "east"),
    (line(4, lat="nan"), "no point in degrees"),
    (line(5, name=""), "the name is empty"),
    (line("x6"), "x6"),
    (line(7, pop="many"), "many"),
    (line(99999999999), "out of range"),
]


def test_broken_rows_are_counted_and_skipped(tmp_path):
    dump = tmp_path / "XX.txt"
    dump.write_bytes(
        (line(100) + "".join(text for text, _ in BROKEN) + line(101)).encode() + b"\xff\xfe\t\n" + line(102).encode()
    )
    gazetteer, report = imported(tmp_path, dump)
    assert [gazetteer.by_id(id) is not None for id in (100, 101, 102)] == [True] * 3 and len(gazetteer) == 3
    assert report.broken == len(BROKEN) + 1 == len(report.complaints)
    for number, (complaint, (_, why)) in enumerate(zip(report.complaints, BROKEN, strict=False), 2):
        assert f"{dump}, line {number}: " in complaint and why in complaint


@pytest.mark.parametrize("text", [text for text, _ in BROKEN])
def test_strict_refuses_a_broken_row(tmp_path, text):
    dump = tmp_path / "XX.txt"
    dump.write_text(line(100) + text, "utf-8")
    with pytest.raises(FormatError, match="line 2"):
        imported(tmp_path, dump, strict=True)


def test_a_place_that_comes_twice_is_taken_once(tmp_path):
    dump = tmp_path / "XX.txt"
    dump.write_text(line(GRAYVORON, "Grayvoron again") + line(7), "utf-8")
    gazetteer, report = imported(tmp_path, DUMP, dump)
    assert report.repeated == 1 and gazetteer.by_id(GRAYVORON).name == "Grayvoron" and gazetteer.by_id(7)


def test_what_is_no_source_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("Dear all,\n")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "codes.txt").write_text("RU.09\tBelgorod Oblast\tBelgorod Oblast\t578071\n")
    two = zipfile.ZipFile(tmp_path / "two.zip", "w")
    two.writestr("a.txt", "x")
    two.writestr("b.txt", "x")
    two.close()
    for name, error, word in [
        ("notes.txt", FormatError, "no file of GeoNames"),
        ("empty.txt", FormatError, "no file of GeoNames"),
        ("broken.zip", SourceError, "broken zip"),
        ("two.zip", SourceError, "2 files of data"),
        ("missing.txt", SourceError, "no such file"),
        ("missing.csv", SourceError, "no such file"),
        ("codes.txt", UsageError, "none of the files holds places"),
    ]:
        with pytest.raises(error, match=word):
            Importer([tmp_path / name])


def test_a_cut_archive_is_refused(tmp_path):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("XX.txt", "".join(line(i, f"Qzorvuk {i * 7919 % 10007}") for i in range(1, 5000)))
    data = bytearray(whole.getvalue())
    data[5000:5400] = bytes(400)
    (tmp_path / "XX.zip").write_bytes(data)
    with pytest.raises(SourceError, match=r"XX\.zip"):
        imported(tmp_path, tmp_path / "XX.zip")


def test_every_file_of_geonames_is_known_by_its_first_line():
    assert file_kind("x", line()) == "places"
    assert file_kind("x", "1284819\t2994701\tru\tРок-Мелье\t\t\t\t\t\t\n") == "alternate names"
    assert file_kind("x", "AF.01.7052666\tMaywand District\tMaywand District\t7052666") == "division codes"
    assert file_kind("x", "6295630\t6255146\tADM") == file_kind("x", "6295630\t6255146") == "hierarchy"
    assert file_kind("x", "A.ADM1\tfirst-order administrative division\ta primary division") == "feature codes"
    assert file_kind("x", "name,lat,lon") is None


# Tables

CSV = "Name;Y;X;pop;country;admin1;aliases\nGora-Podol;50,45;35.65;3000;ru;Belgorod Oblast;Гора-Подол|Gora Podol\n\nDunaika;50.4;35.5;;RU;09;\n"


def test_a_table_with_usual_column_names(tmp_path):
    path = tmp_path / "villages.csv"
    path.write_text(CSV, "utf-8-sig")
    gazetteer, report = imported(tmp_path, path, bundled=True)
    place = gazetteer.search("Горе-Подоле")[0].place
    assert (place.id, place.name, place.lat, place.lon) == (
        "made:populated-place/Gora-Podol",
        "Gora-Podol",
        50.45,
        35.65,
    )
    assert (place.population, place.country, place.admin1, place.layer) == (3000, "RU", "Belgorod Oblast", "made")
    (dunaika,) = [c.place for c in gazetteer.search("Dunaika") if c.place.layer == "made"]
    assert dunaika.admin1 == "Belgorod Oblast"
    assert report.read["table"] == 2 and report.broken == 0


def test_columns_may_be_named(tmp_path):
    path = tmp_path / "villages.tsv"
    path.write_text("NAZVA\tSHYROTA\tDOVHOTA\tname\nQzorvuk\t50.4\t35.5\twrong\n", "utf-8")
    gazetteer, _ = imported(tmp_path, path, columns={"name": "nazva", "lat": "SHYROTA", "lon": "DOVHOTA"})
    assert gazetteer.search("Qzorvuk")[0].place.lat == 50.4
    with pytest.raises(UsageError, match=r"no column for lat.*--column lat=COLUMN"):
        imported(tmp_path / "2", path)
    with pytest.raises(UsageError, match="no column 'Breite'"):
        imported(tmp_path / "3", path, columns={"lat": "Breite"})
    with pytest.raises(UsageError, match="'latitude' is no field"):
        imported(tmp_path / "4", path, columns={"latitude": "SHYROTA"})


def test_namesakes_of_a_table_have_ids_of_their_own(tmp_path):
    path = tmp_path / "villages.csv"
    path.write_text("name,lat,lon\nQzorvuk,1,1\nQzorvuk,2,2\nQzorvuk,3,3\n")
    gazetteer, _ = imported(tmp_path, path)
    found = [c.place for c in gazetteer.search("Qzorvuk")]
    assert len({place.id for place in found}) == 3
    assert all(gazetteer.by_id(place.id) == place for place in found)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"name": "X", "lat": "north", "lon": 1}, "no latitude"),
        ({"name": "X", "lat": 91, "lon": 1}, "no latitude"),
        ({"name": "X", "lat": 1, "lon": ""}, "no longitude"),
        ({"name": " ", "lat": 1, "lon": 1}, "name is empty"),
        ({"name": "X", "lat": 1, "lon": 1, "country": "Russia"}, "no country"),
        ({"name": "X", "lat": 1, "lon": 1, "kind": "planet"}, "no kind"),
        ({"name": "X", "lat": 1, "lon": 1, "population": "-5"}, "no population"),
        ({"name": "X", "lat": 1, "lon": 1, "geonameid": "x"}, "no GeoNames id"),
    ],
)
def test_a_wrong_value_is_said(row, why):
    with pytest.raises(FormatError, match=why):
        table_row(row, columns_of(row, {}, "t"))


def test_geojson_points(tmp_path):
    path = tmp_path / "places.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":['
        '{"type":"Feature","properties":{"name":"Qzorvuk","population":12},"geometry":{"type":"Point","coordinates":[35.5,50.4,7]}},'
        '{"type":"Feature","properties":{"name":"Line"},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}},'
        '{"type":"Feature","properties":{"name":"Nothing"},"geometry":null}]}'
    )
    gazetteer, report = imported(tmp_path, path)
    assert (gazetteer.search("Qzorvuk")[0].place.lon, report.broken) == (35.5, 2)
    assert "not a LineString" in report.complaints[0]


def geopackage(path, srs=4326):
    """Write a GeoPackage with one point, by hand."""
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m)")
    database.execute("CREATE TABLE villages (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT, pop INTEGER)")
    database.execute("INSERT INTO gpkg_geometry_columns VALUES ('villages', 'geom', 'POINT', ?, 0, 0)", (srs,))
    blob = b"GP\x00\x01" + struct.pack("<i", srs) + struct.pack("<BIdd", 1, 1, 35.5, 50.4)
    database.execute("INSERT INTO villages VALUES (1, ?, 'Qzorvuk', 12)", (blob,))
    database.commit()
    database.close()
    return path


def test_geopackage_points(tmp_path):
    gazetteer, _ = imported(tmp_path, geopackage(tmp_path / "v.gpkg"))
    place = gazetteer.search("Qzorvuk")[0].place
    assert (place.lat, place.lon, place.population, place.id) == (50.4, 35.5, 12, "made:1")
    with pytest.raises(FormatError, match="EPSG:4326"):
        imported(tmp_path / "2", geopackage(tmp_path / "w.gpkg", srs=3857))


def test_shapefile_points(tmp_path):
    import shapefile

    with shapefile.Writer(str(tmp_path / "v.shp"), encoding="utf-8") as writer:
        writer.field("NAME", "C")
        writer.field("POP", "N")
        writer.point(35.5, 50.4)
        writer.record("Козорвук", 12)
    (tmp_path / "v.cpg").write_text("UTF-8")
    gazetteer, _ = imported(tmp_path, tmp_path / "v.shp")
    place = gazetteer.search("Козорвуке")[0].place
    assert (place.lat, place.lon, place.population) == (50.4, 35.5, 12)


def test_a_table_with_a_column_twice_is_refused(tmp_path):
    path = tmp_path / "v.csv"
    path.write_text("name,lat,lon,lat\nQzorvuk,50,35,51\n")
    with pytest.raises(FormatError, match="column 'lat' twice"):
        imported(tmp_path, path)


def test_a_short_row_is_broken_and_the_others_are_read(tmp_path):
    path = tmp_path / "v.csv"
    path.write_text("name,lat,lon,pop\nShort,1\nQzorvuk,50,35\nLong,1,2,3,4\nTrailing,1,2,3,,\n")
    gazetteer, report = imported(tmp_path, path)
    assert len(gazetteer) == 2 and report.broken == 2
    assert "row 2: " in report.complaints[0] and "row 4: " in report.complaints[1]


def test_the_point_of_a_feature_beats_its_properties_and_each_feature_has_its_own(tmp_path):
    path = tmp_path / "v.geojsonl"
    feature = '{"type":"Feature","properties":%s,"geometry":{"type":"Point","coordinates":[35,50]}}'
    properties = [
        '{"note":"nameless"}',
        '{"NAME":"Qzorvuk","LAT":10,"Lon":20}',
        '{"name":"Betagrad","population":5000,"alternates":["Betagorod"]}',
    ]
    path.write_text("\n".join(feature % one for one in properties))
    gazetteer, report = imported(tmp_path, path)
    assert gazetteer.search("Qzorvuk")[0].place.lat == 50 and report.broken == 1
    beta = gazetteer.search("Betagorod")[0]
    assert (beta.place.name, beta.place.population, beta.match) == ("Betagrad", 5000, "alternate")


def test_control_characters_do_not_get_into_names(tmp_path):
    dump = tmp_path / "XX.txt"
    dump.write_bytes(line(1, "Qzor\x1b[31mvuk", others="Other\x07name").encode())
    gazetteer, _ = imported(tmp_path, dump)
    assert gazetteer.by_id(1).name == "Qzor [31mvuk"
    assert gazetteer.search("Other name")[0].match == "alternate"


def test_a_broken_line_is_named_by_its_number_whatever_was_left_out(tmp_path):
    dump = tmp_path / "XX.txt"
    dump.write_text(line(1, cls="H") * 3 + line(2) + line(3, pop="99999999999"))
    _, report = imported(tmp_path, dump, classes={"P"})
    assert "line 5:" in report.complaints[0]


def test_a_gazetteer_of_another_layout_is_refused(tmp_path):
    from geoloc.errors import DataError
    from geoloc.gazetteer.layout import LAYOUT

    imported(tmp_path, DUMP)
    meta = tmp_path / "made" / "meta.json"
    meta.write_text(meta.read_text("utf-8").replace(f'"layout": {LAYOUT}', '"layout": 0'), "utf-8")
    with pytest.raises(DataError, match=f"layout 0 instead of {LAYOUT}"):
        Gazetteer.open(tmp_path / "made")
    for text in ("[]", "{"):
        meta.write_text(text)
        with pytest.raises(DataError, match="import it again"):
            Gazetteer.open(tmp_path / "made")
