"""Abstract bases: ``Tracked`` for rows with a version, ``Entry`` for their history, ``History`` that joins them.

Every change of a tracked row is an entry with a gapless sequence per object, equal to the version it made.
Only the sequence decides order; the history date never runs backwards; written-at is the machine's clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.base import ModelState
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from tnoc_tracker.record.change import Conflict, UnrecordedChange, current_change, follows
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.days import TICK, moment_in_words
from tnoc_tracker.record.prepared import ask
from tnoc_tracker.record.querysets import TrackedQuerySet
from tnoc_tracker.record.rows import follow, insert
from tnoc_tracker.record.seals import new_secret, seal_of, sealed_columns


class Entry(models.Model):
    """One entry of an object's history: the fields as they became, and who, when and why.

    ``history_date`` is the moment from which the change counts, ``written_at`` when the machine wrote it.
    ``changed`` names the columns that differ from the entry before; it is empty on the first. ``seal`` chains the
    entry to its predecessor (see ``seals``): ``sealed`` names the columns it covers, ``salt`` is the secret behind
    the digests of its texts, ``erased`` what remains of them after a lawful erasure.
    """

    sequence = models.PositiveIntegerField(editable=False)
    actor_name = models.TextField(editable=False)
    written_at = models.DateTimeField(editable=False)
    request = models.TextField(blank=True, editable=False)
    changed = models.JSONField(default=list, editable=False)
    sealed = models.JSONField(default=list, editable=False)
    salt = models.CharField(max_length=32, blank=True, editable=False)
    seal = models.CharField(max_length=96, editable=False)
    erased = models.JSONField(null=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Number the entry, take actor, moment and reason from the change under way, seal it, and insert it."""
        change = current_change()
        before = change.before or self._predecessor()
        self.sequence = self.version  # type: ignore[attr-defined]
        self.actor_name = change.by.name
        self.written_at = machine_now()
        self.request = change.request
        self.changed = list(change.fields)
        self.history_user_id = change.by.person_id
        self.history_change_reason = change.reason
        # A clock set back never reorders the record: at the earliest one tick after the predecessor.
        self.history_date = max(change.at, before[0] + TICK) if before else change.at
        columns = [field.attname for field in self._meta.concrete_fields]
        self.sealed = list(sealed_columns(columns))
        self.salt = new_secret()
        values = {column: getattr(self, column) for column in columns}
        self.seal = seal_of(label_of(type(self)), values, before[1:] if before else None)
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def _save_table(self, raw: bool = False, *args: Any, **kwargs: Any) -> bool:
        refuse_fixtures(raw)
        saved: bool = super()._save_table(raw, *args, **kwargs)  # type: ignore[misc]
        return saved

    def _do_insert(self, manager: Any, using: Any, fields: Any, returning_fields: Any, raw: Any) -> list[Any]:
        return insert(self, using, fields, returning_fields)

    def _predecessor(self) -> tuple[datetime, str, list[str]] | None:
        """History date, seal and covered columns of the entry before; None on the first."""
        number: int = self.version - 1  # type: ignore[attr-defined]
        if number == 0:
            return None
        found: tuple[datetime, str, list[str]]
        (found,) = ask(type(self)._links, object_id=self.id, sequence=number)  # type: ignore[attr-defined]
        return found

    @classmethod
    def _links(cls, object_id: int, sequence: int) -> models.QuerySet[Any, Any]:
        entries: Any = cls._base_manager  # its columns are those of a concrete history
        links: models.QuerySet[Any, Any] = entries.filter(id=object_id, sequence=sequence).order_by()
        return links.values_list("history_date", "seal", "sealed")


def refuse_fixtures(raw: bool) -> None:
    """Refuse what Django's ``loaddata`` brings: it would leave rows without entries, or entries without their seal."""
    if raw:
        raise UnrecordedChange(
            "Django’s fixtures are no way into the register: they leave no entry. "
            "Load a plan with “manage.py load_plan”; bring a whole database back from its backup."
        )


def label_of(history_model: type[models.Model]) -> str:
    """How a seal names the table of an entry: ``activities.historicalactivity``."""
    return history_model._meta.label_lower


