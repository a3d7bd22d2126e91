"""Helpers of the tests of returns: the round of 7 February, addresses, and forms opened and sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client

from activities.actions.returns import save_draft
from activities.models import Return, Round
from tests.actions.rounds import Q2, asked, opened, told
from tests.world import World

OPENED, DUE, TODAY = date(2022, 2, 7), date(2022, 2, 18), date(2022, 2, 15)
MINE = "/plans/tnoc-2021-22/returns/"


def a_round(world: World, due: date = DUE) -> Round:
    """The round of Q2, opened on 7 February."""
    return opened(world, Q2, OPENED, due)


def page_of(ret: Return | int, page: str = "") -> str:
    """The address of a return, or of something under it."""
    return f"{MINE}{ret if isinstance(ret, int) else ret.id}/{page}"


def hidden(client: Client, ret: Return) -> dict[str, str]:
    """What a fresh form carries unseen."""
    form = client.get(page_of(ret)).context["form"]
    return {name: str(form[name].value()) for name in ("stamp", "once", "seen")}


def send(client: Client, ret: Return, do: str = "file", **said: Any) -> Any:
    """Open the page of a return and send its form: filed, or kept as a draft."""
    return client.post(page_of(ret), {**hidden(client, ret), "do": do, **said})


def drafted(world: World, key: int, body: str = "", *, by: str = "police", on: Any = TODAY, **typed: str) -> Return:
    """A return of which somebody keeps a draft."""
    ret = asked(key, body)
    save_draft(ret=ret, typed=typed, **told(world, on, by))
    return asked(key, body)
