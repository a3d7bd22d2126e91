"""The picture of the figures: a row for each page, a mark for each register and database, on a scale of doublings.

It has its own paper, so that it reads the same on a light page and on a dark one.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import log2

LEFT, RIGHT, TOP, ROW, WIDTH = 250, 40, 84, 38, 980
PAPER, INK, QUIET, RULE = "#fbfaf7", "#1f2a2e", "#5b666b", "#d9d6cd"
COLOURS = {"sqlite": "#0b6b63", "postgresql": "#9a4a1c"}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SIZES = {"small": 4.0, "ten": 5.5, "hundred": 7.5, "large": 6.5, "rows": 7.5}
LEAST = 0.25


@dataclass(frozen=True)
class Dot:
    """What a page took in a register on a database, in multiples of the floor."""

    register: str
    vendor: str
    changed: float
    unchanged: float | None


Row = tuple[str, float, list[Dot]]


def drawn(rows: list[Row]) -> str:
    """The picture as SVG."""
    most = max(each for _, target, dots in rows for each in (target, *(dot.changed for dot in dots)))
    scale = Scale(LEAST, most * 1.3)
    height = TOP + ROW * len(rows) + 44
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="13" role="img" aria-labelledby="t">',
        '<title id="t">How many times the floor each page takes, in registers of 21 to 10,000 activities</title>',
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
        *_legend(),
        *_axis(scale, height),
    ]
    for number, row in enumerate(rows):
        parts += _row(scale, TOP + ROW * number + ROW / 2, row)
    return "\n".join([*parts, "</svg>", ""])


@dataclass(frozen=True)
class Scale:
    """From a multiple to a place across: each doubling is as wide as any other."""

    least: float
    most: float

    def x(self, multiple: float) -> float:
        """The place of a multiple."""
        share = log2(max(multiple, self.least) / self.least) / log2(self.most / self.least)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    @property
    def ticks(self) -> list[float]:
        """The multiples that are written below."""
        found, at = [], 0.25
        while at <= self.most:
            found.append(at)
            at *= 2
        return found


def _legend() -> list[str]:
    parts = [f'<text x="20" y="30" font-size="17" font-weight="600" fill="{INK}">Times the floor, by page</text>']
    at = LEFT + 8.0
    for vendor, colour in COLOURS.items():
        parts.append(_mark(Dot("ten", vendor, 1, None), at, 54, colour))
        parts.append(_text(at + 12, 58, NAMES[vendor]))
        at += 85 if vendor == "sqlite" else 115
    for register, words in (("small", "21 activities"), ("ten", "1,000"), ("hundred", "10,000")):
        radius = SIZES[register]
        parts.append(f'<circle cx="{at}" cy="54" r="{radius}" fill="none" stroke="{INK}" stroke-width="1.5"/>')
        parts.append(_text(at + 12, 58, words))
        at += 110 if register == "small" else 74
    parts.append(f'<line x1="{at}" x2="{at}" y1="46" y2="62" stroke="{INK}" stroke-width="2.5"/>')
    parts.append(_text(at + 8, 58, "target"))
    parts.append(_text(at + 72, 58, "hollow: unchanged since"))
    return parts


def _axis(scale: Scale, height: int) -> list[str]:
    parts = []
    for tick in scale.ticks:
        x, words = scale.x(tick), f"{tick:g} ×"
        ink = INK if tick == 1 else RULE
        parts.append(f'<line x1="{x}" x2="{x}" y1="{TOP - 6}" y2="{height - 34}" stroke="{ink}" stroke-width="1"/>')
        parts.append(f'<text x="{x}" y="{height - 14}" text-anchor="middle" fill="{QUIET}">{words}</text>')
    return parts


def _row(scale: Scale, y: float, row: Row) -> list[str]:
    name, target, dots = row
    x = scale.x(target)
    parts = [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y + ROW / 2}" y2="{y + ROW / 2}" stroke="{RULE}"/>',
        f'<text x="{LEFT - 14}" y="{y + 4.5}" text-anchor="end" fill="{INK}">{escape(name)}</text>',
        f'<line x1="{x}" x2="{x}" y1="{y - 15}" y2="{y + 15}" stroke="{INK}" stroke-width="2.5"/>',
    ]
    for dot in sorted(dots, key=lambda each: -SIZES[each.register]):
        at, colour = y + (-7 if dot.vendor == "sqlite" else 7), COLOURS[dot.vendor]
        if dot.unchanged is not None:
            parts.append(_mark(dot, scale.x(dot.unchanged), at, "none"))
        parts.append(_mark(dot, scale.x(dot.changed), at, colour))
    return parts


def _mark(dot: Dot, x: float, y: float, fill: str) -> str:
    """A circle for SQLite, a square for PostgreSQL; the larger the register the larger the mark."""
    radius, colour = SIZES[dot.register], COLOURS[dot.vendor]
    look = f'fill="{fill}" fill-opacity="0.85" stroke="{colour}" stroke-width="1.5"'
    if dot.vendor == "sqlite":
        return f'<circle cx="{x}" cy="{y}" r="{radius}" {look}/>'
    side = round(radius * 1.8, 1)
    return f'<rect x="{x - side / 2}" y="{y - side / 2}" width="{side}" height="{side}" {look}/>'


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x}" y="{y}" fill="{INK}">{escape(words)}</text>'
