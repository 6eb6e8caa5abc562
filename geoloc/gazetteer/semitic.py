"""Names in Arabic and Hebrew script as they may sound in Latin letters.

Both scripts leave short vowels out, and one letter stands for several sounds: و is u, o or w. So a name has a few
transliterations; each is looked for, and the misspellings near it. They follow the BGN/PCGN tables where those give
one letter, and news usage for letters that neither alphabet has (پ, ג׳).
"""

from __future__ import annotations

import re
from itertools import product

_ARABIC = {
    "ا": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z",
    "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q", "ك": "k",
    "ل": "l", "م": "m", "ن": "n", "ه": "h", "ء": "", "ؤ": "u", "ئ": "i", "پ": "p", "چ": "ch", "ژ": "zh", "گ": "g",
    "ڤ": "v", "ڨ": "g", "ں": "n", "ے": "e", "ۀ": "h", "ہ": "h",
}  # fmt: skip
_HEBREW = {
    "א": "a", "ג": "g", "ד": "d", "ה": "h", "ז": "z", "ח": "h", "ט": "t", "כ": "k", "ך": "k", "ל": "l", "מ": "m",
    "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "a", "צ": "ts", "ץ": "ts", "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip
# What one letter may stand for; all letters of a name are read alike.
_READINGS = (
    {"و": "u", "ي": "i", "ו": "o", "י": "i", "ב": "b", "פ": "p", "ף": "f"},
    {"و": "o", "ي": "i", "ו": "u", "י": "i", "ב": "v", "פ": "p", "ף": "f"},
    {"و": "o", "ي": "e", "ו": "o", "י": "e", "ב": "v", "פ": "f", "ף": "f"},
    {"و": "u", "ي": "ay", "ו": "v", "י": "i", "ב": "b", "פ": "f", "ף": "f"},
)
_DOUBLED = re.compile(r"וו|יי")
_SCRIPT = re.compile(r"[\u0590-\u05ff\u0600-\u06ff]")
_FINAL_H = re.compile(r"(?<=[^aeiou\s])h\b")
_ARTICLE = re.compile(r"\bal(?=[a-z]{3})")


def transliterations(folded: str) -> list[str]:
    """Return how a folded name in Arabic or Hebrew script may be written in Latin letters, most likely first.

    Examples
    --------
    >>> "kozinka" in transliterations("كوزينكا")
    True
    >>> transliterations("kozinka")
    []
    """
    if not _SCRIPT.search(folded):
        return []
    text = _DOUBLED.sub(lambda match: "v" if match.group() == "וו" else "י", folded)
    spellings: dict[str, None] = {}
    for reading, article in product(_READINGS, ("al", "al ")):
        letters: dict[str, str | int | None] = {**_ARABIC, **_HEBREW, **reading}
        latin = text.translate(str.maketrans(letters))
        latin = _FINAL_H.sub("a", _ARTICLE.sub(article, latin))
        spellings.setdefault(latin)
    return list(spellings)
