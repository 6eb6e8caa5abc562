"""svg and png: a map for a slide, with the places, the border and each place's shortest way to it.

The projection is Mercator, as on maps in the web. Labels that would cover one another are left out, those of places far
from the border first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

from geoloc.errors import UsageError
from geoloc.model import Result
from geoloc.writing.display import display_width, plain
from geoloc.writing.mapview import KM_PER_DEGREE, MapView, country_labels, landmarks, map_view
from geoloc.writing.options import WriteOptions
from geoloc.writing.outlines import Box, Line, borders_in, clipped, coarse_borders, coarse_land, land_in, simplified
from geoloc.writing.table import format_distance, level_of
from geoloc.writing.xmlout import escaped

WIDTH, HEIGHT = 1200, 800
_HEAD, _FOOT = 56, 30
_FONT = "'DejaVu Sans', 'Noto Sans', 'Segoe UI', Helvetica, Arial, sans-serif"
_FILLS = {"sure": "#0b5a8f", "likely": "#a15c00", "unsure": "#ffffff"}
_EDGES = {"sure": "#ffffff", "likely": "#ffffff", "unsure": "#7a4a9e"}
_MOST_LATITUDE = 85.0
_LANDMARKS = 25
Project = Callable[[float, float], tuple[float, float]]
Rectangle = tuple[float, float, float, float]
_Spot = tuple[str, float, float]
"""Of a label: its anchor, x and y."""


def png_bytes(results: Iterable[Result], options: WriteOptions) -> bytes:
    """Return the picture as PNG, twice as large as the SVG says.

    Raises
    ------
    UsageError
        If resvg-py is not installed.
    """
    try:
        import resvg_py
    except ImportError:
        raise UsageError("PNG needs an extra: pip install 'geoloc[png]'; -f svg needs none") from None
    return bytes(resvg_py.svg_to_bytes(svg_string="".join(render_svg(results, options)), zoom=2))


def render_svg(results: Iterable[Result], options: WriteOptions) -> Iterator[str]:
    """Yield the picture as SVG."""
    results = list(results)
    view = map_view(results, options)
    box, project = _fitted(view.box)
    title = _title(results, view)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="{_FONT}" role="img" aria-label="{escaped(title)}">\n<title>{escaped(title)}</title>\n'
    )
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#d5e3ea"/>\n'
    yield from _ground(box, project)
    yield from _lines(view, box, project)
    yield from _marks(view, box, project)
    # Head and foot cover what reaches over the edges of the map: drawing through a clip path takes resvg seconds.
    yield f'<path fill="#fbfaf7" d="M0 0h{WIDTH}v{_HEAD}h-{WIDTH}zM0 {HEIGHT}h{WIDTH}v-{_FOOT}h-{WIDTH}z"/>\n'
    yield f'<text x="24" y="36" font-size="22" font-weight="600" fill="#1d2129">{escaped(title)}</text>\n'
    yield from _scale(box)
    yield (
        f'<text x="24" y="{HEIGHT - 10}" font-size="12" fill="#5c6470">'
        "Places: GeoNames, CC BY 4.0. Borders: © OpenStreetMap contributors, ODbL. Land: Natural Earth.</text>\n"
        "</svg>\n"
    )


def _fitted(box: Box) -> tuple[Box, Project]:
    """Widen a box to the shape of the picture; returns it with the way from lon, lat to x, y."""
    west, south, east, north = box
    tall, wide = HEIGHT - _HEAD - _FOOT, WIDTH
    low, high = _mercator(south), _mercator(north)
    scale = min(wide / (east - west), tall / (high - low))
    lon, middle = (west + east) / 2, (low + high) / 2
    half = wide / scale / 2

    def project(x: float, y: float) -> tuple[float, float]:
        return (x - lon) * scale + wide / 2, (middle - _mercator(y)) * scale + _HEAD + tall / 2

    reach = tall / scale / 2
    return (lon - half, _latitude(middle - reach), lon + half, _latitude(middle + reach)), project


def _mercator(lat: float) -> float:
    lat = max(-_MOST_LATITUDE, min(_MOST_LATITUDE, lat))
    return math.degrees(math.asinh(math.tan(math.radians(lat))))


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.radians(y))))


def _title(results: list[Result], view: MapView) -> str:
    document = results[0].document if len(results) == 1 else None
    name = (document.title or (None if document.source == "-" else document.source)) if document else None
    names = [name or ("Places" if document else f"Places in {len(results)} documents")]
    names += [border.name for border in view.borders[:1]]
    return " · ".join(plain(part) for part in names)


def _ground(box: Box, project: Project) -> Iterator[str]:
    west, _, east, _ = box
    tolerance = (east - west) / WIDTH / 2
    shifts = [0.0]
    if east - west > 60:
        land, borders = coarse_land(), coarse_borders()
        shifts += [-360.0] * (west < -180) + [360.0] * (east > 180)
    else:
        land, borders = land_in(box, tolerance), borders_in(box, tolerance)
    for shift in shifts:
        yield f'<path fill="#f5f2e9" fill-rule="evenodd" d="{_path(land, project, shift, "Z")}"/>\n'
        yield f'<path fill="none" stroke="#a7a294" d="{_path(borders, project, shift)}"/>\n'


def _lines(view: MapView, box: Box, project: Project) -> Iterator[str]:
    west, _, east, _ = box
    for border in view.borders:
        path = _path(simplified(clipped(border.lines, box), (east - west) / WIDTH / 3), project)
        for width, opacity in ((9, 0.18), (2.6, 1)):
            yield (
                f'<path fill="none" stroke="#b3261e" stroke-width="{width}" stroke-opacity="{opacity}" '
                f'stroke-linejoin="round" d="{path}"/>\n'
            )
    for pin in view.pins:
        if pin.nearest:
            (x1, y1), (x2, y2) = project(pin.lon, pin.lat), project(pin.nearest[1], pin.nearest[0])
            way = f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"
            yield f'<path stroke="#1d2129" stroke-width="1.4" stroke-dasharray="5 4" d="{way}"/>\n'


def _path(lines: Iterable[Line], project: Project, shift: float = 0.0, end: str = "") -> str:
    parts = []
    for line in lines:
        points = [project(lon + shift, lat) for lon, lat in line.tolist()]
        parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + end)
    return "".join(parts)


def _marks(view: MapView, box: Box, project: Project) -> Iterator[str]:
    taken: list[Rectangle] = []
    for name, lat, lon in country_labels(view):
        x, y = project(lon, lat)
        wide = 13.0 * len(name)
        taken.append((x - wide / 2, y - 12, x + wide / 2, y + 6))
        yield (
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="15" letter-spacing="4" text-anchor="middle" '
            f'fill="#6f6a5e">{escaped(name.upper())}</text>\n'
        )
    shown = [(pin, *project(pin.lon, pin.lat)) for pin in view.pins]
    shown = [(pin, x, y) for pin, x, y in shown if 0 <= x <= WIDTH and _HEAD <= y <= HEIGHT - _FOOT]
    taken += [(x - 8, y - 8, x + 8, y + 8) for _, x, y in shown]
    yield from (_dot(pin.place.is_point, level_of(pin.place.confidence), x, y) for pin, x, y in reversed(shown))
    labels = []
    for pin, x, y in shown:
        km = format_distance(pin.place) if pin.place.border else ""
        if at := _room(taken, x, y, 11, 16, f"{pin.name} {km}"):
            labels.append(_label(at, pin.name, 16, "#1d2129", "600" if pin.place.is_point else "400", km))
    for place in landmarks(view, box, _LANDMARKS):
        if place.lat is None or place.lon is None:
            continue
        x, y = project(place.lon + 360.0 * round((view.middle - place.lon) / 360.0), place.lat)
        if at := _room(taken, x, y, 6, 12, place.name):
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="#6f6a5e"/>\n'
            labels.append(_label(at, place.name, 12, "#6f6a5e"))
    yield from labels


def _dot(is_point: bool, level: str, x: float, y: float) -> str:
    look = f'fill="{_FILLS[level]}" stroke="{_EDGES[level]}" stroke-width="2.5"'
    if is_point:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" {look}/>\n'
    corner = f'x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"'
    return f'<rect {corner} transform="rotate(45 {x:.1f} {y:.1f})" {look}/>\n'


def _room(taken: list[Rectangle], x: float, y: float, gap: float, size: float, text: str) -> _Spot | None:
    """Return where a label has room beside a point, and take it: right, left, above or below."""
    wide = 0.64 * size * display_width(text)
    middle = y - size / 2
    for anchor, at, left, top in (
        ("start", x + gap, x + gap, middle),
        ("end", x - gap, x - gap - wide, middle),
        ("middle", x, x - wide / 2, y - gap - size),
        ("middle", x, x - wide / 2, y + gap),
    ):
        place = (left, top, left + wide, top + size)
        inside = left >= 0 and place[2] <= WIDTH and top >= _HEAD and place[3] <= HEIGHT - _FOOT
        if inside and not any(_overlap(place, other) for other in taken):
            taken.append(place)
            return anchor, at, top + 0.82 * size
    return None


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _label(spot: _Spot, name: str, size: float, colour: str, weight: str = "400", km: str = "") -> str:
    anchor, x, y = spot
    told = f'<tspan dx="6" font-weight="400" fill="#b3261e">{escaped(km)}</tspan>' if km else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{colour}" stroke="#fff" stroke-width="3" stroke-opacity=".8" paint-order="stroke">'
        f"{escaped(plain(name))}{told}</text>\n"
    )


def scale_km(km: float) -> float:
    """Return the longest of 1, 2, 5, 10, … kilometres that is not longer than `km`.

    Examples
    --------
    >>> scale_km(37.0), scale_km(0.6)
    (20.0, 0.5)
    """
    power: float = 10.0 ** math.floor(math.log10(km))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= km)


def _scale(box: Box) -> Iterator[str]:
    west, south, east, north = box
    km_per_pixel = (east - west) / WIDTH * KM_PER_DEGREE * math.cos(math.radians((south + north) / 2))
    if not km_per_pixel > 0:
        return
    km = scale_km(160 * km_per_pixel)
    long = km / km_per_pixel
    x, y = WIDTH - 24 - long, HEIGHT - 10
    yield f'<path fill="none" stroke="#1d2129" stroke-width="1.5" d="M{x:.1f} {y - 6}v6h{long:.1f}v-6"/>\n'
    yield f'<text x="{x - 8:.1f}" y="{y}" font-size="12" text-anchor="end" fill="#1d2129">{km:g} km</text>\n'
