"""The worker that gunicorn runs: threads, and an end that lets nobody in any more."""

from __future__ import annotations

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """Gunicorn’s worker with threads; asked to end, it refuses whoever comes while it finishes what is under way.

    Gunicorn’s own leaves them waiting until it ends, up to its graceful timeout, and then hangs up on them. Refused at
    once, a proxy goes to the next server.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        """As gunicorn has it; called with False when the end begins, where the port is given up as well."""
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for listener in self.sockets:
                listener.close()
