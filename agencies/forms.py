"""Forms of who: signing in, passwords, people, memberships and bodies."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from agencies.access import LABELS
from agencies.models import Body, BodyKind, MailPreference, Membership, Person
from tnoc_tracker.record.forms import RegisterForm

REFUSED = (
    "The user name or the password is not right. After three failures a name is locked for 15 minutes; "
    "an administrator can unlock it, or give you a new link."
)
"""The one answer to an unknown name, a wrong password, a locked name and a deactivated person."""

NEW_HINT = (
    "16 characters or more. A sentence of your own is easy to remember and hard to guess. "
    "Common passwords and ones like your name are refused; pasting from a password manager is fine."
)
LONGEST_PASSWORD = 1000


def password_field(label: str, autocomplete: str, missing: str, help_text: str = "") -> forms.CharField:
    """A field for a password: nothing is stripped, pasting works, password managers know what it is for."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_PASSWORD,
        error_messages={"required": missing},
        widget=forms.PasswordInput({"autocomplete": autocomplete}),
        help_text=help_text,
    )


class SignInForm(forms.Form):
    """User name and password; ``person`` is who they belong to, once the form is valid."""

    error_heading = "You are not signed in"
    username = forms.CharField(
        label="User name",
        max_length=150,
        error_messages={
            "required": "Enter your user name.",
            "max_length": REFUSED,
            "null_characters_not_allowed": REFUSED,
        },
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = password_field("Password", "current-password", "Enter your password.")
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)  # a form that came after its session had ended

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keep the request: failures are counted against it."""
        super().__init__(*args, **kwargs)
        self.request = request
        self.person: Person | None = None
        messages = {"max_length": REFUSED, "null_characters_not_allowed": REFUSED}
        self.fields["password"].error_messages.update(messages)

    def clean(self) -> dict[str, Any]:
        """Look at name and password together; ``REFUSED`` whatever is wrong."""
        if "username" in self.cleaned_data and "password" in self.cleaned_data:
            found = authenticate(
                self.request, username=self.cleaned_data["username"], password=self.cleaned_data["password"]
            )
            if not isinstance(found, Person):
                raise ValidationError(REFUSED)
            self.person = found
        return self.cleaned_data


class NewPasswordForm(forms.Form):
    """A new password, typed or pasted twice. The rules are the use case's."""

    username = forms.CharField(
        required=False,
        label="User name",
        widget=forms.TextInput({"autocomplete": "username", "readonly": True}),
    )
    new_password = password_field("New password", "new-password", "Enter a new password.", NEW_HINT)
    again = password_field("The same password again", "new-password", "Enter the same password again.")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        """Show for whom it is: password managers keep the name with the password."""
        kwargs["initial"] = {"username": person.username}
        super().__init__(*args, **kwargs)
        self.person_concerned = person

    def clean_again(self) -> str:
        """Refuse where the two differ."""
        again: str = self.cleaned_data["again"]
        if "new_password" in self.cleaned_data and self.cleaned_data["new_password"] != again:
            raise ValidationError("The two passwords differ. Enter the same one twice.")
        return again


class ChangePasswordForm(NewPasswordForm):
    """The current password, and a new one. Wrong guesses count towards the lock-out of the name."""

    current_password = password_field("Current password", "current-password", "Enter your current password.")
    field_order = ["username", "current_password", "new_password", "again"]

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keep the request: failures are counted against it."""
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_current_password(self) -> str:
        """Refuse a wrong one, as sign-in would."""
        typed: str = self.cleaned_data["current_password"]
        if authenticate(self.request, username=self.person_concerned.username, password=typed) is None:
            raise ValidationError(
                "This is not your current password. After three failures, wait 15 minutes before you try again."
            )
        return typed


class ReasonForm(RegisterForm):
    """A change that needs nothing but its reason."""

    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        error_messages={"required": "Give the reason."},
        widget=forms.Textarea({"rows": 2}),
        help_text="Kept with the change, for administrators to read.",
    )
    read_in_audit = False
    """Whether the change stands in the audit, which everybody reads who reads the plan."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the reason last, whatever a form adds, and say who reads it."""
        super().__init__(*args, **kwargs)
        if self.read_in_audit:
            self.fields[
                "reason"
            ].help_text = "Kept with the change. Everybody who reads the plan reads it in the audit."
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])


class PersonForm(ReasonForm):
    """How a person is called and signs in."""

    name = forms.CharField(
        label="Name",
        max_length=200,
        error_messages={"required": "Enter the person’s name."},
        help_text="As everybody reads it beside each change.",
    )
    username = forms.CharField(
        label="User name",
        max_length=150,
        error_messages={"required": "Enter a user name."},
        help_text="What the person signs in with: letters, digits and @ . + - _ ; capitals do not matter.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label="E-mail (optional)", required=False, widget=forms.EmailInput({"autocomplete": "off"})
    )


