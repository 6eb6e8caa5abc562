"""Two keys of a name: what is left when spelling habits are taken away.

`fold` removes what writers leave out or add at will: case, accents, apostrophes, hyphens, the
difference between ``Saint`` and ``St.``. `skeleton` goes further and removes the difference between
romanisations, so that Graivoron, Hraivoron, Grajvoron and Грайворон share one key. Equal folds are
the same name; equal skeletons are probably the same name.
"""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = {code: None for code in range(0x0300, 0x0370)}
_HEBREW_POINTS = {code: None for code in range(0x0591, 0x05C8)}
_ARABIC_MARKS = {code: None for code in range(0x064B, 0x0660)} | {0x0640: None, 0x0670: None}
_APOSTROPHES = {ord(c): None for c in "'’‘ʼʻʿʾ`´′″\"“”«»„‟.,;:!?()[]\u00ad\u200b\u200c\u200d\ufeff"}
_SEPARATORS = {ord(c): " " for c in "-‐‑‒–—―−/_·・\u00a0\u2009\u202f"}
_LETTERS = {
    ord(a): b
    for a, b in {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŋ": "ng",
        "ə": "a", "ħ": "h", "ŧ": "t", "ĸ": "k", "ſ": "s", "ˈ": "", "ʹ": "", "ʺ": "", "ь": "ь", "ς": "σ",
        "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
    }.items()
}  # fmt: skip
_TABLE = _ACCENTS | _HEBREW_POINTS | _ARABIC_MARKS | _APOSTROPHES | _SEPARATORS | _LETTERS
_ABBREVIATED = {"saint": "st", "sankt": "st", "sainte": "ste", "mount": "mt", "fort": "ft"}
_NEEDS_WORDS = re.compile(r"\b(?:saint|sainte|sankt|mount|fort|the)\b|  |^ | $")


def fold(name: str) -> str:
    """Return the key under which spellings of a name that differ in form only are the same.

    Lower case without accents, vowel points, apostrophes and full stops; hyphens and slashes become
    blanks; ``Saint``, ``Mount`` and ``Fort`` are abbreviated and a leading ``the`` is dropped.
    Folding a folded name changes nothing.

    Examples
    --------
    >>> fold("Saint-Étienne"), fold("Kup'yansk"), fold("ГРАЙВОРОН")
    ('st etienne', 'kupyansk', 'граиворон')
    >>> fold("")
    ''
    """
    folded = unicodedata.normalize("NFKD", name.lower()).lower().translate(_TABLE)
    if not folded.isalnum() and _NEEDS_WORDS.search(folded):
        words = [_ABBREVIATED.get(word, word) for word in folded.split()]
        while len(words) > 1 and words[0] == "the":
            del words[0]
        folded = " ".join(words)
    return folded


_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "h", "д": "d", "е": "e", "є": "e", "ж": "z", "з": "z",
        "и": "i", "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
        "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ъ": "", "ы": "i",
        "ь": "", "э": "e", "ю": "u", "я": "a", "ј": "i", "љ": "l", "њ": "n", "ђ": "d", "ћ": "c", "џ": "z",
        "ѓ": "h", "ќ": "k", "ѕ": "z", "қ": "k", "ғ": "h", "ң": "n", "ө": "o", "ү": "u", "ұ": "u", "һ": "h",
        "ә": "a",
    }
)  # fmt: skip
_GREEK = str.maketrans(
    {
        "α": "a", "β": "v", "γ": "h", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "t", "ι": "i", "κ": "k",
        "λ": "l", "μ": "m", "ν": "n", "ξ": "ks", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "τ": "t", "υ": "i",
        "φ": "f", "χ": "h", "ψ": "ps", "ω": "o",
    }
)  # fmt: skip
_GREEK_SOUNDS = {"γκ": "h", "μπ": "b", "ντ": "d"}
_GREEK_PAIRS = re.compile(r"γκ|\b(?:μπ|ντ)")
_ROMANISATIONS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"c(?![heikyzs])|ck|q", "k"),
        (r"schtsch|shch|szcz|stsch|sch|sh|sz", "s"),
        (r"dzh|dsch|dj", "dz"),
        (r"tsch|tch|ch|cz", "c"),
        (r"ts|tz", "c"),
        (r"zh|rz", "z"),
        (r"kh|gh|g", "h"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"ou", "u"),
        (r"[yj]", "i"),
        (r"i+", "i"),
        (r"(?<=[^aeiou\s])i(?=[aeou])|(?<=[aeou])i(?=[aeou])|\bi(?=[aeou])", ""),
        (r"([a-z])\1+", r"\1"),
    )
)


def romanise(folded: str) -> str:
    """Return a folded name with each Cyrillic and Greek letter replaced by a Latin one; see `skeleton`.

    Examples
    --------
    >>> romanise("граиворон"), romanise("kozinka")
    ('hraivoron', 'kozinka')
    """
    if folded.isascii():
        return folded
    return _GREEK_PAIRS.sub(lambda pair: _GREEK_SOUNDS[pair.group()], folded.translate(_CYRILLIC)).translate(_GREEK)


def skeleton(folded: str) -> str:
    """Return the key that the romanisations of one name share.

    `folded` is what `fold` gave. Cyrillic and Greek are romanised; then letters and groups of
    letters that stand for one sound in the habits of BGN/PCGN, ISO 9, the Ukrainian national system,
    German, French and Polish become one letter: y/i/j, kh/h/g, w/v, zh/ž, ts/tz/c, sh/sz/sch.
    Other scripts stay as they are.

    Examples
    --------
    >>> {skeleton(fold(name)) for name in ("Graivoron", "Hraivoron", "Grajvoron", "Грайворон")}
    {'hraivoron'}
    """
    key = romanise(folded)
    for pattern, replacement in _ROMANISATIONS:
        key = pattern.sub(replacement, key)
    return key
