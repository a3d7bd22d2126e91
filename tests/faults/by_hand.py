"""For faults that take a machine of its own (a power cut, its clock set back): report, and afterwards look for it all.

    DEBUG=on python -m tests.faults.by_hand report http://10.0.0.7:8000 NAME FILE    on another machine, until stopped
    python -m tests.faults.by_hand look FILE                                         on the machine, when it is back

``report`` asks for the password of NAME, who belongs to the Secretariat, and writes what was acknowledged to FILE, line
by line, synced. Cut the power of the tracker’s machine meanwhile, or set its clock back by an hour (``date -s``) and
forth again. Then copy FILE there and let ``look``, with the tracker’s own environment, find every line in the register,
once. Never on a register in use.
The tracker is asked without a proxy: gunicorn bound to that address, with SECURE_SSL_REDIRECT=off, and ALLOWED_HOSTS.
"""

from __future__ import annotations

import getpass
import os
import sys
import time
from collections import Counter
from pathlib import Path

import django

if __name__ == "__main__" and len(sys.argv) < 3:
    sys.exit(__doc__)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tnoc_tracker.settings")
django.setup()  # what follows loads models

from activities.models import StatusUpdate  # noqa: E402
from tests.visitor import Unanswered, Visitor  # noqa: E402
from tnoc_tracker.record.verification import verify  # noqa: E402

PLAN = "/plans/tnoc-2021-22/"
ACTIVITIES = ("1", "2", "3", "4", "5")


def say(words: str) -> None:
    """Tell whoever sits before it."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def report(address: str, username: str, file: Path) -> None:
    """Save one report after the other until stopped; where no answer comes, send the same form again."""
    visitor = Visitor(address, timeout=30).sign_in(username, getpass.getpass())
    run = f"{time.time():.0f}"
    number = 0
    with file.open("a") as acknowledged:
        while True:
            number += 1
            words = f"By hand, {run}, report {number}"
            if saved(visitor, ACTIVITIES[number % len(ACTIVITIES)], words):
                acknowledged.write(f"{words}\n")
                acknowledged.flush()
                os.fsync(acknowledged.fileno())
                say(words)


def saved(visitor: Visitor, key: str, words: str) -> bool:
    """Whether one report was acknowledged."""
    form = None
    while True:
        try:
            form = form or visitor.get(f"{PLAN}activities/{key}/update/").form("/update/")
            answer = visitor.send(form, status="on_track", what_was_done=words, explanation="Made up by June.")
        except (Unanswered, AssertionError) as error:
            say(f"waiting: {str(error)[:100]}")
            time.sleep(1)
            continue
        if answer.status == 503:
            time.sleep(1)
            continue
        if answer.status != 302:
            say(f"{answer.status}: {words}")
        return answer.status == 302


def look(file: Path) -> int:
    """Find every acknowledged report in the register, once; returns the exit status."""
    wanted = file.read_text().splitlines()
    found = Counter(StatusUpdate.objects.filter(what_was_done__in=wanted).values_list("what_was_done", flat=True))
    wrong = [f"{found[words]} times: {words}" for words in wanted if found[words] != 1]
    wrong += [str(fault) for fault in verify().faults]
    say("\n".join(wrong) or f"All {len(wanted)} acknowledged reports are there, once each; the history is whole.")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["report"] and len(sys.argv) == 5:
        report(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
    elif sys.argv[1:2] == ["look"] and len(sys.argv) == 3:
        sys.exit(look(Path(sys.argv[2])))
    else:
        sys.exit(__doc__)
