"""What else could hold the names: the bundled names in SQLite and in plain rapidfuzz, against geoloc's arrays.

    python benchmarks/stores.py [--queries 200] [--seed 1]

The queries are those of ``search.py``. Each store answers with names; a query counts as answered if the name that it
was made from, or one with the same places, is among the first ten. Ranking is by likeness alone, for all alike.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from search import make_queries

from geoloc.gazetteer import Gazetteer
from geoloc.gazetteer.folding import fold, skeleton

Search = Callable[[str], list[str]]


def ranked(query: str, names: list[str]) -> list[str]:
    """Return the ten names most like the query."""
    return [name for name, _, _ in extract(query, names, scorer=OSA.normalized_similarity, limit=10)]


def sqlite_tree(names: list[str], path: Path) -> Search:
    """Index folded names and skeletons in B-trees."""
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE names (name TEXT, skeleton TEXT)")
    database.executemany("INSERT INTO names VALUES (?, ?)", ((name, skeleton(name)) for name in names))
    database.execute("CREATE INDEX by_name ON names (name)")
    database.execute("CREATE INDEX by_skeleton ON names (skeleton)")
    database.commit()
    statement = "SELECT name FROM names WHERE name = ? UNION SELECT name FROM names WHERE skeleton = ?"
    return lambda query: ranked(query, [name for (name,) in database.execute(statement, (query, skeleton(query)))])


def sqlite_trigrams(names: list[str], path: Path) -> Search:
    """Index the trigrams of skeletons with FTS5, ranked by bm25."""
    database = sqlite3.connect(path)
    database.execute("CREATE VIRTUAL TABLE names USING fts5(skeleton, name UNINDEXED, tokenize='trigram')")
    database.executemany("INSERT INTO names VALUES (?, ?)", ((skeleton(name), name) for name in names))
    database.commit()
    statement = "SELECT name FROM names WHERE names MATCH ? ORDER BY rank LIMIT 100"

    def search(query: str) -> list[str]:
        key = skeleton(query)
        grams = " OR ".join('"' + key[i : i + 3].replace('"', "") + '"' for i in range(len(key) - 2))
        return ranked(query, [name for (name,) in database.execute(statement, (grams,))]) if grams else []

    return search


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    gazetteer = Gazetteer.open()
    store = gazetteer.layers.stores[0]
    names = [store.keys[i] for i in range(len(store.keys))]
    queries = make_queries(gazetteer, args.queries, args.seed)

    def arrays(query: str) -> list[str]:
        key = skeleton(query)
        edits = 2 if len(key) < 9 else 3
        return ranked(query, [store.keys[index] for _, index in store.keys_near(key, edits)])

    with tempfile.TemporaryDirectory() as folder:
        makers: dict[str, Callable[[], Search]] = {
            "geoloc's arrays": lambda: arrays,
            "SQLite, B-trees": lambda: sqlite_tree(names, Path(folder) / "tree"),
            "SQLite FTS5, trigrams": lambda: sqlite_trigrams(names, Path(folder) / "grams"),
            "rapidfuzz over all": lambda: lambda query: ranked(query, names),
        }
        indexes = ("keys", "key_s*", "skeleton*", "heap_*")
        files: dict[str, list[Path]] = {
            "geoloc's arrays": [path for name in indexes for path in store.folder.glob(f"{name}.npy")],
            "SQLite, B-trees": [Path(folder) / "tree"],
            "SQLite FTS5, trigrams": [Path(folder) / "grams"],
            "rapidfuzz over all": [],
        }
        print(f"{len(names):,} folded names, {len(queries)} queries")
        print(f"{'':24}{'built s':>9}{'MB':>7}{'p50 ms':>9}{'p99 ms':>9}{'first':>8}{'first ten':>11}")
        for label, make in makers.items():
            started = time.perf_counter()
            search = make()
            built = time.perf_counter() - started
            size = sum(path.stat().st_size for path in files[label])
            times, first, ten = [], 0, 0
            for _, query, right in queries:
                started = time.perf_counter()
                found = search(fold(query))
                times.append((time.perf_counter() - started) * 1000)
                hits = [any(row in right for row, _ in gazetteer.layers.named(name)) for name in found]
                first += hits[:1] == [True]
                ten += any(hits)
            times.sort()
            p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
            share = first / len(queries), ten / len(queries)
            print(f"{label:24}{built:>9.1f}{size / 1e6:>7.0f}{p50:>9.2f}{p99:>9.1f}{share[0]:>8.3f}{share[1]:>11.3f}")


if __name__ == "__main__":
    main()
