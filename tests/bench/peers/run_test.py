"""What run.py tells of peers that answer wrongly, fail, hang, talk nonsense or cannot be had. No engine is asked."""
import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
import run
from engines import Peer
from table import Row, disagreeing, tables

RIGHT = {("segments", 10): {"loyal": 4, "lapsed": 2}, ("log", 100): {"funnel": 3, "chain": 1}}


def row(engine, loyal=4, lapsed=2, seconds=(2e-6,), **more):
    return Row(**{**dict(engine=engine, version="1.2.3", project="segments", form="pass", rows=10, counts={"loyal": loyal, "lapsed": lapsed},
                         seconds=list(seconds)), **more})


def saying(text):
    """A peer that is this text on standard output."""
    return Peer("fake", "Fake", users=[sys.executable, "-c", f"print({text!r})".replace("{", "{{").replace("}", "}}")])


class Tables(unittest.TestCase):
    def line(self, text, engine):
        found = [line for line in text.splitlines() if line.startswith(f"| {engine} |")]
        self.assertEqual(len(found), 1, text)
        return found[0]

    def test_a_row_has_its_median_and_its_ratio_to_wend(self):
        rows = [row("Wend", version="a record at a time"), row("Slow", seconds=[9e-6, 6e-6, 1e-6])]
        self.assertEqual(self.line(tables(rows, RIGHT), "Slow"), "| Slow | 1.2.3 | 10 | 300.0 | 3× | yes |")
        self.assertEqual(disagreeing(rows, RIGHT), [])

    def test_a_row_that_disagrees_says_where(self):
        rows = [row("Wend"), row("Wrong", lapsed=3)]
        self.assertIn("NO: lapsed 3 for 2", self.line(tables(rows, RIGHT), "Wrong"))
        self.assertEqual([found.engine for found in disagreeing(rows, RIGHT)], ["Wrong"])

    def test_a_count_that_is_missing_or_of_something_else_disagrees(self):
        self.assertIn("NO: lapsed absent for 2", tables([row("Wrong", counts={"loyal": 4})], RIGHT))
        self.assertIn("NO: new was not asked", tables([row("Wrong", counts={"loyal": 4, "lapsed": 2, "new": 1})], RIGHT))

    def test_a_number_of_users_without_right_answers_disagrees(self):
        self.assertIn("NO: nothing to compare with", tables([row("Wrong", rows=11)], RIGHT))

    def test_a_sequence_is_compared_with_the_same_sequence(self):
        rows = [row(engine, project="log", form="log", rows=100, counts={name: count}, seconds=[1e-4 * slower])
                for name, count in (("funnel", 3), ("chain", 2)) for engine, slower in (("C++ by hand", 1), ("Fake", 2))]
        text = tables(rows, RIGHT)
        self.assertIn("| funnel | Fake | 1.2.3 | 100 | 0.5 | 2× | yes |", text)
        self.assertIn("| chain | Fake | 1.2.3 | 100 | 0.5 | 2× | NO: chain 2 for 1 |", text)
        self.assertIn("time, C++ by hand = 1", text)

    def test_a_peer_that_failed_says_why(self):
        text = tables([row("Wend"), Row("Broken", project="segments", failure="it ended | badly")], RIGHT)
        self.assertIn("| Broken | segments | it ended \\| badly |", text)


class Peers(unittest.TestCase):
    def ask(self, peer, seconds=60):
        with tempfile.TemporaryDirectory() as cache:
            return run.ask(peer, [("segments", 10)], Path(cache), {"runs": 1}, seconds)

    def failure(self, peer, seconds=60):
        rows = self.ask(peer, seconds)
        self.assertEqual(len(rows), 1)
        return rows[0].failure

    def test_what_a_peer_says_is_a_row(self):
        said = {"engine": "Fake", "version": "1", "form": "pass", "rows": 10, "counts": {"loyal": 4}, "seconds": [1]}
        rows = self.ask(saying(json.dumps(said)))
        self.assertEqual((rows[0].engine, rows[0].project, rows[0].counts, rows[0].failure), ("Fake", "segments", {"loyal": 4}, ""))

    def test_a_program_that_is_not_there(self):
        self.assertIn("No such file", self.failure(Peer("fake", "Fake", users=["./no-such-program"])))

    def test_a_peer_that_cannot_be_fetched(self):
        self.assertIn("cannot be had: false ended with 1", self.failure(Peer("fake", "Fake", prepare=[["false"]], users=["true"])))

    def test_a_peer_that_ends_badly_tells_its_first_words(self):
        self.assertIn("ended with 1: no memory", self.failure(Peer("fake", "Fake", users=[sys.executable, "-c", "exit('no memory')"])))

    def test_a_peer_that_hangs_is_ended_with_its_children(self):
        self.assertIn("took more than 0.2 s", self.failure(Peer("fake", "Fake", users=["sh", "-c", "sleep 600 & sleep 600"]), 0.2))

    def test_what_a_peer_measured_before_it_failed_is_kept(self):
        said = {"engine": "Fake", "version": "1", "form": "pass", "rows": 10, "counts": {"loyal": 4}, "seconds": [1]}
        peer = saying(json.dumps(said))
        peer.users[-1] += "; import sys; sys.stdout.flush(); sys.exit('no memory')"
        measured, failed = self.ask(peer)
        self.assertEqual((measured.counts, measured.failure), ({"loyal": 4}, ""))
        self.assertIn("no memory", failed.failure)

    def test_a_peer_that_says_nothing_or_nonsense(self):
        self.assertEqual(self.failure(saying("")), "it said nothing")
        for nonsense in ("{", '{"engine": "Fake"}', '{"engine": "Fake", "rows": 0, "counts": {"a": 1}, "seconds": [1]}', '{"owner": 1}'):
            self.assertIn("no measurement", self.failure(saying(nonsense)))


class WholeRun(unittest.TestCase):
    """run.py from its arguments to its end, over programs of our own that say the same whatever they are asked."""

    def run_with(self, loyal, *more):
        said = {"engine": "Fake", "version": "1", "form": "pass", "rows": 5, "counts": {"loyal": loyal}, "seconds": [1]}
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("cpp_peer", json.dumps({**said, "counts": {"loyal": 4}})), ("peers_data", "")):
                program = Path(folder, name)
                program.write_text(f"#!/bin/sh\necho '{text}'\n")
                program.chmod(0o755)
            out = Path(folder, "table.md")
            words = ["run.py", "--programs", folder, "--cache", f"{folder}/cache", "--users", "5", "--only", "fake", "--out", str(out), *more]
            with mock.patch.object(run.engines, "PEERS", [saying(json.dumps(said))]), mock.patch.object(sys, "argv", words), \
                 contextlib.redirect_stderr(io.StringIO()) as told:
                return run.main(), out.read_text(), told.getvalue()

    def test_counts_that_agree_end_well(self):
        status, table, told = self.run_with(4)
        self.assertEqual(status, 0)
        self.assertIn("| yes |", table)
        self.assertNotIn("DIFFER", told)

    def test_counts_that_differ_are_in_the_table_and_end_the_run_with_1(self):
        status, table, told = self.run_with(3)
        self.assertEqual(status, 1)
        self.assertIn("| NO: loyal 3 for 4 |", table)
        self.assertIn("ANSWERS DIFFER: Fake 1, segments", told)

    def test_a_peer_that_nobody_knows_is_refused(self):
        with self.assertRaises(SystemExit) as ended:
            self.run_with(4, "--only", "nobody")
        self.assertEqual(ended.exception.code, 2)


if __name__ == "__main__":
    unittest.main()
