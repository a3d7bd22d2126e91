"""The directory of bodies."""

import json

import pytest

from activities.plan_document import Body, BodyDirectory

from .conftest import BODIES

AGENCIES = {
    "Police": ("New Zealand Police", "Ngā Pirihimana o Aotearoa"),
    "Customs": ("New Zealand Customs Service", "Te Mana Ārai o Aotearoa"),
    "MBIE": ("Ministry of Business, Innovation and Employment", "Hīkina Whakatutuki"),
    "MOJ": ("Ministry of Justice", "Tāhū o te Ture"),
    "DIA": ("Department of Internal Affairs", "Te Tari Taiwhenua"),
    "IRD": ("Inland Revenue Department", "Te Tari Taake"),
    "MFAT": ("Ministry of Foreign Affairs and Trade", "Manatū Aorere"),
    "SFO": ("Serious Fraud Office", "Te Tari Hara Tāware"),
    "RBNZ": ("Reserve Bank of New Zealand", "Te Pūtea Matua"),
    "FMA": ("Financial Markets Authority", "Te Mana Tātai Hokohoko"),
    "DOC": ("Department of Conservation", "Te Papa Atawhai"),
    "Corrections": ("Department of Corrections", "Ara Poutama Aotearoa"),
}


def entry(**changes):
    return {"name": "A Body", "short": "AB", "name_mi": None, "also": [], "kind": "agency"} | changes


def test_the_committed_directory_holds_the_bodies_of_the_plan(directory):
    agencies = {body.short: (body.name, body.name_mi) for body in directory.entries if body.kind == "agency"}
    assert agencies == AGENCIES
    others = {body.name: body.kind for body in directory.entries if body.kind != "agency"}
    assert others == {
        "TNOC Secretariat": "governance",
        "TNOC Sector Coordination Group": "governance",
        "TNOC Steering Group": "governance",
        "All agencies": "collective",
        "Relevant agencies": "collective",
    }


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("MOJ", "MOJ"),
        ("ministry of  justice", "MOJ"),
        ("NZ Police", "Police"),
        ("the Police", "Police"),
        ("NZ Customs Service", "Customs"),
        ("Tāhū o te Ture", "MOJ"),
        ("Steering Group", "Steering Group"),
        ("The Department of Conservation", "DOC"),
        ("all agencies", "All agencies"),
    ],
)
def test_a_body_is_found_by_any_of_its_names_in_any_case(directory, name, short):
    assert directory.find(name).short == short


def test_a_name_nobody_knows_finds_nothing(directory):
    assert directory.find("NZTCU") is None
    assert BodyDirectory(()).find("Police") is None
    assert BodyDirectory(()).match("Police", 0) is None


def test_the_longest_name_is_matched_and_never_half_a_word(directory):
    assert directory.match("Ministry of Business, Innovation and Employment and Police", 0)[0] == (
        "Ministry of Business, Innovation and Employment"
    )
    assert directory.match("Policeman", 0) is None


def test_the_committed_directory_is_canonical():
    text = BODIES.read_text(encoding="utf-8")
    directory = BodyDirectory.from_json(text)
    assert json.loads(text) == [body.to_exchange() for body in directory.entries]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}",
        "[1]",
        "null",
        "[" * 100_000,
        json.dumps([entry(name=1)]),
        json.dumps([entry(also="x")]),
        json.dumps([entry(also=[1])]),
        json.dumps([entry(name_mi=2)]),
        json.dumps([entry(kind="ministry")]),
        json.dumps([entry(name="")]),
        json.dumps([entry(short=" x")]),
        json.dumps([entry(), entry(name="Another")]),
    ],
)
def test_what_is_no_directory_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"directory|body"):
        BodyDirectory.from_json(text)


def test_a_body_of_no_directory_is_an_agency_as_printed():
    assert Body.as_printed("NZSIS") == Body("NZSIS", "NZSIS", None, (), "agency")
