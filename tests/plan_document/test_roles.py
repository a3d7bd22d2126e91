"""Resourcing cells: who does what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.plan_document.bodies import Body
from activities.plan_document.roles import MOST_BODIES, Role, read_resourcing


@pytest.fixture
def read(directory):
    """Read a cell into short triples: kind, short name, scope."""

    def reader(cell):
        resourcing = read_resourcing(cell, directory)
        roles = [(role.kind, role.body.short if role.body else None, role.scope) for role in resourcing.roles]
        return resourcing, roles

    return reader


LEAD, SUPPORT = ("lead", "Police", None), ("support", "Customs", None)

UNDERSTOOD = [
    # a lead, in words after the body and before it
    ("Police to lead", [LEAD]),
    ("Police will lead", [LEAD]),
    ("Police is the lead", [LEAD]),
    ("Police is the lead agency", [LEAD]),
    ("NZ Police leads", [LEAD]),
    ("New Zealand Police are leading", [LEAD]),
    ("the Police to take the lead", [LEAD]),
    ("Police as lead agency", [LEAD]),
    ("Police (lead)", [LEAD]),
    ("Ngā Pirihimana o Aotearoa to lead", [LEAD]),
    ("New Zealand Police (Police) to lead", [LEAD]),
    ("Led by Police", [LEAD]),
    ("Lead: Police", [LEAD]),
    ("Lead agency: Police.", [LEAD]),
    ("Lead agency is the Police", [LEAD]),
    ("Lead – Police", [LEAD]),
    ("police", [LEAD]),
    ("Police to co-lead with support from Customs", [LEAD, SUPPORT]),
    ("Police and Customs to jointly lead", [LEAD, ("lead", "Customs", None)]),
    ("Police & Customs lead", [LEAD, ("lead", "Customs", None)]),
    # a scope
    ("Police to lead for financial sector", [("lead", "Police", "financial sector")]),
    ("Police to lead on the guide", [("lead", "Police", "guide")]),
    ("Police is leading the Maritime Powers Bill", [("lead", "Police", "Maritime Powers Bill")]),
    ("Police to lead for one, two and three sectors", [("lead", "Police", "one, two and three sectors")]),
    (
        "Police to lead for finance, Customs to lead for border and DIA to support",
        [("lead", "Police", "finance"), ("lead", "Customs", "border"), ("support", "DIA", None)],
    ),
    ("Police to lead on data, with support from Customs", [("lead", "Police", "data"), SUPPORT]),
    ("Customs to support the training", [("support", "Customs", "training")]),
    # standing alone
    ("Steering Group", [("lead", "Steering Group", None)]),
    ("Police, Customs", [LEAD, ("lead", "Customs", None)]),
    ("Police, supported by Customs", [LEAD, SUPPORT]),
    ("All agencies to conduct internal training", [("lead", "All agencies", None)]),
    ("Police to develop training with input from MOJ", [LEAD, ("contributor", "MOJ", None)]),
    # a coordinator
    ("TNOC Secretariat to coordinate", [("coordinator", "Secretariat", None)]),
    ("Secretariat to co-ordinate", [("coordinator", "Secretariat", None)]),
    ("Secretariat will coordinate", [("coordinator", "Secretariat", None)]),
    ("Secretariat coordinates", [("coordinator", "Secretariat", None)]),
    ("Coordinated by the TNOC Secretariat", [("coordinator", "Secretariat", None)]),
    ("Coordinator: Secretariat", [("coordinator", "Secretariat", None)]),
    ("Secretariat (coordination)", [("coordinator", "Secretariat", None)]),
    (
        "MOJ to coordinate input from relevant agencies and keep agenda up to date",
        [("coordinator", "MOJ", None), ("contributor", "Relevant agencies", None)],
    ),
    # support
    ("Police to lead, supported by Customs", [LEAD, SUPPORT]),
    ("Police to lead with support from Customs", [LEAD, SUPPORT]),
    ("Police to lead; with the support of Customs", [LEAD, SUPPORT]),
    ("Police to lead; support from Customs", [LEAD, SUPPORT]),
    ("Police to lead, assisted by Customs", [LEAD, SUPPORT]),
    ("Police to lead. Customs to support", [LEAD, SUPPORT]),
    ("Police to lead. Customs will provide support", [LEAD, SUPPORT]),
    ("Police to lead and Customs to support", [LEAD, SUPPORT]),
    ("Police lead, Customs support", [LEAD, SUPPORT]),
    ("Lead: Police; Supporting agencies: Customs", [LEAD, SUPPORT]),
    ("Police (lead), Customs (support)", [LEAD, SUPPORT]),
    ("Police to lead and report to Cabinet, supported by Customs", [LEAD, SUPPORT]),
    # contributors
    ("with input from DIA and MBIE", [("contributor", "DIA", None), ("contributor", "MBIE", None)]),
    ("DIA and MBIE will contribute", [("contributor", "DIA", None), ("contributor", "MBIE", None)]),
    ("Contributions from DIA", [("contributor", "DIA", None)]),
    ("DIA to provide input", [("contributor", "DIA", None)]),
    ("Contributors: DIA", [("contributor", "DIA", None)]),
    ("DIA will contribute to the review", [("contributor", "DIA", "review")]),
    (
        "Ministry of Business, Innovation and Employment, and Ministry of Foreign Affairs and Trade will contribute",
        [("contributor", "MBIE", None), ("contributor", "MFAT", None)],
    ),
    # participants
    ("RBNZ and FMA representatives to join", [("participant", "RBNZ", None), ("participant", "FMA", None)]),
    ("RBNZ to attend the group", [("participant", "RBNZ", None)]),
    ("with representatives from RBNZ", [("participant", "RBNZ", None)]),
    ("representatives of RBNZ and FMA to join", [("participant", "RBNZ", None), ("participant", "FMA", None)]),
    ("Participants: RBNZ", [("participant", "RBNZ", None)]),
    # two runs without a word between them
    ("with support from Customs, DIA to contribute", [SUPPORT, ("contributor", "DIA", None)]),
    (
        "MBIE will lead, DIA will support and IRD will provide input",
        [("lead", "MBIE", None), ("support", "DIA", None), ("contributor", "IRD", None)],
    ),
]


@pytest.mark.parametrize(("cell", "roles"), UNDERSTOOD)
def test_a_role_phrase_is_read_as_its_exact_kind(read, cell, roles):
    resourcing, found = read(cell)
    assert found == roles
    assert resourcing.unread == ()


@pytest.mark.parametrize(
    "cell",
    [
        "Lead agency TBD",
        "Lead TBC",
        "Lead: TBD",
        "Lead agency to be confirmed",
        "Lead is still to be decided",
        "TBD",
        "The lead agency is not yet decided",
        "to be confirmed",
    ],
)
def test_a_lead_to_be_decided_is_no_role(read, cell):
    resourcing, roles = read(cell)
    assert (resourcing.answerable, roles, resourcing.unread) == ("to_be_decided", [], ())


def test_others_may_be_named_while_the_lead_is_to_be_decided(read):
    resourcing, roles = read("Lead agency TBD. Police and MOJ will contribute")
    assert resourcing.answerable == "to_be_decided"
    assert roles == [("contributor", "Police", None), ("contributor", "MOJ", None)]


@pytest.mark.parametrize(
    ("cell", "answerable"),
    [
        ("Police to lead", "named"),
        ("Secretariat to coordinate", "named"),
        ("All agencies", "named"),
        ("Police to support", "not_stated"),
        ("RBNZ representatives to join", "not_stated"),
        ("", "not_stated"),
        ("[REDACTED]", "withheld"),
        ("[REDACTED] to lead, supported by Police", "withheld"),
        ("Police to lead with support from [REDACTED]", "named"),
        ("Lead agency TBD; [REDACTED]", "to_be_decided"),
    ],
)
def test_who_answers_is_said_and_never_invented(read, cell, answerable):
    assert read(cell)[0].answerable == answerable


def test_a_body_keeps_the_name_it_is_printed_under(directory):
    roles = read_resourcing("NZ Police to lead, with support from the Ministry of Justice", directory).roles
    assert [role.as_published for role in roles] == ["NZ Police", "Ministry of Justice"]


@pytest.mark.parametrize(
    ("cell", "printed", "ground"),
    [
        ("s.9(2)(f)(iv) OIA [REDACTED]", "s.9(2)(f)(iv) OIA [REDACTED]", "s 9(2)(f)(iv)"),
        ("Police to lead; [REDACTED] to support", "[REDACTED]", None),
        ("Police to lead, with support from Customs, [s 9(2)(a)] and DIA", "[s 9(2)(a)]", "s 9(2)(a)"),
        ("s 9(2)(a) Police to lead", "s 9(2)(a)", "s 9(2)(a)"),
    ],
)
def test_a_withheld_body_keeps_its_place(directory, cell, printed, ground):
    resourcing = read_resourcing(cell, directory)
    assert [role.as_published for role in resourcing.roles if role.kind == "withheld"] == [printed]
    assert resourcing.withheld == (ground,)
    assert resourcing.unread == ()


@pytest.mark.parametrize(
    ("cell", "reported", "roles"),
    [
        ("NZSIS to lead", ["NZSIS"], [("lead", "NZSIS", None)]),
        ("Led by the Treasury and Te Puni Kōkiri", ["the Treasury", "Te Puni Kōkiri"], None),
        ("Police Minister", ["Police Minister"], [("lead", "Police Minister", None)]),
        ("MFAT in consultation with Police", ["MFAT in consultation with Police"], []),
        ("Police, with Customs", ["Police, with Customs"], []),
        ("Police to lead; Customs", ["Customs"], [LEAD]),
        ("Police to lead; Police to lead", ["Police"], [LEAD]),
        ("Police to lead and coordinate", ["and coordinate"], [LEAD]),
        ("Police to lead for", ["for"], [LEAD]),
        ("Customs will contribute expertise", ["expertise"], [("contributor", "Customs", None)]),
        ("Police (lead), Customs, SFO (support)", ["Customs, SFO (support)"], [LEAD]),
        ("Police to provide funding", ["Police to provide funding"], []),
        ("Police and other agencies to lead", ["Police and other agencies to lead"], []),
        ("Subject to further advice", ["Subject to further advice"], []),
        ("Within baselines", ["Within baselines"], []),
        ("None", ["None"], []),
        ("Supported by", ["Supported by"], []),
        ("2022", ["2022"], []),
        ("Support: TBD", ["Support: TBD"], []),
    ],
)
def test_what_cannot_be_typed_is_reported_as_printed(read, cell, reported, roles):
    resourcing, found = read(cell)
    assert [unread.text for unread in resourcing.unread][: len(reported)] == reported
    assert roles is None or found == roles


@pytest.mark.parametrize(
    "cell", ["Police, " * 5000, "A; " * 100, ", ".join(f"Body{n}" for n in range(MOST_BODIES + 5))]
)
def test_a_cell_of_too_much_is_reported_and_no_role_is_taken_from_it(directory, cell):
    resourcing = read_resourcing(cell, directory)
    assert resourcing.roles == ()
    assert len(resourcing.unread) == 1


def test_a_role_without_a_body_is_withheld():
    with pytest.raises(ValueError, match="withheld role"):
        Role("lead", None, "x")
    with pytest.raises(ValueError, match="withheld role"):
        Role("withheld", Body.as_printed("X"), "x")
    with pytest.raises(ValueError, match="A role is"):
        Role("boss", Body.as_printed("X"), "x")


WORDS = st.sampled_from(
    [
        "Police",
        "MOJ",
        "all agencies",
        "[REDACTED]",
        "to lead",
        "is the lead",
        "supported by",
        "with input from",
        "and",
        ",",
        ";",
        ".",
        "TBD",
        "Lead agency",
        "for",
        "the",
        "NZSIS",
        "(lead)",
        "representatives to join",
        "xyz",
        "&",
        ":",
    ]
)


@given(words=st.lists(WORDS, max_size=14))
def test_any_mixture_of_its_words_is_read_or_reported(directory, words):
    cell = " ".join(words)
    resourcing = read_resourcing(cell, directory)
    for unread in resourcing.unread:
        assert unread.text
        assert unread.text in cell
    for role in resourcing.roles:
        assert role.as_published in cell
