"""From the figures in ``docs/figures`` to the README's table, the whole tables, and a picture.

    .venv/bin/python -m tests.benchmarks.report

Reads what ``tests.benchmarks.pages`` kept. Writes the part of README.md between its two marks, every figure to
``docs/figures/README.md``, and the picture to ``docs/how-fast.svg``. Nothing is measured here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.benchmarks.data_sets import SETS
from tests.benchmarks.pages import FIGURES, FLOOR, FLOOR_OF_SENDING, table
from tests.benchmarks.picture import Dot, Row, drawn
from tests.benchmarks.targets import GROWING, LONG_FILE, MOST_GROWTH, MOST_PAST, MOST_QUERIES, TARGETS

README = Path(settings.BASE_DIR) / "README.md"
PICTURE = FIGURES.parent / "how-fast.svg"
BEGIN, END = "<!-- figures of pages: made by tests.benchmarks.report -->", "<!-- end of figures -->"
VENDORS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
LONG_FILES = "rows"
SHOWN = ("small", "ten", "hundred", "large")
DRAWN = ("small", "ten", "hundred")

Kept = dict[tuple[str, str], dict[str, Any]]
"""What was kept of each register and database."""


def kept() -> Kept:
    """Everything that was measured, in the order of the registers."""
    files = ((name, vendor, FIGURES / f"{name}-{vendor}.json") for name in SETS for vendor in VENDORS)
    return {(name, vendor): json.loads(file.read_text()) for name, vendor, file in files if file.exists()}


@dataclass(frozen=True)
class Figure:
    """What one page took in one register, as multiples of the floor of that run: after a change, and unchanged."""

    changed: float
    unchanged: float | None
    queries: int
    wire: int

    @classmethod
    def of(cls, run: dict[str, Any], name: str) -> Figure | None:
        """The figure of a page; None where it was not measured."""
        each = run["pages"].get(name)
        if each is None:
            return None
        floor = run["pages"][FLOOR_OF_SENDING if each["kind"] == "sent" else FLOOR]
        again = each["unchanged_ms"] / floor["unchanged_ms"] if "unchanged_ms" in each else None
        return cls(each["changed_ms"] / floor["changed_ms"], again, each["queries"], each["wire"])


def multiple(number: float) -> str:
    """A multiple in two figures."""
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"


def summary(runs: Kept) -> Iterator[str]:
    """The README's table: the pages that have a target, in every register; what was missed is in bold."""
    registers = [name for name in SHOWN if any(key[0] == name for key in runs)]
    heads = [SETS[name].words for name in registers]
    yield f"| × floor on SQLite, PostgreSQL | target | {' | '.join(heads)} | queries |\n"
    yield f"|---|---|{'---|' * len(registers)}---|\n"
    for page, target in TARGETS.items():
        if page == LONG_FILE:
            continue
        cells = [cell(runs, name, page) for name in registers]
        most = max((figure.queries for run in runs.values() if (figure := Figure.of(run, page))), default=0)
        yield f"| {page} | {target:g} | {' | '.join(cells)} | {most} |\n"
    for floor, words in ((FLOOR, "the floor itself"), (FLOOR_OF_SENDING, "a form that commits one row")):
        times = [
            ", ".join(f"{runs[key]['pages'][floor]['changed_ms']:.1f}" for key in runs if key[0] == name)
            for name in registers
        ]
        yield f"| {words}, ms | | {' | '.join(times)} | |\n"


def cell(runs: Kept, name: str, page: str) -> str:
    """``4.2, **5.6** (1.1, 1.3)``: right after a change on each database, and in brackets unchanged since."""
    changed, unchanged = [], []
    for (register, vendor), run in runs.items():
        figure = Figure.of(run, page) if register == name else None
        if figure is None:
            continue
        limit = limit_of(runs, name, vendor, page)
        late = limit is not None and figure.changed > limit
        changed.append(f"**{multiple(figure.changed)}**" if late else multiple(figure.changed))
        unchanged += [multiple(figure.unchanged)] if figure.unchanged is not None else []
    return ", ".join(changed) + (f" ({', '.join(unchanged)})" if unchanged else "")


