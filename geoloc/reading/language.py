"""Which language a text is in, from its alphabet and its smallest words.

Only the languages that the recogniser has word lists for are told apart; others are ``None``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_SMALL_WORDS = {
    "en": "the of and to in that is was for on with as by at from are were has have been said which will an his",
    "de": "der die das und ist nicht mit den von zu auf für im ein eine sich dem des wurde auch als nach bei",
    "fr": "le la les des est et en un une du dans que pour par sur au qui avec pas ont aux ce cette été",
    "es": "el la los las de y en que un una por con para del se al fue su es como más entre ha",
    "pl": "w i na z się do nie że jest to po od przez o za ze jak dla oraz został które był przy",
    "it": "il di che la è per un una con del della nel sono gli alla dei ha delle più anche",
    "pt": "o de que e do da em um para com não uma os no se na por mais as dos foi ao das",
    "tr": "ve bir bu için ile de da olarak olan daha çok sonra gibi kadar ancak ise olduğu",
}
_WORD = re.compile(r"[^\W\d_]+")
_SETS = {code: frozenset(words.split()) for code, words in _SMALL_WORDS.items()}
_UKRAINIAN = frozenset("іїєґ")
_RUSSIAN = frozenset("ыэъё")

_READ = frozenset(("LATIN", "CYRILLIC", "GREEK", "FULLWIDTH", "MODIFIER", "FEMININE", "MASCULINE", "MICRO"))
_SCRIPTS = {"CJK": "Chinese or Japanese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}


def detect_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text`, or None if it is none that is known.

    Examples
    --------
    >>> detect_language("Обстреляли село в Белгородской области, пострадавших нет, сообщили власти.")
    'ru'
    >>> detect_language("The village was shelled on Monday, the governor said.")
    'en'
    >>> detect_language("") is None
    True
    """
    sample = text[:20_000].lower()
    letters = sum(c.isalpha() for c in sample)
    cyrillic = sum("\u0400" <= c <= "\u052f" for c in sample)
    if letters and cyrillic * 2 > letters:
        ukrainian = sum(c in _UKRAINIAN for c in sample)
        russian = sum(c in _RUSSIAN for c in sample)
        return "uk" if ukrainian > russian else "ru"
    words = _WORD.findall(sample)
    if not words:
        return None
    counts = {code: sum(word in known for word in words) for code, known in _SETS.items()}
    best = max(counts, key=lambda code: (counts[code], code == "en"))
    return best if counts[best] * 20 >= len(words) else None


def unread_script(text: str) -> str | None:
    """Return the script that most letters of `text` are in if it is one that no places are found in, else None.

    Examples
    --------
    >>> unread_script("وصل الوفد إلى بغداد صباحا"), unread_script("Kozinka"), unread_script("42")
    ('Arabic', None, None)
    """
    letters = Counter(unicodedata.name(c, "?").partition(" ")[0] for c in text[:20_000] if c.isalpha())
    unread = Counter({script: count for script, count in letters.items() if script not in _READ})
    if unread.total() * 2 <= letters.total():
        return None
    script = unread.most_common(1)[0][0]
    return _SCRIPTS.get(script, script.title())
