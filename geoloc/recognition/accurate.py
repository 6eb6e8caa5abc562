"""The accurate recogniser for English: a small transformer network beside the linear tagger.

For each word the network says how likely each label is. The logarithms are added to the tagger's scores of labels and
of pairs of labels, each with its share; the rules weigh in, and the best sequence is chosen as in the default
recogniser. The network sees whole windows of the text, so it knows more of the wording; the linear tagger knows the
lists better. It needs onnxruntime (``pip install 'geoloc[accurate]'``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc._data import data_path
from geoloc.recognition.accurate_network import Network
from geoloc.recognition.crf import Crf
from geoloc.recognition.persons import Names
from geoloc.recognition.rules import Reading
from geoloc.recognition.tagger import TaggingRecogniser

MODEL = "accurate.npz"
SHARE_OF_TAGGER, SHARE_OF_NETWORK = 0.6, 0.7
"""What the tagger's scores and the network's logarithms of probabilities count. Together more than one: where two agree
that learned so differently, they may be surer than either."""
LEAST_LIKELY = -12.0
"""The least logarithm of a probability that is taken from the network."""


class AccurateRecogniser(TaggingRecogniser):
    """Finds mentions of places and demonyms in English.

    Parameters
    ----------
    names : Names
        What a gazetteer knows of names.
    network : Network, optional
        Another network than the one that is shipped.
    model : Crf, optional
        Another linear tagger than the one that is shipped.
    """

    def __init__(self, names: Names, network: Network | None = None, model: Crf | None = None) -> None:
        super().__init__(names, "en", model)
        self._model = self._model.scaled(SHARE_OF_TAGGER)
        self._network = network or Network(data_path("models", MODEL))
        self._columns = [self._network.labels.index(label) for label in self._model.labels]

    def _scores(self, reading: Reading, features: Sequence[Sequence[str]], joined: Sequence[bool]) -> NDArray[Any]:
        by_tagger: NDArray[Any] = super()._scores(reading, features, joined)
        if not reading.tokens:
            return by_tagger
        known = [self._words.word(token.text) for token in reading.tokens]
        given = self._network.reader.read(reading.tokens, known, features)
        by_network = np.maximum(self._network.log_probabilities(given)[:, self._columns], LEAST_LIKELY)
        both: NDArray[Any] = by_tagger + SHARE_OF_NETWORK * by_network
        return both
