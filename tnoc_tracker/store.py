"""What a process remembers of what it drew, within a limit; nothing of it is needed for a right answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from time import monotonic
from typing import Any, Final

from django.conf import settings

KEPT_SECONDS: Final = 60
"""At most so long, whatever happens to the database behind the process's back."""


class Store:
    """Values by key, the latest used last; safe to be used by several threads.

    All of them together have at most ``REMEMBERED_CHARACTERS``.
    """

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._kept: OrderedDict[Hashable, tuple[float, int, Any]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Any:
        """What is remembered under a key, if that is not too long ago; else None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or monotonic() - found[0] > KEPT_SECONDS:
                return None
            self._kept.move_to_end(key)
            return found[2]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Remember something of so many characters; forget what was used longest ago where it is too much."""
        with self._lock:
            self._forget(key)
            self._kept[key] = monotonic(), size, value
            self._size += size
            while self._size > settings.REMEMBERED_CHARACTERS:
                self._forget(next(iter(self._kept)))

    def __len__(self) -> int:
        """How many values are remembered."""
        return len(self._kept)

    def clear(self) -> None:
        """Forget everything: for tests, whose changes are rolled back."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _forget(self, key: Hashable) -> None:
        if key in self._kept:
            self._size -= self._kept.pop(key)[1]


store: Final = Store()
