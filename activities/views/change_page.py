"""What every page shares on which one thing is changed: its form, the saving of it, and the answer.

A page of its own kind says what it is about, from which state its form is made, where it leads back to, how it looks,
and what somebody else did where they were faster.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from activities.reading import Reading
from agencies.views.saving import Outcome, save
from tnoc_tracker.record.forms import RegisterForm

NOTHING_CHANGED = "Nothing was different, so nothing has been saved."

Done = str | Callable[[Any], str]
"""What is said after a save: a sentence, or what makes one of the outcome; empty where nothing was different."""


@dataclass(frozen=True)
class Changed:
    """What somebody did in one save, as the conflict page tells it (an entry of the audit says the same)."""

    who: str
    when_in_words: str
    what: str
    changes_in_words: str
    why: str = ""
    entered: str = ""


@dataclass(frozen=True)
class Conflicting:
    """Somebody else was faster: what they changed since the form was made, and the two versions of its words."""

    entries: list[Any]
    rows: list[dict[str, str]]


@dataclass(frozen=True)
class ChangePage(ABC):
    """One page of one request."""

    request: HttpRequest
    reading: Reading

    @property
    @abstractmethod
    def made_from(self) -> int:
        """The stamp of the state that a fresh form is made from."""

    @property
    @abstractmethod
    def back(self) -> str:
        """Where the page leads back to."""

    @abstractmethod
    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """The page as it is now, with its ``form`` and where it leads ``back``."""

    @abstractmethod
    def conflict(self, form: RegisterForm, now: dict[str, Any]) -> Conflicting:
        """What somebody else did since the form was made; ``now`` are the words of its fields as they are now."""

    def said(self, form: RegisterForm, result: Any, done: Done) -> str:
        """What is said after saving; empty where nothing was different."""
        return done(result) if callable(done) else done

    def form(self, form_class: type[RegisterForm], **kwargs: Any) -> Any:
        """The form: fresh with its stamp, or as it was sent."""
        if self.request.method == "POST":
            return form_class(self.request.POST, **kwargs)
        return form_class(stamp=self.made_from, **kwargs)

    def who(self, form: RegisterForm) -> dict[str, Any]:
        """What every use case takes: who, when, and the state that the form was made from."""
        request: Any = self.request
        return {"by": request.standing, "at": request.moment, "expected": form.cleaned_data["stamp"]}

    def answer(
        self,
        form: RegisterForm,
        act: Callable[[], Any],
        *,
        template: str,
        done: Done,
        to: str = "",
        **context: Any,
    ) -> HttpResponse:
        """The page with its form; or carry out ``act``, say ``done`` and lead to ``to``, else back.

        What is wrong comes back beside its field (422); where somebody else was faster, the page shows both
        versions (409). Everything typed is kept.
        """
        to = to or self.back
        if self.request.method != "POST":
            return self.show(template, form=form, back=to, **context)
        outcome = self.carry_out(form, act, done, to)
        if outcome.saved:
            return redirect(outcome.next_url)
        if outcome.conflict:
            context["conflict"] = self.conflict(form, context.get("words_of_now", {}))
        return self.show(template, status=outcome.status, form=form, back=to, **context)

    def carry_out(self, form: RegisterForm, act: Callable[[], Any], done: Done, to: str) -> Outcome:
        """Carry out ``act`` once, say what was done, and lead to ``to``."""

        def do() -> str:
            words = self.said(form, act(), done)
            messages.success(self.request, words) if words else messages.info(self.request, NOTHING_CHANGED)
            return to

        return save(self.request, form, do, to)
