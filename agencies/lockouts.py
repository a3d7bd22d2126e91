"""Lock-outs: three failed sign-ins lock a name for 15 minutes, whatever address they come from.

django-axes counts; the settings name what is here. Lock-outs use the machine's clock, also where the register
pretends a date. Nothing tells a locked name from a wrong password: not the words, the status or the time.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse

from agencies.models.people import sign_in_name

LONGEST_NAME = 255
"""As many characters of a name as the table of failed sign-ins can hold."""


class LockingBackend(AxesStandaloneBackend):
    """Stops a sign-in under a locked name, and takes as long over it as over a wrong password."""

    def authenticate(
        self, request: HttpRequest, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> None:
        """Raise ``PermissionDenied`` where the name is locked; the next backend looks at the password."""
        try:
            super().authenticate(request, username=username, password=password, **kwargs)
        except AxesBackendPermissionDenied:
            make_password(password)
            raise


def name_to_lock(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name that failures are counted under: as it is compared, without what a database cannot hold."""
    typed = (credentials or {}).get("username") or request.POST.get("username") or ""
    return sign_in_name(str(typed).replace("\0", ""))[:LONGEST_NAME]


def same_answer(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What a locked name is answered: exactly what a wrong password is."""
    return response


def locked_names(now: datetime) -> dict[str, datetime]:
    """The names that are locked, each with the moment its lock-out ends (one query); ``now`` is the machine's."""
    cool_off = get_cool_off()
    if cool_off is None:
        return {}
    failures: defaultdict[str, list[tuple[datetime, int]]] = defaultdict(list)
    recent = AccessAttempt.objects.filter(attempt_time__gte=now - cool_off).exclude(username=None)
    for name, when, count in recent.order_by("attempt_time").values_list(
        "username", "attempt_time", "failures_since_start"
    ):
        failures[name].append((when, count))
    ends: dict[str, datetime] = {}
    for name, counted in failures.items():
        left = sum(count for _, count in counted)
        for when, count in counted:  # the oldest is forgotten first
            if left < settings.AXES_FAILURE_LIMIT:
                break
            left -= count
            ends[name] = when + cool_off
    return ends


def unlock(username: str) -> None:
    """Forget the failed sign-ins under a name."""
    name = sign_in_name(username)
    if name:  # django-axes would forget everybody's
        reset(username=name)
