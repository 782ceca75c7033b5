#!/usr/bin/env python3
"""The same conditions and sequences through Wend and its peers, in one run: fetches each peer, asks it, holds its counts against those of
C++ by hand and writes one table. A peer that cannot be had, fails or takes too long has a line that says so; one whose answers
differ is told in the table, and the run ends with 1. See README.md."""
import argparse
import hashlib
import json
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True   # nothing is written beside the sources
import engines
from table import Row, disagreeing, tables

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
from bounded import bounded

PROJECTS = ("predicate", "segments")


class Failed(Exception):
    def __init__(self, why, out=""):
        super().__init__(why)
        self.out = out            # what it said before


def command(words, folder, seconds, known):
    """What it writes on standard output; `known` is what stands in braces."""
    out, failure = bounded([word.format(**known) for word in words], seconds, folder)
    if failure:
        raise Failed(failure, out)
    return out


def rows_of(out, project):
    """The measurements a peer told: a line of JSON each."""
    try:
        rows = [Row(project=project, **json.loads(line)) for line in out.splitlines() if line.startswith("{")]
        for row in rows:
            row.per_row()
    except (ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise Failed(f"what it said is no measurement: {error}") from None
    if not rows:
        raise Failed("it said nothing")
    return rows


def prepare(peer, cache, known, seconds):
    """The folder in which its commands run: a copy in the cache, so that nothing is built in the tree. What was prepared from the same
    files is taken as it is."""
    copy = cache / "src"
    shutil.copytree(HERE, copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    folder = copy / peer.folder
    if peer.prepare:
        digest = hashlib.sha256(repr(peer.prepare).encode())
        for path in sorted(p for shared in ("rust", "java", peer.folder) for p in (HERE / shared).rglob("*") if p.is_file()):
            digest.update(path.read_bytes())
        stamp = cache / f"{peer.name}.prepared"
        if not stamp.exists() or stamp.read_text() != digest.hexdigest():
            for words in peer.prepare:
                command(words, folder, seconds, known)
            stamp.write_text(digest.hexdigest())
    return folder


def ask(peer, todo, cache, known, seconds):
    """Its rows, of what went wrong too. `todo`: (project, number of users or events)."""
    rows = []
    try:
        folder = prepare(peer, cache, known, seconds)
    except Failed as failed:
        return [Row(peer.engine, project="all", failure=f"cannot be had: {failed}")]
    for project, count in todo:
        words = peer.log if project == "log" else peer.users
        if words is None:
            continue
        if project != "log" and peer.at_most:
            count = min(count, peer.at_most)
        files = {"csv": cache / f"{project}.csv", "kinds": cache / f"{project}.kinds", "project": project, "users": count}
        try:
            rows += rows_of(command(words, folder, seconds, {**known, **files}), project)
        except Failed as failed:
            try:
                rows += rows_of(failed.out, project)
            except Failed:
                pass              # it had measured nothing yet
            rows.append(Row(peer.engine, project=project, failure=str(failed)))
    return rows


def right_answers(rows, programs, seconds):
    """The counts by hand, for every number of rows that an engine was asked about."""
    right = {}
    for project, count in sorted({(row.project, row.rows) for row in rows if not row.failure}):
        counts = {}
        for row in rows_of(command([str(programs / "cpp_peer"), project, str(count), "1"], HERE, seconds, {}), project):
            counts.update(row.counts)
        right[project, count] = counts
    return right


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, default=Path("build/tests/bench/peers"), help="where cpp_peer, wend_peer, wend_columns_peer and peers_data are")
    parser.add_argument("--cache", type=Path, default=Path("build/peers"), help="where peers and data are kept")
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=5, help="that count, after one that does not")
    parser.add_argument("--only", help="peers by name, with commas: " + ",".join(peer.name for peer in engines.PEERS))
    parser.add_argument("--minutes", type=float, default=10, help="the most that fetching a peer, or one question to it, may take")
    parser.add_argument("--strict", action="store_true", help="a peer that was not measured ends the run with 1 too")
    parser.add_argument("--out", type=Path, help="the tables, in Markdown; else standard output")
    given = parser.parse_args()
    names = [peer.name for peer in engines.PEERS]
    given.peers = given.only.split(",") if given.only else names
    unknown = [name for name in given.peers if name not in names]
    if unknown or min(given.users, given.events, given.runs) < 1:
        parser.error(f"no peer {unknown[0]}; there are {', '.join(names)}" if unknown else "at least one user, event and run")
    return given


def main():
    given = arguments()
    cache, programs, seconds = given.cache.resolve(), given.programs.resolve(), given.minutes * 60
    cache.mkdir(parents=True, exist_ok=True)
    say = lambda text: print(text, file=sys.stderr, flush=True)
    known = {"programs": programs, "python": sys.executable, "runs": given.runs, "events": given.events, "log": cache / "log.csv"}
    todo = [(project, given.users) for project in PROJECTS] + [("log", given.events)]
    rows = []
    try:
        say(f"writing {given.users:,} users and {given.events:,} events")
        for project in PROJECTS:
            files = [f"{cache}/{project}.csv", f"{cache}/{project}.kinds"]
            command([str(programs / "peers_data"), project, str(given.users)] + files, HERE, seconds, {})
        command([str(programs / "peers_data"), "log", str(given.events), f"{cache}/log.csv"], HERE, seconds, {})
        for peer in engines.PEERS:
            if peer.name in given.peers:
                say(peer.engine)
                rows += ask(peer, todo, cache, known, seconds)
        right = right_answers(rows, programs, seconds)
    except Failed as failed:
        say(f"{failed}; `cmake --build build --target cpp_peer wend_peer wend_columns_peer peers_data` builds our own")
        return 1
    text = tables(rows, right) + f"\nOne thread; medians of {given.runs} runs after one that does not count.\n"
    given.out.write_text(text) if given.out else print(text, end="")
    wrong = disagreeing(rows, right)
    for row in wrong:
        say(f"ANSWERS DIFFER: {row.engine} {row.version}, {row.project}")
    return 1 if wrong or given.strict and any(row.failure for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
