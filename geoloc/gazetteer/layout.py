"""What lies in a gazetteer folder: the arrays, and the constants that writer and reader share."""

SCHEMA = {
    "geonameid": "int32 a row; 0: none",
    "names, name_offsets": "the name to show, a row",
    "lat, lon": "int32 a row, 1e-5 degrees; NO_POINT: no source gives one",
    "weight": "uint32 a row: population, or that of the towns in it",
    "kind, feature_code, country": "index into the lists in meta.json, a row; 0 of the code list: none",
    "admin1, admin2": "int32 a row: the row of the division it lies in; -1: none",
    "keys, key_offsets": "folded names, sorted by their bytes",
    "key_info": "uint16 a key: see NameInfo",
    "postings, posting_offsets": "rows that a key names, the weightiest first",
    "posting_rank": "uint8 a posting: 0 the name to show or its equal, 1 another name, 2 a name without its type word",
    "skeletons, skeleton_offsets": "skeletons, sorted by their bytes",
    "skeleton_keys, skeleton_key_offsets": "the keys that share a skeleton",
    "typo_order, typo_starts, typo_letters, typo_ends": "see geoloc.gazetteer.typos",
}
NO_POINT = -(2**31)
PRIMARY, ALTERNATE, STRIPPED = 0, 1, 2
INFO_PRIMARY = 1 << 9
INFO_WEIGHT_SHIFT = 10
