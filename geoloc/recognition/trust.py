"""How far the rules are believed where the model sees no name.

The texts that the models learned from are news of cities and states; of villages and in lists the rules find what the
models miss. What they find counts against its words being outside, so much for each unit of evidence. The constants
were chosen on documents left out of training (`data/models/train.py`), and on our own border news.
"""

from __future__ import annotations

from collections.abc import Sequence

from geoloc.recognition.evidence import Found
from geoloc.recognition.rules import Reading
from geoloc.recognition.vocabulary import ACCEPT

TRUST = {"en": 0.6, "ru": 1.0, "uk": 1.5}
ANNOUNCED = 4.0
"""A name that the wording calls a village or town, and a hashtag, which has no words around it."""
FIXED = 1.0
"""At least so much for a name that has its region after it or a type word: "X, Texas", "X province"."""
LOCATED = 3.0
"""A name that no gazetteer holds and that stands after "in" or "near", or in a list with places; and any name before
"was shelled"."""
ATTACKED = 1.5
"""The object of an attack: of wars the English model has seen little."""
MOST_EVIDENCE = 3.0
# Russian and Ukrainian: names of villages are declined, foreign ones transcribed, and the models know few of them.
SLAVIC_LOCATED, SLAVIC_LOCATED_UNKNOWN = 4.0, 2.0
SLAVIC_LISTED = 1.0
SLAVIC_TOWN = 1.0
SLAVIC_DOUBTFUL = 0.5
"""The share for a name that begins a sentence or has a capitalised word beside it."""
_TOWN = 17  # bits of 65,536 inhabitants
_QUOTES = ("«", '"', "“", "„")
CROWDED = 4.0
"""What is added, in part or whole, in a text full of places: so many sure names a word (`CROWD`), from and to."""
SURE = 1.5
CROWD = (0.045, 0.085)


def trusted(reading: Reading, language: str) -> list[tuple[Found, float]]:
    """Return what the rules accept in a document, with what each counts."""
    accepted = [found for found in reading.found if found.score >= ACCEPT]
    base = TRUST[language]
    if reading.page.slavic:
        crowded = _crowded(reading, accepted)
        trusts = [_slavic_trust(reading, found, base, crowded) for found in accepted]
    else:
        trusts = [_trust(reading, found, base) for found in accepted]
    return [(found, trust * min(found.score, MOST_EVIDENCE)) for found, trust in zip(accepted, trusts, strict=True)]


def _crowded(reading: Reading, accepted: Sequence[Found]) -> float:
    """Return what is added in a text that is as full of sure names as this one."""
    sure = sum(found.score >= SURE for found in accepted) / max(1, len(reading.tokens))
    return CROWDED * min(1.0, max(0.0, (sure - CROWD[0]) / (CROWD[1] - CROWD[0])))


def _is_announced(reading: Reading, found: Found) -> bool:
    return found.expects == "populated-place" or reading.tokens[found.first].gap.endswith("#")


def _trust(reading: Reading, found: Found, base: float) -> float:
    if _is_announced(reading, found):
        return ANNOUNCED
    begins_list = found.listed and reading.tokens[found.first].opens
    if found.suffered or begins_list or (found.info is None and (found.located or found.listed)):
        return LOCATED
    if found.attacked:
        return ATTACKED
    return max(base, FIXED) if found.fixed else base


def _slavic_trust(reading: Reading, found: Found, base: float, crowded: float) -> float:
    tokens = reading.tokens
    first = tokens[found.first]
    if _is_announced(reading, found):
        return ANNOUNCED + crowded
    if first.gap.endswith(_QUOTES):
        return 0.0
    goes_on = found.last < len(tokens) and tokens[found.last].capital and tokens[found.last].gap == " "
    if (found.located or found.suffered) and not goes_on:
        return (SLAVIC_LOCATED if found.info or found.suffered else SLAVIC_LOCATED_UNKNOWN) + crowded
    if found.info is None and found.listed and first.opens:
        return SLAVIC_LOCATED + crowded
    trust = max(base, FIXED) if found.fixed else base
    if goes_on or first.opens or (found.first and tokens[found.first - 1].capital and first.gap == " "):
        trust *= SLAVIC_DOUBTFUL
    if found.listed and not (found.info and found.info.match == "romanised"):
        trust += SLAVIC_LISTED
    if found.info and found.info.has("populated-place") and found.info.magnitude < _TOWN:
        trust += SLAVIC_TOWN
    return trust + crowded
