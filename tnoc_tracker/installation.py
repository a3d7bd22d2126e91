"""What an installation lacks, looked at as it stands: its database, migrations and guards, its plan, its static files.

Asked by “manage.py check --database default”, and once by each worker of the web server before its first request.
There the start is refused where every page would fail until somebody ran a command. A database that does not answer,
or can only be read, may come back by itself; until then people are told so.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.checks import ERROR, CheckMessage, Error, Warning
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from tnoc_tracker.record.apart import apart, is_there
from tnoc_tracker.record.checks import unguarded

NO_ANSWER, NOT_MIGRATED, NOT_COLLECTED, NOT_WRITABLE = "tnoc.E004", "tnoc.E005", "tnoc.E006", "tnoc.E007"
FATAL: Final = {NOT_MIGRATED, NOT_COLLECTED}
GIVE_UP: Final = 4
"""The exit status that tells gunicorn to end, since another worker would fare no better."""

log = logging.getLogger("tnoc.installation")

Messages = list[CheckMessage]


def start() -> None:
    """Look before the first request: what is missing goes to the log, and what is fatal ends the process."""
    found = _of_the_database(_migrations, unguarded, _ownership, _plan) + _static_files()
    for message in found:
        log.log(message.level, "%s %s", message.msg, message.hint)
    if any(message.id in FATAL for message in found):
        raise SystemExit(GIVE_UP)


def as_it_stands(databases: Sequence[str] | None = None, **kwargs: Any) -> Messages:
    """What is missing, for “manage.py check --database default”, where the record’s own check names its guards.

    Nothing where no database is asked about, as by an ordinary “manage.py check”.
    """
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    return _of_the_database(_migrations, _ownership, _plan) + _static_files()


def _of_the_database(*questions: Callable[[BaseDatabaseWrapper], Messages]) -> Messages:
    """The answers to each question in turn; none is asked after an error, which is why it could not be answered."""
    found: Messages = []
    try:
        with apart(DEFAULT_DB_ALIAS) as connection:
            for ask in (_place, *questions):
                if not any(message.level >= ERROR for message in found):
                    found += ask(connection)
    except (DatabaseError, InterfaceError) as error:
        hint = "Is DATABASE_URL right, does the server run, and may this machine and this role reach it?"
        found.append(Error(f"The database does not answer: {_first_line(error)}.", hint=hint, id=NO_ANSWER))
    return found


def _place(connection: BaseDatabaseWrapper) -> Messages:
    """The file of a SQLite database, which opening would make, and the folder in which each commit needs a journal."""
    if connection.vendor != "sqlite":
        return []
    file = Path(connection.settings_dict["NAME"])
    if not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
        words = f"The database {file}, or the folder it lies in, cannot be written to."
        hint = "Let the account that runs the tracker write to the file and to its folder, or set DATABASE_URL."
        return [Error(words, hint=hint, id=NOT_WRITABLE)]
    if not is_there(connection):
        return [Error(f"There is no database at {file} yet.", hint=_MIGRATE, id=NOT_MIGRATED)]
    return []


_MIGRATE: Final = "“manage.py migrate” makes every table and guard; back up first where there is something to lose."


def _migrations(connection: BaseDatabaseWrapper) -> Messages:
    """Those that wait, and those of a later version than this."""
    loader = MigrationLoader(connection)
    ours = sorted(f"{app}.{name}" for app, name in set(loader.disk_migrations) - set(loader.applied_migrations))
    if ours:
        many = "1 migration is" if len(ours) == 1 else f"{len(ours)} migrations are"
        words = f"{many} not applied to the database: {_some(ours)}."
        return [Error(words, hint=_MIGRATE, id=NOT_MIGRATED)]
    later = [f"{app}.{name}" for app, name in loader.applied_migrations if app in loader.migrated_apps]
    unknown = sorted(set(later) - {f"{app}.{name}" for app, name in loader.disk_migrations})
    if not unknown:
        return []
    hint = "Run that version; or bring back the backup that was made before the upgrade, into an empty database."
    return [Warning(f"The database belongs to a later version: {_some(unknown)}.", hint=hint, id="tnoc.W004")]


def _ownership(connection: BaseDatabaseWrapper) -> Messages:
    """Whether the application’s role could lower the guards of its own record."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR EXISTS (SELECT 1 FROM pg_tables "
            "WHERE tableowner = rolname AND tablename = %s) FROM pg_roles WHERE rolname = current_user",
            [_table_of_plans()],
        )
        role, could = cursor.fetchone()
    if not could:
        return []
    words = f"The application’s role “{role}” owns its tables, so that whoever gets hold of it can lower their guards."
    hint = "Let another role own them, which MIGRATION_DATABASE_URL names for migrate only: README, “two roles”."
    return [Warning(words, hint=hint, id="tnoc.W005")]


def _plan(connection: BaseDatabaseWrapper) -> Messages:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT 1 FROM "{_table_of_plans()}" LIMIT 1')  # noqa: S608  our own table
        if cursor.fetchone():
            return []
    hint = "“manage.py load_plan fixtures/tnoc-action-plan-2021-22.json” loads the published one."
    return [Warning("No plan is loaded: every page says so, and nothing else.", hint=hint, id="tnoc.W006")]


def _table_of_plans() -> str:
    return str(apps.get_model("activities.ActionPlan")._meta.db_table)


def _static_files() -> Messages:
    """Whether every stylesheet, script and picture was collected for serving, where they are to be."""
    storage: Any = staticfiles_storage
    if not isinstance(storage, ManifestFilesMixin):
        return []
    wanted = [path for finder in get_finders() for path, _ in finder.list(["CVS", ".*", "*~"])]
    absent = sorted(path for path in wanted if path not in storage.hashed_files)
    if not absent:
        return []
    many = "1 static file is" if len(absent) == 1 else f"{len(absent)} static files are"
    words = f"{many} not collected in {settings.STATIC_ROOT}: {_some(absent)}."
    hint = "Run “manage.py collectstatic” after installing and after every upgrade, then start again."
    return [Error(words, hint=hint, id=NOT_COLLECTED)]


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
