"""Names of a document with the candidates for each: one group for all mentions of one name.

One sense per document: mentions that are written alike and are announced as the same kind of place
share their candidates, their evidence and the decision. A name with a container behind it ("Paris, Texas") is a
group of its own, which speaks for the same place where the name stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geoloc.gazetteer.folding import fold
from geoloc.model import Mention, PlaceKind
from geoloc.resolution.candidates import COUNTRY, REGION, Block, CandidateFinder
from geoloc.resolution.wording import (
    body_around,
    container_after,
    contrasted_with,
    has_type_behind,
    is_village,
    kind_around,
    kind_in_name,
    kind_of_list,
    may_be_river,
    region_after,
    stands_apart,
)

_DIVISIONS = ("region", "district")


@dataclass(slots=True)
class Group:
    """The mentions of one name in one document.

    Attributes
    ----------
    name : str
        As it is written first, or what it stands for.
    key : str
        The folded name without its type word; groups with the same key are namesakes.
    kind : str
        ``place`` or ``demonym``.
    mentions : list of int
        Indices into the mentions of the document.
    expects : PlaceKind or None
        The kind of place that the wording announces.
    block : Block
        The candidates.
    weak : bool
        True if no mention is a place by its wording alone.
    announced : bool
        True if the wording says "village" or the like.
    village : bool
        True if the word right before is "village" or the like, which no city is.
    held : array or None
        Which candidates lie in what follows as their container ("Paris, Texas"), or give a well-known body its name
        ("Washington Post"); None if nothing is known.
    only_held : bool
        True if the container is a country or region for certain, so that no other candidate can be meant.
    outside : bool
        True if a country or region was named as the container and none of the candidates lies in it.
    body : bool
        True if the name is part of that of a well-known body, so that its place is known.
    typed : bool
        True if the name or the word right behind it says that it is a region or district: «Белгородской области».
    river : bool
        True if the name stands as that of a river does, without the word: "the Rio Grande rose".
    """

    name: str
    key: str
    kind: str
    expects: PlaceKind | None
    block: Block
    mentions: list[int] = field(default_factory=list)
    weak: bool = True
    announced: bool = False
    village: bool = False
    held: NDArray[np.bool_] | None = None
    only_held: bool = False
    outside: bool = False
    body: bool = False
    typed: bool = False
    river: bool = False


def group_mentions(text: str, mentions: Sequence[Mention], finder: CandidateFinder) -> list[Group]:
    """Return the names of a document with their candidates, in the order of first mention."""
    groups: dict[tuple[str, str, str | None, str | None, str | None, int | None], Group] = {}
    for index, mention in enumerate(mentions):
        river = None if mention.lookup else _river(text, mention, finder)
        lookup = mention.lookup or river
        name = lookup or mention.text
        bare, named_kind = kind_in_name(name) if not mention.lookup else (name, None)
        around = None
        if mention.kind == "place" and not lookup:
            around = kind_of_list(text, mentions, index) or kind_around(text, mention)
        stated = named_kind or (around if has_type_behind(text, mention) else None)
        typed = stated in _DIVISIONS
        expects = stated if typed and mention.expects in _DIVISIONS else mention.expects or named_kind or around
        if mention.override is not None:
            block = finder.only(mention.override)
        else:
            block = finder.block(mention.text, lookup, expects, mention.country, mention.kind == "demonym")
        container = container_after(text, mentions, index)
        held = _held(finder, container, block) if container and len(block.rows) > 1 else None
        body = body_around(text, mention) if held is None and len(block.rows) > 1 else None
        holder = container.lookup or container.text if container and held is not None else None
        only_held = held is not None and container is not None and _is_area(finder, container, block)
        apart = contrasted_with(text, mentions, index) if held is None and len(block.rows) > 1 else None
        if apart is not None and mention.kind == "place":
            container = container_after(text, mentions, apart)
            within = _held(finder, container, block) if container else None
            if container and within is not None:
                held, holder = ~within, f"not {container.lookup or container.text}"
        named_after = block.rows == finder.row_of(body) if body else None
        if named_after is not None and named_after.any():
            held, only_held, holder = named_after, True, f"body {body}"
        kind = expects if expects != "populated-place" else None
        key = (fold(name), mention.kind, kind, mention.country, holder, mention.override)
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(name, fold(bare), mention.kind, expects, block, held=held)
            group.body = held is not None and held is named_after
            group.typed = typed and expects == stated
        group.weak = group.weak and mention.weak
        group.village = group.village or is_village(text, mention)
        group.announced = group.announced or group.village or mention.expects == "populated-place"
        group.only_held = group.only_held or only_held
        group.river = group.river or river is not None
        named = container or region_after(text, mentions, index)
        sure = group.announced or container is None or stands_apart(text, mentions, index)
        if named and held is None and sure:
            group.outside |= _is_area(finder, named, block) and _held(finder, named, block) is None
        group.mentions.append(index)
    return list(groups.values())


def _river(text: str, mention: Mention, finder: CandidateFinder) -> str | None:
    """Return the name of the river that a mention may mean without the word: "the Mississippi"."""
    if mention.kind != "place" or mention.override is not None or not may_be_river(text, mention):
        return None
    name = f"{mention.text} River"
    return name if finder.bears(name, "water") and not finder.bears(mention.text, "country") else None  # the Congo


def _held(finder: CandidateFinder, container: Mention, block: Block) -> NDArray[np.bool_] | None:
    """Return which candidates lie in something that the next name may mean, or None if none does."""
    if container.kind != "place":
        return None
    holders = finder.block(container.text, container.lookup, container.expects, container.country, False)
    divided = holders.kind != COUNTRY
    rows = holders.rows[divided]
    inside = np.isin(block.admin1, rows) | np.isin(block.admin2, rows)
    inside |= np.isin(block.country, holders.country[~divided])
    inside &= ~np.isin(block.rows, holders.rows)
    return inside if inside.any() else None


def _is_area(finder: CandidateFinder, container: Mention, block: Block) -> bool:
    """Tell whether a container is first of all a country or a region, and no neighbour in a list of such.

    In "Cuba, Mexico" and "Kansas, Virginia" neither holds the other.
    """
    if container.kind != "place":
        return False
    holders = finder.block(container.text, container.lookup, container.expects, container.country, False)
    if not len(holders.rows) or holders.kind[0] not in (COUNTRY, REGION):
        return False
    own = block.kind[0] if len(block.rows) else None
    return own not in (COUNTRY, REGION) or (own == REGION and holders.kind[0] == COUNTRY)
