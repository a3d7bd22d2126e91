"""What is measured: every page, list filter, file and past position, by the name that the report gives it."""

from __future__ import annotations

from datetime import date

from tests.benchmarks.data_sets import FEW_CHANGES, MANY_CHANGES

PLAN = "/plans/tnoc-2021-22/"

PAGES = {
    "dashboard": "",
    "overdue": "overdue/",
    "timeline": "timeline/",
    "activities, 50 rows": "activities/",
    "activity with 50 changes": f"activities/{FEW_CHANGES}/",
    "activity with 1,000 changes": f"activities/{MANY_CHANGES}/",
    "agencies": "agencies/",
    "one agency": "agencies/police/",
    "my agency": "my-agency/",
    "slippage": "slippage/",
    "audit": "audit/",
    "compare": "compare/",
    "rounds": "rounds/",
    "one round": "rounds/2021-22-q1/",
    "my returns": "returns/",
    "proposed dates": "proposals/",
    "meetings": "meetings/",
    "decisions": "decisions/",
    "search": "search/?q=agency",
    "screen": "screen/",
    "form of a status update": "activities/4/update/",
    "form of the working words": "activities/4/words/",
}
FILTERS = {
    "by text": "q=e",
    "by focus area": "focus=unify",
    "by body": "body=police",
    "by body and role": "body=police&role=lead",
    "by status": "status=on_track",
    "by due state": "due=overdue",
    "by quarter": "quarter=2021-22-q2",
    "in contradiction": "contradiction=yes",
    "without an answer": "gap=yes",
    "withdrawn": "withdrawn=yes",
    "sorted by due date": "sort=-due",
    "sorted by title": "sort=title",
    "sorted by who answers": "sort=answers",
    "the last page": "page=9999",
    "several at once, sorted": "q=e&status=on_track&sort=-due",
}
FILES = {
    "activities as CSV": "activities.csv",
    "activities as Excel": "activities.xlsx",
    "overdue as CSV": "overdue.csv",
    "slippage as CSV": "slippage.csv",
    "agencies as CSV": "agencies.csv",
    "audit as CSV": "audit.csv",
    "compare as CSV": "compare.csv",
}
ELSEWHERE = {"help": "/help/", "account": "/account/", "mail": "/mail/", "healthz": "/healthz"}
PAST = ("dashboard", "overdue", "timeline", "activities, 50 rows", "activity with 50 changes", "agencies", "slippage")
ONLY_FILES = {"activities as CSV", "activities as Excel", "activities, 50 rows", "… sorted by due date"}
"""What is measured of the register that is made for long files."""

Found = dict[str, tuple[str, str]]


def everything(past: date) -> Found:
    """The kind and the address of everything, by its name, in the order of the report."""
    found = {name: ("page", PLAN + rest) for name, rest in PAGES.items()}
    found |= {f"… {name}": ("filter", f"{PLAN}activities/?{query}") for name, query in FILTERS.items()}
    found |= {name: ("file", PLAN + rest) for name, rest in FILES.items()}
    found |= {f"{name}, a quarter ago": ("past", f"{PLAN}{PAGES[name]}?as_at={past}") for name in PAST}
    return found | {name: ("elsewhere", url) for name, url in ELSEWHERE.items()}
