"""Meetings of the Steering Group: what stands on the agenda, what was decided, and what became of it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from activities.decisions import MOVES, AgendaKind, DecisionState, Move, MoveMeaning
from activities.models.activities import Activity, Part
from activities.models.milestones import Milestone
from activities.models.plans import ActionPlan
from activities.models.proposals import DateProposal
from activities.models.rounds import Round
from agencies.models import Body
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.models import History, Tracked


class MeetingWords:
    """How a meeting is named; shared by the live row and its history."""

    held_on: date
    called_off_on: date | None

    def __str__(self) -> str:
        """``Steering Group, 15 February 2022``."""
        return f"Steering Group, {long_date(self.held_on)}"

    @property
    def is_called_off(self) -> bool:
        """Whether it does not take place."""
        return self.called_off_on is not None


class Meeting(MeetingWords, Tracked):
    """One meeting of the Steering Group about a plan, and the reporting round that it looks at.

    ``note`` is for those invited. A meeting that does not take place is called off with a reason, never deleted.
    """

    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="meetings")
    held_on = models.DateField()
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    place = models.TextField(blank=True)
    note = models.TextField(blank=True)
    called_off_on = models.DateField(null=True, blank=True)
    called_off_why = models.TextField(blank=True)

    plan_path = "plan"
    history = History(MeetingWords)

    class Meta:
        ordering = ["plan_id", "held_on", "id"]
        constraints = [
            # One meeting about a plan on a day; also serves the list of meetings.
            models.UniqueConstraint(
                fields=["plan", "held_on"], condition=Q(called_off_on=None), name="activities_meeting_once_a_day"
            ),
            # Called off with a reason, or not at all.
            models.CheckConstraint(
                condition=Q(called_off_on=None, called_off_why="")
                | (Q(called_off_on__isnull=False) & ~Q(called_off_why="")),
                name="activities_meeting_called_off",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The meeting's page."""
        return reverse("meeting", args=[self.plan.slug, self.id])


class ItemWords:
    """How an item of an agenda reads; shared by the live row and its history."""

    kind: str
    heading: str
    taken_off_on: date | None

    def __str__(self) -> str:
        """What it is about."""
        return self.heading

    @property
    def kind_label(self) -> str:
        """Why it stands there, as people read it."""
        return str(AgendaKind(self.kind).label)


class AgendaItem(ItemWords, Tracked):
    """One item of a meeting's agenda, made from the register or added by the Secretariat.

    ``source`` is the key of what it was made from (``summaries.agenda``), so that nothing is brought in twice;
    ``text`` are the words put before the group, as made and then edited. ``seeks_decision`` says that the group is to
    decide; the first five that do head the pack. An item taken off keeps its row.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=AgendaKind)
    source = models.CharField(max_length=80, blank=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proposal = models.ForeignKey(DateProposal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    heading = models.TextField()
    text = models.TextField(blank=True)
    seeks_decision = models.BooleanField(default=False)
    taken_off_on = models.DateField(null=True, blank=True)

    plan_path = "meeting__plan"
    history = History(ItemWords)

    class Meta:
        ordering = ["meeting_id", "position", "id"]
        constraints = [
            # An item stands there for one of the reasons.
            models.CheckConstraint(condition=Q(kind__in=AgendaKind.values), name="activities_agenda_item_kind"),
            # It says what it is about.
            models.CheckConstraint(condition=~Q(heading=""), name="activities_agenda_item_heading"),
            # What the register suggests is brought in once; what the Secretariat adds has no source.
            models.UniqueConstraint(
                fields=["meeting", "source"], condition=~Q(source=""), name="activities_agenda_item_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="own", source="") | (~Q(kind="own") & ~Q(source="")),
                name="activities_agenda_item_source",
            ),
            # A part, a milestone and a proposal are an activity's.
            models.CheckConstraint(
                condition=Q(activity__isnull=False) | Q(part=None, milestone=None, proposal=None),
                name="activities_agenda_item_about",
            ),
        ]


class DecisionWords:
    """How a decision reads; shared by the live row and its history."""

    reference: str
    what: str
    allows: str
    state: str
    due_on: date

    def __str__(self) -> str:
        """``SG 2022-02-15/1: Name a lead …``."""
        return f"{self.reference}: {self.what}"

    @property
    def meaning(self) -> MoveMeaning:
        """The table's row for what it allows."""
        return MOVES[Move(self.allows)]

    @property
    def allows_label(self) -> str:
        """What it allows, as people read it."""
        return str(Move(self.allows).label)

    @property
    def state_label(self) -> str:
        """Where it stands, as people read it."""
        return str(DecisionState(self.state).label)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state == DecisionState.OPEN

    def days_late(self, on: date) -> int:
        """The days since its day, while it is open; 0 where it is in time or settled."""
        return max(0, (on - self.due_on).days) if self.is_open else 0


