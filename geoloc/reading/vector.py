"""Lines and polygons from GeoPackage, Shapefile and KML files, as GeoJSON features in memory.

Small readers do: the binding to GDAL is a wheel of 30 MB, pyshp one of 60 kB, and the other two formats are
SQLite and XML. What cannot be read rightly is refused: coordinates that are not WGS 84 degrees.
"""

from __future__ import annotations

import sqlite3
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoloc.errors import FormatError, SourceError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAMES = ("name", "title", "label", "id")
_REPROJECT = "give it in WGS 84: ogr2ogr -t_srs EPSG:4326 line.geojson FILE"
_MOST_BYTES = 500_000_000
"""Of one file inside a zip archive, unpacked."""

Feature = dict[str, Any]


def reader_of(path: Path) -> Callable[[Path], list[Feature]] | None:
    """Return the function that reads the features of a file, by its ending; None if it can only be GeoJSON."""
    return {
        ".gpkg": read_geopackage,
        ".shp": read_shapefile,
        ".zip": read_shapefile,
        ".kml": read_kml,
        ".kmz": read_kml,
    }.get(path.suffix.lower())


def name_of(properties: Any) -> str | None:
    """Return the name among the properties of a feature: ``name``, else ``title``, ``label`` or ``id``, in any case.

    Examples
    --------
    >>> name_of({"ID": 7, "Name": "Line of contact"}), name_of({"colour": "red"})
    ('Line of contact', None)
    """
    if not isinstance(properties, dict):
        return None
    values = {str(key).casefold(): value for key, value in reversed(properties.items())}
    found = (values.get(key) for key in _NAMES)
    return next((str(value).strip() for value in found if isinstance(value, str | int) and str(value).strip()), None)


def read_geopackage(path: Path) -> list[Feature]:
    """Read every feature table of a GeoPackage (OGC 12-128)."""
    import shapely  # type: ignore[import-untyped]

    found = []
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            tables = database.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns").fetchall()
            for table, column, srs in tables:
                if srs not in (4326, 4979, 0, -1):
                    raise FormatError(f"table {table!r} has the coordinate system {srs}; {_REPROJECT}")
                quoted = '"' + table.replace('"', '""') + '"'
                for row in database.execute(f"SELECT * FROM {quoted}"):
                    if (blob := row[column]) is not None:
                        geometry = shapely.force_2d(shapely.from_wkb(_wkb(blob)))
                        properties = {key: row[key] for key in row.keys() if key != column}
                        found.append(_feature(geometry, properties))
    except (sqlite3.Error, shapely.errors.GEOSException) as error:
        raise FormatError(f"not a readable GeoPackage ({error})") from None
    return found


def _wkb(blob: bytes) -> bytes:
    """Cut off the header of a GeoPackage geometry: 8 bytes and an envelope whose size its flags tell."""
    sizes = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
    envelope = sizes.get(blob[3] >> 1 & 7) if blob[:2] == b"GP" and len(blob) > 8 else None
    if envelope is None:
        raise FormatError("a geometry in it is no GeoPackage geometry; export the file again")
    return blob[8 + envelope :]


def read_shapefile(path: Path) -> list[Feature]:
    """Read a Shapefile, or the one in a zip archive; without ``.prj`` degrees are assumed, and checked."""
    import shapefile  # type: ignore[import-untyped]

    try:
        projection = _projection(path)
        if projection.lstrip().upper().startswith("PROJCS") or ("WGS" not in projection.upper() and projection):
            raise FormatError(f"its coordinate system is {projection.partition(',')[0]}; {_REPROJECT}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it only warns of shows in the shapes, which are checked
            return _shapes_of(path)
    except (shapefile.ShapefileException, zipfile.BadZipFile, struct.error, ValueError, LookupError) as error:
        raise FormatError(f"not a readable Shapefile ({' '.join(str(error).split())[:100]})") from None


def _shapes_of(path: Path) -> list[Feature]:
    import shapefile

    with shapefile.Reader(str(path)) as reader:
        if not _beside(path, ".dbf"):
            return [
                {"type": "Feature", "geometry": dict(shape.__geo_interface__), "properties": {}}
                for shape in reader.iterShapes()
                if shape.shapeTypeName != "NULL"
            ]
        return [
            {"type": "Feature", "geometry": dict(item.shape.__geo_interface__), "properties": item.record.as_dict()}
            for item in reader.iterShapeRecords()
            if item.shape.shapeTypeName != "NULL"
        ]


def _projection(path: Path) -> str:
    names = _beside(path, ".prj")
    if not names:
        return ""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            return archive.read(names[0]).decode("utf-8", "replace")
    return Path(names[0]).read_text("utf-8", "replace")


def _beside(path: Path, ending: str) -> list[str]:
    """Return the files with an ending that go with a Shapefile: beside it, or in its archive."""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            return [name for name in archive.namelist() if name.lower().endswith(ending)]
    candidates = [path.with_suffix(ending), path.with_suffix(ending.upper())]
    return [str(file) for file in candidates if file.exists()]


def read_kml(path: Path) -> list[Feature]:
    """Read the placemarks of a KML file (OGC 12-007), or of the first one in a KMZ archive."""
    from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

    try:
        root: Element = fromstring(_kml_bytes(path))
    except (ParseError, DefusedXmlException, zipfile.BadZipFile, ValueError) as error:
        raise FormatError(f"not readable KML ({error})") from None
    found = []
    for placemark in root.iter():
        if _tag(placemark) == "Placemark":
            name = next((child.text for child in placemark if _tag(child) == "name"), None)
            for geometry in _kml_geometries(placemark):
                found.append({"type": "Feature", "geometry": geometry, "properties": {"name": name}})
    return found


def _kml_bytes(path: Path) -> bytes:
    if path.suffix.lower() != ".kmz":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        inner = next((info for info in archive.infolist() if info.filename.lower().endswith(".kml")), None)
        if inner is None or inner.file_size > _MOST_BYTES:
            raise FormatError("no KML file of a usable size in it")
        return archive.read(inner)


def _kml_geometries(placemark: Element) -> Iterator[dict[str, Any]]:
    for node in placemark.iter():
        if _tag(node) == "LineString":
            yield {"type": "LineString", "coordinates": _kml_positions(node)}
        elif _tag(node) == "Polygon":
            rings = [ring for ring in node.iter() if _tag(ring) == "LinearRing"]
            yield {"type": "Polygon", "coordinates": [_kml_positions(ring) for ring in rings]}


def _kml_positions(node: Element) -> list[list[float]]:
    text = " ".join(child.text or "" for child in node if _tag(child) == "coordinates")
    try:
        return [[float(number) for number in position.split(",")[:2]] for position in text.split()]
    except ValueError:
        raise FormatError(f"coordinates are no numbers: {text.strip()[:40]!r}") from None


def _tag(node: Element) -> str:
    """Return the local name of an element; KML files use several namespaces."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _feature(geometry: Any, properties: dict[str, Any]) -> Feature:
    import shapely

    return {"type": "Feature", "geometry": shapely.geometry.mapping(geometry), "properties": properties}


def read_vector(path: Path) -> list[Feature] | None:
    """Read the features of a file that is no GeoJSON by its ending, None for any other ending.

    Raises
    ------
    SourceError
        If it cannot be opened.
    FormatError
        If it is not what its ending says, or not in WGS 84 degrees.
    """
    reader = reader_of(path)
    if reader is None:
        return None
    try:
        return reader(path)
    except FormatError as error:
        raise FormatError(f"{path}: {error}") from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from None
