"""What an exit code of `ration run` means, as exceptions."""

from __future__ import annotations

import re
from typing import Any, Optional

# What stands before the words of a line of the log: when, who, how grave.
_STAMP = re.compile(r"^\S+Z \[[^]]*\] (?:[A-Z]+: )?|^ration: ")


class RationError(Exception):
    """A run, or a look at one, that did not end with exit code 0.

    exit: the code; negative: the signal that killed it. reason: what the code means. cause: the line that tells why, if
    there is one. told: the last lines of its log. summary: as `ration run --summary` writes it, if it was written.
    """

    meaning = "ration failed"

    def __init__(self, code: int, told: list[str], summary: Optional[dict[str, Any]] = None) -> None:
        run = (summary or {}).get("run", {})
        self.exit = code
        self.told = told
        self.summary = summary
        self.reason: str = run.get("reason") or self.meaning
        self.cause: Optional[str] = run.get("cause")
        last = self.cause or (_STAMP.sub("", told[-1]) if told and summary is None else None)
        super().__init__(f"{self.reason}: {last}" if last else self.reason)


class RowsFailed(RationError):
    """Exit 1: the run is finished, and some rows are in the errors file; `Run.failures()` has them."""

    meaning = "finished; some rows are in the errors file"


class NothingSent(RationError):
    """Exit 2: options, configuration, input or an earlier output are wrong; nothing was sent."""

    meaning = "options, configuration or input are wrong; nothing was sent"


class Stopped(RationError):
    """Exit 3: stopped before the end, by a signal, `ration stop` or max_cost; resume=True goes on."""

    meaning = "stopped before the end; resume=True goes on"


class CannotGoOn(RationError):
    """Exit 4: key refused, disk, crashing workers, files that somebody else changed; mend it, then resume=True goes on."""

    meaning = "cannot go on; mend the cause, then resume=True goes on"


class Died(RationError):
    """It was killed, or ended in a way that it has no code for; resume=True goes on."""

    meaning = "ration died; resume=True goes on"


_BY_CODE: dict[int, type[RationError]] = {1: RowsFailed, 2: NothingSent, 3: Stopped, 4: CannotGoOn}


def error_of_start(program: str, error: OSError) -> RationError:
    """The exception for a program that cannot be begun."""
    words = f"{program}: {error.strerror or error}; install ration (docs/INSTALL.md), or say program='/path/to/ration'"
    return NothingSent(2, [words])


def error_of_code(code: int, told: list[str], summary: Optional[dict[str, Any]] = None) -> RationError:
    """The exception for an exit code of a run that is not 0."""
    return _BY_CODE.get(code, Died)(code, told, summary)
