"""The database gone and back, its disk full, and the register's clock set back: clear pages, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from activities.models import Activity, StatusUpdate
from tests.faults.clusters import Cluster
from tests.faults.patient import is_clear, nothing_is_lost, one_form, patient, sent_with, troubles_met
from tests.own_database import OwnDatabases
from tests.people.crowd import send_out
from tests.people.savers import ACTIVITIES, Before, told
from tests.serving import serving
from tests.visitor import Visitor
from tests.world import TODAY, World

HOME = "/plans/tnoc-2021-22/"
WORDS = "Every bank has answered, <all> eleven. " + "They agreed on much. " * 300
MEGABYTE = 1024 * 1024


# Gone, and back ---------------------------------------------------------------------------------------------------


def test_people_go_on_when_the_sqlite_file_is_gone_for_a_while(
    on_sqlite: None, own_database: World, tmp_path: Path
) -> None:
    """As where its disk is not mounted: nothing is made in its place."""
    file, elsewhere = Path(connection.settings_dict["NAME"]), tmp_path / "elsewhere.sqlite3"
    before = Before.now(own_database)
    connection.close()
    with serving(tmp_path) as server:
        people = patient(4, [server.address], ACTIVITIES[:4])
        send_out(people, 2)
        os.rename(file, elsewhere)  # nobody writes just then, so that no journal belongs to it
        for person in people:
            is_clear(person.visitor.get(HOME))
        assert not file.exists()
        os.rename(elsewhere, file)
        send_out(people, 2)
    assert nothing_is_lost(people, before, own_database)


def test_people_go_on_when_postgresql_is_stopped_for_a_while(
    cluster: Cluster, world_there: World, tmp_path: Path
) -> None:
    before = Before.now(world_there)
    with serving(tmp_path) as server:
        people = patient(4, [server.address], ACTIVITIES[:4])
        form = one_form(people[0].visitor, "5")

        def meanwhile() -> None:
            time.sleep(1)
            cluster.stop()
            is_clear(people[0].visitor.send(form, status="on_track", what_was_done=WORDS), WORDS)
            cluster.start()

        send_out(people[1:], 3, meanwhile)
        log = server.log
    connection.close()
    assert nothing_is_lost(people, before, world_there)
    assert troubles_met(people) > 0, told(people)
    assert "Traceback" not in log


# No room ----------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of that size; skipped with the reason where none may be made."""
    folder = Path(tempfile.mkdtemp(prefix="tnoc-faults-disk-"))
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("a small disk cannot be made here: that takes mount, and the right to use it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill(folder: Path) -> Path:
    """Take every byte that is left."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (MEGABYTE, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


def works_through_a_full_disk(folder: Path, world: World, logs: Path) -> None:
    """Readers read on, writers are told and lose nothing, and all goes on where room was made."""
    before = Before.now(world)
    connection.close()
    with serving(logs) as server:
        people = patient(4, [server.address], ACTIVITIES[:4])
        writer = people[0].visitor
        form = one_form(writer, "5")
        ballast = fill(folder)
        refused = writer.send(form, status="on_track", what_was_done=WORDS, explanation="Made up by June.")
        is_clear(refused, WORDS)
        assert "no room left" in refused.text, refused.text
        assert writer.get(HOME).status == 200
        ballast.unlink()
        again = next(each for each in refused.forms if each.value("once"))
        assert (writer.send(again).status, writer.send(again).status) == (302, 302)
        people[0].acknowledged.append(sent_with(form, "5", WORDS.strip()))
        send_out(people, 2)
        log = server.log
    assert '"trouble": "full"' in log
    assert "Every bank" not in log
    assert nothing_is_lost(people, before, world)


def test_a_full_disk_under_sqlite_loses_nothing_and_is_got_over(
    on_sqlite: None, own_databases: OwnDatabases, own_database: World, tmp_path: Path
) -> None:
    file = Path(connection.settings_dict["NAME"])
    connection.close()
    with small_disk(max(16, file.stat().st_size // MEGABYTE + 8)) as folder:
        there = shutil.copy(file, folder / "register.sqlite3")
        with own_databases.instead(str(there)):
            works_through_a_full_disk(folder, World(), tmp_path)


def test_a_full_disk_under_postgresql_loses_nothing_and_is_got_over(
    spare_cluster: Cluster, own_databases: OwnDatabases, own_database: World, tmp_path: Path
) -> None:
    with small_disk(320) as folder:
        cluster = Cluster(folder, shared_buffers="32MB", max_wal_size="64MB", autovacuum="off")
        try:
            cluster.start()
            cluster.take_in()
            cluster.copy("register")
            with own_databases.instead("register", cluster.settings("register")):
                works_through_a_full_disk(folder, World(), tmp_path)
        finally:
            cluster.remove()


# The clock --------------------------------------------------------------------------------------------------------


def test_with_the_registers_clock_set_back_the_order_of_the_record_stays(own_database: World, tmp_path: Path) -> None:
    """The second report is the later one, though its day is the earlier; each page shows it so."""
    update = f"{HOME}activities/4/update/"
    for day, words in ((TODAY, "Said first, on the later day."), (TODAY - timedelta(days=1), "Said second.")):
        with serving(tmp_path, workers=1, environment={"TNOC_TODAY": day.isoformat()}) as server:
            visitor = Visitor(server.address).sign_in("secretariat")
            form = visitor.get(update).form("/update/")
            answer = visitor.send(form, status="on_track", what_was_done=words, explanation="Made up by June.")
            assert answer.status == 302, answer.text
            page = visitor.follow(answer).text
    assert page.index("Said second.") < page.index("Said first, on the later day.")
    activity = own_database.activity(4)
    entries = list(Activity.history.filter(id=activity.id).order_by("sequence"))
    assert [each.sequence for each in entries] == list(range(1, activity.version + 1))
    assert [each.history_date for each in entries] == sorted({each.history_date for each in entries})
    assert [each.what_was_done for each in StatusUpdate.objects.order_by("number")] == [
        "Said first, on the later day.",
        "Said second.",
    ]
