"""How long each regular expression takes over text that was made to keep it busy, and how that grows.

    .venv/bin/python -m tests.benchmarks.regular_expressions

Prints the slowest twenty: milliseconds of processor time for texts of 4,000, 8,000 and 16,000 characters, and how many
times as long twice the text takes (2 is in proportion, 4 is not).
"""

from __future__ import annotations

from tests.security.patterns import every_expression, slowest

LENGTHS = (4_000, 8_000, 16_000)


def main() -> None:
    """Measure and print."""
    measured = []
    for found in every_expression():
        taken = [slowest(found, length)[0] * 1000 for length in LENGTHS]
        measured.append((taken[-1], taken, found))
    measured.sort(key=lambda each: -each[0])
    print(f"{len(measured)} expressions; the slowest twenty:")
    print(f"{'4,000':>9} {'8,000':>9} {'16,000':>9}  growth  where")
    for _, taken, found in measured[:20]:
        growth = taken[2] / taken[1] if taken[1] else 0.0
        columns = " ".join(f"{each:9.3f}" for each in taken)
        print(f"{columns}  {growth:5.1f}×  {found.where}  ({', '.join(found.methods)})")


if __name__ == "__main__":
    main()
