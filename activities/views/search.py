"""The search across a plan: what was found in groups, each row with the reason; one group alone, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.reading import Reading
from activities.summaries.search import A_PAGE, GROUPS, LONGEST, Findings, Group, Hit, Question
from activities.summaries.search import search as search_in
from activities.views.common import page_context, reading_of
from activities.views.links import page_url, url_of


@dataclass(frozen=True)
class Found:
    """A group as the page prints it: its rows with their addresses, and where all of them are."""

    group: Group
    hits: list[tuple[Hit, str]]
    url: str


@require_safe
def search(request: HttpRequest, plan: str) -> HttpResponse:
    """What the words of ``?q=`` find; with ``?group=`` the rows of one kind. Whatever is typed gets an answer."""
    reading = reading_of(request, plan)
    question = Question.of(request.GET.get("q", ""))
    asked = request.GET.get("group", "")
    chosen = asked if asked in GROUPS else ""
    findings = search_in(reading, question, group=chosen, page=_number(request.GET.get("page", "")))
    shown = [each for each in findings.groups if not chosen or each.key == chosen]
    context = page_context(
        reading,
        "search",
        overdue_count=findings.overdue_count,
        question=question,
        longest=LONGEST,
        findings=findings,
        chosen=GROUPS.get(chosen, ""),
        tabs=_tabs(reading, question, findings, chosen),
        found=[_found(reading, question, each) for each in shown],
        page=_page(shown) if chosen else None,
        all_url=page_url(reading, "search", q=question.typed),
    )
    return render(request, "plan/search.html", context)


def _found(reading: Reading, question: Question, group: Group) -> Found:
    url = page_url(reading, "search", q=question.typed, group=group.key)
    return Found(group, [(hit, url_of(reading, hit.rows)) for hit in group.hits], url)


def _tabs(reading: Reading, question: Question, findings: Findings, chosen: str) -> list[dict[str, Any]]:
    """Everything, and each group in which something was found, with its count."""
    if len(findings.groups) < 2 and not chosen:
        return []
    everything = {"label": f"All {findings.total}", "url": page_url(reading, "search", q=question.typed)}
    return [
        {**everything, "current": not chosen},
        *(
            {
                "label": f"{each.heading} {each.count}",
                "url": page_url(reading, "search", q=question.typed, group=each.key),
                "current": each.key == chosen,
            }
            for each in findings.groups
        ),
    ]


def _page(shown: list[Group]) -> Page[Any] | None:
    """The pages of the one group that is looked at."""
    if not shown:
        return None
    paginator = Paginator(range(shown[0].count), A_PAGE)
    return paginator.get_page(shown[0].page)


def _number(typed: str) -> int:
    """The page asked for; the first for what is no number."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 1
