"""What speaks for and against each candidate in its document, as one row of numbers a candidate.

The static features (see `geoloc.resolution.candidates`) look at name and candidate alone. The context features look
at the other names of the document, weighed by how probable their candidates are so far; they are computed anew
each round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc.model import PLACE_KINDS, Mention
from geoloc.recognition.vocabulary import ANY_CONJUNCTION
from geoloc.resolution.candidates import COUNTRY, DISTRICT, KIND, MATCHES, REGION, STATIC, TOWN, Floats, Ints
from geoloc.resolution.groups import Group
from geoloc.resolution.levels import HOMES, LEVEL_OF_KIND, LEVELS, WordModel, common_words_of, cues_of
from geoloc.resolution.trees import Trees

CONTEXT = (
    "admin_after", "admin_beside", "country_beside", "holds_neighbour", "admin1_beside", "same_country_beside",
    "near_beside", "country_share", "admin1_share", "admin2_share", "country_named", "admin1_named", "admin2_named",
    "near_25km", "near_100km", "near_400km", "country_share_gap", "admin1_share_gap", "near_gap", "same_place_named",
    "namesake_elsewhere", "home_said", "home_said_gap", "level_said", "level_said_gap", "level_beside", "level_share",
    "probability", "probability_rank", "probability_gap", "names", "mentions",
)  # fmt: skip
FEATURES = STATIC + CONTEXT
_INDEX = {name: i for i, name in enumerate(FEATURES)}
_KERNELS_KM = (25.0, 100.0, 400.0)
EARTH_RADIUS_KM = 6371.0088
_BESIDE_CHARACTERS = 60
_MOST_PAIRS = 1 << 20
_ANCHOR = 0.15
WEAK_VOICE = 0.2
ANNOUNCED, HINTED, TWIN = 1.5, 1.0, 2.0
"""Scores of candidates of the kind that the wording announces and of those in the country that it names; the others
have as much taken away. Last, what a division loses to the town in it that it is named after. The trees learn what is
left to say."""
HELD = 2.5
"""What candidates in what follows as their container gain, and the others lose, whatever the corpora teach."""
EXCLUDED = 50.0
"""What the others lose where that container is a country or region for certain: they cannot be meant."""
TYPED = 6.0
"""What the others lose where the name says that it is a region or district, and there is one: «Белгородской области»
is not Belgorodsky District."""
RIVER = 50.0
"""What towns and districts lose where the name stands as that of a river does: "the Rio Grande" is none of them."""
TWIN_TOWN = 3.0
"""What a candidate loses that another name of the document names outright, where this name has a town of its own."""
_NEAR_NOT_IN = re.compile(
    r"\b(?:near|outside|from|north|south|east|west|miles?|kilomet\w+|km|close|toward|towards|between|"
    r"под|возле|около|близ|от|из|между|км|біля|під|поблизу|від|між|неподалік|недалеко)\b"
)
UNTAUGHT_TWIN = 1.5
"""What such a division loses whatever the corpora teach: in them it is often gold where a reader means the town."""
_IN_LIST = re.compile(rf"(?:,|;|/|,? (?:{ANY_CONJUNCTION}))\s{{1,2}}")
_COMMA = re.compile(r",\s{1,2}|\s\(")
_IS_POINT = np.array([k in ("populated-place", "district", "facility", "relief", "water") for k in PLACE_KINDS])


@dataclass(slots=True)
class Candidates:
    """All candidates of all groups of a document, end to end.

    Attributes
    ----------
    rows : row in the gazetteer, a candidate
    group : index of its group, a candidate
    starts : where the candidates of each group begin; one more than there are groups
    voice : what a group counts for in the evidence for others, a group
    beside : pairs of candidates of neighbouring names; see `_Beside`
    given : what the wording adds to the score, a candidate; the trees learn what is left to say
    untaught : what is added to what they say, whatever corpora teach, a candidate
    borrowed : whether a candidate bears the name beside a town whose own name it is (Komárno of "Komárom")
    anchors : whether a candidate is a point that others may lie near
    full : begins and sizes of the groups that have candidates
    level : index into `LEVELS`, a candidate
    cues : what stands around the mentions of a group, a group
    in_list : pairs of groups that are neighbours in a list
    home : index into `HOMES`, a candidate
    words : the common words of the text
    said, home_said : logarithm of the probability of its level and of its country by words, a candidate
    """

    rows: Ints
    group: Ints
    starts: Ints
    match: Ints
    similarity: Floats
    kind: Ints
    country: Ints
    admin1: Ints
    admin2: Ints
    weight: Floats
    xyz: Floats
    has_point: NDArray[np.bool_]
    static: Floats
    voice: Floats
    beside: _Beside
    cells: dict[str, tuple[Ints, Ints]]
    namesakes: tuple[Ints, Ints]
    sizes: tuple[Floats, Floats]
    given: Floats
    untaught: Floats
    borrowed: NDArray[np.bool_]
    anchors: NDArray[np.bool_]
    full: tuple[Ints, Ints]
    level: Ints
    cues: list[list[tuple[str, ...]]]
    in_list: tuple[Ints, Ints]
    home: Ints
    words: tuple[str, ...]
    said: Floats
    home_said: Floats


@dataclass(slots=True)
class _Beside:
    """Pairs of candidates (`of`, `by`) of names that stand side by side, and what joins them."""

    of: Ints
    by: Ints
    relations: dict[str, Floats]


def gather(text: str, mentions: Sequence[Mention], groups: Sequence[Group], countries: Sequence[str]) -> Candidates:
    """Collect the candidates of the groups of a document; `countries` holds the codes that candidates point to."""
    blocks = [group.block for group in groups]
    sizes = [len(block.rows) for block in blocks]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    group = np.repeat(np.arange(len(groups)), sizes)

    def joined(label: str) -> Any:
        return np.concatenate([getattr(block, label) for block in blocks])

    rows, country, admin1, admin2 = (joined(label) for label in ("rows", "country", "admin1", "admin2"))
    counts = np.array([len(g.mentions) for g in groups], float)
    voice = np.minimum(counts, 4) ** 0.5 * np.where([g.weak for g in groups], WEAK_VOICE, 1.0)
    keys: dict[str, int] = {}
    names = np.array([keys.setdefault(g.key, len(keys)) for g in groups], np.int64)
    c = Candidates(
        rows, group, starts, joined("match"), joined("similarity"), joined("kind"), country, admin1, admin2,
        joined("weight"), joined("xyz"), joined("has_point"), joined("static"), voice, _Beside(group, group, {}),
        {}, (names, names), (np.full(len(rows), np.log1p(len(groups))), np.log(counts)[group]),
        *_added_scores(joined("static")), joined("borrowed"),
        _IS_POINT[joined("kind")] & joined("has_point"), _full(starts), LEVEL_OF_KIND[joined("kind")],
        [[cues_of(text, mentions[i]) for i in g.mentions] for g in groups], _lists(groups, mentions, text),
        _homes(country, countries), common_words_of(text), np.zeros(len(rows)), np.zeros(len(rows)),
    )  # fmt: skip
    for label, column in (("country", country), ("admin1", admin1), ("admin2", admin2)):
        values = np.maximum(column, -1) + 1
        c.cells[label] = _numbered(values)[0], _numbered(group * (int(values.max(initial=0)) + 1) + values)[0]
    for g, own in enumerate(groups):
        if own.held is not None:
            c.untaught[starts[g] : starts[g + 1]] += np.where(own.held, HELD, -EXCLUDED if own.only_held else -HELD)
        if own.typed and own.expects:
            span = slice(starts[g], starts[g + 1])
            fits = c.kind[span] == KIND[own.expects]
            c.untaught[span] -= np.where(fits | ~fits.any(), 0.0, TYPED)
    rivers = np.array([g.river for g in groups], np.bool_)
    if rivers.any():
        c.untaught[rivers[group] & ((c.kind == TOWN) | (c.kind == DISTRICT))] -= RIVER
    named = c.match <= MATCHES.index("folded")
    if c.borrowed.any():
        c.untaught[c.borrowed & np.isin(rows, rows[named])] -= TWIN_TOWN
    c.namesakes = _numbered(rows)[0], names[group]
    c.beside = _pairs_beside(c, _neighbours(groups, mentions, text))
    return c


def _homes(country: Ints, countries: Sequence[str]) -> Ints:
    home = np.full(len(countries), len(HOMES) - 1)
    for i, code in enumerate(HOMES[:-1]):
        if code in countries:
            home[countries.index(code)] = i
    return home[country]


def weigh_words(c: Candidates, levels: WordModel, homes: WordModel) -> None:
    """Let models tell what level of place the words around each name speak for, and in which country the text plays."""
    said = np.array([levels(cues) for cues in c.cues]).reshape(-1, len(LEVELS))
    c.said = said[c.group, c.level]
    c.home_said = homes([c.words])[c.home]


def _lists(groups: Sequence[Group], mentions: Sequence[Mention], text: str) -> tuple[Ints, Ints]:
    """Return pairs of groups that follow one another in a list, each pair both ways."""
    owner = {index: g for g, group in enumerate(groups) for index in group.mentions}
    pairs = set()
    for left in range(len(mentions) - 1):
        a, b = owner[left], owner[left + 1]
        if a != b and _IN_LIST.fullmatch(text, mentions[left].end, mentions[left + 1].start):
            pairs |= {(a, b), (b, a)}
    of, by = zip(*sorted(pairs), strict=True) if pairs else ((), ())
    return np.array(of, np.int64), np.array(by, np.int64)


def _full(starts: Ints) -> tuple[Ints, Ints]:
    sizes = np.diff(starts)
    return starts[:-1][sizes > 0], sizes[sizes > 0]


def _numbered(values: Ints) -> tuple[Ints, int]:
    _, inverse = np.unique(values, return_inverse=True)
    return inverse, int(inverse.max(initial=-1)) + 1


def _neighbours(groups: Sequence[Group], mentions: Sequence[Mention], text: str) -> list[tuple[int, int, bool, bool]]:
    """Return pairs of groups whose names stand side by side, whether by a comma, and whether one may lie in the other.

    The first of a pair stands first in the text.
    """
    owner = {index: g for g, group in enumerate(groups) for index in group.mentions}
    pairs = set()
    for left in range(len(mentions) - 1):
        for right in range(left + 1, min(left + 3, len(mentions))):
            between = text[mentions[left].end : mentions[right].start]
            if len(between) > _BESIDE_CHARACTERS or "\n\n" in between or ". " in between[1:]:
                break
            a, b = owner[left], owner[right]
            if a != b:
                places = groups[a].kind == groups[b].kind == "place"
                within = places and not _NEAR_NOT_IN.search(between)
                pairs.add((a, b, bool(_COMMA.fullmatch(between)), within))
    return sorted(pairs)


def _pairs_beside(c: Candidates, pairs: Sequence[tuple[int, int, bool, bool]]) -> _Beside:
    """Return how the candidates of neighbouring names are joined."""
    ofs, bys, afters, withins = [], [], [], []
    sizes = np.diff(c.starts)
    for a, b, comma, within in pairs:
        m, n = int(sizes[a]), int(sizes[b])
        if not m or not n:
            continue
        i = np.repeat(np.arange(c.starts[a], c.starts[a + 1]), n)
        j = np.tile(np.arange(c.starts[b], c.starts[b + 1]), m)
        ofs += [i, j]
        bys += [j, i]
        afters.append(np.repeat([float(comma), 0.0], m * n))
        withins.append(np.full(2 * m * n, within))
    if not ofs:
        empty = np.empty(0, np.int64)
        return _Beside(empty, empty, {})
    of, by = np.concatenate(ofs), np.concatenate(bys)
    after, inside = np.concatenate(afters), np.concatenate(withins)
    divided = c.kind[by] != COUNTRY
    other = c.rows[of] != c.rows[by]
    same_country = (c.country[of] == c.country[by]) & (c.country[of] > 0)
    same_admin1 = (c.admin1[of] == c.admin1[by]) & (c.admin1[of] >= 0) & other
    in_admin = ((c.admin1[of] == c.rows[by]) | (c.admin2[of] == c.rows[by])) & other & inside
    in_country = ~divided & same_country & (c.kind[of] != COUNTRY) & inside
    holds = ((c.admin1[by] == c.rows[of]) | (c.admin2[by] == c.rows[of])) & other & inside
    holds |= (c.kind[of] == COUNTRY) & same_country & (c.kind[by] != COUNTRY) & inside
    cosine = np.einsum("ij,ij->i", c.xyz[of], c.xyz[by])
    distance = EARTH_RADIUS_KM * np.arccos(np.clip(cosine, -1, 1))
    areas = (c.kind[of] == COUNTRY) | (c.kind[by] == COUNTRY) | (c.kind[of] == REGION) | (c.kind[by] == REGION)
    near = np.exp(-distance / 100.0) * (c.has_point[of] & c.has_point[by] & ~areas & other)
    near[near < 0.01] = 0
    kept = same_country | same_admin1 | in_admin | in_country | holds | (near > 0)
    relations = {
        "admin_after": (in_admin | in_country) * after,
        "admin_beside": in_admin.astype(float),
        "country_beside": in_country.astype(float),
        "holds_neighbour": holds.astype(float),
        "admin1_beside": same_admin1.astype(float),
        "same_country_beside": same_country.astype(float),
        "near_beside": near,
    }
    return _Beside(of[kept], by[kept], {name: values[kept] for name, values in relations.items()})


def context(c: Candidates, probability: Floats) -> Floats:
    """Return all features, the context ones computed from the probabilities of the round before."""
    f: Floats = np.zeros((len(FEATURES), len(c.rows)))
    f[: len(STATIC)] = c.static.T
    columns = {name: f[i] for name, i in _INDEX.items()}
    weight = probability * c.voice[c.group]
    for name, values in c.beside.relations.items():
        columns[name][:] = np.minimum(np.bincount(c.beside.of, values * probability[c.beside.by], len(c.rows)), 2.0)
    _shares(columns, c, weight)
    _near(columns, c, weight)
    rows, names = c.namesakes
    total = np.bincount(rows, probability)
    columns["same_place_named"][:] = np.where(c.borrowed, 0.0, np.minimum(total[rows] - probability, 3.0))
    of_name = np.bincount(names, probability)
    columns["namesake_elsewhere"][:] = np.minimum(of_name[names] - sum_by_group(c, probability), 3.0)
    _levels(columns, c, probability)
    _standing(columns, c, probability)
    columns["names"][:], columns["mentions"][:] = c.sizes
    return np.ascontiguousarray(f.T)


def _shares(columns: dict[str, Floats], c: Candidates, weight: Floats) -> None:
    """How much of the rest of the document lies in the candidate's country and divisions."""
    for label, kind in (("country", COUNTRY), ("admin1", REGION), ("admin2", DISTRICT)):
        column = getattr(c, label)
        cell, own_cell = c.cells[label]
        known = column > 0 if label == "country" else column >= 0
        members = np.where((c.kind != kind) & known, weight, 0.0)
        mine = np.bincount(own_cell, members)[own_cell]
        rest = members.sum() - sum_by_group(c, members)
        share = (np.bincount(cell, members)[cell] - mine) / np.maximum(rest, 1.0)
        columns[f"{label}_share"][:] = np.where(known, np.minimum(share, 1.0), 0)
        heads = np.where((c.kind == kind) & known, weight, 0.0)
        named = np.bincount(cell, heads)[cell] - np.bincount(own_cell, heads)[own_cell]
        if label == "country":
            named = named / max(1.0, heads.sum() ** 0.5)
        columns[f"{label}_named"][:] = np.where(known, np.minimum(named, 2.0), 0)
    for label in ("country_share", "admin1_share"):
        columns[f"{label}_gap"][:] = columns[label] - max_by_group(c, columns[label])


