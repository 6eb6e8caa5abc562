"""Recall and speed of name search, over places drawn at random from the bundled gazetteer.

    python benchmarks/search.py [--queries 2000] [--seed 1]

Of the queries, 35 % have one typing error, 25 % two, 30 % are romanised otherwise than any listed name, and 10 % are
both romanised otherwise and misspelled. A query counts as answered if the place, or a namesake (a place that bears
the listed name which the query was made from), is among the first ten, or is first. One process, one core, warm.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
from collections import defaultdict
from pathlib import Path

from geoloc.gazetteer import Gazetteer
from geoloc.gazetteer.folding import fold

SHARES = (("one edit", 0.35), ("two edits", 0.25), ("romanised", 0.30), ("both", 0.10))
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Habits of spelling: BGN/PCGN, the Ukrainian national system, ISO 9, German, French, Polish.
HABITS = (
    ("kh", "h"), ("kh", "ch"), ("zh", "ž"), ("zh", "j"), ("sh", "š"), ("sh", "sch"), ("shch", "schtsch"),
    ("ch", "tsch"), ("ch", "č"), ("ts", "c"), ("ts", "tz"), ("g", "h"), ("h", "g"), ("v", "w"), ("w", "v"),
    ("y", "i"), ("i", "y"), ("y", "j"), ("iy", "y"), ("ya", "ja"), ("yu", "ju"), ("ye", "e"), ("k", "ck"),
    ("s", "ss"), ("l", "ll"), ("ph", "f"), ("f", "ph"),
)  # fmt: skip


def misspell(name: str, edits: int, dice: random.Random) -> str:
    """Return the name with so many letters left out, put in, changed or swapped."""
    letters = list(name)
    for _ in range(edits):
        at = dice.randrange(len(letters))
        match dice.randrange(4):
            case 0 if len(letters) > 4:
                del letters[at]
            case 1:
                letters.insert(at, dice.choice(LETTERS))
            case 2 if at + 1 < len(letters) and letters[at] != letters[at + 1]:
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
            case _:
                letters[at] = dice.choice([c for c in LETTERS if c != letters[at]])
    return "".join(letters)


def _grapheme(letters: str) -> re.Pattern[str]:
    """Return a pattern for letters that are a sound of their own: no h of "sh", no s of "sh"."""
    before = "(?<![cdgkpstwz])" if letters.startswith("h") else "(?<![aeiou])" if letters in ("ya", "yu", "ye") else ""
    after = "(?![hz])" if letters in ("c", "g", "k", "s", "z") else ""
    return re.compile(before + letters + after)


def romanise(name: str, dice: random.Random, gazetteer: Gazetteer) -> str | None:
    """Return the name in another habit of spelling that no place is listed under, or None."""
    usable = [(_grapheme(a), b) for a, b in HABITS if _grapheme(a).search(name)]
    dice.shuffle(usable)
    for count in (1, 2, 3):
        changed = name
        for a, b in usable[:count]:
            changed = a.sub(b, changed)
        if changed != name and not gazetteer.layers.named(fold(changed)):
            return changed
    return None


def make_queries(gazetteer: Gazetteer, number: int, seed: int) -> list[tuple[str, str, set[int]]]:
    """Return (kind, query, rows that are right), drawn uniformly over populated places."""
    dice, layers = random.Random(seed), gazetteer.layers
    queries: list[tuple[str, str, set[int]]] = []
    for kind, share in SHARES:
        wanted = len(queries) + round(number * share)
        while len(queries) < wanted:
            row = dice.randrange(len(layers))
            name = layers.name(row).lower()
            plain = fold(name)
            if not plain.isascii() or len(plain) < 5:
                continue
            query: str | None = plain
            if kind in ("romanised", "both"):
                query = romanise(plain, dice, gazetteer)
            if query and kind != "romanised":
                query = misspell(query, 2 if kind == "two edits" else 1, dice)
            if query and not layers.named(fold(query)):
                right = {r for r, _ in layers.named(plain)}
                queries.append((kind, query, right))
    return queries


def resident_mb(label: str) -> float:
    """Return the resident memory of this process in MB, by its name in /proc/self/status."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[label].split()[0]) / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    started = time.perf_counter()
    gazetteer = Gazetteer.open()
    opened = time.perf_counter() - started
    queries = make_queries(gazetteer, args.queries, args.seed)
    gazetteer.search("Belgrod")
    ranks: dict[str, list[int | None]] = defaultdict(list)
    times = []
    for kind, query, right in queries:
        started = time.perf_counter()
        found = gazetteer.search(query)
        times.append(time.perf_counter() - started)
        rows = [gazetteer.layers.row_of(candidate.place.id) for candidate in found]
        ranks[kind].append(next((i for i, row in enumerate(rows) if row in right), None))
    print(f"{'':12}{'queries':>8}{'first':>8}{'first ten':>11}")
    every = [rank for kind, _ in SHARES for rank in ranks[kind]]
    for kind, values in [*ranks.items(), ("all", every)]:
        first = sum(rank == 0 for rank in values) / len(values)
        ten = sum(rank is not None for rank in values) / len(values)
        print(f"{kind:12}{len(values):>8}{first:>8.3f}{ten:>11.3f}")
    print(f"open: {opened * 1000:.1f} ms")
    print(f"resident: {resident_mb('VmRSS'):.0f} MB, {resident_mb('RssAnon'):.0f} MB without mapped files")
    times.sort()
    p50, p99 = statistics.median(times) * 1000, times[int(len(times) * 0.99)] * 1000
    print(f"search: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    names = [gazetteer.layers.name(i) for i in range(0, len(gazetteer), 97)]
    started = time.perf_counter()
    for name in names:
        gazetteer.layers.named(fold(name))
    print(f"exact and folded: {(time.perf_counter() - started) / len(names) * 1e6:.0f} µs a name")


if __name__ == "__main__":
    main()
