"""Gunicorn as the tracker is meant to be served: ``gunicorn --config deploy/gunicorn.conf.py tnoc_tracker.wsgi``.

What differs between machines comes from the environment: ``BIND``, ``WEB_CONCURRENCY`` (workers) and ``THREADS``.
"""

import os
import subprocess
import sys
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:8001")  # the proxy's side only; never a public address
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # one for each core
worker_class = "tnoc_tracker.workers.Worker"  # with threads: a slow reader of a file keeps nobody else waiting
threads = int(os.environ.get("THREADS", "4"))  # each takes a connection of the worker's pool (six at the most)

timeout = 120  # a worker that gives no sign for so long is replaced; freezing a pack with its PDF takes a while
graceful_timeout = 40  # what is under way at a stop is finished: the database's own limits end it within 30
keepalive = 15  # longer than nginx keeps an idle connection (10), so that it never sends into a closing one
max_requests = 20_000  # then a fresh worker; the workers are flat in memory, so this is a belt beside the braces
max_requests_jitter = 2_000  # and never all of them at once

control_socket_disable = True  # nothing here manages gunicorn but its signals
accesslog = None  # the proxy writes one, without the addresses that are keys (see deploy/nginx)
errorlog = "-"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  signs of life never wait for a disk

limit_request_line = 8190
limit_request_fields = 50

GIVE_UP = 4  # as tnoc_tracker.installation has it, and gunicorn: starting again would not help


def on_starting(server: Any) -> None:
    """Ask once, before there is any worker, whether a start makes sense.

    The workers ask too; but where several give up at the same moment, gunicorn itself fails and ends with another
    status, which systemd takes for a reason to start it again.
    """
    asked = subprocess.run([sys.executable, "-c", "import tnoc_tracker.wsgi"], check=False)
    if asked.returncode == GIVE_UP:
        sys.exit(GIVE_UP)
