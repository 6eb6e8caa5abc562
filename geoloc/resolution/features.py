"""What speaks for and against each candidate, as one row of numbers a candidate.

The static features look at name and candidate alone. The context features look at the other names of the
document, weighed by how probable their candidates are so far; they are computed anew each round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc.gazetteer import Gazetteer
from geoloc.gazetteer.layout import NO_POINT
from geoloc.model import PLACE_KINDS, Mention
from geoloc.resolution.groups import Group

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEATURES = (
    "alternate", "inflected", "romanised", "partial", "fuzzy",
    "log_population", "log_population_division", "most_populous", "share_of_population",
    "country", "region", "district", "nature", "continent", "no_point",
    "capital", "announced", "announced_otherwise", "hinted_country",
    "beside_admin", "beside_country", "holds_neighbour",
    "country_share", "admin1_share", "country_named", "admin1_named", "admin2_named",
    "near_25km", "near_100km", "near_400km", "holds_namesake",
)  # fmt: skip
_INDEX = {name: i for i, name in enumerate(FEATURES)}
_KERNELS = (("near_25km", 25.0), ("near_100km", 100.0), ("near_400km", 400.0))
EARTH_RADIUS_KM = 6371.0088
_BESIDE_CHARACTERS = 45
_MOST_PAIRS = 1 << 20
WEAK_VOICE = 0.2
_NEAR_NOT_IN = re.compile(
    r"\b(?:near|outside|from|north|south|east|west|miles?|kilomet\w+|km|close|toward|towards|between|"
    r"под|возле|около|близ|от|из|между|км|біля|під|поблизу|від|між|неподалік|недалеко)\b"
)


@dataclass(slots=True)
class Candidates:
    """All candidates of all groups of a document, end to end.

    Attributes
    ----------
    rows : row in the gazetteer, a candidate
    group : index of its group, a candidate
    starts : where the candidates of each group begin; one more than there are groups
    """

    rows: Ints
    group: Ints
    starts: Ints
    kind: Ints
    country: Ints
    admin1: Ints
    admin2: Ints
    weight: Floats
    xyz: Floats
    has_point: NDArray[np.bool_]
    static: Floats


def gather(groups: Sequence[Group], gazetteer: Gazetteer) -> Candidates:
    """Collect the candidates of the groups with their columns and static features."""
    layers = gazetteer.layers
    rows = np.array([hit.row for group in groups for hit in group.hits], np.int64)
    sizes = [len(group.hits) for group in groups]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    group = np.repeat(np.arange(len(groups)), sizes)
    kind = layers.column("kind", rows)
    country = layers.column("country", rows)
    admin1 = layers.column("admin1", rows)
    admin2 = layers.column("admin2", rows)
    admin1 = np.where(kind == PLACE_KINDS.index("region"), rows, admin1)
    admin2 = np.where(kind == PLACE_KINDS.index("district"), rows, admin2)
    lat_fixed = layers.column("lat", rows)
    lat = np.radians(lat_fixed / 1e5)
    lon = np.radians(layers.column("lon", rows) / 1e5)
    xyz = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    weight = layers.column("weight", rows).astype(float)
    candidates = Candidates(
        rows, group, starts, kind, country, admin1, admin2, weight, xyz, lat_fixed != NO_POINT, np.empty((0, 0))
    )
    candidates.static = _static(groups, candidates, gazetteer)
    return candidates


def _static(groups: Sequence[Group], c: Candidates, gazetteer: Gazetteer) -> Floats:
    layers = gazetteer.layers
    f = np.zeros((len(c.rows), len(FEATURES)))
    weight = c.weight
    populated = c.kind == PLACE_KINDS.index("populated-place")
    logs = np.log10(weight + 1)
    f[:, _INDEX["log_population"]] = np.where(populated, logs, 0)
    f[:, _INDEX["log_population_division"]] = np.where(populated, 0, logs)
    f[:, _INDEX["no_point"]] = ~c.has_point
    f[:, _INDEX["capital"]] = layers.is_capital(c.rows)
    for name in ("country", "region", "district", "continent"):
        f[:, _INDEX[name]] = c.kind == PLACE_KINDS.index(name)
    f[:, _INDEX["nature"]] = np.isin(c.kind, [PLACE_KINDS.index(k) for k in ("water", "relief", "area")])
    for g, group in enumerate(groups):
        span = slice(c.starts[g], c.starts[g + 1])
        if span.start == span.stop:
            continue
        for i, hit in enumerate(group.hits, span.start):
            if hit.match in _INDEX:
                f[i, _INDEX[hit.match]] = 1.0 if hit.match != "fuzzy" else 1.0 + 4 * (1 - hit.similarity)
            if group.expects:
                same = PLACE_KINDS[c.kind[i]] == group.expects
                f[i, _INDEX["announced" if same else "announced_otherwise"]] = 1.0
            if group.country:
                f[i, _INDEX["hinted_country"]] = layers.countries[c.country[i]] == group.country
        towns = np.where(populated[span], weight[span], -1)
        if towns.max() >= 0:
            f[span.start + int(towns.argmax()), _INDEX["most_populous"]] = 1.0
        named_like_country = (c.kind[span] == PLACE_KINDS.index("country")).any()
        inside = {*c.admin1[span][populated[span]].tolist(), *c.admin2[span][populated[span]].tolist()} - {-1}
        for i in range(span.start, span.stop):
            if int(c.rows[i]) not in inside:
                continue
            f[i, _INDEX["holds_namesake"]] = 1.0
            if not named_like_country:
                # Geneva lies in Geneva: if the English name is that of the one, it is that of the other.
                seats = span.start + np.flatnonzero((c.admin1[span] == c.rows[i]) & populated[span])
                f[seats, _INDEX["alternate"]] = np.minimum(f[seats, _INDEX["alternate"]], f[i, _INDEX["alternate"]])
        total = weight[span].sum()
        f[span, _INDEX["share_of_population"]] = weight[span] / total if total else 0.0
    return f


def neighbours(groups: Sequence[Group], mentions: Sequence[Mention], text: str) -> list[tuple[int, int]]:
    """Return pairs of groups whose names stand side by side in one sentence, in the order of the text."""
    owner = {index: g for g, group in enumerate(groups) for index in group.mentions}
    pairs = []
    for left in range(len(mentions) - 1):
        for right in (left + 1, left + 2):
            if right >= len(mentions):
                break
            between = text[mentions[left].end : mentions[right].start]
            if len(between) > _BESIDE_CHARACTERS or "\n\n" in between or ". " in between[1:]:
                break
            if _NEAR_NOT_IN.search(between):
                continue
            a, b = owner[left], owner[right]
            if a != b and groups[a].kind == groups[b].kind == "place":
                pairs.append((a, b))
    return sorted(set(pairs))


def context(c: Candidates, groups: Sequence[Group], pairs: Sequence[tuple[int, int]], probability: Floats) -> Floats:
    """Return all features, the context ones computed from the probabilities of the round before."""
    f: Floats = c.static.copy()
    counts = np.array([min(len(g.mentions), 4) ** 0.5 * (WEAK_VOICE if g.weak else 1.0) for g in groups])
    weight = probability * counts[c.group]
    _shares(f, c, weight)
    _beside(f, c, pairs, probability)
    _near(f, c, weight)
    return f


def _shares(f: Floats, c: Candidates, weight: Floats) -> None:
    """How much of the rest of the document lies in the candidate's country and divisions."""
    kind_country, kind_region = PLACE_KINDS.index("country"), PLACE_KINDS.index("region")
    kind_district = PLACE_KINDS.index("district")
    named = c.kind == kind_country
    for column, name, members in (
        (c.country, "country_share", ~named),
        (c.admin1, "admin1_share", c.kind != kind_region),
    ):
        own: Floats = np.where(members & (column > 0), weight, 0.0)
        size = int(column.max(initial=0)) + 1
        totals = np.bincount(np.maximum(column, 0), own, size)
        overall = own.sum()
        mine = _within_group(c, column, own)
        rest = overall - _group_sum(c, own)
        share = (totals[np.maximum(column, 0)] - mine) / np.maximum(rest, 1.0)
        f[:, _INDEX[name]] = np.where(column > 0, np.clip(share, 0, 1), 0)
    for column, name, kind in (
        (c.country, "country_named", kind_country),
        (c.admin1, "admin1_named", kind_region),
        (c.admin2, "admin2_named", kind_district),
    ):
        own = np.where((c.kind == kind) & (column >= 0), weight, 0.0)
        totals = np.bincount(np.maximum(column, 0), own, int(column.max(initial=0)) + 1)
        mine = _within_group(c, column, own)
        f[:, _INDEX[name]] = np.where(column > 0, np.minimum(totals[np.maximum(column, 0)] - mine, 2.0), 0)
        if name == "country_named" and totals.sum() > 0:
            f[:, _INDEX[name]] /= max(1.0, totals.sum() ** 0.5)


