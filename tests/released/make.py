"""Keep the database of a released version: the demonstration, played by that version's own code, on both databases.

    .venv/bin/python -m tests.released.make 0.3.0 433692b

Run it once for each release, at its commit, and commit the two archives that it writes beside itself. An archive
holds the database as SQL (``database.sql``), the newest seals as that version's ``verify_history --seals`` wrote them
(``seals``), and how many rows each table had (``rows.json``). The libraries are those installed now; the code, its
migrations and its guards are those of the commit, checked out in a folder that is thrown away.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from tests.settings import postgresql

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

PLAY = """
import sys
from datetime import date
from pathlib import Path
sys.modules["weasyprint"] = sys.modules["docx"] = None  # the forms of a pack that are too large to be kept here
import django
django.setup()
from django.core.management import call_command
from tnoc_tracker.demonstration.build import PRETENDED, build
call_command("migrate", verbosity=0)
build(PRETENDED, lambda words: None)
call_command("verify_history", "--seals", sys.argv[1])
"""
"""What is run in the folder of the released version."""

ONLY_NEWER = re.compile(r"^(\\(un)?restrict .*|SET transaction_timeout = .*)\n", re.MULTILINE)
"""Lines of pg_dump that only psql, or only a newer server, understands."""


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """The released version's files in a folder of their own."""
    with tempfile.TemporaryDirectory(prefix="tnoc-released-") as folder:
        files = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=files, check=True)
        yield Path(folder)


def play(release: Path, database: str, seals: Path) -> None:
    """Make the tables and play the demonstration with the release's own code."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "tnoc_tracker.settings",
        "SECRET_KEY": "of-the-test-suite-and-of-nothing-else-0123456789abcdefghij",
        "DATABASE_URL": database,
    }
    subprocess.run([sys.executable, "-c", PLAY, str(seals)], cwd=release, env=environment, check=True)


def keep(name: str, sql: str, seals: Path, rows: dict[str, int]) -> None:
    """Write the archive; it has no dates and no owner, so that the same content is the same file."""
    folder = seals.parent
    (folder / "database.sql").write_text(sql, encoding="utf-8")
    (folder / "rows.json").write_text(json.dumps(rows, indent=0, sort_keys=True), encoding="utf-8")

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.mtime = member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    target = HERE / f"{name}.tar.xz"
    with tarfile.open(target, "w:xz", preset=9) as archive:
        for member in ("database.sql", "seals", "rows.json"):
            archive.add(folder / member, member, filter=plain)
    sys.stdout.write(f"{target.name}: {sum(rows.values())} rows, {target.stat().st_size // 1024} kB\n")


def from_sqlite(version: str, release: Path) -> None:
    """Keep what the release makes on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        file, seals = Path(folder) / "register.sqlite3", Path(folder) / "seals"
        play(release, f"sqlite:///{file}", seals)
        with closing(sqlite3.connect(file)) as made:
            names = [name for (name,) in made.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = {name: made.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
            rows.pop("sqlite_sequence", None)
            keep(f"{version}-sqlite", "\n".join(made.iterdump()), seals, rows)


def from_postgresql(version: str, release: Path) -> None:
    """Keep what the release makes on PostgreSQL: on the server of the tests, in a database that is dropped again."""
    name = "tnoc_released"
    server: str = postgresql._address or ""
    address = server.replace("/postgres?", f"/{name}?")
    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(server, autocommit=True) as maker:
        seals = Path(folder) / "seals"
        maker.execute(drop)
        maker.execute(f"CREATE DATABASE {name}")
        try:
            play(release, address, seals)
            dump = [str(Path(postgresql.PG_BIN) / "pg_dump"), "--no-owner", "--no-privileges"]
            dump += ["--rows-per-insert=500", f"--dbname={address}"]
            sql = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
            with psycopg.connect(address) as made:
                names = made.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
                rows = {table: made.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for (table,) in names}
            keep(f"{version}-postgresql", ONLY_NEWER.sub("", sql), seals, rows)
        finally:
            maker.execute(drop)


def main(version: str, commit: str) -> None:
    """Keep a release on both databases."""
    with checked_out(commit) as release:
        from_sqlite(version, release)
        from_postgresql(version, release)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit((__doc__ or "").strip())
    main(sys.argv[1], sys.argv[2])