def files(runs: Kept) -> Iterator[str]:
    """A sentence for each database on files of 10,000 rows, and one on what is held already."""
    for (name, vendor), run in runs.items():
        if name != LONG_FILES:
            continue
        for page in ("activities as CSV", "activities as Excel"):
            figure, each = Figure.of(run, page), run["pages"].get(page)
            if figure and each and figure.unchanged is not None:
                yield (
                    f"- {run['activities']:,} {page}, {VENDORS[vendor]}: {each['changed_ms']:,.0f} ms, "
                    f"{multiple(figure.changed)} × the floor, {each['wire'] / 1000:,.0f} kB; "
                    f"asked for again unchanged (304): {each['unchanged_ms']:.1f} ms.\n"
                )


def missed(runs: Kept) -> Iterator[tuple[str, str]]:
    """The page and a sentence for each target that was missed, judged by what it takes right after a change."""
    for (name, vendor), run in runs.items():
        where = f"{SETS[name].words}, {VENDORS[vendor]}"
        for page in run["pages"]:
            figure = Figure.of(run, page)
            if figure is None:
                continue
            limit = limit_of(runs, name, vendor, page)
            if limit is not None and figure.changed > limit:
                again = f"; unchanged {multiple(figure.unchanged)}" if figure.unchanged is not None else ""
                took = f"{multiple(figure.changed)} × the floor, target {multiple(limit)}{again}"
                yield page, f"{page} ({where}): {took}"
            if figure.queries > MOST_QUERIES and run["pages"][page]["kind"] in ("page", "filter", "past"):
                yield "", f"{page} ({where}): {figure.queries} queries, target {MOST_QUERIES}"


def limit_of(runs: Kept, name: str, vendor: str, page: str) -> float | None:
    """What a page may take at the most in a register, in multiples of the floor; None where nothing is said of it."""
    past = re.fullmatch(r"(.+), a quarter ago", page)
    if past:
        now = Figure.of(runs[name, vendor], past[1])
        return MOST_PAST * now.changed if now else None
    if (name == LONG_FILES) != (page == LONG_FILE):
        return None
    if page in GROWING and name != "small":
        return MOST_GROWTH * TARGETS[page]
    return TARGETS.get(page)


def in_words(runs: Kept) -> str:
    """The README's part: on what it was measured, the table, long files, and what was missed."""
    run = next(iter(runs.values()))
    versions = ", ".join(dict.fromkeys(each["database"] for each in runs.values()))
    misses, inside = list(missed(runs)), [page for page in TARGETS if page != LONG_FILE]
    told = [f"Two shared cores, Python {run['python']}, {versions}; medians of up to {run['rounds']} requests.\n\n"]
    told += [*summary(runs), "\n", *files(runs), "\n"]
    others = [sentence for page, sentence in misses if page not in inside]
    told.append(f"Missed are {len(misses)} figures" if misses else "Every target was reached")
    told.append(f", in bold above{', and:' if others else ''}\n\n" if misses else ".\n")
    return "".join([*told, *(f"- {sentence}\n" for sentence in others)])


def dots(runs: Kept) -> list[Row]:
    """What the picture shows: for each page its target, and a mark for each register and database."""
    rows = []
    for page, target in TARGETS.items():
        shown = (LONG_FILES,) if page == LONG_FILE else DRAWN
        found = [(key, Figure.of(run, page)) for key, run in runs.items() if key[0] in shown]
        marks = [Dot(*key, figure.changed, figure.unchanged) for key, figure in found if figure]
        rows.append((f"{page}, 10,000 rows" if page == LONG_FILE else page, target, marks))
    return rows


def main() -> None:
    """Read, write."""
    runs = kept()
    text = README.read_text()
    marked = f"{BEGIN}\n{in_words(runs)}{END}"
    README.write_text(re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: marked, text, flags=re.S))
    whole = ["# Every figure\n\nMade by `python -m tests.benchmarks.report`; see “How fast” in the README.\n"]
    for run in runs.values():
        whole += [f"\n## {run['words']}, {run['database']}\n\n", *table(run)]
    (FIGURES / "README.md").write_text("".join(whole))
    PICTURE.write_text(drawn(dots(runs)))


if __name__ == "__main__":
    main()
