"""Findings taken away: who gets what, and what is in it."""

from decimal import Decimal

import pytest

from bot.slack.documents import page
from bot.slack.spreadsheets import csv_file
from commands.errors import Invalid, NotAllowed
from commands.files import Document, Format, Sheet, Spreadsheet
from commands.health.export.sheets import _cell
from commands.health.samples import bill, contact, day, line
from commands.replies import Reply, call
from storage.models import Handling
from storage.queries import findings
from tests.builders import WORKSPACE
from tests.commands.health.surgery import Surgery
from tests.commands.practice import ANA, BEN, buttons, words

CODE = "duplicate-transactions"
NAME = "=Paper & <Pens>"


@pytest.fixture
async def examined(surgery: Surgery) -> Surgery:
    await surgery.holds(
        contact("c1", NAME),
        bill("a", line("120.00"), date=day(6, 1), number="INV-77"),
        bill("b", line("120.00"), date=day(6, 3), number="INV-77"),
        contact("c2", "Cleaners"),
        bill("c", line("50.00"), contact_id="c2", date=day(6, 2)),
        bill("d", line("50.00"), contact_id="c2", date=day(6, 4)),
    )
    await surgery.look()
    return surgery


async def exported(surgery: Surgery, person: str = ANA, **arguments: str) -> Reply:
    answer = await surgery.practice.press(
        person, call("health.export", client=surgery.client.id, **arguments)
    )
    assert isinstance(answer, Reply)
    return answer


async def dismiss(surgery: Surgery, title: str) -> None:
    async with surgery.practice.database.begin() as session:
        listed = await findings.page(
            session, WORKSPACE, surgery.organisation_id, CODE, today=surgery.clock().date()
        )
        (print_,) = [e.finding.fingerprint for e in listed if e.finding.title == title]
        session.add(
            Handling(
                organisation_id=surgery.organisation_id,
                workspace_id=WORKSPACE,
                code=CODE,
                fingerprint=print_,
                dismissed_at=surgery.clock(),
                dismissed_by=ANA,
                reason="two different jobs",
            )
        )


def sheet(file: object, title: str) -> Sheet:
    assert isinstance(file, Spreadsheet)
    return next(each for each in file.sheets if each.title == title)


def column(of: Sheet, name: str) -> list[object]:
    return [row[of.columns.index(name)] for row in of.rows]


async def test_what_to_export_is_asked_first(examined: Surgery) -> None:
    answer = await examined.practice.say(ANA, "health export acme")

    assert answer.files == ()
    assert {"Excel", "CSV", "Report to print"} <= set(buttons(answer))
    assert "alone" in words(answer)


async def test_the_workbook_has_every_check_every_finding_and_the_scores(
    examined: Surgery,
) -> None:
    answer = await exported(examined, written_as=Format.XLSX)
    (file,) = answer.files
    found, overview = sheet(file, "Findings"), sheet(file, "Checks")
    own = sheet(file, "Duplicate transactions")

    assert NAME in column(found, "Finding")
    assert "Duplicate transactions" in column(overview, "Check")
    assert column(own, "Amount") == [Decimal(144), Decimal(60)]
    assert column(own, "Certainty") == ["same number INV-77", "no number"]
    assert "Acme Ltd" in own.notes[0]
    assert "books synced" in own.notes[1]
    assert sheet(file, "Scores")


async def test_what_was_dismissed_is_there_and_says_so(examined: Surgery) -> None:
    await dismiss(examined, "Cleaners")
    (file,) = (await exported(examined, written_as=Format.XLSX, check=CODE)).files
    own = sheet(file, "Duplicate transactions")

    assert column(own, "State") == ["open", "dismissed"]
    assert column(own, "Reason") == [None, "two different jobs"]


async def test_one_check_as_csv_cannot_hold_a_formula(examined: Surgery) -> None:
    (file,) = (await exported(examined, written_as=Format.CSV, check=CODE)).files
    assert isinstance(file, Spreadsheet)

    assert file.written_as is Format.CSV
    assert "'=Paper & <Pens>" in csv_file(file.sheets[0]).decode()


async def test_the_report_is_a_page_that_needs_nothing_else(examined: Surgery) -> None:
    await dismiss(examined, "Cleaners")
    (file,) = (await exported(examined, written_as="report")).files
    assert isinstance(file, Document)
    told = page(file).decode()

    assert "Fernhill Accounting" in told
    assert "=Paper &amp; &lt;Pens&gt;" in told
    assert "Cleaners" not in told
    assert "1 finding was dismissed or put off" in told
    assert "http" not in told.replace("http-equiv", "")
    assert "<script" not in told


async def test_an_export_is_written_down_without_what_is_in_it(examined: Surgery) -> None:
    await exported(examined, written_as=Format.CSV)
    (event,) = [e for e in await examined.practice.audit() if e.action == "health.exported"]

    assert (event.actor, event.client_id) == (ANA, examined.client.id)
    assert event.after == {"as": "csv", "check": "all"}


async def test_who_may_not_see_the_client_exports_nothing(examined: Surgery) -> None:
    with pytest.raises(NotAllowed):
        await exported(examined, BEN, written_as=Format.CSV)


async def test_an_unknown_check_is_refused(examined: Surgery) -> None:
    with pytest.raises(Invalid):
        await exported(examined, written_as=Format.CSV, check="horoscope")


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("1200.00", Decimal("1200.00")),
        ("-0.50", Decimal("-0.50")),
        ("0012.5", "0012.5"),
        ("INV-7.1", "INV-7.1"),
        ("77", "77"),
        (3, 3),
        (True, True),
        (None, None),
        (["a", "b"], "a, b"),
        (1.5, Decimal("1.5")),
    ],
)
def test_a_fact_is_shown_as_what_it_is(kept: object, shown: object) -> None:
    assert _cell(kept) == shown
    assert type(_cell(kept)) is type(shown)
