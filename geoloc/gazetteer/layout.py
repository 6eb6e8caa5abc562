"""What lies in a gazetteer folder: the arrays, and the constants that writer and reader share."""

LAYOUT = 2
"""Raised whenever these files change, or how keys, skeletons or kinds are made: older gazetteers are then refused."""

SCHEMA = {
    "geonameid": "int32 a row; 0: none",
    "names": "the name to show, a row",
    "ids": "own ids, a row; only where some row has one",
    "lat, lon": "int32 a row, 1e-5 degrees; NO_POINT: no source gives one",
    "weight": "uint32 a row: population, or that of the towns in it",
    "kind, feature_code, country": "index into the lists in meta.json, a row; 0 of the code list: none",
    "admin1, admin2": "int32 a row: the row of the division it lies in; NO_DIVISION: none; less: see OUTSIDE",
    "keys, key_shared": "folded names, sorted by their bytes; see geoloc.gazetteer.strings",
    "key_info": "uint16 a key: see NameInfo",
    "postings": "uint32: rows that a key names, the weightiest first; the two highest bits say whether it is PRIMARY "
    "(the name to show or its equal), ALTERNATE (another name) or STRIPPED (without its type word)",
    "skeletons, skeleton_letters, heap_codes, heap_starts, length_starts, length_heaps": "see geoloc.gazetteer.typos",
    "skeleton_keys": "the keys that share a skeleton; not those that are their own and not in Latin letters",
    "by_geonameid": "uint32: the rows in the order of their GeoNames ids, those without one first",
    "codes, code_shared, code_rows": "codes of divisions (RU.09), sorted by their bytes, and their rows",
    "(name, id, key, code, posting, skeleton_key)_sizes, _starts": "see geoloc.gazetteer.spans",
    "cell_rows, cell_starts": "see geoloc.gazetteer.nearby",
    "deleted": "int32: GeoNames ids of lower layers that this one hides, sorted",
}
NO_POINT = -(2**31)
NO_DIVISION = -1
OUTSIDE = -2
"""A division of another layer with the GeoNames id ``n`` stands as ``OUTSIDE - n``."""
PRIMARY, ALTERNATE, STRIPPED = 0, 1, 2
RANK_SHIFT = 30
MOST_ROWS = 1 << RANK_SHIFT
INFO_PRIMARY = 1 << 9
INFO_WEIGHT_SHIFT = 10
