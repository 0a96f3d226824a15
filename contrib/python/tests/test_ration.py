"""The module against the real program and the simulator: TEST_RATION and TEST_SIMAPI name them.

    TEST_RATION=build/ration TEST_SIMAPI=build/simapi PYTHONPATH=contrib/python python3 -m unittest discover contrib/python/tests
"""

from __future__ import annotations

import collections
import http.server
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from typing import Any, Iterator, Optional

import ration
from ration import _command

PROGRAM = os.environ["TEST_RATION"]
SIMAPI = os.environ["TEST_SIMAPI"]


def rows_of(count: int) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        yield {"sku": f"S-{number}", "title": f"Stol nr. {number}, \u201clav\u201d", "price": number}


class Scripted(http.server.BaseHTTPRequestHandler):
    """Answers as the Responses API does, by a word of the prompt: refuse, json; and knows one key."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Bearer sk-good":
            self.tell(401, {"error": {"message": "Incorrect API key", "code": "invalid_api_key"}})
        elif "refuse" in json.dumps(body["input"]):
            self.tell(400, {"error": {"message": "It is too long.", "code": "context_length_exceeded"}})
        else:
            text = '{"colour": "green"}' if "text" in body else "Fine."
            part = {"type": "output_text", "text": text}
            output = [{"type": "message", "role": "assistant", "status": "completed", "content": [part]}]
            usage = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}
            self.tell(200, {"id": "r", "status": "completed", "model": "m", "output": output, "usage": usage})

    def tell(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Case(unittest.TestCase):
    """Each test has a folder, and servers of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.output = self.folder / "texts.jsonl"
        self.env = {"OPENAI_API_KEY": "sk-good", "RATION_RUNTIME_DIR": str(self.folder / "runtime")}
        self.simulator: Optional["subprocess.Popen[bytes]"] = None

    def simapi(self, *options: str) -> None:
        port = self.folder / "port"
        command = [SIMAPI, "--port-file", str(port), "--audit", str(self.folder / "audit"), "--exit-with-parent", *options]
        self.simulator = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.simapi_ends)
        while not (port.exists() and port.read_text().endswith("\n")):
            self.assertIsNone(self.simulator.poll(), "the simulator does not start")
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{port.read_text().strip()}/v1"

    def simapi_ends(self) -> None:
        assert self.simulator is not None
        self.simulator.terminate()
        self.simulator.wait()

    def asked(self) -> collections.Counter[str]:
        """How often each row was asked, by the server's own record."""
        self.simapi_ends()
        first, *lines = (self.folder / "audit").read_text().splitlines()
        column = first.split("\t").index("artist_id")
        return collections.Counter(line.split("\t")[column] for line in lines)

    def scripted(self) -> None:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_port}/v1"

    def run_of(self, rows: Any, **options: Any) -> ration.Run:
        told = {"output": self.output, "prompt": "About {{title}}.", "id": "sku", "model": "m", "max_workers": 2, **options}
        return ration.run(rows, program=PROGRAM, env=self.env, base_url=self.url, **told)


