"""What a client's channel hears by itself: a change of level, and what is newly serious."""

import pytest

from commands.health.samples import account, contact, day, line, money_out
from tests.commands.health.surgery import CHANNEL, Surgery
from tests.commands.practice import buttons, words

BANK = account("090", "Barclays", account_type="BANK", account_class="ASSET", is_bank=True)


def unmatched(own: str, name: str, amount: str) -> list[object]:
    """An old payment that no line of the statement has."""
    paid = {"contact_id": f"c-{own}", "is_reconciled": False, "date": day(4, 2)}
    return [contact(f"c-{own}", name), money_out(own, line(amount, tax=None), **paid)]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["Cleaners"], "Bank reconciliation: *Cleaners*. Payment of £100.00 on 2 April 2026"),
        (
            ["Cleaners", "Paper", "Vans", "Water"],
            "Bank reconciliation: 4 new and serious, £1,000: *Water*, *Vans*, *Paper* and 1 more",
        ),
    ],
)
async def test_what_is_newly_serious_is_told_by_check_the_dearest_first(
    surgery: Surgery, names: list[str], says: str
) -> None:
    await surgery.holds(BANK)
    await surgery.look()
    new = [unmatched(name, name, f"{n}00.00") for n, name in enumerate(names, start=1)]
    await surgery.holds(*(record for pair in new for record in pair))
    await surgery.look()
    told = surgery.practice.post.to(CHANNEL)[-1].reply

    assert says in words(told)
    assert words(told).count("Bank reconciliation:") == 1
    assert list(buttons(told)) == ["Findings", "Health"]
