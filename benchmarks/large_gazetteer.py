"""A gazetteer of the size of all of GeoNames: how long it takes to import, and how fast it answers.

    python benchmarks/large_gazetteer.py --places 13000000 --folder /var/tmp/large [--queries 1000]

The dump is made up: names are recombined from real ones (the beginning of one and the end of another, as long
together as the first), and borne by as many places as names really are; it has the 19 columns of GeoNames. Step one
writes it as ``allCountries.txt``, step two imports it in a process of its own, step three searches in another: names
with one and two typing errors. Each step prints its time and the most memory that its process held.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from geoloc.gazetteer import Gazetteer
from geoloc.gazetteer.folding import fold

LETTERS = "abcdefghijklmnopqrstuvwxyz"
FEATURES = (
    ("P", "PPL"),
    ("P", "PPL"),
    ("P", "PPLL"),
    ("H", "STM"),
    ("T", "HLL"),
    ("S", "FRM"),
    ("S", "SCH"),
    ("L", "LCTY"),
)


def recombined(names: list[str], dice: random.Random) -> Iterator[str]:
    """Yield new names as long as real ones, each a beginning and an end of two of them."""
    while True:
        first, second = dice.choice(names), dice.choice(names)
        cut = dice.randrange(1, len(first)) if len(first) > 1 else 1
        rest = len(first) - cut
        yield first[:cut] + (second[-rest:] if rest else "")


def write_dump(path: Path, places: int, seed: int) -> int:
    """Write a dump of so many places and return how many names it lists."""
    dice = random.Random(seed)
    layers = Gazetteer.open().layers
    store = layers.stores[0]
    real = [layers.name(row) for row in range(len(layers))]
    namesakes = [sum(1 for _ in store.rows(index)) for index in range(0, len(store.keys), 7)]
    fresh, alternates = recombined(real, dice), recombined(real, dice)
    countries = [code for code in layers.countries if code]
    written = names = 0
    with path.open("w", encoding="utf-8") as file:
        while written < places:
            name = next(fresh)
            for _ in range(min(dice.choice(namesakes), places - written)):
                written += 1
                others = list(islice(alternates, dice.choice((0, 0, 1, 1, 2))))
                names += 1 + len(others)
                kind, code = dice.choice(FEATURES)
                lat, lon = dice.uniform(-60, 75), dice.uniform(-180, 180)
                population = int(dice.paretovariate(0.6)) if kind == "P" and dice.random() < 0.2 else 0
                file.write(
                    f"{written}\t{name}\t{name}\t{','.join(others)}\t{lat:.5f}\t{lon:.5f}\t{kind}\t{code}\t"
                    f"{dice.choice(countries)}\t\t01\t\t\t\t{min(population, 10**7)}\t\t0\tEtc/UTC\t2026-01-01\n"
                )
    return names


def misspelled(name: str, edits: int, dice: random.Random) -> str:
    """Return a name with so many letters changed or left out."""
    letters = list(name)
    for _ in range(edits):
        at = dice.randrange(len(letters))
        if dice.random() < 0.5 and len(letters) > 4:
            del letters[at]
        else:
            letters[at] = dice.choice(LETTERS)
    return "".join(letters)


def search(folder: Path, queries: int, seed: int) -> None:
    """Search for misspelled names and print what it took."""
    dice = random.Random(seed)
    started = time.perf_counter()
    gazetteer = Gazetteer.open(folder, bundled=False)
    print(f"open: {(time.perf_counter() - started) * 1000:.1f} ms, {len(gazetteer):,} places")
    asked: list[tuple[str, set[int]]] = []
    while len(asked) < queries:
        plain = fold(gazetteer.layers.name(dice.randrange(len(gazetteer))))
        if plain.isascii() and len(plain) >= 5:
            right = {row for row, _ in gazetteer.layers.named(plain)}
            asked.append((misspelled(plain, 1 + (len(plain) > 7 and dice.random() < 0.4), dice), right))
    times, found = [], 0
    for number, (query, right) in enumerate(asked + asked):
        started = time.thread_time()
        candidates = gazetteer.search(query)
        if number >= queries:  # the first pass warms the disk cache
            times.append((time.thread_time() - started) * 1000)
            found += any(gazetteer.layers.row_of(candidate.place.id) in right for candidate in candidates)
    times.sort()
    p50, p99 = statistics.median(times), times[int(0.99 * len(times))]
    print(f"search, time of the processor: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    print(f"first ten: {found / queries:.3f}")
    names = [gazetteer.layers.name(dice.randrange(len(gazetteer))) for _ in range(5000)]
    started = time.perf_counter()
    for name in names:
        gazetteer.layers.named(fold(name))
    print(f"exact and folded: {(time.perf_counter() - started) / len(names) * 1e6:.0f} µs")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, default=13_000_000)
    parser.add_argument("--folder", type=Path, required=True, help="for the dump and the gazetteer; some 5 GB")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--step", choices=("dump", "import", "search"))
    args = parser.parse_args()
    dump, built = args.folder / "allCountries.txt", args.folder / "gazetteer"
    started = time.perf_counter()
    if args.step is None:
        args.folder.mkdir(parents=True, exist_ok=True)
        for step in ("dump", "import", "search"):
            subprocess.run([sys.executable, __file__, *sys.argv[1:], "--step", step], check=True)
        return
    print(f"== {args.step}")
    if args.step == "dump":
        if not dump.exists():
            print(f"{write_dump(dump, args.places, args.seed):,} names in {dump.stat().st_size / 1e6:.0f} MB")
    elif args.step == "import":
        shutil.rmtree(built, ignore_errors=True)
        from geoloc.cli import main as geoloc

        os.environ["GEOLOC_DATA_DIR"] = str(args.folder)
        code = geoloc(["gazetteer", "build", str(dump), "--output", str(built)])
        size = sum(path.stat().st_size for path in built.iterdir())
        print(f"exit {code}, {size / 1e6:.0f} MB on disk")
    else:
        search(built, args.queries, args.seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - started:.0f} s, peak {peak:.0f} MB resident")


if __name__ == "__main__":
    main()
