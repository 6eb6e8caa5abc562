"""kml (OGC 2.3) and gpx (1.1): places for Google Earth, QGIS and hand-held receivers.

Text from articles is escaped, and what XML 1.0 cannot hold becomes U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from geoloc.model import Result
from geoloc.writing.jsonout import well_formed
from geoloc.writing.mapview import BorderLine, MapView, cut_line, map_view
from geoloc.writing.options import WriteOptions
from geoloc.writing.records import FlatRow, flat_rows, rounded
from geoloc.writing.table import format_km, level_of

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})
_COLOURS = {"sure": "ff8f5a0b", "likely": "ff005ca1", "unsure": "ff9e4a7a"}
"""Of the pins, as KML writes them: opacity, blue, green, red."""
_BORDER_COLOUR, _WAY_COLOUR = "ff1e26b3", "b3404040"


def escaped(value: object) -> str:
    r"""Escape text for an element or an attribute of XML.

    Examples
    --------
    >>> escaped("<b>\x1b"), escaped(None), escaped(0.5)
    ('&lt;b&gt;�', '', '0.5')
    """
    if value is None:
        return ""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", well_formed(str(value))).translate(_ENTITIES)


def render_kml(results: Iterable[Result], options: WriteOptions) -> Iterator[str]:
    """Yield a KML document: places styled by confidence, the border, and each place's shortest way to it."""
    results = list(results)
    view = map_view(results, options)
    title = results[0].document.title or results[0].document.source if len(results) == 1 else None
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
    yield f"<name>{escaped(title or 'Places')}</name>\n"
    for level, colour in _COLOURS.items():
        yield (
            f'<Style id="{level}"><IconStyle><color>{colour}</color><scale>1.1</scale></IconStyle>'
            "<LabelStyle><scale>0.9</scale></LabelStyle></Style>\n"
        )
    yield f'<Style id="border"><LineStyle><color>{_BORDER_COLOUR}</color><width>3</width></LineStyle></Style>\n'
    yield f'<Style id="way"><LineStyle><color>{_WAY_COLOUR}</color><width>1.5</width></LineStyle></Style>\n'
    rows = [(row, result) for result in results for row in flat_rows(result, options)]
    yield "<Folder><name>Places</name><open>1</open>\n"
    yield from (_placemark(row, options) for row, _ in rows if row.lat is not None)
    yield "</Folder>\n"
    if any(row.lat is None for row, _ in rows):
        yield "<Folder><name>Not resolved</name>\n"
        yield from (_placemark(row, options) for row, _ in rows if row.lat is None)
        yield "</Folder>\n"
    if view.borders:
        yield "<Folder><name>Border</name>\n"
        yield from map(_border, view.borders)
        yield "</Folder>\n<Folder><name>Shortest ways to the border</name>\n"
        yield from _ways(view)
        yield "</Folder>\n"
    yield "</Document>\n</kml>\n"


def _placemark(row: FlatRow, options: WriteOptions) -> str:
    facts = row.properties
    confidence = facts["confidence"]
    style = level_of(confidence if isinstance(confidence, float) else None)
    data = "".join(
        f'<Data name="{key}"><value>{escaped(value)}</value></Data>'
        for key, value in facts.items()
        if value is not None and key != "name"
    )
    where = "" if row.lat is None else f"<Point><coordinates>{row.lon},{row.lat}</coordinates></Point>"
    return (
        f"<Placemark><name>{escaped(facts['name'] or facts['mention'])}</name>"
        f"<description>{escaped(_said(facts))}</description><styleUrl>#{style}</styleUrl>"
        f"<ExtendedData>{data}</ExtendedData>{where}</Placemark>\n"
    )


def _said(facts: dict[str, object]) -> str:
    parts = [", ".join(str(facts[key]) for key in ("admin1", "country") if facts[key])]
    if facts["focus"]:
        parts.append("the text is mainly about it")
    if facts["border_km"] is not None:
        side = f" on the side of {facts['border_side']}" if facts["border_side"] else ""
        parts.append(f"{facts['border_km']} km from {facts['border_id']}{side}")
    if facts["border_nearest_km"] is not None:
        parts.append(f"{facts['border_nearest_km']}–{facts['border_farthest_km']} km from {facts['border_id']}")
    if facts["reason"]:
        parts.append(str(facts["reason"]))
    return "; ".join(filter(None, parts))


def _border(border: BorderLine) -> str:
    lines = "".join(_line(piece) for line in border.lines for piece in cut_line(line))
    return (
        f"<Placemark><name>{escaped(border.name)}</name><styleUrl>#border</styleUrl>"
        f"<MultiGeometry>{lines}</MultiGeometry></Placemark>\n"
    )


def _ways(view: MapView) -> Iterator[str]:
    for pin in view.pins:
        relation = pin.place.border
        if relation is None or pin.nearest is None:
            continue
        km = format_km(relation.distance_km, relation.uncertainty_km)
        pieces = [_line(piece) for piece in cut_line([(pin.lon, pin.lat), (pin.nearest[1], pin.nearest[0])])]
        way = pieces[0] if len(pieces) == 1 else f"<MultiGeometry>{''.join(pieces)}</MultiGeometry>"
        yield (f"<Placemark><name>{escaped(pin.name)}: {km}</name><styleUrl>#way</styleUrl>{way}</Placemark>\n")


def _line(positions: Iterable[list[float]]) -> str:
    written = " ".join(f"{rounded(lon, 6)},{rounded(lat, 6)}" for lon, lat in positions)
    return f"<LineString><tessellate>1</tessellate><coordinates>{written}</coordinates></LineString>"


def render_gpx(results: Iterable[Result], options: WriteOptions) -> Iterator[str]:
    """Yield GPX waypoints: places with a position."""
    from geoloc import __version__

    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<gpx version="1.1" creator="geoloc {__version__}" xmlns="http://www.topografix.com/GPX/1/1">\n'
    for result in results:
        for row in flat_rows(result, options):
            if row.lat is None:
                continue
            facts = row.properties
            yield (
                f'<wpt lat="{row.lat}" lon="{row.lon}"><name>{escaped(facts["name"])}</name>'
                f"<desc>{escaped(_said(facts))}</desc><src>geoloc; GeoNames, CC BY 4.0</src>"
                f"<type>{escaped(facts['kind'])}</type></wpt>\n"
            )
    yield "</gpx>\n"
