"""Whether a worker is alive, and whether it is ready to be sent people: for the proxy and for monitoring.

``/healthz`` asks nothing of the database. ``/readyz`` is 200 while all of its questions have the right answer, else
503; it says which, and no more than that, to whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tnoc_tracker.record import guards
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.models import Verification

OK = "ok"


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers."""
    return JsonResponse({"alive": True}, headers={"Cache-Control": "no-store"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: the database answers, is migrated and guarded, and its history was verified in time."""
    found = answers(machine_now())
    ready = all(answer == OK for answer in found.values())
    headers = {"Cache-Control": "no-store"}
    return JsonResponse({"ready": ready, "checks": found}, status=200 if ready else 503, headers=headers)


def answers(now: datetime) -> dict[str, str]:
    """Each question by name with ``ok`` or what is wrong; none is asked after one that the database failed."""
    found = {}
    questions: dict[str, Callable[[], str]] = {
        "database": _database,
        "migrations": _migrations,
        "guards": _guards,
        "history": lambda: _history(now),
    }
    for name, ask in questions.items():
        try:
            found[name] = ask()
        except (DatabaseError, InterfaceError):
            found[name] = "the database does not answer"
            break
    return found


def _database() -> str:
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} not applied" if waiting else OK


def _guards() -> str:
    absent = guards.missing(connection)
    return f"{len(absent)} missing" if absent else OK


def _history(now: datetime) -> str:
    """Verified within the set time (``VERIFIED_WITHIN_HOURS``; 0 asks nothing), and found whole the last time."""
    if not settings.VERIFIED_WITHIN_HOURS:
        return OK
    last = Verification.objects.order_by("-started_at").first()
    if last is None:
        return "never verified"
    if last.faults:
        return "faults were found"
    late = now - last.started_at > timedelta(hours=settings.VERIFIED_WITHIN_HOURS)
    return f"not verified for {settings.VERIFIED_WITHIN_HOURS} hours" if late else OK