class PeopleFilterForm(forms.Form):
    """Which people a list shows; whatever cannot be understood filters nothing."""

    q = forms.CharField(label="Name", required=False, max_length=200, widget=forms.TextInput({"type": "search"}))
    body = forms.ModelChoiceField(label="Body", queryset=Body.objects.all(), required=False, empty_label="All")
    access = forms.ChoiceField(label="Access", required=False, choices=[("", "All"), *LABELS.items()])

    def wanted(self) -> dict[str, Any]:
        """What ``access.matching`` takes."""
        self.is_valid()
        body = self.cleaned_data.get("body")
        return {
            "text": self.cleaned_data.get("q", ""),
            "body_id": body.id if body else None,
            "access": self.cleaned_data.get("access", ""),
        }


class MembershipFields(forms.Form):
    """From when until when somebody belongs to a body, and whether they report for it."""

    since = forms.DateField(label="From", error_messages={"required": "Enter the first day."})
    until = forms.DateField(
        label="Until (optional)",
        required=False,
        help_text="The last day of access, day first; empty means until further notice.",
    )
    may_report = forms.BooleanField(
        label="May report",
        required=False,
        help_text="Updates what the body answers for. Every member reads the whole plan.",
    )


class MembershipForm(MembershipFields, ReasonForm):
    """Change or end a membership."""

    read_in_audit = True


class NewMembershipForm(MembershipFields, ReasonForm):
    """A membership of a body."""

    read_in_audit = True

    body = forms.ModelChoiceField(
        label="Body",
        queryset=Body.objects.exclude(kind=BodyKind.COLLECTIVE),
        empty_label="Choose a body",
        error_messages={"required": "Choose the body they belong to."},
    )
    field_order = ["body", "since", "until", "may_report"]

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        """Begin today, unless something else is typed."""
        super().__init__(*args, initial={"since": today}, **kwargs)


class InvitationForm(NewMembershipForm, PersonForm):
    """A new person with a first membership."""

    field_order = ["name", "username", "email", "body", "since", "until", "may_report"]


class BodyForm(ReasonForm):
    """How a body is called."""

    read_in_audit = True

    name = forms.CharField(label="Name", max_length=200, error_messages={"required": "Enter the name."})
    short = forms.CharField(
        label="Short name (optional)", max_length=40, required=False, help_text="Used wherever space is short."
    )
    name_mi = forms.CharField(
        label="Māori name (optional)", max_length=200, required=False, widget=forms.TextInput({"lang": "mi"})
    )
    also = forms.CharField(
        label="Other names (optional)",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Under which a plan’s document mentions the body, such as “NZ Police”; one a line.",
    )

    def clean_also(self) -> list[str]:
        """The lines, without empty ones and repetitions."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["also"].splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


class NewBodyForm(BodyForm):
    """A body that is not in the register yet."""

    kind = forms.ChoiceField(
        label="Kind",
        choices=BodyKind.choices,
        help_text="An agency reports for itself; a collective stands for its members, named in each plan.",
    )
    field_order = ["name", "short", "name_mi", "kind", "also"]


class MailPreferenceForm(RegisterForm):
    """Whether a summary is sent every week."""

    summary = forms.ChoiceField(
        label="Weekly summary",
        choices=MailPreference.Summary.choices,
        error_messages={"required": "Choose one of the two."},
        widget=forms.RadioSelect,
        help_text="What is overdue and due soon of your bodies, and what waits for your answer.",
    )


def person_values(person: Person) -> dict[str, Any]:
    """What a form about a person starts from."""
    return {"name": person.name, "username": person.username, "email": person.email}


def membership_values(membership: Membership) -> dict[str, Any]:
    """What a form about a membership starts from."""
    return {"since": membership.since, "until": membership.until, "may_report": membership.may_report}


def body_values(body: Body) -> dict[str, Any]:
    """What a form about a body starts from."""
    return {"name": body.name, "short": body.short, "name_mi": body.name_mi, "also": "\n".join(body.also)}


class SavedViewForm(RegisterForm):
    """A name for an address of the tracker; the use case says which addresses are pages."""

    error_heading = "The view is not saved"
    name = forms.CharField(
        label="Name",
        max_length=80,
        error_messages={"required": "Give the view a name."},
        help_text="Only you see it. Such as “Off track in UNIFY”.",
    )
    address = forms.CharField(required=False, max_length=10_000, strip=False, widget=forms.HiddenInput)
