"""DuckDB in the process, a table in memory, one thread; see ../sql/asked.py."""
import os
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "sql"))
import asked
import duckdb

base = duckdb.connect(config={"threads": 1})


def type_of(kind, optional, words):
    if kind == "word":
        return "enum (" + ", ".join(f"'{word}'" for word in words) + ")"
    return {"bool": "boolean", "int": "integer", "number": "double", "money": "decimal(12, 2)", "date": "date"}[kind]


def load_users(csv, kinds, users):
    base.execute("create table users (" + ", ".join(f"{name} {type_}" for name, type_ in asked.columns(kinds, type_of)) + ")")
    base.execute(f"insert into users select * from read_csv('{csv}', header = true, all_varchar = true) limit {users}")


def load_log(csv):
    base.execute("create table log (happened bigint, user_id integer, kind enum ('play', 'view', 'add_to_cart', 'purchase'))")
    base.execute(f"insert into log select * from read_csv('{csv}', header = true)")


asked.measure("DuckDB", duckdb.__version__, load_users, load_log, lambda sql: base.execute(sql).fetchone(),
              lambda condition: f"select count(*) from users where {condition}", lambda condition: f"count(*) filter (where {condition})")
