"""What the sections of a pack share: how a day, a milestone and what was said stand in a cell or a note."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from activities.pack_document import Column, Note
from activities.summaries.lateness import CANNOT_FORECAST, NO_ASK
from activities.summaries.said import Said

ACTIVITY = Column("Activity")
ANSWERS = Column("Answers for it")
STATUS = Column("Delivery status", "status")


def iso(day: date | None) -> str | None:
    """A day as the figures hold it: ``2022-02-15``."""
    return day.isoformat() if day else None


def notes(pairs: Iterable[tuple[str, str]]) -> tuple[Note, ...]:
    """Notes by label, those that say nothing left out."""
    return tuple(Note(label, text) for label, text in pairs if text)


def words_of(said: Said, part: str, *, tells_entered: bool, forecast: bool = False) -> list[tuple[str, str]]:
    """What was said of trouble: reason, way back, ask, and by whom; of a part with its name.

    With ``forecast`` also that it cannot be forecast, where it was said so: no date stands for it then.
    """
    update = said.update
    about = f" – {part}" if part else ""
    return [
        (f"Reason{about}", str(update.why)),
        (f"Path to green{about}", str(update.path_to_green)),
        (f"Forecast{about}", CANNOT_FORECAST if forecast and update.cannot_forecast else ""),
        (f"Ask{about}", str(update.ask) or (NO_ASK if update.no_ask else "")),
        (f"Said by{about}", said.by_whom(tells_entered=tells_entered)),
    ]