class EntryManager(HistoryManager):
    """The library's manager, whose class for a kind of queryset is made once, and not each time it is asked for."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type, class_name: str | None = None) -> type:
        """The class of managers with the querysets' methods."""
        made: type = super().from_queryset(queryset_class, class_name)
        return made


class History(HistoricalRecords):
    """History of a tracked model, with our entry base, constraints and indexes.

    ``words`` is a plain mixin shared by the model and its history, so that a page can print either.
    """

    def __init__(self, words: type | None = None, **kwargs: Any) -> None:
        """Build the history on ``Entry`` and on the words that both forms of a row share."""
        self.words = words
        bases = (Entry,) if words is None else (words, Entry)
        super().__init__(
            bases=bases,
            history_id_field=models.BigAutoField(),
            history_change_reason_field=models.TextField(blank=True, default=""),
            history_manager=EntryManager,
            **kwargs,
        )

    def _get_history_user_fields(self) -> dict[str, models.Field[Any, Any]]:
        # People are deactivated, never deleted: the record must not lose its author.
        return {
            "history_user": models.ForeignKey(
                settings.AUTH_USER_MODEL, null=True, related_name="+", on_delete=models.PROTECT
            )
        }

    def get_extra_fields(self, model: type[models.Model], fields: Any) -> dict[str, Any]:
        """What the library adds to a history model; its own ``__str__`` makes way where our words have one."""
        extra: dict[str, Any] = super().get_extra_fields(model, fields)
        if self.words is not None and "__str__" in vars(self.words):
            del extra["__str__"]
        return extra

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        """Order, constraints and indexes of the history table, kept here so that Django keeps them too."""
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        options: dict[str, Any] = super().get_meta_options(model)
        options["ordering"] = ("id", "-sequence")
        options["get_latest_by"] = "sequence"
        options["constraints"] = [
            # Sequence numbers are gapless per object: no two entries share one.
            models.UniqueConstraint(fields=["id", "sequence"], name=f"{name}_entry_sequence"),
            # An entry is the version it made.
            models.CheckConstraint(condition=Q(sequence=models.F("version")), name=f"{name}_entry_version"),
            # Every entry names its actor, person or program.
            models.CheckConstraint(condition=~Q(actor_name=""), name=f"{name}_entry_actor"),
        ]
        options["indexes"] = [
            # Serves TrackedQuerySet.known_at: the newest entry of an object not after a moment.
            models.Index(fields=["id", "history_date", "history_id"], name=f"{name[:23]}_known"),
        ]
        return options


