"""manage.py parse_plan: the document alone, no database."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from activities.management.commands.parse_plan import default_slug

from .conftest import BODIES, DOCUMENT, EXCHANGE
from .tables import HEADER

ROW = "UNIFY: Govern\tA model\t1. One\tWords\tPolice to lead\tQ1 FY2021/22"


def parse(path, **options):
    """Exit status, standard output and standard error of the command; no database is at hand."""
    out, err = StringIO(), StringIO()
    try:
        call_command("parse_plan", str(path), stdout=out, stderr=err, **options)
    except SystemExit as stopped:
        return stopped.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def plan(tmp_path):
    """Write a small plan and give its path."""

    def write(*lines, name="some-action-plan-2021-22.txt"):
        path = tmp_path / name
        path.write_bytes("\n".join(lines).encode())
        return path

    return write


def test_the_published_plan_is_understood_and_gives_the_committed_exchange():
    status, out, err = parse(DOCUMENT)
    assert (status, err) == (0, "")
    assert out == EXCHANGE.read_bytes().decode("utf-8")


def test_the_options_say_what_the_document_does_not(plan):
    status, out, _ = parse(
        plan("A PLAN", HEADER, ROW.replace("FY2021/22", "FY2022")),
        slug="other",
        title="Another title",
        period=["2022-01-01..2022-12-31"],
        fiscal_year_starts_in=1,
    )
    assert status == 0
    assert json.loads(out)["plan"] == {
        "slug": "other",
        "title": "Another title",
        "period": ["2022-01-01", "2022-12-31"],
        "fiscal_year_starts_in": 1,
    }


def test_a_period_may_be_given_as_two_dates(plan):
    _, out, _ = parse(plan("A PLAN", HEADER, ROW), period=["2022-07-01", "2024-06-30"])
    assert json.loads(out)["plan"]["period"] == ["2022-07-01", "2024-06-30"]


def test_what_is_not_understood_is_named_on_standard_error_and_ends_in_three(plan):
    row = ROW.replace("Q1 FY2021/22", "Ongoing").replace("Police", "NZSIS")
    status, out, err = parse(plan("A PLAN", HEADER, row))
    assert status == 3
    assert "Line 1, period: the document does not say" in err
    assert "give --period" in err
    assert "Line 3, resourcing: “NZSIS”" in err
    assert "Line 3, timeframe: “Ongoing”" in err
    assert "3 phrases not understood" in err
    assert len(json.loads(out)["not_understood"]) == 3


def test_what_is_no_plan_is_refused_with_its_line(plan):
    with pytest.raises(CommandError, match=r"notes\.txt is no plan table\. Line 1: expected a header row") as refused:
        parse(plan("some words", name="notes.txt"))
    assert refused.value.returncode == 1


def test_files_that_cannot_be_read_are_refused_with_the_reason(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file or directory"):
        parse(tmp_path / "missing.txt")
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        parse(tmp_path)


def test_nonsense_options_are_refused(plan, tmp_path):
    path = plan("A PLAN", HEADER, ROW)
    for period in (["soon"], ["2022-07-01"], ["2022-07-01", "2022-06-31"], ["a", "b", "c"]):
        with pytest.raises(CommandError, match="two dates such as"):
            parse(path, period=period)
    with pytest.raises(CommandError, match="before it begins"):
        parse(path, period=["2022-07-01..2021-07-01"])
    with pytest.raises(CommandError, match="directory of bodies is not JSON"):
        parse(path, bodies=path)


def test_the_output_is_written_whole_or_not_at_all(plan, tmp_path):
    output = tmp_path / "plan.json"
    status, out, _ = parse(plan("A PLAN 2021/22", HEADER, ROW), output=output)
    assert (status, out) == (0, "")
    written = output.read_bytes()
    assert json.loads(written)["plan"]["slug"] == "some-2021-22"
    with pytest.raises(CommandError):
        parse(plan("some words"), output=output)
    assert output.read_bytes() == written
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.json", "some-action-plan-2021-22.txt"]


def test_an_output_that_cannot_be_written_is_refused_with_the_reason(plan, tmp_path):
    path = plan("A PLAN 2021/22", HEADER, ROW)
    with pytest.raises(CommandError, match="cannot be written"):
        parse(path, output=tmp_path / "missing" / "plan.json")
    with pytest.raises(CommandError, match="no ordinary file"):
        parse(path, output=tmp_path)


def test_another_directory_of_bodies_may_be_given(plan, tmp_path):
    directory = tmp_path / "bodies.json"
    directory.write_text(BODIES.read_text(encoding="utf-8").replace('"Police"', '"Polis"'), encoding="utf-8")
    status, _, err = parse(plan("A PLAN 2021/22", HEADER, ROW), bodies=directory)
    assert status == 3
    assert "“Police”" in err


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("tnoc-action-plan-2021-22.txt", "tnoc-2021-22"),
        ("TNOC Action Plan 2026–2030.tsv", "tnoc-2026-2030"),
        ("Māori plan.txt", "maori"),
        ("action plan.txt", None),
    ],
)
def test_the_file_s_name_gives_the_slug(name, slug):
    assert default_slug(Path(name)) == slug


def test_the_json_is_utf_8_whatever_the_locale_of_the_terminal():
    done = subprocess.run(
        [sys.executable, "manage.py", "parse_plan", str(DOCUMENT)],
        cwd=DOCUMENT.parents[1],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONWARNINGS": "error"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert done.stdout == EXCHANGE.read_bytes()
