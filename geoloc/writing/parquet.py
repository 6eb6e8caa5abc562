"""parquet (GeoParquet 1.1): the columns of csv and a WKB geometry, for DuckDB, Polars, GeoPandas and QGIS."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable

from geoloc.errors import UsageError
from geoloc.model import Result
from geoloc.writing.columns import column_types, typed_rows, wkb_point
from geoloc.writing.geojson import bbox
from geoloc.writing.options import WriteOptions


def parquet_bytes(results: Iterable[Result], options: WriteOptions) -> bytes:
    """Return a GeoParquet file; places that were not resolved have no geometry.

    Raises
    ------
    UsageError
        If pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise UsageError("GeoParquet needs an extra: pip install 'geoloc[parquet]'") from None

    kinds = {int: pa.int64(), float: pa.float64(), bool: pa.bool_(), str: pa.string()}
    rows = typed_rows(results, options)
    positions = [None if row.lat is None or row.lon is None else (row.lon, row.lat) for row, _ in rows]
    columns = {
        key: pa.array([values[number] for _, values in rows], kinds[kind])
        for number, (key, kind) in enumerate(column_types(options).items())
    }
    columns["geometry"] = pa.array([position and wkb_point(*position) for position in positions], pa.binary())
    box = bbox({"type": "Point", "coordinates": position} for position in positions if position)
    geometry: dict[str, object] = {"encoding": "WKB", "geometry_types": ["Point"] if box else []}
    if box:
        geometry["bbox"] = box
    facts = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geometry}}
    table = pa.table(columns).replace_schema_metadata({"geo": json.dumps(facts)})
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()
