"""The twenty segments of tests/bench/sweep asked of DuckDB: one thread, a table in memory. `sweep_duckdb.py USERS.csv [ROUNDS]`; needs `pip
install duckdb`. Timed by what the
processor gave it, as `sweep_bench memory` times one thread; prints the same counts."""
import os
import statistics
import sys
import time

import duckdb

here = os.path.dirname(os.path.abspath(__file__))
segments = [line.rstrip("\n").split(": ", 1) for line in open(os.path.join(here, "sweep", "segments.sql"), encoding="utf-8")]
words = {"plan": "free premium family", "country": "se no dk fi de fr gb us", "platform": "ios android desktop web", "engagement": "core casual dormant lapsed"}
types = {name: "enum (" + ", ".join(f"'{word}'" for word in list.split()) + ")" for name, list in words.items()}
types |= {"email_opt_in": "boolean", "push_opt_in": "boolean", "active_days": "tinyint", "plays": "smallint", "tickets": "tinyint", "opened": "tinyint",
          "spend": "decimal(9, 2)", "churn_risk": "double", "joined": "date", "birth_date": "date"}

base = duckdb.connect(config={"threads": 1})
header = open(sys.argv[1], encoding="utf-8").readline().strip().split(",")
base.execute("create table users (" + ", ".join(f"{name} {types[name]}" for name in header) + ")")
base.execute(f"insert into users select * from read_csv('{sys.argv[1]}', header = true, all_varchar = true)")
users = base.execute("select count(*) from users").fetchone()[0]
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5


def median(work):
    work()
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return statistics.median(times)


each = [f"select count(*) from users where {condition}" for _, condition in segments]
together = "select " + ", ".join(f"count(*) filter (where {condition})" for _, condition in segments) + " from users"
print(f"DuckDB {duckdb.__version__}, {users} users, one thread, {rounds} rounds")
for name, work in [("a query a segment", lambda: [base.execute(sql).fetchone() for sql in each]), ("one query for all", lambda: base.execute(together).fetchone())]:
    seconds = median(work)
    print(f"  {name:<28} {seconds * 1e3:8.2f} ms {users / seconds / 1e6:9.0f} M users/s {users * len(segments) / seconds / 1e6:9.0f} M segments of users/s")
for (name, _), count in zip(segments, base.execute(together).fetchone()):
    print(name, count)
