"""Many documents from JSON lines, in order, in one process or several.

A record that cannot be used becomes a `Failure` in its place and never ends the run. Memory is bounded whatever
the length of the input: at most `_AHEAD` chunks a worker are under way.

>>> lines = [b'{"id": 1, "text": "Shelling near Grayvoron."}', b'{"id": 2}', b'']
>>> [outcome.document.id if isinstance(outcome, Result) else outcome.error for outcome in run_batch(lines)]
[1, 'the record has no "text", or it is not a string']
"""

from __future__ import annotations

import codecs
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from geoloc.errors import DataError, FormatError, UsageError
from geoloc.gazetteer import Gazetteer
from geoloc.gazetteer.where import Where
from geoloc.model import Result
from geoloc.pipeline import MIN_CONFIDENCE, Geoparser
from geoloc.reading import document_from_record
from geoloc.reading.jsontext import loads
from geoloc.resolution.outlets import FEWEST_DOCUMENTS, Answer, Profile

MOST_WORKERS = 64
_CHUNK = 16
"""Records that go to a worker together."""
_AHEAD = 3
"""Chunks under way for each worker."""


@dataclass(frozen=True, slots=True)
class ParserOptions:
    """What a `Geoparser` is made with, in every process alike."""

    border: str | Path = "auto"
    min_confidence: float = MIN_CONFIDENCE
    language: str | None = None
    alternatives: int = 0
    gazetteers: tuple[Path, ...] = ()
    overrides: Path | None = None
    worldview: str | None = None
    within_km: float | None = None
    outlets: Mapping[str, Profile] | None = None
    where: Where | None = None
    recogniser: str = "default"

    def parser(self) -> Geoparser:
        """Make the parser."""
        return Geoparser(
            gazetteer=Gazetteer.open(*self.gazetteers),
            overrides=self.overrides,
            border=self.border,
            min_confidence=self.min_confidence,
            language=self.language,
            alternatives=self.alternatives,
            worldview=self.worldview,
            within_km=self.within_km,
            outlets=self.outlets,
            where=self.where,
            recogniser=self.recogniser,
        )


@dataclass(frozen=True, slots=True)
class Failure:
    r"""A record that could not be used.

    Attributes
    ----------
    input : str
        What the input is called.
    line : int
        Its line in the input, counted from 1.
    id : Any
        Its id, if that much could be read.
    error : str
        What is wrong with it.
    record : str
        The line itself, bytes that are not UTF-8 as ``\xe2``.
    """

    input: str
    line: int
    id: Any
    error: str
    record: str


def run_batch(
    lines: Iterable[bytes], options: ParserOptions | None = None, *, given_spans: bool = False, workers: int = 1
) -> Iterator[Result | Failure]:
    """Parse records, one a line.

    Parameters
    ----------
    lines : iterable of bytes
        JSON objects in UTF-8, with ``text`` and perhaps ``id``, ``title``, ``date``, ``source``, ``lang``, ``spans``.
        Blank lines are passed over.
    options : ParserOptions, optional
    given_spans : bool, optional
        Take the ``spans`` of each record for its only mentions.
    workers : int, optional
        Processes that share the work.

    Returns
    -------
    iterator of Result or Failure
        One for each record, in the order of the input.

    Raises
    ------
    UsageError
        At once, if an option cannot be used: an unknown border, less than one worker.
    """
    return run_inputs([("input", lines)], options, given_spans=given_spans, workers=workers)


def run_inputs(
    inputs: Iterable[tuple[str, Iterable[bytes]]],
    options: ParserOptions | None = None,
    *,
    given_spans: bool = False,
    workers: int = 1,
) -> Iterator[Result | Failure]:
    """Do as `run_batch` for several inputs, each with what it is called, one after the other."""
    if not 1 <= workers <= MOST_WORKERS:
        raise UsageError(f"the number of workers must be 1 to {MOST_WORKERS}, not {workers}")
    options = options or ParserOptions()
    tasks = _tasks(inputs)
    if workers == 1:
        return map(_Worker(options, given_spans).outcome, tasks)
    _Worker(options, given_spans)  # what cannot be used is refused here, at once
    return _in_processes(_outcomes, tasks, options, given_spans, workers)


