"""A crowd: so many people, each in a thread of this process (the server has processes of its own), for some seconds."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence


class Someone(ABC):
    """One person of a crowd, doing one thing after another; ``pause`` waits so many seconds, or until time is up."""

    pause: Callable[[float], object] = staticmethod(time.sleep)

    @abstractmethod
    def step(self) -> None:
        """The next thing."""


def send_out(people: Sequence[Someone], seconds: float, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Let everybody work for so long; ``meanwhile`` is done here, and what anybody raised is raised at the end.

    Whoever is in the middle of something when time is up finishes it.
    """
    over = threading.Event()
    raised: list[BaseException] = []

    def work(person: Someone) -> None:
        person.pause = over.wait
        try:
            while not over.is_set():
                person.step()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=work, args=(person,), daemon=True) for person in people]
    until = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    try:
        meanwhile()
        time.sleep(max(0, until - time.monotonic()))
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if raised:
        raise raised[0]
