"""Signing in without a password for tests that are about something else: a session is there, as after signing in.

``Client.force_login`` also writes what a person's own signing in writes (the day, the attempts, a first session that
is replaced at once): six statements for each of thousands of clients. What signing in itself does is tested by
sending its form.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils.crypto import get_random_string

from agencies.models import Person

BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in_as(client: Client, person: Person) -> Client:
    """Give a client a session of somebody."""
    known = {
        SESSION_KEY: str(person.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: person.get_session_auth_hash(),
    }
    empty, key = SessionStore(), get_random_string(32, VALID_KEY_CHARS)
    empty.model.objects.create(session_key=key, session_data=empty.encode(known), expire_date=empty.get_expiry_date())
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client
