"""A run as a process that is followed, and ended with whoever follows it."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import tempfile
import threading
import time
from collections import deque
from types import TracebackType
from typing import IO, Any, Iterator, Mapping, Optional, Union

from ._command import Rows, beside, files_of, words
from ._errors import error_of_code, error_of_start
from ._lines import Answer, Failure, Follower, Path, failures

# The line that tells that the output is as this run found or made it, and the run's id.
_BEGUN = re.compile(r"\[ration\] run (\d{8}T\d{6}-[0-9a-f]+): ")
_LAST_LINES = 40
_LONGEST_LOOK = 0.2  # seconds until the output is read again, where the log says nothing
_SAME_SIGNAL = 0.6  # seconds within which the program takes a second signal for the first


class Run:
    """What run() returns: iterate over it once. Used as a context, leaving it ends the run, too."""

    def __init__(self, command: list[str], output: Path, errors: Path, env: Optional[Mapping[str, str]]) -> None:
        self.output = output
        self.errors = errors
        self.id: Optional[str] = None
        """The run's id, from its beginning on; `ration status --run ID` takes it."""
        self.summary: Optional[dict[str, Any]] = None
        """How it ended, as `ration run --summary` tells it; None before, and where it could not tell."""
        self.told: deque[str] = deque(maxlen=_LAST_LINES)
        """The last lines of its log."""
        self._command = command
        self._env = env
        self._process: Optional["subprocess.Popen[bytes]"] = None
        self._log = -1
        self._part = b""
        self._summary: Optional[IO[bytes]] = None
        self._stopped = False
        self._answered = False

    def __iter__(self) -> Iterator[Answer]:
        # A generator of its own, which nobody else holds: a loop that is left closes it, and so ends the run.
        return self._follow()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self._end()

    def stop(self) -> None:
        """Nothing new begins; what is in flight is still yielded. The loop then ends without an exception."""
        if self._process is not None and self._process.poll() is None and not self._stopped:
            self._stopped = True
            self._process.send_signal(signal.SIGTERM)

    def status(self) -> dict[str, Any]:
        """How far it is, as `ration status --json` tells it (docs/MONITORING.md); before it has begun there is none."""
        if self.id is None:
            raise RuntimeError("the run has not begun yet: ask from within the loop over its answers")
        return _look(self._command[0], ["status", "--json", "--run", self.id], self._env)

    def plan(self) -> dict[str, Any]:
        """What it would take, as `ration plan --json` tells it; nothing is sent, and no key is needed."""
        return _look(self._command[0], ["plan", "--json", *self._command[2:]], self._env)

    def failures(self) -> Iterator[Failure]:
        """The rows that have failed for good by now."""
        return failures(self.errors)

    def _start(self) -> None:
        environment = dict(os.environ)
        environment.update(self._env or {})
        self._summary = tempfile.TemporaryFile()
        # A session of its own: Ctrl-C comes to this program alone, which then tells the run, once.
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=self._summary,
                stderr=subprocess.PIPE,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            self._summary.close()
            self._summary = None
            raise error_of_start(self._command[0], error) from error
        assert self._process.stderr is not None
        self._log = self._process.stderr.fileno()
        os.set_blocking(self._log, False)

    def _listen(self, seconds: float) -> bool:
        """Waits until the log says something, so long at most; whether the process has ended."""
        assert self._process is not None
        poll = select.poll()
        if self._log >= 0:
            poll.register(self._log, select.POLLIN)
        poll.poll(int(seconds * 1000))
        ended = self._process.poll() is not None
        while self._log >= 0:
            try:
                piece = os.read(self._log, 1 << 16)
            except BlockingIOError:
                break
            if not piece:
                self._log = -1
                break
            *lines, self._part = (self._part + piece).split(b"\n")
            for line in lines:
                self._hear(line.decode("utf-8", "replace"))
        return ended

    def _hear(self, line: str) -> None:
        self.told.append(line)
        begun = _BEGUN.search(line) if self.id is None else None
        if begun:
            self.id = begun.group(1)

    def _follow(self) -> Iterator[Answer]:
        if self._process is not None:
            raise RuntimeError("a run is iterated over once; ration.answers(output) reads what it has recorded")
        self._start()
        follower = Follower(self.output)
        try:
            ended = False
            while not ended:
                ended = self._listen(_LONGEST_LOOK)
                # Before it has begun, answers may still be taken out of the output, to be asked again.
                if self.id is not None or ended:
                    if ended and self._process is not None and self._process.returncode == 2:
                        break
                    yield from follower.answers()
        finally:
            follower.close()
            self._end()
        self._judge()

    def _end(self) -> None:
        """Ends it if it works: what is in flight is recorded. Another Ctrl-C meanwhile ends it at once."""
        if self._process is None:
            return
        heard: list[int] = []
        interrupted = False
        # Nothing may break the wait, but for what is said here; only the main thread hears of Ctrl-C at all.
        main = threading.current_thread() is threading.main_thread()
        before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number)) if main else None
        try:
            self.stop()
            told = time.monotonic()
            while not self._listen(_LONGEST_LOOK):
                # Signals do not queue: the second one may have come together with the first, so each is passed on.
                if heard and time.monotonic() >= told + _SAME_SIGNAL:
                    heard.clear()
                    interrupted = True
                    told = time.monotonic()
                    self._process.send_signal(signal.SIGTERM)
            self._read_summary()
        finally:
            if main:
                signal.signal(signal.SIGINT, before or signal.default_int_handler)
        if interrupted or heard:
            raise KeyboardInterrupt

    def _read_summary(self) -> None:
        assert self._process is not None
        if self._summary is not None:
            with self._summary:
                self._summary.seek(0)
                text = self._summary.read()
            self._summary = None
            try:
                self.summary = json.loads(text)
            except ValueError:
                self.summary = None
        if self._process.stderr is not None:
            self._process.stderr.close()
            self._log = -1

    def _judge(self) -> None:
        assert self._process is not None
        code = self._process.returncode
        if code != 0 and not (code == 3 and self._stopped):
            raise error_of_code(code, list(self.told), self.summary)


