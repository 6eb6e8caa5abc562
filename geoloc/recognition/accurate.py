"""The accurate recogniser for English: a small transformer network beside the linear tagger.

Both score the labels of each word; their scores are added, the rules weigh in, and the best sequence of labels is
chosen as in the default recogniser. The network sees whole windows of the text, so it knows more of the wording; the
linear tagger knows the lists better. It needs onnxruntime (``pip install 'geoloc[accurate]'``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from geoloc._data import data_path
from geoloc.recognition.accurate_network import Network
from geoloc.recognition.crf import Crf
from geoloc.recognition.persons import Names
from geoloc.recognition.rules import Reading
from geoloc.recognition.tagger import TaggingRecogniser

MODEL = "accurate.npz"
SHARE_OF_NETWORK = 0.6
SHARE_OF_TAGGER = 0.5
"""What a unit of each model's scores counts; the tagger's has its own scale, that of its transitions."""


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
        self._network = network or Network(data_path("models", MODEL))
        self._columns = [self._network.labels.index(label) for label in self._model.labels]

    def _scores(self, reading: Reading, features: Sequence[Sequence[str]]) -> NDArray[Any]:
        scores: NDArray[Any] = super()._scores(reading, features) * SHARE_OF_TAGGER
        if reading.tokens:
            known = [self._words.word(token.text) for token in reading.tokens]
            given = self._network.reader.read(reading.tokens, known, features)
            scores += SHARE_OF_NETWORK * self._network.log_probabilities(given)[:, self._columns]
        return scores
