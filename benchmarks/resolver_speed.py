"""Count the mentions that are resolved in a second on one core, candidates included, gold spans given.

    OMP_NUM_THREADS=1 python benchmarks/resolver_speed.py --corpora DIR [lgl trnews ...]

Seconds are those that the processor worked, so that what else runs on the machine counts little. The first pass meets
every name for the first time; the second finds the candidates of names it has met in memory.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from geoloc.gazetteer import Gazetteer
from geoloc.model import Document
from geoloc.recognition import mentions_of_spans
from geoloc.resolution import Resolver


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("names", nargs="*", default=["lgl", "trnews", "gwn"])
    args = parser.parse_args()
    resolver = Resolver(Gazetteer.open())
    resolver.resolve("", [])
    for name in args.names:
        documents = []
        for row in map(json.loads, (args.corpora / f"{name}.jsonl").open(encoding="utf-8")):
            spans = tuple((t["start"], t["end"]) for t in row["toponyms"])
            documents.append((row["text"], mentions_of_spans(Document(row["text"], spans=spans))))
        mentions = sum(len(found) for _, found in documents)
        for label in ("first pass", "second pass"):
            started = time.process_time()
            for text, found in documents:
                resolver.resolve(text, found)
            seconds = time.process_time() - started
            print(
                f"{name:10} {label:12} {mentions:6,} mentions in {seconds:5.2f} s: {mentions / seconds:6,.0f} a second"
            )


if __name__ == "__main__":
    main()
