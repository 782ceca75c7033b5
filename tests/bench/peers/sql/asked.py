"""What the peers that speak SQL share: the conditions, the columns, the clock, and the lines of JSON that they say.

    peer.py users CSV KINDS CONDITIONS USERS RUNS
    peer.py log CSV QUERIES RUNS
"""
import json
import sys
import time


def named(path):
    """The lines `name: text` of a file, in order."""
    with open(path) as lines:
        return dict(line.strip().split(": ", 1) for line in lines if line.strip() and not line.startswith("--"))


def columns(path, types):
    """Of each column its name and its type; `types` gives one for a kind, for whether it may be unknown, and for its words."""
    with open(path) as lines:
        for line in lines:
            name, kind, *words = line.split()
            yield name, types(kind.rstrip("?"), kind.endswith("?"), words)


def say(engine, version, form, rows, counts, seconds):
    print(json.dumps({"engine": engine, "version": version, "form": form, "rows": rows, "counts": counts, "seconds": seconds}), flush=True)


def timed(runs, work):
    """What the work gives, and the seconds of each run after one that is not counted."""
    answer, seconds = work(), []
    for _ in range(runs):
        begin = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - begin)
    return answer, seconds


def measure(engine, version, load_users, load_log, row, one, passed):
    """`load_users(csv, columns file, users)`, `load_log(csv)` fill the tables; `row(sql)` gives the first row of an answer.
    `one` and `passed` count what holds: alone, and as one of many columns."""
    if sys.argv[1] == "log":
        csv, queries, runs = sys.argv[2], named(sys.argv[3]), int(sys.argv[4])
        load_log(csv)
        events = row("select count(*) from log")[0]
        for name, query in queries.items():
            answer, seconds = timed(runs, lambda: row(query)[0])
            say(engine, version, "log", events, {name: int(answer)}, seconds)
        return
    csv, kinds, conditions, users, runs = sys.argv[2], sys.argv[3], named(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6])
    load_users(csv, kinds, users)
    counts, seconds = timed(runs, lambda: {name: int(row(one(condition))[0]) for name, condition in conditions.items()})
    say(engine, version, "each", users, counts, seconds)
    if len(conditions) > 1:
        every = "select " + ", ".join(map(passed, conditions.values())) + " from users"
        counts, seconds = timed(runs, lambda: dict(zip(conditions, map(int, row(every)))))
        say(engine, version, "pass", users, counts, seconds)
