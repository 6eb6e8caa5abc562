"""From a document to mentions of places. Of the gazetteer it knows names and classes, no coordinates."""

from geoloc.recognition.choice import Recogniser, make_recogniser, remark_on_language
from geoloc.recognition.given import mentions_of_spans
from geoloc.recognition.rules import RuleRecogniser
from geoloc.recognition.tokens import sentence_around

__all__ = [
    "Recogniser",
    "RuleRecogniser",
    "make_recogniser",
    "mentions_of_spans",
    "remark_on_language",
    "sentence_around",
]