def outlet_profiles(
    open_inputs: Callable[[], Iterable[tuple[str, Iterable[bytes]]]],
    options: ParserOptions | None = None,
    *,
    given_spans: bool = False,
    workers: int = 1,
) -> dict[str, Profile]:
    """Return what the documents of each outlet are about, as far as geoloc itself can tell.

    Parameters
    ----------
    open_inputs : callable
        Opens the inputs, as `run_inputs` takes them, anew at each call: they are read twice.
    options, given_spans, workers
        As for `run_inputs`.

    Returns
    -------
    dict of str to Profile
        By the ``source`` of the records; outlets with fewer than three documents are left out.
    """
    options = options or ParserOptions()
    counts = Counter(_source_of(task) for task in _tasks(open_inputs()))
    wanted = {source for source, count in counts.items() if source and count >= FEWEST_DOCUMENTS}
    tasks = (task for task in _tasks(open_inputs()) if _source_of(task) in wanted)
    if not wanted:
        return {}
    found: Iterable[tuple[str, list[Answer]] | None]
    if workers == 1:
        found = map(_Worker(options, given_spans).answers, tasks)
    else:
        found = _in_processes(_answers, tasks, options, given_spans, workers)
    profiles: dict[str, Profile] = {}
    for pair in found:
        if pair is not None:
            profiles.setdefault(pair[0], Profile()).add(pair[1])
    return profiles


def _source_of(task: _Task) -> str | None:
    try:
        source = loads(task.line.decode()).get("source")
    except (ValueError, AttributeError, FormatError):
        return None
    return source if isinstance(source, str) else None


@dataclass(frozen=True, slots=True)
class _Task:
    input: str
    number: int
    line: bytes


def _tasks(inputs: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[_Task]:
    for label, lines in inputs:
        for number, line in enumerate(lines, 1):
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            if line.strip():
                yield _Task(label, number, line.rstrip(b"\r\n"))


class _Worker:
    """Turns lines into outcomes."""

    def __init__(self, options: ParserOptions, given_spans: bool) -> None:
        self._parser = options.parser()
        self._given_spans = given_spans

    def outcome(self, task: _Task) -> Result | Failure:
        """Parse the record on a line."""
        id = None
        try:
            try:
                record = loads(task.line.decode())
            except UnicodeDecodeError as error:
                raise FormatError(f"the line is not UTF-8 text (byte {error.start + 1})") from None
            id = record.get("id") if isinstance(record, dict) else None
            return self._parser.parse(document_from_record(record, given_spans=self._given_spans))
        except (FormatError, UsageError) as error:
            reason = str(error)
        except DataError:
            raise
        except Exception as error:  # one odd text must not cost the other million
            reason = f"{type(error).__name__}: {error}; this is a bug of geoloc, please report it with the text"
        record_text = task.line.decode("utf-8", "backslashreplace")
        return Failure(task.input, task.number, id, " ".join(reason.split()), record_text)

    def answers(self, task: _Task) -> tuple[str, list[Answer]] | None:
        """Return the outlet of the record on a line and what its names mean, or None if it cannot be used."""
        try:
            document = document_from_record(loads(task.line.decode()), given_spans=self._given_spans)
            return (document.outlet, self._parser.answers(document)) if document.outlet else None
        except DataError:
            raise
        except Exception:  # it fails, and is reported, when its turn comes
            return None


_worker: _Worker | None = None


def _start(options: ParserOptions, given_spans: bool) -> None:
    """Make the parser of this worker process; Ctrl-C is for the parent to handle."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = _Worker(options, given_spans)


def _outcomes(chunk: list[_Task]) -> list[Result | Failure]:
    assert _worker is not None
    return [_worker.outcome(task) for task in chunk]


def _answers(chunk: list[_Task]) -> list[tuple[str, list[Answer]] | None]:
    assert _worker is not None
    return [_worker.answers(task) for task in chunk]


def _in_processes(
    work: Callable[[list[_Task]], list[Any]],
    tasks: Iterator[_Task],
    options: ParserOptions,
    given_spans: bool,
    workers: int,
) -> Iterator[Any]:
    # Spawned, not forked: the parent may have threads, and all platforms then behave alike.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _start, (options, given_spans))
    waiting: deque[Future[list[Any]]] = deque()
    try:
        while True:
            while len(waiting) < workers * _AHEAD and (chunk := list(islice(tasks, _CHUNK))):
                waiting.append(pool.submit(work, chunk))
            if not waiting:
                return
            yield from waiting.popleft().result()
    except BrokenProcessPool:
        raise DataError(
            "a worker process ended unexpectedly, perhaps for want of memory; try fewer --workers"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
