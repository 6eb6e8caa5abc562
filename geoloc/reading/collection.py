"""A GeoJSON collection read feature by feature, so that its size does not matter.

The members of the collection may stand in any order, but ``type`` must come before ``features``, as writers have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from geoloc.errors import FormatError
from geoloc.reading.jsontext import JSONError, load_at

_BLANK = " \t\r\n"
_BEHIND = 1 << 16
"""Characters that have been read, before they are forgotten."""
_LINES = 64
"""Read together; twice as many where a value does not end in them."""


class Collection:
    """The text of a JSON object, and the lines that follow.

    Attributes
    ----------
    members : dict
        The members before the features.
    late : dict
        Those behind them; empty until the last feature has been read.
    """

    def __init__(self, number: int, line: str, lines: Iterator[tuple[int, str]], label: str) -> None:
        self.members: dict[str, Any] = {}
        self.late: dict[str, Any] = {}
        self._lines, self._label = lines, label
        self._text, self._blank_lines = line.rstrip(_BLANK), 1
        self._at = 0
        self._number, self._counted = number, 0
        self._begun = False

    def begin(self) -> bool:
        """Read up to the first feature; False if this is no collection, or none in the usual order."""
        self._expect("{")
        self._begun = self._read_members(self.members, first=True)
        return self._begun

    def whole(self) -> str:
        """Return the whole text, if it was not begun."""
        return self._text + "\n" * self._blank_lines + "".join(line for _, line in self._lines)

    def features(self) -> Iterator[tuple[str, Any]]:
        """Yield where each feature stands, and its value; then read the rest."""
        index = 0
        while self._peek() != "]" or index:
            if index:
                if self._peek() == "]":
                    break
                self._expect(",")
            self._peek()  # the line may change
            where = f"{self._label}, line {self._line()}, features[{index}]"
            yield where, self._value()
            index += 1
        self._expect("]")
        self._read_members(self.late, first=False)
        if self._peek():
            raise FormatError(f"{self._label}, line {self._line()}: something follows the collection")

    def _read_members(self, members: dict[str, Any], *, first: bool) -> bool:
        """Read members up to the features (True), or to the end or what shows that it is no collection (False)."""
        before = members is self.members
        while self._peek() != "}" or not first:
            if not first:
                if self._peek() == "}":
                    break
                self._expect(",")
            first = False
            name = self._value()
            if not isinstance(name, str):
                raise self._error("not JSON: a name in quotes is expected")
            self._expect(":")
            if before and name == "features":
                if self._peek() == "[" and "type" in members:
                    self._expect("[")
                    return True
                return False
            value = self._value()
            if name != "features":
                members[name] = value
            if before and name == "type" and value != "FeatureCollection":
                return False
        self._expect("}")
        return False

    def _value(self) -> Any:
        self._peek()
        wanted = _LINES
        while True:
            try:
                value, end = load_at(self._text, self._at)
            except JSONError as error:
                if error.unfinished and self._read_lines(wanted):
                    wanted *= 2
                    continue
                line = self._number + error.line - 1 - self._text.count("\n", 0, self._counted)
                raise FormatError(f"{self._label}, line {max(line, self._line())}: {error}") from None
            self._at = end
            if self._begun and end > max(_BEHIND, len(self._text) // 2):
                self._line()
                self._text, self._at, self._counted = self._text[end:], 0, 0
            return value

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise self._error(f"not JSON: {character} is expected")
        self._at += 1

    def _peek(self) -> str:
        """Return the next character that is not blank, none at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_lines():
                return ""

    def _read_lines(self, count: int = _LINES) -> bool:
        """Add lines to the text, which never ends in a blank; False at the end."""
        added: list[str] = []
        met = False
        for _, line in islice(self._lines, count):
            if line := line.rstrip(_BLANK):
                added += ["\n" * self._blank_lines, line]
                self._blank_lines = 0
            self._blank_lines += 1
            met = True
        self._text += "".join(added)
        return met

    def _line(self) -> int:
        """Return the number of the line that is being read."""
        self._number += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._number

    def _error(self, message: str) -> FormatError:
        return FormatError(f"{self._label}, line {self._line()}: {message}")
