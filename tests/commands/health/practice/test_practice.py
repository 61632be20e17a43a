"""All clients beside each other, for whoever may see them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from commands.errors import NotAllowed
from commands.files import Spreadsheet
from commands.health.practice.comparing import Sort, summed
from commands.replies import Answer, Filter, Reply, Table, call
from storage.models import Status
from tests.commands.health.surroundings import a_standing, has_finding, has_outcome
from tests.commands.practice import ANA, BEN, DORA, Practice, buttons, words
from tests.conftest import Clock

MONDAY = datetime(2026, 7, 13, 9, tzinfo=UTC)


@pytest.fixture
async def several(practice: Practice, clock: Clock) -> Practice:
    clock.advance(MONDAY - clock())
    acme = await a_standing(practice, clock, "Acme Ltd", 64, before=60)
    await a_standing(practice, clock, "Bright Bakery", 82, before=82)
    oak = await a_standing(practice, clock, "Oak & Sons", 31, before=43, status=Status.EXPIRED)
    await a_standing(practice, clock, "Cedar & Co", None)
    now = clock()
    await has_finding(practice, acme, "a", "120.00", first_seen_at=now)
    await has_finding(practice, acme, "b", "999.00", first_seen_at=now, dismissed_at=now)
    await has_finding(practice, oak, "c", "-14220.50", first_seen_at=now, is_serious=True)
    await has_outcome(practice, oak, "lock-dates", "serious", "moved back to May")
    await has_outcome(practice, acme, "lock-dates", "fine", "locked to June")
    await has_outcome(practice, acme, "directors-loan", "serious", "1 loan overdrawn, £12,000.00")
    await has_outcome(practice, oak, "directors-loan", "not set up", "choose the accounts")
    return practice


def table(answer: Answer) -> Table:
    return next(part for part in answer.parts if isinstance(part, Table))


def clients(answer: Answer) -> list[str]:
    return [row[0] for row in table(answer).rows]


async def test_the_lowest_score_comes_first(several: Practice) -> None:
    answer = await several.say(ANA, "health all")
    rows = {row[0]: row[1:] for row in table(answer).rows}

    assert clients(answer) == ["Oak & Sons", "Acme Ltd", "Bright Bakery", "Cedar & Co"]
    assert rows["Oak & Sons"] == (
        "31 red", "−12", "£14,220", "1", "1", "■ moved back to May", "0",
    )  # fmt: skip
    assert rows["Acme Ltd"] == ("64 amber", "+4", "£120", "1", "–", "● to June", "0")
    assert rows["Cedar & Co"][:3] == ("none yet", "–", "–")


async def test_all_of_them_are_summed_up(several: Practice) -> None:
    said = words(await several.say(ANA, "health all"))

    assert "4 clients · average health 59 (amber) · down 3 in a month" in said
    assert "1 client is worse than a month ago" in said
    assert "Lock dates: 1 serious, 1 fine" in said
    assert "Directors’ loans are overdrawn with 1 client\n" in said
    assert "1 connection needs somebody" in said
    assert "1 client has no score yet" in said


@pytest.mark.parametrize(
    ("sort", "first"),
    [(Sort.MOVEMENT, "Oak & Sons"), (Sort.STAKE, "Oak & Sons"), (Sort.NAME, "Acme Ltd")],
)
async def test_they_can_be_lined_up_otherwise(several: Practice, sort: Sort, first: str) -> None:
    answer = await several.press(ANA, call("health.practice", sort=sort))

    assert clients(answer)[0] == first


async def test_people_see_the_clients_they_work_for(several: Practice) -> None:
    await several.assign(BEN, await several.client("Acme Ltd"))
    answer = await several.say(BEN, "health all")

    assert clients(answer) == ["Acme Ltd"]
    assert "1 client · average health 64" in words(answer)
    assert "Connections to mend" not in buttons(answer)


async def test_without_a_role_nothing_is_shown(several: Practice) -> None:
    with pytest.raises(NotAllowed):
        await several.say(DORA, "health all")


async def test_it_is_told_by_the_page(practice: Practice, clock: Clock) -> None:
    for number in range(14):
        await a_standing(practice, clock, f"Client {number:02}", 50 + number)
    first = await practice.say(ANA, "health all")
    second = await practice.press(ANA, buttons(first)["Next"])  # type: ignore[arg-type]

    assert len(clients(first)) == 12
    assert clients(second) == ["Client 12", "Client 13"]
    assert "Page 2 of 2" in words(second)
    assert "Next" not in buttons(second)


async def test_a_client_can_be_opened_from_it(several: Practice) -> None:
    answer = await several.say(ANA, "health all")
    pick = [p for p in answer.parts if isinstance(p, Filter) and p.name == "client"]

    assert pick[0].does.command == "health.show"
    assert [option.label for option in pick[0].options] == clients(answer)


async def test_all_of_them_can_be_taken_away(several: Practice) -> None:
    first = await several.say(ANA, "health all")
    answer = await several.press(ANA, buttons(first)["Export"])  # type: ignore[arg-type]
    assert isinstance(answer, Reply)
    (file,) = answer.files
    assert isinstance(file, Spreadsheet)
    oak = next(row for row in file.sheets[0].rows if row[0] == "Oak & Sons")

    assert oak[:8] == ("Oak & Sons", 31, "red", -12, Decimal("14220.5"), "GBP", 1, 1)


async def test_before_any_client_is_connected_it_says_what_will_be_here(
    practice: Practice,
) -> None:
    answer = await practice.say(ANA, "health all")

    assert "No client has Data Health yet" in words(answer)
    assert "Connections" in buttons(answer)


def test_nothing_has_no_average() -> None:
    total = summed([], MONDAY)

    assert (total.average, total.moved, total.clients) == (None, None, 0)


async def test_books_that_are_old_are_counted(practice: Practice, clock: Clock) -> None:
    await a_standing(practice, clock, "Acme Ltd", 60)
    clock.advance(timedelta(hours=37))

    assert "The books of 1 client are older" in words(await practice.say(ANA, "health all"))


async def test_money_that_several_checks_see_is_at_stake_once(
    practice: Practice, clock: Clock
) -> None:
    stood = await a_standing(practice, clock, "Acme Ltd", 60)
    for key, amount, code in (("a", "100", "aged-payables"), ("b", "250", "overpayments")):
        await has_finding(
            practice, stood, key, amount, code=code, about="bill-1", first_seen_at=clock()
        )
    await has_finding(practice, stood, "c", "30", first_seen_at=clock())
    await has_finding(practice, stood, "d", "5", first_seen_at=clock(), about="bill-2")
    [row] = table(await practice.say(ANA, "health all")).rows

    assert row[3:5] == ("£285", "4")
