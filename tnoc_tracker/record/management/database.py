"""What the commands share: a database that is not ready, or refuses, said in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError


@contextmanager
def database_in_words() -> Iterator[None]:
    """Turn what the database says into a ``CommandError`` that says what to do."""
    try:
        yield
    except (OperationalError, ProgrammingError, InterfaceError) as error:
        raise CommandError(
            f"The database is not ready: is DATABASE_URL right, and has migrate been run? It says: {error}"
        ) from error
    except DatabaseError as error:
        raise CommandError(f"The database refused it, and nothing was written. It says: {error}") from error
