"""Runs of `ration` from a program or a notebook: `for answer in ration.run(rows, output=…, prompt=…)`.

The engine is the program `ration`, which is begun as a process of its own. What it records is yielded as it is recorded;
nothing is asked, kept or decided here. README.md, beside this package, tells how it is used.
"""

from ._errors import CannotGoOn, Died, NothingSent, RationError, RowsFailed, Stopped
from ._lines import Answer, Failure, answers, failures
from ._run import Run, run, status

__all__ = [
    "Answer",
    "CannotGoOn",
    "Died",
    "Failure",
    "NothingSent",
    "RationError",
    "RowsFailed",
    "Run",
    "Stopped",
    "answers",
    "failures",
    "run",
    "status",
]
