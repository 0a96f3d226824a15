"""Python's values as words of a command line and as files beside an output."""

from __future__ import annotations

import filecmp
import json
import os
import tempfile
from typing import Any, Iterable, Iterator, Mapping, Optional, Union

from ._lines import Path

Rows = Union[Path, Iterable[Mapping[str, Any]]]

# What run() says itself. Anything else is an option of the program, which knows best whether there is such a one.
_OWN = {
    "input": "rows",
    "prompt_file": "prompt=pathlib.Path(…)",
    "summary": "Run.summary",
    "progress": "Run.status()",
    "quiet": "nothing: the log is not shown",
    "output_format": "nothing: lines are ration's own",
    "show_request": "the command ration run",
    "help": "ration run --help",
}
# Options whose values are one list in the program; others are given once for each value.
_LISTS = ("keep", "prompt_variables", "retry_errors", "retries", "alert_thresholds")


def _pair(option: str, name: object, value: object) -> str:
    if option == "header":
        return f"{name}: {value}"
    if option == "param":
        # A text stays one, also "5", "true" and "@file".
        return f"{name}={json.dumps(value, ensure_ascii=False, allow_nan=False)}"
    return f"{name}={value}"


def _values(option: str, value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        items = [_pair(option, name, one) for name, one in value.items()]
    elif isinstance(value, (list, tuple)):
        items = [os.fspath(one) if isinstance(one, os.PathLike) else str(one) for one in value]
    else:
        yield os.fspath(value) if isinstance(value, os.PathLike) else str(value)
        return
    if option in _LISTS:
        yield ",".join(item.replace(",", "\\,") for item in items)
    else:
        yield from items


def words(options: Mapping[str, object]) -> list[str]:
    """max_workers=8 as --max-workers 8. True is the flag alone; None and False leave the option out."""
    told: list[str] = []
    for option, value in options.items():
        if option in _OWN:
            raise TypeError(f"{option} is no option here: say {_OWN[option]}")
        if value is None or value is False:
            continue
        name = "--" + option.replace("_", "-")
        if value is True:
            told.append(name)
            continue
        for one in _values(option, value):
            if "\0" in one:
                raise ValueError(f"{option}: a NUL cannot be given to a program")
            # In one word, so that a value that begins with a hyphen is no option.
            told.append(f"{name}={one}")
    return told


def beside(output: Path, suffix: str) -> str:
    """texts.jsonl and .input.jsonl make texts.input.jsonl, as the program names its errors file."""
    path = os.fspath(output)
    return (path[: -len(".jsonl")] if path.endswith(".jsonl") else path) + suffix


def rows_as_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Rows as JSON Lines; what is no mapping, or has a value that JSON has not, is told with its number."""
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise TypeError(f"row {number} is no mapping of columns to values: {type(row).__name__}")
        try:
            yield json.dumps(dict(row), ensure_ascii=False, allow_nan=False) + "\n"
        except (TypeError, ValueError) as error:
            raise type(error)(f"row {number}: {error}") from error


class Draft:
    """A new version of a file, which appears whole or not at all."""

    def __init__(self, path: str, pieces: Iterable[str]) -> None:
        self.path = path
        folder, name = os.path.split(path)
        handle, self._draft = tempfile.mkstemp(prefix=f".{name}.", dir=folder or ".")
        try:
            # A lone surrogate goes through, and the program tells where it is.
            with open(handle, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
                file.writelines(pieces)
        except BaseException:
            self.drop()
            raise

    def differs(self) -> bool:
        """Whether another file stands there."""
        return os.path.exists(self.path) and not filecmp.cmp(self._draft, self.path, shallow=False)

    def keep(self) -> None:
        """It takes its place; a file that is the same is left alone."""
        if os.path.exists(self.path) and not self.differs():
            self.drop()
        else:
            os.replace(self._draft, self.path)

    def drop(self) -> None:
        """It was not needed."""
        os.unlink(self._draft)


def files_of(rows: Rows, output: Path, prompt: object, schema: object, request: object) -> tuple[list[str], list[Draft]]:
    """The words that name the files of a run, and those that are to be written for it."""
    drafts: list[Draft] = []
    told: list[str] = []

    def given(option: str, suffix: str, value: object, pieces: Optional[Iterable[str]]) -> None:
        if pieces is not None:
            drafts.append(Draft(beside(output, suffix), pieces))
            value = drafts[-1].path
        told.append(f"--{option}={os.fspath(value)}")  # type: ignore[call-overload]

    def as_json(value: object) -> Optional[list[str]]:
        return [json.dumps(value, ensure_ascii=False, indent=2) + "\n"] if isinstance(value, Mapping) else None

    try:
        if isinstance(rows, (str, os.PathLike)):
            given("input", "", rows, None)
        else:
            given("input", ".input.jsonl", None, rows_as_lines(rows))
        if prompt is not None:
            given("prompt-file", ".prompt.txt", prompt, [prompt] if isinstance(prompt, str) else None)
        if schema is not None:
            given("schema", ".schema.json", schema, as_json(schema))
        if request is not None:
            given("request", ".request.json", request, as_json(request))
    except BaseException:
        for draft in drafts:
            draft.drop()
        raise
    return told, drafts
