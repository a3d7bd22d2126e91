"""Production's settings for a server that the suite starts: what differs is said by its environment, but for three.

Password hashes are quick, static files are those that the suite collected into a folder of its own, and the register's
day may be pretended, which production does in a demonstration only.
"""

import os

from tnoc_tracker.settings import *  # noqa: F403
from tnoc_tracker.settings import day

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = os.environ["SERVED_STATIC_FILES"]
TNOC_TODAY = day("TNOC_TODAY")
