"""What the page of results tells of benchmarks that fail. No benchmark is run."""
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import results
from bounded import bounded


class Results(unittest.TestCase):
    def test_what_a_benchmark_prints_is_shown_as_it_was(self):
        text, failure = bounded(["echo", "  7 ns"], 60)
        self.assertIn("## One\n\n```\n  7 ns\n```", results.page("- a machine", [("One", text, failure)]))

    def test_a_benchmark_that_fails_has_a_line_that_says_so_and_what_it_printed_before(self):
        text, failure = bounded(["sh", "-c", "echo half; echo no disk >&2; exit 3"], 60)
        page = results.page("", [("One", text, failure), ("Two", "fine\n", "")])
        self.assertIn("## One\n\n**Failed**: sh ended with 3: no disk\n\n```\nhalf\n```\n\n## Two", page)

    def test_a_benchmark_that_was_not_built(self):
        self.assertEqual(bounded(["./no-such-benchmark"], 60), ("", "no-such-benchmark: No such file or directory"))

    def test_a_benchmark_that_hangs_is_ended(self):
        self.assertIn("took more than 0.2 s", bounded(["sh", "-c", "sleep 600 & sleep 600"], 0.2)[1])

    def test_tables_of_the_peers_stay_tables(self):
        self.assertIn("## Peers\n\n### One\n\n| a |", results.page("", [("Peers", "### One\n\n| a |\n", "")]))

    def test_the_machine_is_told(self):
        about = results.machine(Path("no-such-build"))
        self.assertRegex(about, r"- processor: .+, \d+ cores\n- memory: \d+ GiB\n")


if __name__ == "__main__":
    unittest.main()
