"""SQLite as Python has it, a table in memory; see ../sql/asked.py."""
import csv
import os
import sqlite3
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "sql"))
import asked

base = sqlite3.connect(":memory:")
TYPES = {"bool": "integer", "word": "text", "int": "integer", "number": "real", "money": "real", "date": "text"}


def fill(table, columns, path, most=None):
    base.execute(f"create table {table} ({', '.join(columns)})")
    with open(path, newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        known = {"true": 1, "false": 0, "": None}
        values = ([known.get(value, value) for value in row] for number, row in enumerate(rows) if most is None or number < most)
        base.executemany(f"insert into {table} values ({', '.join('?' * len(columns))})", values)
    base.commit()


def load_users(path, kinds, users):
    fill("users", [f"{name} {type_}" for name, type_ in asked.columns(kinds, lambda kind, optional, words: TYPES[kind])], path, users)


def load_log(path):
    fill("log", ["happened integer", "user_id integer", "kind text"], path)


asked.measure("SQLite", sqlite3.sqlite_version, load_users, load_log, lambda sql: base.execute(sql).fetchone(),
              lambda condition: f"select count(*) from users where {condition}", lambda condition: f"count(*) filter (where {condition})")
