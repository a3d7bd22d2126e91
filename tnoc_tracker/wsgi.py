"""The WSGI application that gunicorn serves; what keeps it from being served is a sentence, not a traceback."""

import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tnoc_tracker.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.stderr.write(f"{error}\n")
    raise SystemExit(4) from None  # gunicorn ends; any other status would have it start worker after worker

from tnoc_tracker import installation  # only now is Django set up

installation.start()
gc.freeze()  # what is loaded now stays: no collection of garbage, in the middle of somebody's page, looks through it
connections.settings["default"]["MUST_EXIST"] = True  # a SQLite file that goes away is not made anew, empty