def _group_sum(c: Candidates, values: Floats) -> Floats:
    totals: Any = np.bincount(c.group, values, len(c.starts) - 1)
    return totals[c.group]  # type: ignore[no-any-return]


def _within_group(c: Candidates, column: Ints, own: Floats) -> Floats:
    """Return, a candidate, what its own group gives to its value of `column`."""
    keys = c.group * (int(column.max(initial=0)) + 2) + np.maximum(column, -1) + 1
    _, inverse = np.unique(keys, return_inverse=True)
    summed: Any = np.bincount(inverse, own)
    return summed[inverse]  # type: ignore[no-any-return]


def _beside(f: Floats, c: Candidates, pairs: Sequence[tuple[int, int]], probability: Floats) -> None:
    """Mark candidates that lie in what is named right beside them, and those that hold a neighbour."""
    kind_country = PLACE_KINDS.index("country")
    for a, b in pairs:
        for small, large in ((a, b), (b, a)):
            s = np.arange(c.starts[small], c.starts[small + 1])
            t = np.arange(c.starts[large], c.starts[large + 1])
            if not len(s) or not len(t):
                continue
            divided = c.kind[t] != kind_country
            in_division = (c.admin1[s][:, None] == c.rows[t]) | (c.admin2[s][:, None] == c.rows[t])
            in_division &= c.rows[s][:, None] != c.rows[t]
            is_country = ~divided & (c.country[s][:, None] == c.country[t]) & (c.kind[s][:, None] != kind_country)
            order = 1.0 if small == a else 0.6
            for column, relation in (("beside_admin", in_division), ("beside_country", is_country)):
                gain = order * (relation * probability[t]).max(axis=1)
                f[s, _INDEX[column]] = np.maximum(f[s, _INDEX[column]], gain)
            held = order * ((in_division | is_country) * probability[s][:, None]).max(axis=0)
            f[t, _INDEX["holds_neighbour"]] = np.maximum(f[t, _INDEX["holds_neighbour"]], held)


