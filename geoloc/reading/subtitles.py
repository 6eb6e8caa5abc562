"""SubRip (SRT) and WebVTT: what is said, without the times and the styling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from geoloc.model import Document

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_CUE = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}.*$")
_SRT = re.compile(rf"\A\s*\d+\s*\n\s*{_TIME}\s*-->\s*{_TIME}")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<\d[^<>]*>|\{\\[^{}]*\}")
_ENDS = (".", "!", "?", "…", ".”", '."', "»")


def looks_like_subtitles(text: str) -> bool:
    r"""Tell whether a text is SRT or WebVTT.

    Examples
    --------
    >>> looks_like_subtitles("1\n00:00:01,000 --> 00:00:02,500\nKozinka"), looks_like_subtitles("1\nKozinka")
    (True, False)
    """
    head = text[:400].lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return re.match(r"WEBVTT(?:[ \t\n]|\Z)", head) is not None or _SRT.match(head) is not None


def document_from_subtitles(text: str) -> Document:
    """Return what is said, a sentence or more a line: cues that cut a sentence are joined."""
    lines: list[str] = []
    for cue in _cues(text):
        if lines and not lines[-1].endswith(_ENDS):
            lines[-1] += f" {cue}"
        elif not lines or lines[-1] != cue:
            lines.append(cue)
    return Document(text="\n".join(lines))


def _cues(text: str) -> Iterator[str]:
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.strip("\n").split("\n")
        start = next((number for number, line in enumerate(lines) if _CUE.match(line)), None)
        if start is None:
            continue  # the head of WebVTT, notes, styles
        said = " ".join(_TAG.sub("", line) for line in lines[start + 1 :])
        if said := " ".join(unescape(said).split()):
            yield said
