"""A milestone of the plan exchange: what is due when, with the clause that says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypedDict

KINDS: Final = ("due", "start", "recurring", "to_be_decided", "external")


class MilestoneJSON(TypedDict):
    """A milestone in the plan exchange; `due` is an ISO date."""

    kind: str
    label: str | None
    fiscal_year: str | None
    quarter: int | None
    due: str | None
    interval_months: int | None
    as_published: str


@dataclass(frozen=True)
class Milestone:
    """What is due when, with the clause as published.

    `due` is the last day in time; for a start, the last day on which it still starts in time; for a
    recurring milestone the first date where the document states one; None where there is no date.
    """

    kind: str
    label: str | None
    as_published: str
    fiscal_year: str | None = None
    quarter: int | None = None
    due: date | None = None
    interval_months: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"A milestone is {', '.join(KINDS)}, not “{self.kind}”.")
        if (self.kind == "recurring") != (self.interval_months is not None):
            raise ValueError("A recurring milestone, and no other, has an interval.")
        if self.kind in {"to_be_decided", "external"} and (self.due or self.fiscal_year):
            raise ValueError(f"A milestone that is {self.kind} has no date.")

    def to_exchange(self) -> MilestoneJSON:
        """The milestone in the plan exchange, keys in its order."""
        return {
            "kind": self.kind,
            "label": self.label,
            "fiscal_year": self.fiscal_year,
            "quarter": self.quarter,
            "due": self.due.isoformat() if self.due else None,
            "interval_months": self.interval_months,
            "as_published": self.as_published,
        }
