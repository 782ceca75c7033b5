"""windowFunnel over the log that `funnel_bench --log FILE` leaves, on one thread: what Wend's funnel is held against.

    python3 -m venv peers && peers/bin/pip install chdb
    build/tests/bench/funnel_bench --log log.bin
    peers/bin/python tests/bench/peers/sequences_clickhouse.py log.bin [build/tests/bench/funnel_bench]

ClickHouse runs in this process (chdb). It is asked three times: over the file as it is, over a table of its own in the order of the
log, and over one that is sorted by user, which spares it the grouping by hash. Its window is a microsecond less than seven days: a step
at exactly the window's end is inside for windowFunnel and outside for Wend. Times are of the processor, all threads together. With the bench named, that runs in between, so that both
are measured in the same minutes.
"""
import statistics
import subprocess
import sys
import time

from chdb import session

WITHIN = 7 * 86_400_000_000 - 1
ROUNDS = 5


def main() -> None:
    log = sys.argv[1]
    clickhouse = session.Session()
    file = f"file('{log}', 'RowBinary', 'user UInt32, at UInt64, kind UInt8')"
    clickhouse.query("CREATE DATABASE bench ENGINE = Atomic")
    clickhouse.query("CREATE TABLE bench.log (user UInt32, at UInt64, kind UInt8) ENGINE = MergeTree ORDER BY at")
    clickhouse.query("CREATE TABLE bench.by_user (user UInt32, at UInt64, kind UInt8) ENGINE = MergeTree ORDER BY (user, at)")
    for table in ("log", "by_user"):
        clickhouse.query(f"INSERT INTO bench.{table} SELECT * FROM {file}")
        clickhouse.query(f"OPTIMIZE TABLE bench.{table} FINAL")
    events = int(clickhouse.query("SELECT count() FROM bench.log").data())
    print(f"ClickHouse {clickhouse.query('SELECT version()').data().strip()}, {events:,} events, one thread")
    sources = {
        "its own table, as the log comes": ("bench.log", ""),
        "its own table, sorted by user": ("bench.by_user", ", optimize_aggregation_in_order = 1"),
        "the file": (file, ""),
    }
    times = {name: [] for name in sources}
    answers = {}
    for round in range(ROUNDS + 1):
        for name, (source, settings) in sources.items():
            # Only events that are a step are handed on, as whoever knows ClickHouse would ask.
            query = (
                f"SELECT level, count() FROM (SELECT windowFunnel({WITHIN})(at, kind = 0, kind = 1, kind = 2) AS level FROM {source} "
                f"WHERE kind < 3 GROUP BY user) GROUP BY level ORDER BY level SETTINGS max_threads = 1{settings}"
            )
            began = time.process_time()
            answer = clickhouse.query(query).data()
            took = time.process_time() - began
            if round > 0:   # the first warms up
                times[name].append(took)
            levels = dict(map(int, line.split(",")) for line in answer.split())
            answers[name] = [sum(n for level, n in levels.items() if level >= step) for step in (1, 2, 3)]
        if len(sys.argv) > 2 and round == ROUNDS // 2:
            print(subprocess.run([sys.argv[2], "--log", log], capture_output=True, text=True, check=True).stdout, end="")
    for name in sources:
        took = statistics.median(times[name])
        print(f"  from {name:<32} {events / took / 1e6:7.1f} million events/s, {took / events * 1e9:5.2f} ns each; users at each step {answers[name]}")


main()
