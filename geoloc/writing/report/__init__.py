"""html: one page that works offline, with the article, a map and a table that point at each other.

The page is whole without scripts: article and table are plain HTML, and `report.js` adds the map (Leaflet), sorting and
selection. It loads nothing: its policy (CSP) allows its own two scripts and its own styles, by their hashes. What
comes from the article is escaped here, or set as text by the script.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from geoloc._data import data_path
from geoloc.errors import DataError
from geoloc.model import Result
from geoloc.writing.mapview import MapView, map_view
from geoloc.writing.options import OSM_TILES, WriteOptions
from geoloc.writing.report.article import article_html
from geoloc.writing.report.escaping import embedded_json, escaped
from geoloc.writing.report.mapdata import map_data
from geoloc.writing.report.rows import table_html
from geoloc.writing.table import format_km, mainly_about

_HERE = Path(__file__).parent


def render_html(results: Iterable[Result], options: WriteOptions) -> Iterator[str]:
    """Yield the page, in a few pieces."""
    results = list(results)
    view = map_view(results, options)
    style = _file(data_path("leaflet", "leaflet.css")) + _file(_HERE / "report.css")
    scripts = [_file(data_path("leaflet", "leaflet.js")), _file(_HERE / "report.js")]
    tiles = OSM_TILES if options.tiles == "osm" else options.tiles
    title = _title(results)
    yield "<!doctype html>\n"
    yield f'<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escaped(title)}</title>\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escaped(_policy(style, scripts, tiles))}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="generator" content="geoloc"><meta name="color-scheme" content="light dark">\n'
    yield f"<style>{style}</style>\n</head>\n<body>\n"
    yield _head(title, results, view)
    yield '<main>\n<section class="text" aria-label="Text">\n'
    yield from (article_html(result, number, options, len(results) > 1) for number, result in enumerate(results))
    yield "</section>\n"
    yield from _side(results, options)
    yield "</main>\n"
    yield _foot(results)
    yield f'<script type="application/json" id="data">{embedded_json(map_data(results, view, tiles))}</script>\n'
    yield from (f"<script>{script}</script>\n" for script in scripts)
    yield "</body>\n</html>\n"


def _policy(style: str, scripts: Sequence[str], tiles: str | None) -> str:
    images = "data:"
    if tiles:
        parts = urlsplit(tiles)
        images += f" {parts.scheme}://{parts.netloc.replace('{s}', '*')}"
    return (
        f"default-src 'none'; script-src {' '.join(map(_hash, scripts))}; style-src {_hash(style)}; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path}: a part of the report cannot be read ({error}); reinstall geoloc") from error


def _title(results: Sequence[Result]) -> str:
    if len(results) != 1:
        return f"{len(results)} documents"
    document = results[0].document
    return document.title or (document.source if document.source not in (None, "-") else None) or "Places in a text"


def _head(title: str, results: Sequence[Result], view: MapView) -> str:
    facts: list[str] = []
    if len(results) == 1:
        document = results[0].document
        source = document.source if document.source not in (title, "-") else None
        facts = [str(fact) for fact in (document.outlet, document.date, source) if fact]
    places = len({pin.key for pin in view.pins})
    facts.append(f"{places} place{'' if places == 1 else 's'}")
    if len(results) == 1 and (about := mainly_about(results[0])):
        facts.append(about)
    lines = [f'<header>\n<div><h1 dir="auto">{escaped(title)}</h1>\n<p>{" · ".join(map(escaped, facts))}</p></div>']
    measured = [pin for pin in view.pins if pin.place.border]
    if measured:
        nearest = min(measured, key=lambda pin: pin.place.border.distance_km if pin.place.border else 0.0)
        relation = nearest.place.border
        assert relation is not None
        border = results[nearest.document].border
        lines.append(
            f'<p class="lead">Nearest to the border <b>{escaped(border.name if border else "")}</b>: '
            f'<a href="#p{nearest.key}" data-p="{nearest.key}">{escaped(nearest.name)}</a>, '
            f"<b>{format_km(relation.distance_km, relation.uncertainty_km)}</b></p>"
        )
    lines.append('<button id="theme" type="button" hidden>Dark</button></header>\n')
    return "\n".join(lines)


def _side(results: Sequence[Result], options: WriteOptions) -> Iterator[str]:
    measured = any(result.border for result in results)
    near = '<option value="near">within 25 km of the border</option>' if measured else ""
    yield (
        '<section class="side">\n<div id="map" role="region" aria-label="Map; the table below says the same in words">'
        "<noscript>The map needs JavaScript; the table has everything that it shows.</noscript></div>\n"
        '<div id="said" role="status" aria-live="polite" class="unseen"></div>\n'
    )
    yield (
        '<form class="tools" role="search" aria-label="Filter the table" hidden>'
        '<label>Find <input id="find" type="search" autocomplete="off" placeholder="a name, a region"></label>'
        '<label>Show <select id="which">'
        f'<option value="all">everything</option>{near}<option value="unsure">unsure only</option>'
        '<option value="open">not resolved</option></select></label>'
        '<output id="count"></output></form>\n'
    )
    yield table_html(results, options)
    yield "</section>\n"


def _foot(results: Sequence[Result]) -> str:
    from geoloc import __version__
    from geoloc.borders import about
    from geoloc.gazetteer import Gazetteer

    borders = {result.border.id: result.border for result in results if result.border}
    chosen = ", ".join(f"{escaped(border.name)} ({escaped(border.id)})" for border in borders.values()) or "none"
    if any(border.chosen == "auto" for border in borders.values()):
        chosen += ", chosen by the places that the text names"
    return f"""<footer>
<details><summary>How to read this</summary>
<p>Found by machine (geoloc {escaped(__version__)}) and not checked by a person. Confidence is the estimated probability
that a place is within 161 km of the one that is meant. Names that were recognised and not found are listed too.</p>
<p>Border: {chosen}. Distances are geodesic (WGS 84), from the point that the gazetteer gives for a place to the nearest
point of the line; a region or country has the span from its nearest to its farthest point. Where the polygons of
several countries hold a point, all are named: a claim of theirs, not a judgement of ours.</p>
</details>
<p>Places: {escaped(Gazetteer.open().about["attribution"])}. Borders: {escaped(about()["attribution"])}.
Land: Natural Earth, public domain. Map: Leaflet 1.9.4, BSD 2-Clause.</p>
</footer>
"""
