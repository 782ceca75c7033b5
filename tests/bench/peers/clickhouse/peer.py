"""ClickHouse in the process (chdb), a table of its own kind, one thread; see ../sql/asked.py."""
import json
import os
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "sql"))
import asked
from chdb import session

base = session.Session()


def row(sql):
    return json.loads(base.query(sql + " settings max_threads = 1", "JSONCompactEachRow").bytes())


def type_of(kind, optional, words):
    if kind == "word":
        return "Enum8(" + ", ".join(f"'{word}' = {number}" for number, word in enumerate(words)) + ")"
    plain = {"bool": "Bool", "int": "Int32", "number": "Float64", "money": "Decimal(12, 2)", "date": "Date32"}[kind]
    return f"Nullable({plain})" if optional else plain


def fill(table, columns, csv, limit=""):
    base.query("create database peers")
    base.query("use peers")
    base.query(f"create table {table} ({columns}) engine = MergeTree order by tuple()")
    base.query(f"insert into {table} select * from file('{csv}', CSVWithNames, '{columns.replace(chr(39), chr(39) * 2)}') {limit}")
    base.query(f"optimize table {table} final")


def load_users(csv, kinds, users):
    fill("users", ", ".join(f"{name} {type_}" for name, type_ in asked.columns(kinds, type_of)), csv, f"limit {users}")


def load_log(csv):
    fill("log", "happened UInt32, user_id UInt32, kind Enum8('play' = 0, 'view' = 1, 'add_to_cart' = 2, 'purchase' = 3)", csv)


version = json.loads(base.query("select version()", "JSONCompactEachRow").bytes())[0]
asked.measure("ClickHouse", version + " (chdb)", load_users, load_log, row,
              lambda condition: f"select count() from users where {condition}", lambda condition: f"countIf({condition})")
