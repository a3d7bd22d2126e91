"""Every component on one page with made-up content, to look at; wired in DEBUG only."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Sample

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from activities.charts import BarRow, StepChart, Steps, TimelineMark, TimelineRow, stacked_bar, step_chart, timeline
from activities.statuses import BY_SEVERITY, MEANINGS, DeliveryStatus

TODAY = date(2022, 2, 15)
Q1, Q2, Q3, Q4 = date(2021, 9, 30), date(2021, 12, 31), date(2022, 3, 31), date(2022, 6, 30)

TROUBLED = ("off", "risk", "paused", "", "", "", "")


class StatusForm(forms.Form):
    """A form with one of every kind of field."""

    status = forms.ChoiceField(
        label="Delivery status",
        choices=[(meaning.status.value, meaning) for meaning in MEANINGS.values()],
        widget=forms.RadioSelect,
    )
    what_was_done = forms.CharField(label="What was done", widget=forms.Textarea, required=False)
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea,
        required=False,
        help_text="Name the risk, in words that may be read in the Steering Group.",
    )
    path_to_green = forms.CharField(label="Path to green", widget=forms.Textarea, required=False)
    completed_on = forms.DateField(label="Completed on", required=False)
    forecast = forms.DateField(label="Forecast (optional)", required=False)
    delivered = forms.MultipleChoiceField(
        label="Milestones delivered (optional)",
        required=False,
        choices=[("a", "Strategy endorsed, due 31 December 2021"), ("b", "Part 4, no date")],
        widget=forms.CheckboxSelectMultiple,
    )
    body = forms.ChoiceField(label="On behalf of", choices=[("sfo", "SFO"), ("moj", "MOJ")])
    tell = forms.BooleanField(label="Tell the Secretariat", required=False, help_text="They get a mail tonight.")


class FilterForm(forms.Form):
    """Filters as a list has them."""

    text = forms.CharField(label="Text", required=False, widget=forms.TextInput({"type": "search"}))
    focus = forms.ChoiceField(label="Focus area", required=False, choices=[("", "All")])
    body = forms.ChoiceField(label="Body", required=False, choices=[("", "All")])
    status = forms.ChoiceField(
        label="Delivery status",
        required=False,
        choices=[("", "All"), *DeliveryStatus.choices],
    )
    quarter = forms.ChoiceField(label="Quarter", required=False, choices=[("", "All")])


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    faulty = StatusForm({"status": "at_risk", "completed_on": "31 Dezember", "body": "", "reason": "A bank left."})
    return render(request, "gallery.html", _samples(faulty))


def _samples(faulty: StatusForm) -> dict[str, object]:
    return {
        "section": "dashboard",
        "may_look_back": True,
        "statuses": list(MEANINGS),
        "said": [
            {"status": status, "count": count, "url": "#counts"}
            for status, count in zip(MEANINGS, (4, 8, 3, 3, 0, 3, 0), strict=True)
        ],
        "dated": [
            {"label": "Overdue", "count": 4, "url": "#counts", "strong": True},
            {"label": "Due this quarter", "count": 4, "url": "#counts"},
            {"label": "No date", "count": 1, "url": "#counts"},
            {"label": "Withheld", "count": 2, "url": "#counts"},
        ],
        "facts": [
            ("Lead", "SFO"),
            ("Support", "MOJ, Police"),
            ("Timeframe as published", "Strategy endorsed Q2 FY2021/22"),
            ("Nothing known", ""),
        ],
        "changes": _changes(),
        "texts": [
            {
                "label": "Title",
                "left": "Develop measurement framework",
                "right": "Develop a measurement framework",
            },
            {"label": "Timeframe", "left": "Q3 FY2021/22", "right": "Q3 FY2021/22"},
        ],
        "tabs": [
            {"label": "Progress", "url": "#tabs", "current": True},
            {"label": "Full history", "url": "#tabs"},
            {"label": "As published", "url": "#tabs"},
        ],
        "page": Paginator(range(312), 50).get_page(3),
        "filters": FilterForm({}),
        "fresh": StatusForm(auto_id="id_fresh_%s"),
        "faulty": faulty,
        "bars": _bars(),
        "year": timeline(_rows(), date(2021, 7, 1), Q4, TODAY),
        "matrix_statuses": list(BY_SEVERITY),
        "matrix": [
            _matrix_line("Nobody answers", (1, 0, 0, 0, 0, 0, 0), 1),
            _matrix_line("SFO", (0, 1, 0, 1, 0, 0, 0), 1),
            _matrix_line("Police", (0, 0, 1, 3, 1, 2, 0), 0),
        ],
        "steps": _steps(),
        "steps_rows": [
            {"words": "30 September 2021", "counts": [3, 1]},
            {"words": "15 February 2022", "counts": [9, 4]},
        ],
        "months": _months(),
        "months_statuses": ["off_track", "at_risk", "on_track", "not_started", "completed"],
        "months_table": [
            {"title": "15 February 2022", "url": "#months", "cells": [{"count": 2, "url": "#months"}] * 5}
        ],
    }


def _changes() -> list[Sample]:
    return [
        Sample(
            when=date(2022, 2, 14),
            who="Police lead",
            before="on_track",
            after="at_risk",
            why="One bank has withdrawn; a replacement is approached.",
            title="12 Public/private project on addressing financial sector vulnerabilities",
            url="#trail",
        ),
        Sample(
            when=date(2022, 2, 3),
            who="Secretariat officer",
            before="on_track",
            after="on_track",
            why="Paper is with the chair; on the agenda of 1 March.",
        ),
        Sample(
            when=date(2021, 7, 1),
            who="load_plan",
            before="",
            after="not_started",
            why="As loaded, nobody has reported yet.",
            entered="entered 22 November 2026 for 1 July 2021",
        ),
    ]


def _bars() -> list[BarRow]:
    url = "#by-focus"
    return [
        BarRow(
            "UNIFY",
            stacked_bar(
                {"off_track": 2, "at_risk": 1, "on_track": 4, "completed": 1, "not_started": 1},
                dict.fromkeys(MEANINGS, url),
            ),
            "Drive System Governance and Coordination",
            url,
        ),
        BarRow(
            "PREVENT AND DETECT",
            stacked_bar({"at_risk": 1, "paused": 1, "on_track": 1, "completed": 1}),
            "Strengthen Capability and Understanding",
            url,
        ),
        BarRow(
            "DISMANTLE",
            stacked_bar({"off_track": 1, "on_track": 2, "not_delivered": 1, "not_started": 4}),
            "Fuse Operational Priorities",
            url,
        ),
    ]


def _matrix_line(label: str, counts: tuple[int, ...], overdue: int) -> dict[str, object]:
    cells = [{**_cell(count), "tone": tone} for count, tone in zip(counts, TROUBLED, strict=True)]
    total = _cell(sum(counts))
    return {"label": label, "url": "#by-body", "cells": cells, "total": total, "overdue": _cell(overdue)}


def _cell(count: int) -> dict[str, object]:
    return {"count": count, "url": "#by-body" if count else ""}


def _steps() -> StepChart:
    due = Steps("due", "due", (Q1, Q1, Q1, Q2, Q2, Q2, Q2, Q2, Q2, Q3, Q3, Q3, Q4, Q4))
    days = (date(2021, 9, 23), date(2021, 12, 1), date(2021, 12, 15), date(2022, 1, 21))
    return step_chart((due, Steps("delivered", "delivered", days, upto=TODAY)), date(2021, 7, 1), Q4, TODAY)


def _months() -> list[BarRow]:
    counts = (
        ("30 September 2021", {"on_track": 1, "not_started": 12}),
        ("31 December 2021", {"off_track": 1, "on_track": 4, "not_started": 6, "completed": 2}),
        ("15 February 2022", {"off_track": 2, "at_risk": 1, "on_track": 5, "not_started": 3, "completed": 2}),
    )
    return [BarRow(day, stacked_bar(of_day), "", "#months") for day, of_day in counts]


def _due(
    on: date, state: str, original: date | None = None, words: str = "", forecast: date | None = None
) -> TimelineMark:
    words = words or f"Due {on:%d %B %Y}"
    return TimelineMark("due", state, on, original or on, words, forecast=forecast)  # type: ignore[arg-type]


def _row(number: str, title: str, *marks: TimelineMark, edge: str = "", group: str | None = None):  # type: ignore[no-untyped-def]
    return TimelineRow(number or "row-21", number, title, "#year", False, marks, edge, group)


def _rows() -> list[TimelineRow]:
    late = "Due 30 September 2021, 138 days overdue"
    return [
        _row("1", "Expand TNOC governance model", _due(Q1, "overdue", words=late, forecast=Q3), group="UNIFY"),
        _row("3", "TNOC Evidence Review", _due(Q4, "to_come", original=Q3)),
        _row(
            "5",
            "Integrated agenda for legislative reform",
            _due(Q2, "delivered"),
            TimelineMark("occurrence", "to_come", Q4, Q4, "To be updated by 30 June 2022"),
        ),
        _row(
            "6",
            "Addressing gaps in NZ’s AML/CFT framework that are vulnerable to TNOC abuse",
            _due(Q4, "to_come"),
        ),
        _row(
            "7",
            "Aligning the Financial Crime and Corruption Strategy with the TNOC Strategy",
            _due(Q2, "overdue"),
            TimelineMark("start", "to_come", Q3, Q3, "To begin by 31 March 2022"),
        ),
        _row(
            "8",
            "Strengthening the legal framework and addressing loopholes that attract TNOC",
            edge="external",
        ),
        _row(
            "13",
            "Expansion of NZTCU support to the PTCN",
            TimelineMark("start", "delivered", Q2, Q2, "Begun 1 November 2021"),
            group="PREVENT AND DETECT",
        ),
        _row("14", "NZ Inc. TNOC Collection Plan", _due(Q1, "delivered"), group="DISMANTLE"),
        _row(
            "16",
            "Identifying and addressing barriers to sharing TNOC-relevant information",
            _due(Q1, "overdue"),
            _due(Q2, "overdue"),
            _due(Q3, "to_come"),
            edge="no date",
        ),
        TimelineRow("20", "20", "Withheld under s 9(2)(f)(iv)", "#year", True, ()),
        TimelineRow("row-21", "", "Withheld, ground not stated", "#year", True, ()),
    ]
