import pytest
from hypothesis import given
from hypothesis import strategies as st

import geoloc
from geoloc.errors import FormatError, SourceError
from geoloc.reading import detect_language, document_from_record

RUSSIAN = "Обстреляно село Козинка в Белгородской области, сообщил губернатор. Пострадавших нет, повреждены дома."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1251", "koi8-r"])
def test_russian_text_is_read_in_the_usual_encodings(tmp_path, encoding):
    path = tmp_path / "article.txt"
    path.write_bytes(RUSSIAN.encode(encoding))
    document = geoloc.read(path)
    assert document.text == RUSSIAN
    assert document.source == str(path)


def test_western_text_is_read_as_windows_1252():
    assert geoloc.read("Das Dorf liegt in Österreich, nahe bei Graz, an der Mur.".encode("cp1252")).text.count("Ö") == 1


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cc"])))
def test_any_utf8_text_comes_back_unchanged(text):
    try:
        document = geoloc.read(text.encode())
    except SourceError as error:
        assert " is " in str(error)
    else:
        assert document.text == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (bytes(range(256)) * 20, "binary"),
        (b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"/>', "XML .kml"),
        (b"{\\rtf1 Kyiv}", "RTF"),
        (b'{"id": 1, "text": "Kyiv"}', "JSON"),
    ],
)
def test_what_is_not_text_is_refused_by_its_name(data, what):
    with pytest.raises(SourceError, match=what) as caught:
        geoloc.read(data)
    assert isinstance(caught.value, OSError)
    assert "\n" not in str(caught.value)


def test_missing_file_folder_and_bad_path_are_one_line_errors(tmp_path):
    for source in (tmp_path / "none.txt", tmp_path, "bad\0name"):
        with pytest.raises(SourceError) as caught:
            geoloc.read(source)
        assert "\n" not in str(caught.value)


def test_empty_file_is_an_empty_document(tmp_path):
    path = tmp_path / "empty.txt"
    path.touch()
    assert geoloc.read(path).text == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (RUSSIAN, "ru"),
        ("Уночі обстріляли село на Сумщині, є поранені, повідомили в області.", "uk"),
        ("The village was hit by drones on Monday, and two people were hurt.", "en"),
        ("Das Dorf liegt an der Grenze und ist mit dem Bus zu erreichen.", "de"),
        ("Le village est situé dans les montagnes, près de la frontière.", "fr"),
        ("El pueblo se encuentra en la frontera con las montañas de la región.", "es"),
        ("Wieś leży na granicy i nie ma w niej szkoły, która jest w mieście.", "pl"),
        ("123 456", None),
        ("", None),
    ],
)
def test_language(text, language):
    assert detect_language(text) == language


def test_record_becomes_a_document():
    document = document_from_record({"id": 7, "text": "Kyiv", "source": "Daily", "lang": "en", "spans": [[0, 4]]})
    assert (document.id, document.outlet, document.source, document.spans) == (7, "Daily", None, None)
    assert document_from_record({"text": "Kyiv", "spans": [[0, 4]]}, given_spans=True).spans == ((0, 4),)
    assert document_from_record({"text": "Kyiv"}, given_spans=True).spans is None


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"text": 5},
        {"text": None},
        {"text": "Kyiv", "title": 5},
        {"text": "Kyiv", "spans": [[0, 5]]},
        {"text": "Kyiv", "spans": [[2, 2]]},
        {"text": "Kyiv", "spans": [[-1, 2]]},
        {"text": "Kyiv", "spans": [[True, 2]]},
        {"text": "Kyiv", "spans": "0-4"},
        ["Kyiv"],
    ],
)
def test_bad_records_are_refused(record):
    with pytest.raises(FormatError):
        document_from_record(record, given_spans=True)


@pytest.mark.parametrize(
    "text", ["[[File:x.jpg]] Kozinka was shelled.", "<3 from Kyiv", "{not json} in Kyiv", "[1] Kyiv"]
)
def test_text_with_brackets_is_text(text):
    assert geoloc.read(text.encode()).text == text