def _near(columns: dict[str, Floats], c: Candidates, weight: Floats) -> None:
    """Add what the most probable candidates of the other groups give to candidates near them."""
    anchors = np.flatnonzero(c.anchors & (weight > _ANCHOR))
    labels = [f"near_{scale:.0f}km" for scale in _KERNELS_KM]
    if len(anchors):
        step = max(1, _MOST_PAIRS // len(anchors))
        for begin in range(0, len(c.rows), step):
            block = slice(begin, begin + step)
            distance = EARTH_RADIUS_KM * np.arccos(np.minimum(c.xyz[block] @ c.xyz[anchors].T, 1.0))
            other = (c.group[block, None] != c.group[anchors]) & (c.rows[block, None] != c.rows[anchors])
            counts = (other & c.has_point[block, None]) * weight[anchors]
            for label, scale in zip(labels, _KERNELS_KM, strict=True):
                columns[label][block] = np.log1p((np.exp(-distance / scale) * counts).sum(axis=1))
    columns["near_gap"][:] = columns[labels[1]] - max_by_group(c, columns[labels[1]])


def _levels(columns: dict[str, Floats], c: Candidates, probability: Floats) -> None:
    """Add what speaks for the level of a candidate: the words around, its neighbours in a list, all other names."""
    columns["home_said"][:] = c.home_said
    columns["home_said_gap"][:] = c.home_said - max_by_group(c, c.home_said)
    columns["level_said"][:] = c.said
    columns["level_said_gap"][:] = c.said - max_by_group(c, c.said)
    groups = len(c.starts) - 1
    mass = np.bincount(c.group * len(LEVELS) + c.level, probability, groups * len(LEVELS)).reshape(groups, -1)
    beside = np.zeros_like(mass)
    of, by = c.in_list
    np.add.at(beside, of, mass[by])
    columns["level_beside"][:] = beside[c.group, c.level]
    share = (mass.sum(axis=0) - mass) / max(groups - 1, 1)
    columns["level_share"][:] = share[c.group, c.level]


def _standing(columns: dict[str, Floats], c: Candidates, probability: Floats) -> None:
    columns["probability"][:] = probability
    columns["probability_gap"][:] = probability - max_by_group(c, probability)
    order = np.lexsort((-probability, c.group))
    rank = np.empty(len(order))
    rank[order] = np.arange(len(order)) - c.starts[c.group[order]]
    columns["probability_rank"][:] = rank


def sum_by_group(c: Candidates, values: Floats) -> Floats:
    """Return, a candidate, the sum of the values in its group."""
    totals: Any = np.bincount(c.group, values, len(c.starts) - 1)
    return totals[c.group]  # type: ignore[no-any-return]


def max_by_group(c: Candidates, values: Floats) -> Floats:
    """Return, a candidate, the largest value in its group."""
    begins, sizes = c.full
    return np.repeat(np.maximum.reduceat(values, begins), sizes) if len(values) else values


def crude_probability(c: Candidates) -> Floats:
    """Return what name and population alone say: where the first round begins."""
    at = {name: i for i, name in enumerate(STATIC)}
    scores = 1.2 * c.static[:, at["weight_gap"]] - 0.8 * c.static[:, at["match_gap"]]
    scores += np.where(c.kind == COUNTRY, 1.0, 0.0)
    return softmax_by_group(c, scores + c.given + c.untaught)


def _added_scores(static: Floats) -> tuple[Floats, Floats]:
    """Return what is added to the scores of the trees: what they know of, and what they do not."""
    at = {name: i for i, name in enumerate(STATIC)}
    announced = static[:, at["announced"]]
    twin = static[:, at["holds_namesake"]] * (announced <= 0)
    scores: Floats = ANNOUNCED * announced + HINTED * static[:, at["hinted_country"]] - TWIN * twin
    return scores, -UNTAUGHT_TWIN * twin


def rank(c: Candidates, trees: Trees, features: Floats) -> Floats:
    """Return the probabilities that a stage gives to the candidates."""
    return softmax_by_group(c, trees(features) + c.given + c.untaught)


def softmax_by_group(c: Candidates, scores: Floats) -> Floats:
    """Turn scores into probabilities that add up to one in each group."""
    if not len(scores):
        return scores
    powers = np.exp(scores - max_by_group(c, scores))
    return powers / sum_by_group(c, powers)
