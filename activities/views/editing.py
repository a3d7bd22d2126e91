"""Editing an activity's working words beside the published ones; withdrawing it and putting it back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from activities.actions.words import edit_words, reinstate_activity, withdraw_activity
from activities.forms.editing import ReasonForm, WordsForm
from activities.models import Activity
from activities.statuses import DeliveryStatus
from activities.views.edit_page import EditPage


@require_http_methods(["GET", "POST"])
def words(request: HttpRequest, plan: str, key: str) -> HttpResponse:
    """The working title and description, beside the published ones."""
    page = EditPage.open(request, plan, key)
    form = page.form(WordsForm, activity=page.activity)
    return page.answer(
        form,
        lambda: edit_words(activity=page.activity, **form.words, reason=form.cleaned_data["reason"], **page.who(form)),
        template="editing/words.html",
        done="The working words are saved. The published words stay as they are.",
        to=page.address("activity"),
        words_of_now={"title": page.activity.title, "description": page.activity.description},
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, plan: str, key: str) -> HttpResponse:
    """Ask for the reason and take the activity out of the plan's counts."""
    page = EditPage.open(request, plan, key)
    if request.method == "GET" and page.activity.withdrawn_on:
        return redirect("activity_reinstate", plan, key)
    form = page.form(ReasonForm)
    return page.answer(
        form,
        lambda: withdraw_activity(activity=page.activity, reason=form.cleaned_data["reason"], **page.who(form)),
        template="editing/withdraw.html",
        done=lambda activity: f"{_named(activity)} is withdrawn. Nothing of it is lost.",
        to=page.address("activity"),
        not_delivered=DeliveryStatus.NOT_DELIVERED,
    )


@require_http_methods(["GET", "POST"])
def reinstate(request: HttpRequest, plan: str, key: str) -> HttpResponse:
    """Ask for the reason and put a withdrawn activity back."""
    page = EditPage.open(request, plan, key)
    if request.method == "GET" and not page.activity.withdrawn_on:
        return redirect("activity_withdraw", plan, key)
    form = page.form(ReasonForm)
    return page.answer(
        form,
        lambda: reinstate_activity(activity=page.activity, reason=form.cleaned_data["reason"], **page.who(form)),
        template="editing/reinstate.html",
        done=lambda activity: f"{_named(activity)} is back in the plan, as it was.",
        to=page.address("activity"),
    )


def _named(activity: Activity) -> str:
    return f"Activity {activity.number}" if activity.number else activity.heading
