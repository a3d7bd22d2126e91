"""The demonstration's people: one of each standing, and leads of the agencies that report."""

from dataclasses import dataclass

PASSWORD = "Tui sings at dawn 2022"  # noqa: S105  printed at every start of the demonstration


@dataclass(frozen=True)
class DemonstrationPerson:
    """A made-up person: user name, name, body (its short name, else its name) and standing.

    Whoever has no e-mail address cannot be reminded, and the pages of a round say so.
    """

    username: str
    name: str
    body: str | None
    may_report: bool = False
    administrator: bool = False
    does: str = ""
    has_email: bool = True
    wants_summary: bool = False

    @property
    def email(self) -> str:
        """An address that cannot exist."""
        return f"{self.username}@demo.invalid" if self.has_email else ""


PEOPLE = (
    DemonstrationPerson(
        "secretariat", "Secretariat officer", "TNOC Secretariat", True, does="runs the register", wants_summary=True
    ),
    DemonstrationPerson("police", "Police lead", "Police", True, does="reports on 11, 12, 13 and 17"),
    DemonstrationPerson("customs", "Customs lead", "Customs", True, does="reports on parts of 11 and 17"),
    DemonstrationPerson("moj", "Ministry of Justice lead", "MOJ", True, does="reports on 5, 6, 19 and a part of 17"),
    DemonstrationPerson("sfo", "SFO lead", "SFO", True, does="reports on 7 and a part of 17"),
    DemonstrationPerson("doc", "DOC lead", "DOC", True, does="reports on parts of 8 and 17"),
    DemonstrationPerson("mfat", "MFAT lead", "MFAT", True, does="reports on parts of 8 and 17"),
    DemonstrationPerson("corrections", "Corrections lead", "Corrections", True, does="reports on a part of 17"),
    DemonstrationPerson("mbie", "MBIE lead", "MBIE", True, does="reports on parts of 11 and 17"),
    DemonstrationPerson("dia", "DIA lead", "DIA", True, does="reports on a part of 17"),
    DemonstrationPerson("ird", "IRD lead", "IRD", True, does="reports on a part of 17"),
    DemonstrationPerson("fma", "FMA lead", "FMA", True, does="reports on a part of 17"),
    DemonstrationPerson(
        "rbnz", "RBNZ lead", "RBNZ", True, does="reports on a part of 17; has no e-mail address", has_email=False
    ),
    DemonstrationPerson("reader", "Police reader", "Police", does="reads everything, reports nothing"),
    DemonstrationPerson(
        "steering",
        "Steering Group member",
        "TNOC Steering Group",
        does="sees what is overdue and why",
        wants_summary=True,
    ),
    DemonstrationPerson("administrator", "Administrator", None, administrator=True, does="manages people and bodies"),
)
