"""The lines of an output and of an errors file, also while they grow."""

from __future__ import annotations

import json
import os
from collections import deque
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Iterator, Optional, Union

Path = Union[str, "os.PathLike[str]"]

_PIECE = 1 << 16


@dataclass(frozen=True)
class Answer:
    """One row's answer. `line` is the whole line of the output, of which docs/CONFIGURATION.md tells each key."""

    id: str
    """What the row is known by; always a text, also where the input has a number."""
    text: str
    """The answer; of an answer that was checked against a schema its JSON as a text."""
    json: Any = None
    """With schema: the answer as a value; else None."""
    input: dict[str, Any] = field(default_factory=dict)
    """The columns of the input that `keep` names."""
    line: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def model(self) -> Optional[str]:
        """The model that answered, as the API names it."""
        return self.line.get("model")

    @property
    def cost(self) -> Optional[float]:
        """In dollars; None where no price is known."""
        return self.line.get("cost")


@dataclass(frozen=True)
class Failure:
    """A row that failed for good. `line` is the whole line of the errors file."""

    id: str
    kind: str
    """The class of the failure: refused, server_fault, invalid_answer, …"""
    message: str
    """The API's words, or ration's own."""
    line: dict[str, Any] = field(default_factory=dict, repr=False)


def _id_of(line: dict[str, Any]) -> str:
    # The first key of a line is the id's own column, whatever it is called.
    return str(next(iter(line.values())))


def _answer_of(line: dict[str, Any]) -> Answer:
    value = line.get("response_json")
    text = line.get("response_text")
    if text is None:
        text = json.dumps(value, ensure_ascii=False)
    return Answer(_id_of(line), text, value, line.get("input") or {}, line)


class Follower:
    """Whole lines of a file that grows, from its beginning; what is not ended by a line feed yet is left for later."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: Optional[BinaryIO] = None
        self._rest = b""
        self._whole: deque[bytes] = deque()

    def lines(self) -> Iterator[dict[str, Any]]:
        """Those that are there by now and were not yielded yet. A file that is not there has none."""
        if self._file is None:
            try:
                self._file = open(self._path, "rb")
            except FileNotFoundError:
                return
        while True:
            while self._whole:
                yield json.loads(self._whole.popleft())
            piece = self._file.read(_PIECE)
            if not piece:
                return
            *whole, self._rest = (self._rest + piece).split(b"\n")
            self._whole.extend(line for line in whole if line)

    def answers(self) -> Iterator[Answer]:
        """The same as answers."""
        return map(_answer_of, self.lines())

    def close(self) -> None:
        """The file is let go."""
        if self._file is not None:
            self._file.close()


def answers(output: Path) -> Iterator[Answer]:
    """The answers that an output holds by now, in the order in which they came; no run is begun."""
    open(output, "rb").close()  # an output that is not there is told
    follower = Follower(output)
    try:
        yield from follower.answers()
    finally:
        follower.close()


def failures(errors: Path) -> Iterator[Failure]:
    """The rows that an errors file (OUTPUT.errors.jsonl) holds; of one that is not there none, as no row has failed."""
    follower = Follower(errors)
    try:
        for line in follower.lines():
            yield Failure(_id_of(line), line.get("class") or "", line.get("message") or "", line)
    finally:
        follower.close()