class Following(Case):
    def test_each_row_is_yielded_once_when_it_is_recorded(self) -> None:
        self.simapi("--latency-ms", "5")
        batch = self.run_of(rows_of(40), keep=["title", "price"])
        seen = {}
        for answer in batch:
            recorded = self.output.read_text().splitlines()
            self.assertIn(answer.line, [json.loads(line) for line in recorded])
            seen[answer.id] = answer
        self.assertEqual(sorted(seen), sorted(row["sku"] for row in rows_of(40)))
        self.assertEqual(seen["S-7"].input, {"title": "Stol nr. 7, \u201clav\u201d", "price": 7})
        self.assertIn("About Stol nr. 7", seen["S-7"].text)
        assert batch.summary is not None
        self.assertEqual(batch.summary["run"]["exit"], 0)
        self.assertEqual(batch.summary["run"]["id"], batch.id)
        self.assertEqual(list(batch.failures()), [])
        self.assertEqual({a.id for a in ration.answers(self.output)}, set(seen))
        self.assertEqual(max(self.asked().values()), 1)
        with self.assertRaises(RuntimeError):
            next(iter(batch))

    def test_files_are_taken_as_they_are(self) -> None:
        self.simapi("--latency-ms", "5")
        table = self.folder / "table.csv"
        table.write_text("sku;title\nA;Bord\nB;Stol\n")
        prompt = self.folder / "prompt.txt"
        prompt.write_text("Name {{title}}")
        with self.run_of(table, prompt=prompt) as batch:
            self.assertEqual(sorted(a.id for a in batch), ["A", "B"])
        self.assertEqual([f.name for f in self.folder.glob("texts.*")], ["texts.jsonl"])

    def test_the_environment_changes_nothing_that_is_taken_for_granted(self) -> None:
        self.scripted()
        said = {"QUIET": "1", "OUTPUT_FORMAT": "openai-batch", "ERRORS": str(self.folder / "x.jsonl"), "PROGRESS": "plain"}
        self.env.update({f"RATION_{name}": value for name, value in said.items()}, RATION_SUMMARY="x", RATION_RESUME="yes")
        batch = self.run_of([{"sku": "a", "title": "x"}, {"sku": "b", "title": "refuse"}])
        with self.assertRaises(ration.RowsFailed):
            for answer in batch:
                self.assertEqual((answer.id, answer.text), ("a", "Fine."))
                self.assertEqual(batch.status()["run"]["id"], batch.id)
        self.assertEqual([f.id for f in batch.failures()], ["b"])

    def test_a_schema_gives_values(self) -> None:
        self.scripted()
        schema = {
            "type": "object",
            "properties": {"colour": {"type": "string"}},
            "required": ["colour"],
            "additionalProperties": False,
        }
        answer = next(iter(self.run_of(rows_of(1), schema=schema)))
        self.assertEqual((answer.json, answer.text, answer.model), ({"colour": "green"}, '{"colour": "green"}', "m"))

    def test_status_and_plan(self) -> None:
        self.simapi("--hold-after", "2")
        batch = self.run_of(rows_of(6), in_flight=1)
        self.assertEqual(batch.plan()["artists"], 6)
        with self.assertRaises(RuntimeError):
            batch.status()
        assert self.simulator is not None
        for number, _ in enumerate(batch, 1):
            if number == 2:
                self.assertEqual(batch.status()["artists"]["total"], 6)
                self.assertEqual(ration.status(self.output, program=PROGRAM, env=self.env)["run"]["id"], batch.id)
                self.simulator.send_signal(signal.SIGUSR1)
        self.assertEqual(number, 6)


