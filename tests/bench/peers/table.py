"""What was measured, held against the right answers, as tables in Markdown."""
import statistics
from dataclasses import dataclass


@dataclass
class Row:
    """One measurement, or why there is none."""
    engine: str
    version: str = ""
    project: str = ""         # predicate, segments, log
    form: str = ""            # each, pass, log
    rows: int = 0
    counts: dict = None
    seconds: list = None
    failure: str = ""

    def per_row(self):
        """Seconds for one condition over one user, or for one event: the median of the runs."""
        return statistics.median(self.seconds) / self.rows / len(self.counts)

    def agreement(self, right):
        """`yes`, or what differs."""
        if right is None:
            return "NO: nothing to compare with"
        wrong = [f"{name} {self.counts.get(name, 'absent')} for {count}" for name, count in right.items() if self.counts.get(name) != count]
        wrong += [f"{name} was not asked" for name in self.counts if name not in right]
        return "NO: " + ", ".join(wrong) if wrong else "yes"


TITLES = {
    ("predicate", "each"): "One condition of eight tests",
    ("segments", "each"): "Twenty segments, one after another",
    ("segments", "pass"): "Twenty segments, all in one pass",
    ("log", "log"): "Sequences over a log",
}


def expected(row, right):
    """What the row ought to have counted; `right[project, rows]` are the counts by name, of a log those of every sequence."""
    counts = right.get((row.project, row.rows))
    if counts and row.form == "log":
        counts = {name: count for name, count in counts.items() if name in row.counts}
    return counts or None


def disagreeing(rows, right):
    return [row for row in rows if not row.failure and row.agreement(expected(row, right)) != "yes"]


def base_of(row, measured):
    """The row whose time is 1: Wend's first on the same, by hand where Wend has none; None where neither has."""
    for engine in ("Wend", "C++ by hand"):
        for other in measured:
            if other.engine == engine and (row.form != "log" or list(other.counts) == list(row.counts)):
                return other
    return None


def times(ratio):
    return f"{ratio:.2g}×" if ratio < 10 else f"{ratio:,.0f}×"


def markdown(header, lines):
    out = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(out + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines])


def table(form, measured, right):
    base = base_of(measured[0], measured)
    sequences = list(dict.fromkeys(", ".join(row.counts) for row in measured))
    lines = []
    for row in sorted(measured, key=lambda row: sequences.index(", ".join(row.counts))) if form == "log" else measured:
        against = base_of(row, measured)
        ratio = times(row.per_row() / against.per_row()) if against else ""
        rate = f"{1e-6 / row.per_row():,.1f}" if form == "log" else f"{row.per_row() * 1e9:,.1f}"
        lines.append([", ".join(row.counts)] * (form == "log") +
                     [row.engine, row.version, f"{row.rows:,}", rate, ratio, row.agreement(expected(row, right))])
    unit = ["events", "M events/s"] if form == "log" else ["users", "ns an evaluation"]
    time = f"time, {base.engine} = 1" if base else "time"
    return markdown(["sequence"] * (form == "log") + ["engine", "version"] + unit + [time, "answers agree"], lines)


def tables(rows, right):
    parts = []
    for (project, form), title in TITLES.items():
        measured = [row for row in rows if (row.project, row.form) == (project, form) and not row.failure]
        if measured:
            parts.append(f"### {title}\n\n" + table(form, measured, right))
    failed = [[row.engine, row.project, row.failure] for row in rows if row.failure]
    if failed:
        parts.append("### Not measured\n\n" + markdown(["engine", "of", "why"], failed))
    return "\n\n".join(parts) + "\n"
