"""The peers: how each is had, and how it is asked. A row here is all that run.py knows of one."""
from dataclasses import dataclass, field


@dataclass
class Peer:
    name: str                 # what --only takes
    engine: str               # as the table says where the peer could not say it itself
    folder: str = "."         # of its copy in the cache, where the commands run
    prepare: list = field(default_factory=list)   # commands that fetch and build it
    users: list = None        # the command over users; None: not asked
    log: list = None          # the command over the log
    at_most: int = None       # users that it is asked about at most: an engine that is slow gets the first of them


# In the commands: {programs} the folder of our own programs; {project} `predicate` or `segments`; {csv} {kinds} the users and what
# their columns are; {users} how many are asked; {log} the log; {events} how many; {runs}.
VENV = [["{python}", "-m", "venv", "venv"], ["venv/bin/pip", "install", "-q", "--disable-pip-version-check", "-r", "requirements.txt"]]
NPM = [["npm", "ci", "--loglevel=error", "--logs-max=0", "--no-audit", "--no-fund"]]
JAVA = [["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib", "-DincludeScope=runtime"],
        ["javac", "-cp", "lib/*", "-d", "classes", "../java/Asked.java", "Peer.java"]]
ABOUT = ["{users}", "{runs}"]


def sql(python):
    return [python, "peer.py", "users", "{csv}", "{kinds}", "../sql/{project}.sql"] + ABOUT


PEERS = [
    Peer("cpp", "C++ by hand", users=["{programs}/cpp_peer", "{project}"] + ABOUT, log=["{programs}/cpp_peer", "log", "{events}", "{runs}"]),
    Peer("wend", "Wend", users=["{programs}/wend_peer", "wend/{project}", "{project}"] + ABOUT),
    Peer("wend-columns", "Wend", users=["{programs}/wend_columns_peer", "wend/{project}", "{project}"] + ABOUT,
         log=["{programs}/wend_columns_peer", "log", "{events}", "{runs}"]),
    Peer("cel-go", "CEL, cel-go", "cel-go", [["go", "build", "-o", "cel_go_peer", "."]],
         ["./cel_go_peer", "{csv}", "{kinds}", "../cel/{project}.cel"] + ABOUT, at_most=100_000),
    Peer("cel-rust", "CEL, cel-rust", "cel-rust", [["cargo", "build", "-q", "--release", "--locked"]],
         ["target/release/cel_peer", "{csv}", "{kinds}", "../cel/{project}.cel"] + ABOUT, at_most=50_000),
    Peer("cel-js", "CEL, cel-js", "cel-js", NPM, ["node", "peer.mjs", "{csv}", "{kinds}", "../cel/{project}.cel"] + ABOUT, at_most=100_000),
    Peer("zen", "GoRules ZEN", "zen", [["cargo", "build", "-q", "--release", "--locked"]],
         ["target/release/zen_peer", "{csv}", "{kinds}", "{project}.zen"] + ABOUT, at_most=50_000),
    Peer("json-rules-engine", "json-rules-engine", "json-rules-engine", NPM,
         ["node", "peer.mjs", "{csv}", "{kinds}", "{project}.json"] + ABOUT, at_most=2_000),
    Peer("drools", "Drools", "drools", JAVA, ["java", "-cp", "classes:lib/*", "Peer", "{csv}", "{kinds}", "{project}.drl"] + ABOUT, at_most=100_000),
    Peer("esper", "Esper", "esper", JAVA, ["java", "-cp", "classes:lib/*", "Peer", "{csv}", "{kinds}", "{project}.epl"] + ABOUT, at_most=100_000),
    Peer("duckdb", "DuckDB", "duckdb", VENV, sql("venv/bin/python"), ["venv/bin/python", "peer.py", "log", "{log}", "../sql/log.sql", "{runs}"]),
    Peer("clickhouse", "ClickHouse", "clickhouse", VENV, sql("venv/bin/python"), ["venv/bin/python", "peer.py", "log", "{log}", "log.sql", "{runs}"]),
    Peer("sqlite", "SQLite", "sqlite", [], sql("{python}"), ["{python}", "peer.py", "log", "{log}", "../sql/log.sql", "{runs}"], at_most=200_000),
]