class Ending(Case):
    def test_rows_that_failed_are_told_at_the_end(self) -> None:
        self.scripted()
        rows = [{"sku": "a", "title": "x"}, {"sku": "b", "title": "refuse"}, {"sku": "c", "title": "y"}]
        batch = self.run_of(rows)
        seen = []
        with self.assertRaises(ration.RowsFailed) as raised:
            seen.extend(a.id for a in batch)
        self.assertEqual((sorted(seen), raised.exception.exit), (["a", "c"], 1))
        self.assertEqual([(f.id, f.kind, f.message) for f in batch.failures()], [("b", "refused", "It is too long.")])

    def test_what_is_wrong_is_told_with_its_cause(self) -> None:
        self.scripted()
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"max_wokers": 2}, "--max-wokers"),
            ({"id": "number"}, "number"),
            ({"prompt": "About {{colour}}"}, "colour"),
            ({"resume": True, "timeout": "never"}, "--timeout"),
            ({"config": self.folder / "none.conf"}, "none.conf"),
        ]
        for options, words in wrong:
            with self.subTest(options), self.assertRaises(ration.NothingSent) as raised:
                list(self.run_of(rows_of(3), **options))
            self.assertIn(words, str(raised.exception))
            self.assertEqual(raised.exception.exit, 2)
            # It is a message, not a line of a log.
            self.assertNotRegex(str(raised.exception), r"\[ration\]|FATAL|\d\dZ|: ration: ")
        self.assertFalse(self.output.exists())

    def test_a_program_that_cannot_be_begun(self) -> None:
        other = self.folder / "other"
        other.mkdir()
        for program in ("no-such-program-of-this-name", str(other), other / "none"):
            batch = ration.run(rows_of(2), output=self.output, prompt="{{title}}", program=program)
            begun = (lambda: list(batch), batch.plan, lambda: ration.status(self.output, program=program))
            for begin in begun:
                with self.subTest(program), self.assertRaisesRegex(ration.NothingSent, "install ration") as raised:
                    begin()
                self.assertIn(str(program), str(raised.exception))
        # Nor can it tell whether a run with other rows is at work.
        with self.assertRaises(ration.NothingSent):
            ration.run(rows_of(3), output=self.output, prompt="{{title}}", program=other / "none")
        self.assertFalse(self.output.exists())

    def test_an_output_of_before_is_left_alone(self) -> None:
        self.scripted()
        list(self.run_of(rows_of(2)))
        before = {f: f.read_bytes() for f in self.folder.glob("texts.*")}
        with self.assertRaises(ration.NothingSent):
            list(self.run_of(rows_of(3), prompt="Another one"))
        self.assertEqual({f: f.read_bytes() for f in self.folder.glob("texts.*")}, before)

    def test_a_run_that_cannot_go_on(self) -> None:
        self.scripted()
        self.env["OPENAI_API_KEY"] = "sk-wrong-and-secret"
        with self.assertRaises(ration.CannotGoOn) as raised:
            list(self.run_of(rows_of(5)))
        self.assertEqual(raised.exception.exit, 4)
        self.assertIn("Incorrect API key", str(raised.exception))
        self.assertNotIn("secret", str(raised.exception) + "".join(raised.exception.told))

    def test_a_run_that_is_killed(self) -> None:
        self.simapi("--hold-after", "3")
        batch = self.run_of(rows_of(9))
        seen = []
        with self.assertRaises(ration.Died) as raised:
            for answer in batch:
                seen.append(answer.id)
                if len(seen) == 3:
                    os.kill(batch.status()["run"]["pid"], signal.SIGKILL)
        self.assertEqual(raised.exception.exit, -signal.SIGKILL)
        assert self.simulator is not None
        self.simulator.send_signal(signal.SIGUSR1)
        self.assertEqual(len(set(a.id for a in self.run_of(rows_of(9), resume=True))), 9)

    def test_rows_that_are_none(self) -> None:
        self.url = "http://127.0.0.1:9/v1"
        for row, words in (("text", "row 1"), ({"sku": object()}, "row 1"), ({"sku": float("nan")}, "row 1")):
            with self.subTest(row), self.assertRaisesRegex((TypeError, ValueError), words):
                self.run_of([{"sku": "a"}, row])
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_other_rows_do_not_come_below_a_run_at_work(self) -> None:
        self.simapi("--hold-after", "1")
        with self.run_of(rows_of(4)) as batch:
            next(iter_of := iter(batch))
            with self.assertRaisesRegex(ration.NothingSent, "at work"):
                self.run_of(rows_of(5), resume=True)
            assert self.simulator is not None
            self.simulator.send_signal(signal.SIGUSR1)
            self.assertEqual(len(list(iter_of)), 3)


