"""Write a gazetteer: rows in, a folder of memory-mappable arrays out.

The folder holds `meta.json` and one ``.npy`` file an array, described in `geoloc.gazetteer.layout`. Strings lie end to
end in a blob of UTF-8 bytes with an array of offsets. Names are found by binary search in blobs that
are sorted by their bytes; nothing has to be parsed or built when a gazetteer is opened.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from geoloc.gazetteer.folding import fold, skeleton
from geoloc.gazetteer.layout import ALTERNATE, INFO_PRIMARY, INFO_WEIGHT_SHIFT, NO_POINT, PRIMARY, STRIPPED
from geoloc.gazetteer.typos import typo_arrays
from geoloc.model import PLACE_KINDS, PlaceKind


@dataclass(slots=True)
class Row:
    """One place on its way into a gazetteer.

    `parent1` and `parent2` name the rows of its divisions by their `key`, which is any string that
    identifies the row while it is being built. `equals` are names as good as the one to show;
    `stripped` are names without their type word ("Harris" of "Harris County"), which weigh less.
    """

    key: str
    name: str
    kind: PlaceKind
    lat: float | None
    lon: float | None
    geonameid: int | None = None
    feature_code: str | None = None
    country: str | None = None
    parent1: str | None = None
    parent2: str | None = None
    weight: int = 0
    equals: Iterable[str] = ()
    alternates: Iterable[str] = ()
    stripped: Iterable[str] = ()


@dataclass(slots=True)
class _Names:
    """Distinct strings, collected with what they belong to, then sorted by their bytes."""

    members: dict[bytes, list[int]] = field(default_factory=dict)

    def add(self, key: str, member: int) -> None:
        self.members.setdefault(key.encode(), []).append(member)

    def sorted(self) -> list[tuple[bytes, list[int]]]:
        return sorted(self.members.items())


def is_noise(name: str) -> bool:
    """Tell whether an alternate name is a code, a machine romanisation or a web address.

    Examples
    --------
    >>> is_noise("EGO"), is_noise("belagoroda"), is_noise("Belgorod"), is_noise("Белгород")
    (True, True, False, False)
    """
    if not name or len(name) > 80 or "://" in name:
        return True
    if name.isascii() and name.isupper() and len(name) <= 4:
        return True
    if any(c.isdigit() for c in name) and not any(c.isalpha() for c in name):
        return True
    return name == name.lower() and any("LATIN" in unicodedata.name(c, "") for c in name)


def write_gazetteer(rows: Sequence[Row], folder: Path, about: dict[str, Any]) -> dict[str, int]:
    """Write `rows` as a gazetteer into `folder` and return what was counted.

    Parameters
    ----------
    rows : sequence of Row
        In the order in which they are to stand.
    about : dict
        What `gazetteer info` says: name, version, sources, licence, attribution.

    Raises
    ------
    KeyError
        If a row names a parent that is not among the rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = {row.key: i for i, row in enumerate(rows)}
    countries = sorted({row.country for row in rows if row.country})
    codes = ["", *sorted({row.feature_code for row in rows if row.feature_code})]
    country_index = {code: i + 1 for i, code in enumerate(countries)}
    code_index = {code: i for i, code in enumerate(codes)}

    names = _Names()
    weights = [row.weight for row in rows]
    ranks: dict[tuple[bytes, int], int] = {}
    for i, row in enumerate(rows):
        ranked = [(PRIMARY, [row.name, *row.equals]), (ALTERNATE, row.alternates), (STRIPPED, row.stripped)]
        for rank, spellings in ranked:
            for spelling in spellings:
                key = fold(spelling)
                if key and (key.encode(), i) not in ranks:
                    ranks[key.encode(), i] = rank
                    names.add(key, i)

    keys: list[bytes] = []
    postings: list[int] = []
    posting_ranks: list[int] = []
    posting_offsets = [0]
    infos: list[int] = []
    skeletons = _Names()
    kind_index = {kind: i for i, kind in enumerate(PLACE_KINDS)}
    for key_bytes, members in names.sorted():
        members.sort(key=lambda i: (ranks[key_bytes, i] == STRIPPED, -weights[i], i))
        info = 0
        heaviest = 0
        for i in members:
            rank = ranks[key_bytes, i]
            posting_ranks.append(rank)
            if rank != STRIPPED:
                info |= 1 << kind_index[rows[i].kind]
                heaviest = max(heaviest, weights[i])
            if rank == PRIMARY:
                info |= INFO_PRIMARY
        infos.append(info | heaviest.bit_length() << INFO_WEIGHT_SHIFT)
        skeletons.add(skeleton(key_bytes.decode()), len(keys))
        keys.append(key_bytes)
        postings.extend(members)
        posting_offsets.append(len(postings))
    skeleton_items = skeletons.sorted()

    arrays: dict[str, Any] = {
        "geonameid": np.array([row.geonameid or 0 for row in rows], np.int32),
        "lat": np.array([_fixed(row.lat) for row in rows], np.int32),
        "lon": np.array([_fixed(row.lon) for row in rows], np.int32),
        "weight": np.array(weights, np.uint32),
        "kind": np.array([kind_index[row.kind] for row in rows], np.uint8),
        "feature_code": np.array([code_index[row.feature_code or ""] for row in rows], np.uint8),
        "country": np.array([country_index[row.country] if row.country else 0 for row in rows], np.uint16),
        "admin1": np.array([number[row.parent1] if row.parent1 else -1 for row in rows], np.int32),
        "admin2": np.array([number[row.parent2] if row.parent2 else -1 for row in rows], np.int32),
        "key_info": np.array(infos, np.uint16),
        "postings": np.array(postings, np.uint32),
        "posting_offsets": np.array(posting_offsets, np.uint32),
        "posting_rank": np.array(posting_ranks, np.uint8),
        "skeleton_keys": np.array([k for _, members in skeleton_items for k in members], np.uint32),
        "skeleton_key_offsets": _offsets(len(members) for _, members in skeleton_items),
    }
    blobs = {"name": [r.name.encode() for r in rows], "key": keys, "skeleton": [s for s, _ in skeleton_items]}
    for label, strings in blobs.items():
        arrays[f"{label}s"] = np.frombuffer(b"".join(strings), np.uint8)
        arrays[f"{label}_offsets"] = _offsets(map(len, strings))
    arrays |= typo_arrays([s.decode() for s in blobs["skeleton"]])
    for label, array in sorted(arrays.items()):
        np.save(folder / f"{label}.npy", array)
    counts: dict[str, int] = {kind: sum(row.kind == kind for row in rows) for kind in PLACE_KINDS}
    counts |= {"rows": len(rows), "names": len(postings), "keys": len(keys), "skeletons": len(skeleton_items)}
    meta = about | {"counts": counts, "countries": ["", *countries], "feature_codes": codes, "kinds": list(PLACE_KINDS)}
    text = json.dumps(meta, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / "meta.json").write_bytes(text.encode())
    return counts


def _fixed(degrees: float | None) -> int:
    return NO_POINT if degrees is None else round(degrees * 1e5)


def _offsets(lengths: Iterable[int]) -> np.ndarray[Any, np.dtype[np.uint32]]:
    return np.concatenate([[0], np.cumsum(list(lengths), dtype=np.int64)]).astype(np.uint32)
