"""Time whole runs of the command line: start, main job, memory.

    python benchmarks/speed.py [--runs 7]

Each command runs in a process of its own, after one run that is not counted; medians are printed. The
article of 900 words is put together from the texts that the project wrote itself (tests/corpus).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPENING = (
    "import time; t = time.perf_counter(); from geoloc.gazetteer.store import Store; "
    "from geoloc._data import data_path; t = time.perf_counter(); Store(data_path('gazetteer')); "
    "print((time.perf_counter() - t) * 1000)"
)


def article(words: int) -> str:
    """Return English text of about so many words."""
    lines = (ROOT / "tests/corpus/borders.jsonl").read_text("utf-8").splitlines()
    texts = [row["text"] for row in map(json.loads, lines) if row["lang"] == "en"]
    return " ".join("\n\n".join(texts).split(" ")[:words])


def run(command: list[str]) -> tuple[float, float]:
    """Return wall seconds and peak memory in MB of one process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "article.txt"
        path.write_text(article(900), encoding="utf-8")
        geoloc = [sys.executable, "-m", "geoloc"]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "geoloc --help": [*geoloc, "--help"],
            "geoloc resolve, 900 words": [*geoloc, "resolve", str(path)],
            "geoloc lookup Graivoron": [*geoloc, "lookup", "Graivoron"],
            "geoloc distance 50.4613,35.6026": [*geoloc, "distance", "50.4613,35.6026", "-b", "RU-UA"],
        }
        print(f"{'':34}{'median s':>10}{'slowest s':>11}{'peak MB':>9}")
        for name, command in commands.items():
            run(command)
            figures = [run(command) for _ in range(runs)]
            seconds = [wall for wall, _ in figures]
            memory = max(peak for _, peak in figures)
            print(f"{name:34}{statistics.median(seconds):>10.2f}{max(seconds):>11.2f}{memory:>9.0f}")
    opened = [float(subprocess.check_output([sys.executable, "-c", OPENING])) for _ in range(runs)]
    print(f"{'opening the gazetteer':34}{statistics.median(opened):>7.1f} ms")


if __name__ == "__main__":
    main()
