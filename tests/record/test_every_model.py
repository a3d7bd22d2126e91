"""Conventions of the register's tables, kept by walking through every model."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, UniqueConstraint

from tests.generated import half_a_year
from tests.scenes import after
from tnoc_tracker.record.models import Entry, Tracked

NOT_OF_THE_REGISTER = {
    "activities.Draft": "what is typed and not filed; what is filed has its entry, and that somebody began has one too",
    "activities.PackContent": "the bytes of a frozen file, which cannot be changed; its entry has their hash",
    "activities.PackDraft": "what is typed and not frozen; the summary that was frozen stands in the pack’s entry",
    "agencies.CalendarFeed": "a private address, of which only a hash is kept; it shows what its person may read",
    "agencies.Invitation": "a one-time link; the entry of the person says who invited or reset, and when",
    "agencies.MailPreference": "what a person wants to be sent; a setting of their own",
    "agencies.Message": "what was sent, to whom and when; it says what the register knows, and decides nothing",
    "agencies.MessageTopic": "what a message was for, so that nobody is told twice",
    "agencies.SavedView": "a person’s own name for an address; a setting of their own",
    "agencies.Visit": "when a person signed in last; the register knows who changed what, not who looked",
    "record.OnceKey": "what a form sent twice is recognised by; the change that it made has its entry",
    "record.Verification": "what a run of verify_history found; it looks at the record from outside",
}
"""Concrete models of our own applications that are no rows of the register, and why."""


def ours() -> list[type[models.Model]]:
    """Every concrete model of our applications, history aside."""
    every = [
        model for label in ("agencies", "activities", "record") for model in apps.get_app_config(label).get_models()
    ]
    return [model for model in every if not issubclass(model, Entry)]


TRACKED = [model for model in ours() if issubclass(model, Tracked)]


def label(model: type[models.Model]) -> str:
    return model._meta.label


def test_every_model_is_tracked_or_on_the_written_list():
    assert {label(model) for model in ours() if model not in TRACKED} == set(NOT_OF_THE_REGISTER)


def test_the_guards_stand_on_every_tracked_table():
    assert {label(model) for model in TRACKED} <= set(settings.GUARDED_MODELS)


def test_what_is_only_written_once_has_no_history_and_says_why():
    assert set(settings.APPEND_ONLY_MODELS) <= set(NOT_OF_THE_REGISTER)
    assert not set(settings.APPEND_ONLY_MODELS) & set(settings.GUARDED_MODELS)


@pytest.mark.parametrize("model", TRACKED, ids=label)
def test_its_history_is_ours(model):
    history = model.history.model

    assert issubclass(history, Entry)
    assert {"sequence", "actor_name", "written_at", "request", "changed", "history_user"} <= {
        field.name for field in history._meta.get_fields()
    }


@pytest.mark.parametrize("model", TRACKED, ids=label)
def test_its_history_keeps_every_column_but_passwords(model):
    kept = {field.attname for field in model.history.model._meta.concrete_fields}
    live = {field.attname for field in model._meta.concrete_fields}

    assert live - kept == ({"password"} if label(model) == "agencies.Person" else set())


@pytest.mark.parametrize("model", TRACKED, ids=label)
def test_its_entries_are_numbered_once_are_the_version_they_made_and_name_somebody(model):
    meta = model.history.model._meta
    names = {
        constraint.name.removeprefix(f"{model._meta.label_lower.replace('.', '_')}") for constraint in meta.constraints
    }

    assert {"_entry_sequence", "_entry_version", "_entry_actor"} <= names
    assert ["id", "history_date", "history_id"] in [index.fields for index in meta.indexes]


@pytest.mark.parametrize("model", TRACKED, ids=label)
def test_it_points_only_to_rows_that_cannot_go_away(model):
    for field in [*model._meta.concrete_fields, *model.history.model._meta.concrete_fields]:
        if field.is_relation and (field.model is model or field.name == "history_user"):
            assert field.remote_field.on_delete is models.PROTECT, field


@pytest.mark.parametrize("model", TRACKED, ids=label)
def test_it_has_no_many_to_many(model):
    assert not model._meta.many_to_many


@pytest.mark.parametrize("model", TRACKED, ids=label)
def test_a_column_with_choices_is_held_to_them_by_the_database(model):
    checks = [str(each.condition) for each in model._meta.constraints if isinstance(each, CheckConstraint)]
    for field in model._meta.concrete_fields:
        if field.choices:
            assert any(f"'{field.name}__in'" in check for check in checks), field


@pytest.mark.parametrize("model", TRACKED, ids=label)
def test_every_constraint_is_named_after_its_table_and_no_name_is_too_long_for_postgresql(model):
    for constraint in model._meta.constraints:
        assert isinstance(constraint, CheckConstraint | UniqueConstraint)
        assert constraint.name.startswith(f"{model._meta.app_label}_")
        assert len(constraint.name) <= 63
    for index in model.history.model._meta.indexes:
        assert len(index.name) <= 30


@pytest.mark.parametrize("model", TRACKED, ids=label)
def test_it_says_what_it_is(model):
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")  # Django's own list of the fields


@pytest.mark.parametrize("model", [model for model in TRACKED if model._meta.app_label == "activities"], ids=label)
def test_a_row_of_a_plan_says_how_to_find_its_plan(model):
    if label(model) == "activities.ActionPlan":
        return
    rows = model.objects.filter(**{model.plan_path: 0})

    assert "plan_id" in str(rows.query)


@after(half_a_year)
def test_its_rows_are_what_django_makes_of_them(world):
    seen = set()
    for model in TRACKED:
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model.objects.all()[:50]:
            ours = row.__dict__
            theirs = models.Model.from_db.__func__(model, "default", names, [ours[name] for name in names]).__dict__
            state, their_state = ours["_state"], theirs["_state"]
            assert {**ours, "_state": 0, "_loaded": 0} == {**theirs, "_state": 0, "_loaded": 0}, row
            assert (state.db, state.adding, state.fields_cache) == (their_state.db, their_state.adding, {}), row
            seen.add(model)
    assert len(seen) > 10
