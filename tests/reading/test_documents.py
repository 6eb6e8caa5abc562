"""Every kind of document: known by its content, its words without its markup, its headline, date and publisher."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

import geoloc
from geoloc.errors import FormatError, SourceError
from geoloc.reading import limits
from geoloc.reading.kinds import documents_of

LINES = ("Shelling hit Kozinka on Monday.", "People left Graivoron for Belgorod.")


def archive(members: dict[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return stream.getvalue()


def docx(body: str, title: str = "Raid") -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
            "docProps/core.xml": '<cp:coreProperties xmlns:cp="u" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{title}</dc:title></cp:coreProperties>",
        }
    )


def odt(body: str) -> bytes:
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><o:text>'
            f"{body}</o:text></o:body></o:document-content>",
            "meta.xml": '<o:document-meta xmlns:o="u" xmlns:dc="d"><dc:title>Raid</dc:title>'
            "<dc:date>2023-05-22</dc:date></o:document-meta>",
        }
    )


def epub(*chapters: str) -> bytes:
    items = "".join(f'<item id="c{n}" href="text/c%20{n}.xhtml"/>' for n, _ in enumerate(chapters))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in reversed(range(len(chapters))))
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="u"><rootfiles><rootfile full-path="OPS/book.opf"/>'
            "</rootfiles></container>",
            "OPS/book.opf": '<package xmlns="p" xmlns:dc="d"><metadata><dc:title>Border Towns</dc:title>'
            "<dc:publisher>A Press</dc:publisher><dc:date>2021</dc:date></metadata>"
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
            **{f"OPS/text/c {n}.xhtml": f"<html><body>{chapter}</body></html>" for n, chapter in enumerate(chapters)},
        }
    )


def pdf(*lines: str, title: str = "Raid") -> bytes:
    """One page of Helvetica; an empty page without lines."""
    shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
    stream = f"BT /F1 11 Tf 72 720 Td {shown}ET".encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        f"<</Title({title})/CreationDate(D:20230522100000Z)>>".encode(),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


TEXT = "\n".join(LINES)

PAGE = """<!DOCTYPE html><html><head><title>Raid near Graivoron | The Daily</title>
<meta property="og:title" content="Raid near Graivoron"><meta property="og:site_name" content="The Daily">
<meta property="article:published_time" content="2023-05-22T10:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/l">London letters</a></nav>
<article><h1>Raid near Graivoron</h1><p class="dateline">KYIV, Ukraine (AP) —</p>
<p>Shelling hit the village of <a href="/k">Kozinka</a> on Monday, the governor of the region said, and people there went
down to the cellars. Nothing else was known by the evening of that day.</p>
<p>Buses took families from the town to Belgorod, where the city opened three schools &amp; a gymnasium for them, as it had
done in the spring.</p><table><tr><td>Sumy</td><td>12</td></tr></table></article>
<aside>Most read: A weekend in Paris</aside><footer>Contact us in Berlin</footer>
<script>var city = "Madrid";</script></body></html>"""

MAIL = b"""Received: by mail.example.org; Mon, 22 May 2023 10:00:01 +0000\r
From: Border Desk <desk@example.org>\r
To: all@example.org\r
Subject: =?utf-8?b?UmFpZCBvbiBHcmFpdm9yb24=?=\r
Date: Mon, 22 May 2023 10:00:00 +0000\r
Message-ID: <1@example.org>\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary=x\r
\r
--x\r
Content-Type: text/plain; charset=koi8-r\r
Content-Transfer-Encoding: 8bit\r
\r
""" + "Обстреляна Козинка.\r\n".encode("koi8-r") + b"""--x\r
Content-Type: text/html\r
\r
<p>Madrid</p>\r
--x--\r
"""  # fmt: skip

RSS = b"""<?xml version="1.0" encoding="windows-1252"?><rss version="2.0" xmlns:content="c"><channel><title>The Daily</title>
<item><title>Raid &amp;amp; fire</title><link>https://example.org/1</link><pubDate>Mon, 22 May 2023 10:00:00 GMT</pubDate>
<description>short</description><content:encoded><![CDATA[<p>Shelling hit <b>Kozinka</b>.</p><script>Madrid</script>]]>
</content:encoded></item>
<item><guid>two</guid><description>Caf\xe9 in Sumy</description></item></channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>The Daily</title><entry><id>urn:1</id><title>Raid</title>
<updated>2023-05-22</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">In <i>Sumy</i>.</div></content>
</entry></feed>"""

MARKDOWN = """---
title: "Raid"
date: 2023-05-22
---
# Raid near [Graivoron](https://example.org/paris)