class Decision(DecisionWords, Tracked):
    """What a meeting decided: what, who owns it, by when, and which change of the register it allows.

    It is against a milestone, a part, an activity, or (all empty) the plan. ``number`` counts gaplessly per meeting;
    ``reference`` is made of the meeting's day and the number, and never changes: it is what other entries quote.
    ``new_due`` is the date that it allows, ``lead`` the body that may be named. ``outcome`` says what became of it.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()
    reference = models.TextField()
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    what = models.TextField()
    owner = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="decisions")
    due_on = models.DateField()
    allows = models.CharField(max_length=20, choices=Move, default=Move.NOTHING)
    new_due = models.DateField(null=True, blank=True)
    lead = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    recorded_by = models.TextField()
    reports = models.PositiveIntegerField(default=0)

    state = models.CharField(max_length=20, choices=DecisionState, default=DecisionState.OPEN)
    outcome = models.TextField(blank=True)
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.TextField(blank=True)

    plan_path = "meeting__plan"
    history = History(DecisionWords)

    class Meta:
        ordering = ["meeting_id", "number"]
        constraints = [
            # Decisions of a meeting are numbered gaplessly.
            models.UniqueConstraint(fields=["meeting", "number"], name="activities_decision_number"),
            # It says what was decided, under a reference, and who recorded it.
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(reference="") & ~Q(recorded_by=""), name="activities_decision_what"
            ),
            # It allows one of the moves, with what that move needs: a date, a lead, a milestone, an activity.
            models.CheckConstraint(condition=Q(allows__in=Move.values), name="activities_decision_allows"),
            models.CheckConstraint(
                condition=Q(allows="new_date", new_due__isnull=False) | (~Q(allows="new_date") & Q(new_due=None)),
                name="activities_decision_new_due",
            ),
            models.CheckConstraint(
                condition=Q(allows="name_lead", lead__isnull=False) | (~Q(allows="name_lead") & Q(lead=None)),
                name="activities_decision_lead",
            ),
            models.CheckConstraint(
                condition=~Q(allows__in=["new_date", "remove"]) | Q(milestone__isnull=False),
                name="activities_decision_milestone",
            ),
            models.CheckConstraint(
                condition=Q(activity__isnull=False) | Q(allows="nothing", part=None, milestone=None),
                name="activities_decision_about",
            ),
            # It stands in one of the three states; settled with who, when and what became of it, or not at all.
            models.CheckConstraint(condition=Q(state__in=DecisionState.values), name="activities_decision_state"),
            models.CheckConstraint(
                condition=Q(state="open", settled_on=None, settled_by="", outcome="")
                | (~Q(state="open") & Q(settled_on__isnull=False) & ~Q(settled_by="") & ~Q(outcome="")),
                name="activities_decision_settled",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The decision's page."""
        return reverse("decision", args=[self.meeting.plan.slug, self.id])


class DecisionReport(Tracked):
    """What its owner, or the Secretariat, says of a decision on the way; never altered."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reported")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person_name = models.TextField()
    text = models.TextField()

    plan_path = "decision__meeting__plan"
    history = History()

    class Meta:
        ordering = ["decision_id", "-number"]
        constraints = [
            # Reports on a decision are numbered gaplessly.
            models.UniqueConstraint(fields=["decision", "number"], name="activities_decision_report_number"),
            # It says something, and who says it.
            models.CheckConstraint(condition=~Q(text="") & ~Q(person_name=""), name="activities_decision_report_text"),
        ]

    def __str__(self) -> str:
        """Which report on which decision."""
        return f"Report {self.number} on {self.decision.reference}"
