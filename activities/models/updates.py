"""Status updates: what somebody said of an activity or a part at a moment. A row of its own, never altered."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from activities.models.activities import Activity, Part
from activities.models.milestones import Milestone
from activities.statuses import DeliveryStatus, Meaning, meaning_of
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.models import History, Tracked


class SaidWords:
    """How what was said reads, in a status update or in a return; shared by live rows and their history."""

    explanation: str
    reason: str
    what_was_done: str
    statement: str
    what_became: str
    what_changed: str
    decision_reference: str

    @property
    def why(self) -> str:
        """What was said, in the one text that says most: an explanation or reason, else what was done or became."""
        said = (self.explanation, self.reason, self.what_was_done, self.statement, self.what_became, self.what_changed)
        decided = f"Decision {self.decision_reference}" if self.decision_reference else ""
        return next((text for text in (*said, decided) if text), "")


class UpdateWords(SaidWords):
    """How an update reads; shared by the live row and its history."""

    from_status: str
    to_status: str
    milestones_met: str
    at: datetime
    person_name: str
    said_at: datetime | None
    accepted_by: str | None

    @property
    def who(self) -> str:
        """``Police Lead``; of a return that somebody else accepted ``Police Lead, accepted by Secretariat Officer``."""
        return f"{self.person_name}, accepted by {self.accepted_by}" if self.was_accepted else self.person_name

    @property
    def was_accepted(self) -> bool:
        """Whether somebody else accepted it; what the Secretariat files itself is accepted at once."""
        return bool(self.accepted_by) and self.accepted_by != self.person_name

    @property
    def said_on(self) -> date:
        """The day on which it was said: of a return, when it was filed."""
        return day_of(self.said_at or self.at)

    @property
    def reported(self) -> str:
        """``reported 3 February 2022`` where that was another day than the one from which it counts; else empty."""
        return f"reported {long_date(self.said_on)}" if self.said_on != day_of(self.at) else ""

    @property
    def who_in_full(self) -> str:
        """``Police Lead, accepted by Secretariat Officer; reported 3 February 2022``: for one line."""
        return "; ".join(filter(None, (self.who, self.reported)))

    @property
    def accepted(self) -> str:
        """``accepted 4 February 2022 by Secretariat Officer``; empty where nobody else had to accept it."""
        return f"accepted {long_date(day_of(self.at))} by {self.accepted_by}" if self.was_accepted else ""

    @property
    def before(self) -> Meaning:
        """The status before."""
        return meaning_of(self.from_status)

    @property
    def after(self) -> Meaning:
        """The status after."""
        return meaning_of(self.to_status)

    @property
    def is_confirmation(self) -> bool:
        """The same status again: a confirmation of no change, not a change."""
        return self.from_status == self.to_status

    @property
    def why(self) -> str:
        """What was said, in the one text that says most, else which milestones were met."""
        return super().why or self.milestones_met


class Said(models.Model):
    """What somebody says with a delivery status: the texts and dates of a status update, and of a filed return.

    Which of them a status needs is in ``workflow``. ``forecast_of`` is the milestone that the forecast is for.
    """

    what_was_done = models.TextField(blank=True)
    what_changed = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    path_to_green = models.TextField(blank=True)
    forecast = models.DateField(null=True, blank=True)
    forecast_of = models.ForeignKey(Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cannot_forecast = models.BooleanField(default=False)
    ask = models.TextField(blank=True)
    no_ask = models.BooleanField(default=False)
    decision_reference = models.TextField(blank=True)
    review_date = models.DateField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    statement = models.TextField(blank=True)
    evidence_link = models.URLField(max_length=500, blank=True)
    held_at = models.TextField(blank=True)
    what_became = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    next_steps = models.TextField(blank=True)

    class Meta:
        abstract = True


class StatusUpdate(UpdateWords, Said, Tracked):
    """One statement about an activity, or about one part of it.

    ``number`` counts gaplessly per activity and decides order; ``at`` is the moment from which it counts.
    ``whole_before`` and ``whole_after`` are the activity's own status, which may follow from a part's.
    ``milestones_met`` keeps in words what was delivered or begun in the same save. What was reported in a return
    counts from its acceptance: ``said_at`` is when ``person`` filed it, ``accepted_by`` who took it into the register.
    ``decision`` is the one on record that ``decision_reference`` quotes, where there is one.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="status_updates")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, null=True, blank=True, related_name="status_updates")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person_name = models.TextField()
    from_status = models.CharField(max_length=20, choices=DeliveryStatus)
    to_status = models.CharField(max_length=20, choices=DeliveryStatus)
    whole_before = models.CharField(max_length=20, choices=DeliveryStatus)
    whole_after = models.CharField(max_length=20, choices=DeliveryStatus)

    milestones_met = models.TextField(blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.TextField(null=True, blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    decision = models.ForeignKey(
        "activities.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="status_updates"
    )

    plan_path = "activity__plan"
    history = History(UpdateWords)

    class Meta:
        ordering = ["activity_id", "-number"]
        indexes = [
            # Serves summaries.said: the latest updates of a plan, now and by a moment.
            models.Index(fields=["at", "id"], name="activities_update_latest"),
        ]
        constraints = [
            # Updates of an activity are numbered gaplessly; also serves "the latest update of each activity".
            models.UniqueConstraint(fields=["activity", "number"], name="activities_update_number"),
            # A delivery status is one of the seven, before and after, of what was reported on and of the whole.
            models.CheckConstraint(
                condition=Q(
                    from_status__in=DeliveryStatus.values,
                    to_status__in=DeliveryStatus.values,
                    whole_before__in=DeliveryStatus.values,
                    whole_after__in=DeliveryStatus.values,
                ),
                name="activities_update_statuses",
            ),
            # What was said names who said it.
            models.CheckConstraint(condition=~Q(person_name=""), name="activities_update_person"),
            # A date or "cannot forecast", never both; an ask or "none", never both.
            models.CheckConstraint(
                condition=Q(forecast=None) | Q(cannot_forecast=False), name="activities_update_forecast"
            ),
            models.CheckConstraint(condition=Q(ask="") | Q(no_ask=False), name="activities_update_ask"),
            # An update corrects an earlier one, not itself.
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(corrects=F("id")), name="activities_update_corrects"
            ),
        ]

    def __str__(self) -> str:
        """Which update of which activity."""
        return f"Update {self.number} of {self.activity}"