def _near(f: Floats, c: Candidates, weight: Floats) -> None:
    """Add what the most probable candidates of the other groups give to candidates near them."""
    points = np.isin(c.kind, [PLACE_KINDS.index(k) for k in ("populated-place", "district", "facility", "relief")])
    anchors = np.flatnonzero(points & c.has_point & (weight > 0.15))
    if not len(anchors):
        return
    step = max(1, _MOST_PAIRS // len(anchors))
    for begin in range(0, len(c.rows), step):
        block = slice(begin, begin + step)
        cosine = np.clip(c.xyz[block] @ c.xyz[anchors].T, -1, 1)
        distance = EARTH_RADIUS_KM * np.arccos(cosine)
        other = (c.group[block, None] != c.group[anchors]) & c.has_point[block, None]
        for name, scale in _KERNELS:
            received = (np.exp(-distance / scale) * other * weight[anchors]).sum(axis=1)
            f[block, _INDEX[name]] = np.log1p(received)


def softmax_by_group(c: Candidates, scores: Floats) -> Floats:
    """Turn scores into probabilities that add up to one in each group."""
    if not len(scores):
        return scores
    sizes = np.diff(c.starts)
    begins = c.starts[:-1][sizes > 0]
    top = np.repeat(np.maximum.reduceat(scores, begins), sizes[sizes > 0])
    powers = np.exp(scores - top)
    total: Any = np.repeat(np.add.reduceat(powers, begins), sizes[sizes > 0])
    return powers / total  # type: ignore[no-any-return]
