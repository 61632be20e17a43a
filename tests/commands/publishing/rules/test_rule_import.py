"""Rules imported as a spreadsheet has them."""

import pytest

from commands.errors import Invalid
from tests.commands.practice import Practice, words
from tests.commands.publishing.ledgers import Desk, a_desk
from tests.commands.publishing.rules.making import made
from tests.conftest import Clock


@pytest.fixture
async def desk(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, clock)


ROWS = "Name\tCurrency\tCategory\tCode\nPaper & Pens\teur\t\t461\nCleaners\t\tgeneral expenses\n"


async def test_rules_are_imported_as_a_spreadsheet_has_them(desk: Desk) -> None:
    await made(desk, account="a-429", tax_rate="t-20")
    form = await desk.press(await desk.say("rules acme"), "Import")
    answer = await desk.submit(form, rows=ROWS)
    [cleaners, pens] = await desk.rules()

    assert "1 rule added, 1 changed" in words(answer)
    assert (cleaners.title, cleaners.coding) == ("Cleaners", {"account": "a-429"})
    assert pens.coding == {"account": "a-461", "tax_rate": "t-20", "currency": "EUR"}


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("Paper, , , 999\nPens, , ,998", "Paper: there is no category “999” in use. Pens"),
        ("Paper,euros", "is not a currency"),
        ("Name,Currency", "no supplier in it"),
        ("\n".join(f"S{n},,,{n}" for n in range(9)), "And 4 more"),
    ],
)
async def test_of_an_import_nothing_is_kept_where_something_is_wrong(
    desk: Desk, rows: str, problem: str
) -> None:
    form = await desk.press(await desk.say("rules acme"), "Import")

    with pytest.raises(Invalid, match=problem):
        await desk.submit(form, rows=f"Cleaners\n{rows}" if "Name" not in rows else rows)

    assert await desk.rules() == []