Shelling hit **Koz**inka
on Monday. ![Madrid](madrid.png)

```
cd London
```

- Sumy

<div class="x">Belgorod<script>Rome</script></div>
"""

SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Shelling hit</i>\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n{\\an8}Kozinka.\r\n"
VTT = "WEBVTT - raid\n\nNOTE Madrid\n\nSTYLE\n::cue {}\n\nx\n00:01.000 --> 00:02.500 align:start\n<v Anna>In Sumy &amp; near it\n"

DOCX = (
    "<w:p><w:r><w:t>Shelling hit </w:t></w:r><w:r><w:t>Koz</w:t></w:r><w:del><w:r><w:delText>Madrid</w:delText></w:r></w:del>"
    "<w:r><w:t>inka</w:t></w:r><w:r><w:t xml:space='preserve'> on Monday.</w:t></w:r></w:p>"
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Sumy</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)
ODT = (
    "<t:h>Raid</t:h><t:p>Shelling hit <t:span>Koz</t:span>inka<t:s/>on Monday."
    "<o:annotation><t:p>Madrid</t:p></o:annotation></t:p>"
)


def read(data: str | bytes, **options: str) -> geoloc.Document:
    return geoloc.read(data.encode() if isinstance(data, str) else data, **options)


def test_web_page_is_the_article_with_headline_date_outlet_and_dateline():
    document = read(PAGE)
    assert (document.title, document.date, document.outlet) == ("Raid near Graivoron", "2023-05-22", "The Daily")
    assert document.text.startswith("Raid near Graivoron\n")
    for word in ("KYIV, Ukraine (AP)", "village of Kozinka on Monday", "schools & a gymnasium", "Sumy, 12"):
        assert word in document.text
    for word in ("London", "Paris", "Berlin", "Madrid", "<", "&amp;", "|"):
        assert word not in document.text


@pytest.mark.parametrize(
    "html",
    [
        "<p>Shelling hit Kozinka.</p>",
        "<!-- x --><div class='a'><p>Shelling hit Kozinka.</p></div>",
        "<h1>Shelling hit Kozinka.",
    ],
)
def test_a_piece_of_html_gives_its_text(html):
    assert read(html).text.rstrip(".") == "Shelling hit Kozinka"


def test_the_address_of_a_page_tells_what_the_page_does_not():
    words = "<p>Shelling hit the village of Kozinka on Monday, the governor of the region said in the evening.</p>" * 3
    documents = documents_of(f"<html><body>{words}</body></html>".encode(), "https://news.example.org/2023/05/22/raid")
    assert [(document.outlet, document.date) for document in documents] == [("news.example.org", "2023-05-22")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<!-- x -->\n" * 500 + "<div><p>Kozinka</p></div>", "Kozinka"),
        ("<!doctype x " + "[]" * 500, "<!doctype x"),
        ("<!doctype x [<!ELEMENT a>" + "[]" * 500 + " Kozinka", "Kozinka"),
        ("<? x ?>" * 500 + "<p>Kozinka</p>", "Kozinka"),
    ],
)
def test_a_long_prolog_is_read_in_one_go(text, words):
    """With patterns that try all ways these would take longer than the world lasts."""
    assert words in read(text).text


@pytest.mark.parametrize(
    "text",
    ["<Kozinka> was hit.", "<nick> hello\n<other> Kozinka is quiet", "<war-torn> Kozinka", "<kozinka/> was hit < Sumy"],
)
def test_words_in_angle_brackets_are_no_xml(text):
    assert read(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "<Note>Kozinka</note >",
        '<kml xmlns="u">Kozinka',
        "<x/>\n",
        '<w:document xmlns:w="u"><w:p>',
        "<?xml version='1.0'?><a.b>",
    ],
)
def test_elements_are_xml(text):
    with pytest.raises(SourceError, match="is XML"):
        read(text)


def test_elements_with_a_hyphen_are_html():
    assert read("<my-story><p>Kozinka</p></my-story>").text == "Kozinka"


def test_html_that_begins_with_words():
    assert (
        read("Raid: <p>Shelling hit <a href='/x'>Kozinka</a>.</p><p>Sumy</p>").text
        == "Raid:\n\nShelling hit Kozinka.\n\nSumy"
    )
    assert read("In HTML the sign </p> ends a paragraph, in Kyiv too.").text.startswith("In HTML the sign </p>")


def test_html_in_a_declared_code_page():
    page = '<html><head><meta charset="koi8-u"></head><body><p>Обстріляно Козинку та Їжаківку.</p></body></html>'
    assert read(page.encode("koi8-u")).text == "Обстріляно Козинку та Їжаківку."


def test_markdown_loses_its_signs_and_link_targets():
    document = read(MARKDOWN)
    assert document.text == "Raid near Graivoron\n\nShelling hit Kozinka on Monday.\n\nSumy\n\nBelgorod"
    assert (document.title, document.date) == ("Raid", "2023-05-22")


def test_markdown_by_its_extension(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("Shelling *hit* Kozinka_1.")
    assert geoloc.read(path).text == "Shelling hit Kozinka_1."
    assert geoloc.read(path.read_bytes()).text == "Shelling *hit* Kozinka_1."


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (docx(DOCX), "Shelling hit Kozinka on Monday.\n\nSumy"),
        (odt(ODT), "Raid\n\nShelling hit Kozinka on Monday."),
        (epub("<p>Sumy</p>", "<h1>One</h1><p>Koz<i>inka</i></p>"), "Border Towns\n\nOne\n\nKozinka\n\nSumy"),
        (pdf(*LINES), TEXT.replace("\n", "\n\n")),
        (SRT.encode(), "Shelling hit Kozinka."),
        (SRT.replace("\r", "").encode("utf-16"), "Shelling hit Kozinka."),
        (VTT.encode(), "In Sumy & near it"),
    ],
    ids=["docx", "odt", "epub", "pdf", "srt", "srt-utf16", "vtt"],
)
def test_the_text_of_a_document(data, text):
    assert read(data).text == text
    assert read(gzip.compress(data)).text == text
    assert read(zstandard.compress(data)).text == text


def test_facts_of_documents():
    assert read(docx(DOCX)).title == "Raid"
    assert (read(odt(ODT)).title, read(odt(ODT)).date) == ("Raid", "2023-05-22")
    assert (read(pdf("Kyiv")).title, read(pdf("Kyiv")).date) == ("Raid", "2023-05-22")
    assert (read(epub("Kyiv")).outlet, read(epub("Kyiv")).date) == ("A Press", "2021")


def test_lines_of_a_pdf_are_joined():
    document = read(
        pdf(
            "Shelling hit the village of Velyka",
            "Pysarivka and the town of Gray-",
            "voron on Monday.",
            "Sumy was quiet.",
        )
    )
    assert (
        document.text
        == "Shelling hit the village of Velyka Pysarivka and the town of Grayvoron on Monday.\n\nSumy was quiet."
    )


def test_mail():
    document = read(MAIL)
    assert document.text == "Raid on Graivoron\n\nОбстреляна Козинка."
    assert (document.title, document.outlet) == ("Raid on Graivoron", "Border Desk")
    assert (document.date, document.id) == ("2023-05-22T10:00:00+00:00", "<1@example.org>")


def test_mail_with_an_unknown_charset_and_odd_headers():
    mail = b"From: =?bogus?q?x\nDate: soon\nMessage-ID: <>\nSubject: Raid\nContent-Type: text/plain; charset=klingon\n\nIn Sumy."
    assert read(mail).text == "Raid\n\nIn Sumy."


def test_mailbox():
    box = b"From desk Mon May 22 10:00:00 2023\r\n" + MAIL + b"\r\n\r\nFrom desk Mon May 22 10:00:00 2023\r\n"
    box += MAIL.replace(b"<1@", b"<2@").replace(b"--x--", b"--x--\r\n>From Sumy")
    documents = list(geoloc.read_all(box))
    assert [document.id for document in documents] == ["<1@example.org>", "<2@example.org>"]
    with pytest.raises(SourceError, match="several documents"):
        geoloc.read(box)


def nested_mail(depth: int) -> bytes:
    head = (
        b"From: a@example.org\nDate: Mon, 22 May 2023 10:00:00 +0000\nMessage-ID: <deep@example.org>\nSubject: Raid\n"
    )
    return head + b"Content-Type: message/rfc822\n\n" * depth + b"\nIn Sumy."


def test_messages_nested_too_deeply_are_refused_alone(caplog):
    assert "In Sumy." in read(nested_mail(3)).text
    with pytest.raises(SourceError, match="nested too deeply") as caught:
        read(nested_mail(3000))
    assert "\n" not in str(caught.value)
    start = b"From desk Mon May 22 10:00:00 2023\n"
    box = [start + mail for mail in (nested_mail(3000), MAIL, nested_mail(3000))]
    assert [document.id for document in geoloc.read_all(b"\n\n".join(box))] == ["<1@example.org>"]
    assert ["message 1 " in message or "message 3 " in message for message in caplog.messages] == [True, True]
    with pytest.raises(SourceError, match="message 1 has parts nested"):
        list(geoloc.read_all(b"\n\n".join((box[0], box[2]))))


def test_an_article_that_begins_like_mail_is_an_article():
    for text in ("From Kyiv\n\nIt was quiet.", "From: Kyiv\nTo: Sumy\n\nA road.", "Date: 22 May\n\nKozinka"):
        assert read(text).text == text


def test_feeds():
    first, second = geoloc.read_all(RSS)
    assert (first.text, first.title, first.outlet) == (
        "Raid & fire\n\nShelling hit Kozinka.",
        "Raid & fire",
        "The Daily",
    )
    assert (first.id, first.date) == ("https://example.org/1", "2023-05-22T10:00:00+00:00")
    assert (second.text, second.id, second.title) == ("Café in Sumy", "two", None)
    (entry,) = geoloc.read_all(ATOM.encode())
    assert (entry.text, entry.id, entry.date) == ("Raid\n\nIn Sumy.", "urn:1", "2023-05-22")
    assert list(geoloc.read_all(b"<rss><channel/></rss>")) == []


def test_media_and_excerpts_of_a_feed_are_no_content():
    feed = """<rss xmlns:media="http://search.yahoo.com/mrss/" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
      xmlns:c="http://purl.org/rss/1.0/modules/content/"><channel>
      <item><media:title>Madrid</media:title><title>Raid</title><media:content url="a.jpg"><media:credit>Paris</media:credit>
      </media:content><media:description>Rome</media:description><description>In Sumy.</description></item>
      <item><excerpt:encoded>Rome</excerpt:encoded><description>Paris</description><c:encoded>Kozinka</c:encoded></item>
      </channel></rss>"""
    assert [document.text for document in geoloc.read_all(feed.encode())] == ["Raid\n\nIn Sumy.", "Kozinka"]
    undeclared = "<rss><channel><item><content:encoded>Kozinka</content:encoded></item></channel></rss>"
    assert [document.text for document in geoloc.read_all(undeclared.encode())] == ["Kozinka"]


@pytest.mark.parametrize(
    "data",
    [
        json.dumps([{"body": TEXT, "id": 7, "source": "The Daily"}, {"body": ""}]),
        json.dumps({"body": TEXT, "id": 7, "source": "The Daily"}) + '\n\n{"body": ""}\n',
        f'id,body,source\r\n7,"{TEXT}",The Daily\r\n8,,\r\n',
        f'\ufeffid;body;source\n7;"{TEXT}";The Daily\n8;;\n',
    ],
    ids=["json", "jsonl", "csv", "excel-csv"],
)
def test_records_with_a_named_field(data):
    first, second = geoloc.read_all(data.encode(), text_field="body")
    assert (first.text, str(first.id), first.outlet, second.text) == (TEXT, "7", "The Daily", "")


def test_unusual_facts_of_records_do_not_stop_a_file():
    records = [
        {"body": "Sumy", "title": 5, "date": 1684749600, "source": {"id": None, "name": "The Daily"}, "lang": "en"},
        {"body": "Kyiv", "title": ["a"], "date": {"year": 2023}, "source": {"name": None}, "lang": True},
    ]
    first, second = geoloc.read_all(json.dumps(records).encode(), text_field="body")
    assert (first.title, first.date, first.outlet, first.language) == ("5", "1684749600", "The Daily", "en")
    assert (second.title, second.date, second.outlet, second.language) == (None, None, None, None)
    (named,) = geoloc.read_all(b'{"title": "Sumy", "text": 7}', text_field="title")
    assert named.text == "Sumy"


def test_only_line_feeds_part_records():
    odd = "Sumy\u2028Kozinka\u2029Belgorod\x85Kyiv"
    data = f'{{"body": "{odd}"}}\r\n\r\n{{"body": "Kyiv"}}\r\n'
    assert [document.text for document in geoloc.read_all(data.encode(), text_field="body")] == [odd, "Kyiv"]
    with pytest.raises(FormatError, match="line 3"):
        list(geoloc.read_all(data.replace('"Kyiv"}', '"Kyiv"').encode(), text_field="body"))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ('{"id": 1, "text": "Kyiv"}', "no .body."),
        ("[1]", "record 1: a record must be"),
        ("<rss/>", "neither JSON nor CSV"),
        ('{"body": "a"}\n{"body": }', "line 2"),
        ("id,text\n1,Kyiv", "its columns are id, text"),
        ('id,body\n1,"Kyiv', "not CSV"),
    ],
)
def test_records_that_are_wrong(data, error):
    with pytest.raises((SourceError, FormatError), match=error):
        list(geoloc.read_all(data.encode(), text_field="body"))


def test_a_table_without_a_named_field_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,Kyiv\n")
    with pytest.raises(SourceError, match="--text-field"):
        geoloc.read(path)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (archive({"a.txt": "Kyiv"}), "ZIP archive"),
        (archive({"xl/workbook.xml": "<x/>"}), "spreadsheet"),
        (archive({"word/document.xml": "<w:p"}), "damaged XML"),
        (docx(DOCX)[:200], "damaged"),
        (b"PK\x03\x04rest", "damaged"),
        (b"%PDF-1.7\n...", "PDF that is damaged"),
        (pdf(), "OCR"),
        (gzip.compress(b"Kyiv" * 1000)[:-20], "damaged gzip"),
        (zstandard.compress(b"Kyiv" * 1000)[:8] + b"xxxx", "damaged Zstandard"),
    ],
)
def test_damaged_documents_are_one_line_errors(data, error):
    with pytest.raises(SourceError, match=error) as caught:
        read(data)
    assert "\n" not in str(caught.value)


def test_zstandard_with_a_missing_end_is_refused_and_several_frames_are_joined():
    text = " ".join(f"Sumy {n}, Kozinka {n * n}." for n in range(20_000))
    data = zstandard.compress(text.encode())
    assert len(data) > 5000
    assert read(data).text == text
    assert read(data + zstandard.compress(b" Kyiv")).text == f"{text} Kyiv"
    for cut in (data[:-1], data[: len(data) // 2], data[:6], data + zstandard.compress(b" Kyiv")[:-2]):
        with pytest.raises(SourceError, match="damaged Zstandard") as caught:
            read(cut)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_members_of_any_packing_are_one_line_errors(packing):
    data = bytearray(archive({"word/document.xml": "<w>Kozinka and Sumy, Sumy and Kozinka</w>" * 50}, packing))
    start = 30 + len("word/document.xml") + 9
    data[start : start + 40] = b"\xff" * 40
    with pytest.raises(SourceError, match="damaged") as caught:
        read(bytes(data))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "bomb",
    [
        gzip.compress(b" " * 3_000_000),
        zstandard.compress(b" " * 3_000_000),
        docx(" " * 3_000_000),
        gzip.compress(gzip.compress(b" " * 3_000_000)),
    ],
    ids=["gzip", "zstd", "docx", "gzip-gzip"],
)
def test_bombs_do_not_fill_the_memory(bomb, monkeypatch):
    for module in ("compression", "archives"):
        monkeypatch.setattr(f"geoloc.reading.{module}.MOST_BYTES", 1_000_000)
    assert len(bomb) < 20_000
    with pytest.raises(SourceError, match="MB"):
        read(bomb)
    assert limits.MOST_BYTES == 50_000_000


def test_a_small_archive_of_countless_elements_is_refused_before_it_is_parsed(monkeypatch):
    def only_small(data: bytes, label: str) -> None:
        assert len(data) < 1000, label

    many = docx("<w:p/>" * 2_100_000)
    stored = archive({"word/document.xml": "<w>" + "<p/>" * 2_100_000 + "</w>"}, zipfile.ZIP_STORED)
    assert len(many) < 50_000
    monkeypatch.setattr("geoloc.reading.archives.parse_xml", only_small)
    for data, error in ((many, "100-fold"), (stored, "2,000,000 tags")):
        with pytest.raises(SourceError, match=error) as caught:
            read(data)
        assert "\n" not in str(caught.value)


def test_a_long_document_with_much_the_same_in_it_is_read():
    assert read(docx("<w:p><w:r><w:t>Kozinka was quiet.</w:t></w:r></w:p>" * 10_000)).text.count("Kozinka") == 10_000


def test_entities_are_not_expanded_and_files_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("Madrid")
    attack = f'<!DOCTYPE x [<!ENTITY a "Madrid"><!ENTITY b SYSTEM "{secret.as_uri()}">]>'
    feed = f"<?xml version='1.0'?>{attack}<rss><channel><item><description>&a;&b; in Sumy</description></item></channel></rss>"
    for document in geoloc.read_all(feed.encode()):
        assert "Madrid" not in document.text
    word = docx(DOCX + "<w:p><w:r><w:t>&a;&b;</w:t></w:r></w:p>")
    assert word  # the entity is not declared there, so it is damaged XML and not a read file
    with pytest.raises(SourceError, match="damaged"):
        read(word)


def test_deep_nesting_does_not_exhaust_the_stack():
    assert "Kozinka" in read("<div>" * 5000 + "Shelling hit Kozinka.").text


def test_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pypdfium2", None)
    with pytest.raises(SourceError, match=r"pip install 'geoloc\[documents\]'"):
        read(pdf("Kyiv"))


def test_offsets_count_in_the_text_that_is_shown(geoparser):
    result = geoparser.parse(read(PAGE))
    assert {"Kozinka", "Belgorod"} <= {mention.text for mention in result.mentions}
    for mention in result.mentions:
        assert result.document.text[mention.start : mention.end] == mention.text


_STARTS = [b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd", b"<?xml version='1.0'?>", b"<rss>", b"<p>",
           b"From a\nFrom: b\n", b"Message-ID: <1>\nFrom: a\nSubject: ", b"WEBVTT\n", b"---\n# a\n[b](/c)\n", b"[{\"text\": ",
           docx(DOCX)[:400], epub("<p>x</p>")[:300], pdf("Kyiv")[:300]]  # fmt: skip


@given(st.sampled_from(_STARTS), st.binary(max_size=200), st.sampled_from([None, "text"]))
def test_whatever_the_bytes_there_is_a_document_or_an_error_of_one_line(start, rest, field):
    try:
        for document in geoloc.read_all(start + rest, text_field=field):
            assert isinstance(document.text, str)
    except (SourceError, FormatError) as error:
        assert "\n" not in str(error)


_WHOLE = [docx(DOCX), odt(ODT), epub("<p>Sumy</p>", "<p>Kozinka</p>"), pdf(*LINES), MAIL, RSS, ATOM.encode(), PAGE.encode(),
          MARKDOWN.encode(), gzip.compress(PAGE.encode()), zstandard.compress(VTT.encode())]  # fmt: skip


@given(
    st.sampled_from(_WHOLE), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=3), st.integers(0, 40)), max_size=8)
)
def test_a_document_with_holes_is_read_or_refused_in_one_line(whole, holes):
    data = bytearray(whole)
    for share, new, length in holes:
        at = int(share * len(data))
        data[at : at + length] = new
    try:
        for document in geoloc.read_all(bytes(data)):
            assert isinstance(document.text, str)
    except (SourceError, FormatError) as error:
        assert "\n" not in str(error)
