import tempfile
from pathlib import Path

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geoloc.gazetteer.arrays import mapped
from geoloc.gazetteer.spans import BLOCK, SpanFile, Spans
from geoloc.gazetteer.strings import SortedStringFile, SortedStrings, StringFile, StringTable

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ALIKE = st.builds("{}{}".format, st.sampled_from(["", "при", "прим", "x" * 254, "x" * 255, "x" * 300, "я" * 128]), ANY)


def in_files(maker, reader, strings, *further):
    """Write strings with one class and read them with the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = maker(folder, "word")
        for string in strings:
            file.append(string.encode())
        file.close()
        blob, sizes, starts, *rest = (
            mapped(folder / f"word{end}.npy")[0] for end in ("s", "_sizes", "_starts", *further)
        )
        return reader(blob, Spans(sizes, starts), *rest)


def in_order(strings):
    return sorted(strings, key=str.encode)


@settings(max_examples=100)
@given(st.lists(ANY | ALIKE, max_size=3 * BLOCK))
def test_strings_come_back_as_they_went_in(strings):
    table = in_files(StringFile, StringTable, strings)
    assert [table[i] for i in range(len(table))] == strings


@settings(max_examples=200)
@given(st.lists(ANY | ALIKE, max_size=4 * BLOCK, unique=True), st.lists(ANY | ALIKE, max_size=8))
@example([], [""])
@example([""], ["", "a"])
@example(["a" * 300 + str(i) for i in range(10, 60)], ["a" * 300, "a" * 400, "a" * 255, "a" * 300 + "9"])
def test_sorted_strings_are_read_and_found(strings, others):
    strings = in_order(strings)
    table = in_files(SortedStringFile, SortedStrings, strings, "_shared")
    assert [table[i] for i in range(len(table))] == strings
    for wanted in [
        *strings,
        *others,
        *(s + "a" for s in strings),
        *(s[:-1] for s in strings),
        *(s[:300] for s in strings),
    ]:
        assert table.find(wanted) == (strings.index(wanted) if wanted in strings else -1)


def test_many_sorted_strings_take_less_room_than_their_letters():
    strings = in_order(f"kirchdorf {number} am see" for number in range(100_000))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = SortedStringFile(folder, "word")
        for string in strings:
            file.append(string.encode())
        file.close()
        assert sum(path.stat().st_size for path in folder.iterdir()) < 0.7 * sum(map(len, strings))
        arrays = [mapped(folder / f"word{end}.npy")[0] for end in ("s", "_sizes", "_starts", "_shared")]
    table = SortedStrings(arrays[0], Spans(*arrays[1:3]), arrays[3])
    assert [table.find(strings[i]) for i in range(0, 100_000, 997)] == list(range(0, 100_000, 997))


@settings(max_examples=100)
@given(st.lists(st.sampled_from([0, 1, 2, 7, 255, 256, 65_535, 65_536]) | st.integers(0, 300), max_size=3 * BLOCK))
def test_runs_of_any_size_follow_one_another(sizes):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = SpanFile(folder, "run")
        for size in sizes:
            file.append(size)
        file.close()
        spans = Spans(np.load(folder / "run_sizes.npy"), np.load(folder / "run_starts.npy"))
    ends = np.cumsum(sizes, dtype=int).tolist()
    assert file.end == (ends[-1] if ends else 0)
    assert [spans[i] for i in range(len(spans))] == [slice(e - s, e) for s, e in zip(sizes, ends, strict=True)]
