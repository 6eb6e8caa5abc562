"""Score the pipeline on annotated corpora with a referee that is not ours.

    python benchmarks/accuracy.py --corpora DIR --score score.py [--given-spans] [lgl trnews ...]

DIR holds one ``NAME.jsonl`` a corpus: a document a line with ``id``, ``text`` and ``toponyms``. The referee is
called as ``score.py GOLD PREDICTED --demonyms count|skip``: demonyms are gold in lgl, trnews and gwn only. Each corpus
goes through ``geoloc batch``; with --given-spans the gold spans are given and only resolution is judged.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COUNT_DEMONYMS = ("lgl", "trnews", "gwn", "borders")


def main() -> None:
    """Predict and score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--given-spans", action="store_true")
    parser.add_argument("names", nargs="*", default=["lgl", "trnews", "gwn"])
    args = parser.parse_args()
    for name in args.names:
        gold = args.corpora / f"{name}.jsonl"
        with tempfile.TemporaryDirectory() as folder:
            records, predicted = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
            words = 0
            with gold.open(encoding="utf-8") as lines, records.open("w", encoding="utf-8") as out:
                for row in map(json.loads, lines):
                    words += len(row["text"].split())
                    row["spans"] = [[t["start"], t["end"]] for t in row["toponyms"]]
                    out.write(json.dumps(row) + "\n")
            command = [sys.executable, "-m", "geoloc", "batch", str(records), "-o", str(predicted), "--quiet"]
            started = time.perf_counter()
            subprocess.run([*command, "--border", "none", *["--given-spans"][: args.given_spans]], check=True)
            seconds = time.perf_counter() - started
            print(f"\n{name}: {words:,} words in {seconds:.1f} s", flush=True)
            demonyms = "count" if name in COUNT_DEMONYMS else "skip"
            subprocess.run([sys.executable, args.score, gold, predicted, "--demonyms", demonyms], check=True)


if __name__ == "__main__":
    main()