def _ask(program: str, arguments: list[str], env: Optional[Mapping[str, str]]) -> "subprocess.CompletedProcess[bytes]":
    environment = dict(os.environ)
    environment.update(env or {})
    try:
        return subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, env=environment, check=False)
    except OSError as error:
        raise error_of_start(program, error) from error


def _look(program: str, arguments: list[str], env: Optional[Mapping[str, str]]) -> dict[str, Any]:
    done = _ask(program, arguments, env)
    if done.returncode != 0:
        raise error_of_code(done.returncode, done.stderr.decode("utf-8", "replace").splitlines())
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _at_work(program: str, output: Path, env: Optional[Mapping[str, str]]) -> bool:
    return _ask(program, ["ps", "--run", os.fspath(output)], env).returncode == 0


def run(
    rows: Rows,
    *,
    output: Path,
    prompt: Optional[Path] = None,
    schema: Union[Path, Mapping[str, Any], None] = None,
    request: Union[Path, Mapping[str, Any], None] = None,
    errors: Optional[Path] = None,
    resume: bool = False,
    program: Path = "ration",
    env: Optional[Mapping[str, str]] = None,
    **options: object,
) -> Run:
    """Asks for each row, and yields each answer when it is recorded: `for answer in ration.run(rows, output=…, prompt=…)`.

    rows: mappings of columns to values, or the path of a CSV or JSON Lines file. output: where answers are kept; what rows,
    prompt, schema and request hold is kept beside it, for resume and for `ration export`. errors: where failed rows are kept
    (texts.errors.jsonl beside texts.jsonl). prompt: the text, with {{column}}; a pathlib.Path is a file. resume: go on with
    that output; its earlier answers are yielded first. env: added to the environment, the key for instance. Each other
    argument is an option of `ration run`: max_workers=8, provider="anthropic", param={"temperature": 0.3}, batch=True.

    It begins with the first step of the loop. A loop that is left, by break, by an exception or by Ctrl-C, ends the run:
    what is in flight is waited for and recorded. At the end exit codes other than 0 are raised, see RationError; rows that
    failed are in Run.failures().
    """
    program = os.fspath(program)
    output = os.fspath(output)
    errors = os.fspath(errors) if errors is not None else beside(output, ".errors.jsonl")
    told = words(options)
    if not resume and os.path.isfile(output) and os.path.getsize(output) > 0:
        raise error_of_code(2, [f"{output} exists already; resume=True goes on with it, or name another file"])
    files, drafts = files_of(rows, output, prompt, schema, request)
    try:
        if any(draft.differs() for draft in drafts) and _at_work(program, output, env):
            raise error_of_code(2, [f"a run with the output {output} is at work, with other rows or another prompt"])
        for draft in list(drafts):
            draft.keep()
            drafts.remove(draft)
    finally:
        for draft in drafts:
            draft.drop()
    # What is taken for granted here is said, since the environment or a file of --config may say otherwise.
    granted = [f"--errors={errors}", "--output-format=jsonl", "--progress=none", "--quiet=no", "--summary=-"]
    command = [program, "run", *files, f"--output={output}", *granted, *told, "--resume" if resume else "--resume=no"]
    return Run(command, output, errors, env)


def status(output: Path, *, program: Path = "ration", env: Optional[Mapping[str, str]] = None) -> dict[str, Any]:
    """How the run with this output is, or how the last one ended, as `ration status --json` tells it."""
    return _look(os.fspath(program), ["status", "--json", os.fspath(output)], env)