@cache
def json_columns(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a table whose values can be edited in place."""
    return tuple(field.attname for field in model._meta.concrete_fields if isinstance(field, models.JSONField))


def copied(value: Any) -> Any:
    """What a JSON column holds once more, so that an edit in place shows."""
    if isinstance(value, list):
        return [copied(each) for each in value]
    return {name: copied(each) for name, each in value.items()} if isinstance(value, dict) else value


class Tracked(models.Model):
    """A row of the register: it has a version, is written by ``record`` only, and is never deleted."""

    version = models.PositiveIntegerField(default=0, editable=False)

    objects = TrackedQuerySet.as_manager()
    _loaded: ClassVar[dict[str, Any]] = {}

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        """Remember what was read, so that ``record`` can tell what has changed."""
        loaded = dict(zip(field_names, values, strict=True))
        if len(loaded) == len(cls._meta.concrete_fields):
            instance = cls._whole(db, loaded)
        else:
            instance = super().from_db(db, field_names, values)
        for name in json_columns(cls):
            if isinstance(loaded.get(name), (list, dict)):
                loaded[name] = copied(loaded[name])
        instance.__dict__["_loaded"] = loaded
        return instance

    @classmethod
    def _whole(cls, db: str | None, columns: dict[str, Any]) -> Self:
        """What Django makes of a row of all columns, without a call for each: pages are made of hundreds of rows."""
        instance = cls.__new__(cls)
        state = ModelState()
        state.adding, state.db = False, db
        instance.__dict__.update(columns, _state=state)
        return instance

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        """Read again, and remember what was read; a field that was deferred comes this way too."""
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        columns = self._meta.concrete_fields
        self.remember(f.attname for f in columns if fields is None or f.name in fields or f.attname in fields)

    def remember(self, names: Iterable[str]) -> None:
        """Note what the database holds in these columns; lists are copied, so that an edit in place shows."""
        now = self.__dict__
        read = {name: now[name] for name in names if name in now}
        lists = {name: copied(value) for name, value in read.items() if isinstance(value, (list, dict))}
        now["_loaded"] = {**self._loaded, **read, **lists}

    def changed_fields(self) -> dict[str, tuple[Any, Any]]:
        """Fields that differ from what was read, by column name, each as (was, is)."""
        now = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        return {name: (self._loaded.get(name), value) for name, value in now.items() if self._loaded.get(name) != value}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; ``UnrecordedChange`` outside ``record``."""
        current_change()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: rows of the register are withdrawn, never deleted."""
        raise Conflict("Rows of the register are withdrawn with a reason, never deleted.")

    def _save_table(self, raw: bool = False, *args: Any, **kwargs: Any) -> bool:
        refuse_fixtures(raw)
        saved: bool = super()._save_table(raw, *args, **kwargs)  # type: ignore[misc]
        return saved

    def _do_update(
        self, base_qs: Any, using: Any, pk_val: Any, values: Any, update_fields: Any, forced_update: Any
    ) -> bool:
        # Compare-and-swap: the update only counts on the version that was read. Django gives no public
        # place for this condition; the signature is checked by a test. What was not changed stands there
        # as it was read, and is not written again.
        loaded = self._loaded
        values = [each for each in values if loaded.get(name := each[0].attname, self) != each[2] or name == "version"]
        before: Any = follow(self, type(self).history.model, using, values, self.version - 1)  # type: ignore[attr-defined]
        if before is None:
            raise Conflict(f"{self._meta.verbose_name} was changed by somebody else in the meantime.")
        if before[0] is not None:
            follows(before)
        return True

    def _do_insert(self, manager: Any, using: Any, fields: Any, returning_fields: Any, raw: Any) -> list[Any]:
        return insert(self, using, fields, returning_fields)


class OnceKey(models.Model):
    """A form's once-only key, spent in the transaction of the change it made; not part of the register.

    The same form sent twice finds its key spent, and is led to ``outcome`` instead of writing again.
    """

    key = models.UUIDField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField()
    spent_at = models.DateTimeField(default=machine_now)


class Verification(models.Model):
    """One run of ``verify_history``: when, over how many entries, and what it found. Not part of the register."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    entries = models.PositiveIntegerField()
    erased = models.PositiveIntegerField()
    faults = models.JSONField(default=list)
    against = models.TextField(blank=True)

    class Meta:
        get_latest_by = "started_at"
        indexes = [
            # Serves the audit page: when the history was last verified.
            models.Index(fields=["-started_at"], name="record_verification_latest"),
        ]

    LISTED: ClassVar[int] = 50
    """Faults kept at the most; the first is the one to look at."""

    def __str__(self) -> str:
        """What it found: ``1463 entries, nothing wrong``, ``1463 entries, 2 faults``."""
        count = len(self.faults)
        faults = "nothing wrong" if not count else "1 fault" if count == 1 else f"{count} faults"
        more = " or more" if count == self.LISTED else ""
        return f"{self.entries} entries, {faults}{more}"

    @property
    def when_in_words(self) -> str:
        """When it began, by the machine's clock."""
        return moment_in_words(self.started_at)


class Redaction(Tracked):
    """A lawful erasure: which field of which entry was blanked, why, and by which decision.

    ``table`` and ``entry`` name the history row; its digest stays in the chain of seals.
    """

    table = models.TextField()
    entry = models.BigIntegerField()
    field = models.TextField()
    reason = models.TextField()
    decision_reference = models.TextField()
    at = models.DateTimeField()

    history = History()

    class Meta:
        ordering = ["id"]
        constraints = [
            # A field of an entry is erased once.
            models.UniqueConstraint(fields=["table", "entry", "field"], name="record_redaction_once"),
            # An erasure has its reason and its decision.
            models.CheckConstraint(condition=~Q(reason="") & ~Q(decision_reference=""), name="record_redaction_reason"),
        ]

    def __str__(self) -> str:
        """What was erased."""
        return f"{self.field} of {self.table}, entry {self.entry}"
