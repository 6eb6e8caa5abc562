"""The network of the accurate recogniser at work: for each word of a document, how likely each label is.

A model is one ``.npz`` file: the layers as an ONNX graph with weights of 8 bits, which onnxruntime runs, and the tables
of what goes into it: pieces (4 bits a number), positions and cues. `data/models/train_accurate.py` makes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from geoloc.errors import DataError, UsageError
from geoloc.recognition.accurate_input import BEGIN_NUMBER, END_NUMBER, Input, Reader
from geoloc.recognition.accurate_pieces import Pieces, windows

SIZE = 126
"""The most pieces of a window; the network sees two more, for its begin and end."""
SHARED = 20
"""How many pieces a window has in common with the one before, so that no word is judged at its edge."""


class Network:
    """A trained network that is ready to label.

    Attributes
    ----------
    labels : list of str
        ``O`` and ``B-x``, ``I-x`` for each kind x.
    reader : Reader
        Turns words into `Input`.

    Raises
    ------
    UsageError
        If onnxruntime is not installed.
    DataError
        If the file is no model.
    """

    def __init__(self, path: Path) -> None:
        try:
            import onnxruntime
        except ImportError:
            raise UsageError(
                "the accurate recogniser needs onnxruntime, which is not installed; run: pip install 'geoloc[accurate]'"
            ) from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            with path.open("rb") as file, np.load(file) as model:
                self.labels: list[str] = str(model["labels"]).split()
                pieces = str(model["pieces"]).split("\n")
                cues = str(model["cues"]).split("\n")
                self._pieces = unpacked(model["piece_codes"], model["piece_scales"], model["codebook"])
                self._positions = model["positions"].astype(np.float32)
                self._cues = model["cue_table"].astype(np.float32)
                graph = model["graph"].tobytes()
            self._session: Any = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise DataError(f"{path} is no model that this geoloc reads ({error}); reinstall geoloc") from error
        self.reader = Reader(Pieces(pieces), {cue: i for i, cue in enumerate(cues)})

    def log_probabilities(self, document: Input) -> NDArray[Any]:
        """Return the logarithm of the probability of each label for each word.

        Words in two windows get the answer of the one in which they are farther from its edge.
        """
        count = len(document.head)
        total = np.full((count, len(self.labels)), -np.inf, np.float32)
        depth = np.full(count, -1, np.int64)
        cues = self._of_cues(document)
        for first, last in windows(document.lengths, document.opens, SIZE, SHARED):
            answers = self._run(document, cues, first, last)
            inward = np.full(last - first, SIZE)
            if first:
                inward = np.minimum(inward, np.arange(last - first))
            if last < count:
                inward = np.minimum(inward, np.arange(last - first)[::-1])
            better = inward > depth[first:last]
            total[first:last][better] = answers[better]
            depth[first:last][better] = inward[better]
        return total

    def _of_cues(self, document: Input) -> NDArray[Any]:
        """Return the sum of the cues to each word, and a row of zeros for signs."""
        table = np.zeros((len(document.cues) + 1, self._cues.shape[1]), np.float32)
        for i, numbers in enumerate(document.cues):
            if numbers:
                self._cues[numbers].sum(axis=0, out=table[i])
        return table

    def _run(self, document: Input, cues: NDArray[Any], first: int, last: int) -> NDArray[Any]:
        """Return the answers for the words of one window."""
        start, end = document.start[first], document.start[last]
        numbers = [BEGIN_NUMBER, *document.pieces[start:end], END_NUMBER]
        vectors = self._pieces[numbers] + self._positions[: len(numbers)]
        known = np.zeros((len(numbers), cues.shape[1]), np.float32)
        known[1:-1] = cues[document.owner[start:end]]
        (answers,) = self._session.run(None, {"vectors": vectors[None], "cues": known[None]})
        of_words: NDArray[Any] = answers[0, document.head[first:last] - start + 1]
        return of_words


def unpacked(codes: NDArray[Any], scales: NDArray[Any], codebook: NDArray[Any]) -> NDArray[Any]:
    """Return a table of numbers from two codes a byte, a scale a row and the sixteen numbers that codes stand for."""
    both = np.empty((codes.shape[0], codes.shape[1] * 2), np.uint8)
    both[:, ::2], both[:, 1::2] = codes & 15, codes >> 4
    return codebook.astype(np.float32)[both] * scales.astype(np.float32)[:, None]
