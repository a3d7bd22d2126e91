"""What the tests of the pages of rounds share: a round half returned on 15 February 2022, and where its pages are."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from activities.actions.returns import accept_return, confirm_no_change
from activities.actions.rounds import close_round, extend_returns
from activities.models import Round
from activities.workflow import Statement
from agencies.models import Message, MessageState, MessageTopic
from tests.actions.rounds import OPENED, asked, filed, opened, told
from tests.generated import on_track
from tests.world import World, moment

LIST = "/plans/tnoc-2021-22/rounds/"
Q2_PAGE = f"{LIST}2021-22-q2/"


def page(path: str = "", **query: str) -> str:
    """A page of the round of Q2."""
    return f"{Q2_PAGE}{path}" + (f"?{urlencode(query)}" if query else "")


def late() -> Statement:
    """On track although a date has passed."""
    return on_track(explanation="The programme begins in March.")


def half_returned(world: World) -> Round:
    """The round of Q2, due on 28 January: 4 of 35 returned, one of them late and two accepted; MOJ was given more time.

    31 are missing on 15 February, and 27 of them late: MOJ has until the 25th for its four.
    """
    made = opened(world)
    filed(world, 12, by="police")
    filed(world, 13, late(), by="police")
    accept_return(ret=asked(12), **told(world, date(2022, 1, 19)))
    confirm_no_change(ret=asked(20), **told(world, date(2022, 1, 20)))
    extend_returns(
        round=made,
        body=world.body("MOJ"),
        until=date(2022, 2, 25),
        reason="Their analyst is ill.",
        **told(world, date(2022, 1, 27)),
    )
    filed(world, 17, by="sfo", body="SFO", on=date(2022, 1, 31))
    return made


def closed(world: World, on: date = date(2022, 2, 14)) -> Round:
    """The same, with what waits accepted, closed."""
    made = half_returned(world)
    for ret in (asked(13), asked(17, "SFO")):
        accept_return(ret=ret, **told(world, date(2022, 2, 1)))
    return close_round(round=made, **told(world, on))


def message(world: World, made: Round, username: str, body: str, stage: str, on: date = OPENED) -> None:
    """Somebody was told of a round on a day."""
    person = world.person(username)
    sent = Message.objects.create(
        person=person,
        kind="opened",
        subject="Returns",
        on=on,
        made_at=moment(on),
        sent_at=moment(on),
        state=MessageState.SENT,
    )
    topic = f"round-{made.id}.{made.openings}:body-{world.body(body).id}:{stage}"
    MessageTopic.objects.create(message=sent, person=person, topic=topic)