class Leaving(Case):
    def go_on(self, count: int, seen: list[str]) -> None:
        """The rest is asked, each answer of before is yielded again first, and nothing was asked twice."""
        order = [a.id for a in self.run_of(rows_of(count), resume=True)]
        self.assertEqual(order[: len(seen)], seen)
        self.assertEqual(sorted(order), sorted(row["sku"] for row in rows_of(count)))
        self.assertEqual(set(self.asked().values()), {1})

    def leave(self, how: str) -> None:
        # At one a second the rest would take a minute: a run that ends before it is one that was ended.
        self.simapi("--latency-ms", "5")
        batch = self.run_of(rows_of(60), requests_per_minute=60, burst=1)
        seen = []
        if how == "stop":
            for answer in batch:
                seen.append(answer.id)
                batch.stop()
        elif how == "interrupt":
            with self.assertRaises(KeyboardInterrupt):
                for answer in batch:
                    seen.append(answer.id)
                    raise KeyboardInterrupt
        elif how == "context":
            with batch:
                answers = iter(batch)
                seen.append(next(answers).id)
        else:
            for answer in batch:
                seen.append(answer.id)
                break
        assert batch.summary is not None
        self.assertEqual(batch.summary["run"]["exit"], 3)
        self.assertLess(batch.summary["artists"]["done"], 60)
        self.go_on(60, seen)

    def test_break(self) -> None:
        self.leave("break")

    def test_an_exception(self) -> None:
        self.leave("interrupt")

    def test_the_end_of_a_context(self) -> None:
        self.leave("context")

    def test_stop(self) -> None:
        self.leave("stop")

    def test_a_second_interrupt_ends_what_is_in_flight(self) -> None:
        self.simapi("--hold-after", "1")
        batch = self.run_of(rows_of(8), in_flight=2)
        over = threading.Event()

        def interrupt() -> None:
            while not over.wait(0.3):
                os.kill(os.getpid(), signal.SIGINT)

        def heard(number: int, frame: object) -> None:
            if not over.is_set():
                raise KeyboardInterrupt

        before = signal.signal(signal.SIGINT, heard)
        impatient = threading.Thread(target=interrupt)
        try:
            for _ in batch:
                impatient.start()
        except KeyboardInterrupt:
            pass
        finally:
            over.set()
            impatient.join()
            signal.signal(signal.SIGINT, before)
        assert batch.summary is not None
        self.assertEqual(batch.summary["run"]["exit"], 3)
        self.assertGreater(batch.summary["artists"]["in_doubt"], 0)

    def test_a_row_that_has_changed_is_asked_again_and_its_old_answer_not_yielded(self) -> None:
        self.simapi("--latency-ms", "5")
        list(self.run_of(rows_of(5)))
        rows = list(rows_of(5))
        rows[2]["title"] = "Benk"
        order = [(a.id, "Benk" in a.text) for a in self.run_of(rows, resume=True, redo_changed=True)]
        self.assertEqual([changed for _, changed in order], [False] * 4 + [True])
        self.assertEqual(order[4][0], "S-3")


class Words(unittest.TestCase):
    def test_options(self) -> None:
        cases: list[tuple[dict[str, object], list[str]]] = [
            ({"max_workers": 8}, ["--max-workers=8"]),
            ({"batch": True, "detach": False, "tier": None}, ["--batch"]),
            ({"keep": ["a", "b,c"]}, ["--keep=a,b\\,c"]),
            ({"prices": [pathlib.Path("a.json"), "b.json"]}, ["--prices=a.json", "--prices=b.json"]),
            ({"param": {"temperature": 0.3, "stop": "5"}}, ["--param=temperature=0.3", '--param=stop="5"']),
            ({"header": {"X-Team": "shop"}}, ["--header=X-Team: shop"]),
            ({"query": {"v": 1}}, ["--query=v=1"]),
            ({"prompt_variables": {"artist": "name", "facts": "data"}}, ["--prompt-variables=artist=name,facts=data"]),
            ({"system": "-- be brief"}, ["--system=-- be brief"]),
        ]
        for options, words in cases:
            with self.subTest(options):
                self.assertEqual(_command.words(options), words)

    def test_what_the_module_says_itself(self) -> None:
        for option in ("input", "summary", "progress", "output_format"):
            with self.subTest(option), self.assertRaises(TypeError):
                _command.words({option: "x"})
        with self.assertRaises(ValueError):
            _command.words({"system": "a\0b"})


if __name__ == "__main__":
    unittest.main()
