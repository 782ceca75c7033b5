#!/usr/bin/env python3
"""`make bench`: runs the benchmarks that were built, and the peers, and writes what they say into one page.

    results.py BUILD [arguments of peers/run.py]

A benchmark that fails, or takes more than an hour, has a line that says so; then the end is 1."""
import datetime
import os
import platform
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True   # nothing is written beside the sources
from bounded import bounded

BENCH = Path(__file__).resolve().parent
SOURCE = BENCH.parent.parent
HOUR = 3600

# What is run, under which heading. {build} and {source} are the folders.
PROGRAMS = [
    ("One condition, a log, compiling", ["{build}/tests/bench/wend_bench"]),
    ("The step", ["{build}/tests/bench/step_bench"]),
    ("The step, with more and more definitions", ["{build}/tests/bench/step_bench", "{source}/tests/bench/streaming", "2000", "30", "curve", "5"]),
    ("A user at rest, over the demo's 120 days", ["{build}/tests/bench/step_bench", "{source}/tests/bench/streaming", "2000", "120", "rest", "5"]),
    ("A funnel", ["{build}/tests/bench/funnel_bench"]),
    ("A project by itself", ["{build}/wend", "bench", "{source}/examples/tidal_wave"]),
    ("The store", ["{build}/tests/bench/store_bench"]),
    ("The desk", ["{build}/tests/bench/desk_bench"]),
    ("A sweep over columns", ["{build}/tests/bench/sweep_bench"]),
    ("A server", ["{build}/tests/bench/serve_bench"]),
    ("A server's worst restart", ["{build}/tests/bench/serve_bench", "worst_restart"]),
]


def first_line(*words):
    out, _ = bounded(words, 60)
    return out.splitlines()[0].strip() if out.strip() else ""


def of_file(path, pattern):
    try:
        found = re.search(pattern, Path(path).read_text(), re.M)
    except OSError:
        return ""
    return found.group(1).strip().strip('"') if found else ""


def machine(build):
    """What the figures were taken on, a line a fact."""
    processor = of_file("/proc/cpuinfo", r"^model name\s*: (.*)$") or platform.machine()
    system = of_file("/etc/os-release", r"^PRETTY_NAME=(.*)$") or platform.system()
    memory = int(of_file("/proc/meminfo", r"^MemTotal:\s+(\d+)") or 0) / 2**20
    compiler = of_file(build / "CMakeCache.txt", r"^CMAKE_CXX_COMPILER:\w+=(.*)$") or "c++"
    facts = [
        ("processor", f"{processor}, {os.cpu_count()} cores"),
        ("memory", f"{memory:.0f} GiB"),
        ("system", f"{system}, Linux {platform.release()}"),
        ("compiler", first_line(compiler, "--version")),
        ("LLVM", of_file(build / "CMakeCache.txt", r"^LLVM_DIR:\w+=.*llvm-([\d.]+)")),
        ("Wend", first_line("git", "-C", str(SOURCE), "describe", "--always", "--dirty")),
        ("day", datetime.date.today().isoformat()),
        ("processes waiting before it", f"{os.getloadavg()[0]:.2f} over a minute: above 0.5, others took part of the machine"),
    ]
    return "\n".join(f"- {name}: {fact}" for name, fact in facts if fact)


def page(about, sections):
    """`sections`: title, text, why it failed or nothing; a text in Markdown begins with a heading, another is shown as it was printed."""
    parts = ["# Results", "Written by `make bench`. Every figure is the median of several runs, on this machine and in this run; take ratios, "
             "and only those within one table.", about]
    for title, text, failure in sections:
        parts.append(f"## {title}")
        if failure:
            parts.append(f"**Failed**: {failure}")
        if text.strip():
            parts.append(text.rstrip() if text.startswith("#") else f"```\n{text.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


def main(words):
    if not words:
        print(__doc__, file=sys.stderr)
        return 2
    build = Path(words[0]).resolve()
    about, sections = machine(build), []
    peers = [sys.executable, str(BENCH / "peers/run.py"), "--programs", str(build / "tests/bench/peers"), "--cache", str(build / "peers")]
    todo = [(title, [word.format(build=build, source=SOURCE) for word in command]) for title, command in PROGRAMS]
    for title, command in todo + [("Wend and its peers", peers + words[1:])]:
        print(f"-- {title}", flush=True)
        text, failure = bounded(command, 5 * HOUR if command[:2] == peers[:2] else HOUR)
        print(text + (f"FAILED: {failure}\n" if failure else ""), flush=True)
        sections.append((title, text, failure))
    (BENCH / "RESULTS.md").write_text(page(about, sections))
    print(f"written: {(BENCH / 'RESULTS.md').relative_to(SOURCE)}")
    return 1 if any(failure for _, _, failure in sections) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
