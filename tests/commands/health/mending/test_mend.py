"""Changes of the ledger: asked first, made once, known to all, and put back if wanted."""

from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import select, update

from commands.errors import Conflict, NotAllowed, Refused
from commands.health.check import Change, Finding, Record, Remedy
from commands.health.mending.mending import amendment_of, kept, read
from commands.health.samples import account, bill, contact, day, line
from commands.replies import Answer, Invocation, call
from providers.amendments import AccountInUse, ContactDefaults
from providers.errors import TryAgain
from storage.models import Connection, Mend, Organisation, Status, ledger
from storage.queries import findings, health
from tests.builders import WORKSPACE
from tests.commands.health.surgery import Surgery
from tests.commands.practice import ANA, BEN, buttons, words
from tests.providers.vendors import MemoryTokens, a_gateway, a_token_set
from tests.providers.xero.test_amending import PENS, Xero

CODE = "contact-defaults"
BOOKS = (
    account("461", "Printing"),
    contact(PENS, "Paper & Pens", purchase_tax="INPUT2"),
    *(
        bill(f"b{month}", line("50.00", code="461"), contact_id=PENS, date=day(month, 3))
        for month in (3, 4, 5, 6)
    ),
)


@pytest.fixture
async def xero(surgery: Surgery) -> Xero:
    """The client's books at Xero, and a look that found something to set there."""
    async with surgery.practice.database.read() as session:
        organisation = await session.get_one(Organisation, surgery.organisation_id)
        connection = await session.get_one(Connection, surgery.connection_id)
    made = Xero(organisation.tenant_id)
    tokens = MemoryTokens(**{str(connection.grant_id): a_token_set()})
    surgery.practice.tools = replace(
        surgery.practice.tools, gateway=a_gateway(made, key="xero", tokens=tokens)
    )
    await surgery.holds(*BOOKS)
    await surgery.look()
    return made


async def found(surgery: Surgery) -> list[str]:
    """Fingerprints of contacts without the default account that they should have."""
    async with surgery.practice.database.read() as session:
        listed = await findings.page(
            session, WORKSPACE, surgery.organisation_id, CODE, today=surgery.clock().date()
        )
    return [
        each.finding.fingerprint
        for each in listed
        if each.finding.body["remedy"]["arguments"].get("field") == "purchase_account"
    ]


async def to_mend(surgery: Surgery) -> Invocation:
    (print_,) = await found(surgery)
    return call("health.mend", client=surgery.client.id, check=CODE, finding=print_)


async def press(surgery: Surgery, does: Invocation | None, person: str = ANA) -> Answer:
    assert does is not None
    return await surgery.practice.press(person, does)


async def mended(surgery: Surgery) -> Answer:
    return await press(surgery, (await to_mend(surgery)).having(sure="yes"))


async def mends(surgery: Surgery) -> list[Mend]:
    async with surgery.practice.database.read() as session:
        return list(await session.scalars(select(Mend)))


async def test_it_is_asked_before_anything_is_changed(surgery: Surgery, xero: Xero) -> None:
    answer = await press(surgery, await to_mend(surgery))

    assert xero.sent == []
    assert "purchases go to account `461`" in words(answer)
    assert "Xero" in words(answer)
    assert {"Set as default", "Keep as it is"} <= set(buttons(answer))


async def test_saying_yes_changes_it_once(surgery: Surgery, xero: Xero) -> None:
    asked = await press(surgery, await to_mend(surgery))
    answer = await press(surgery, buttons(asked)["Set as default"])
    (mend,) = await mends(surgery)

    assert [sent[:2] for sent in xero.sent] == [
        ("Contacts", {"ContactID": PENS, "PurchasesDefaultAccountCode": "461"})
    ]
    assert xero.sent[0][2] == mend.id
    assert (mend.state, mend.by) == ("done", ANA)
    assert "Undo" in buttons(answer)


async def test_the_copy_knows_it_and_the_checks_look_again(surgery: Surgery, xero: Xero) -> None:
    await mended(surgery)
    async with surgery.practice.database.read() as session:
        own = await session.scalar(
            select(ledger.contacts.c.purchase_account).where(ledger.contacts.c.remote_id == PENS)
        )
        due = await health.due(session, surgery.clock())
    await surgery.look()

    assert own == "461"
    assert list(due) == [surgery.organisation_id]
    assert await found(surgery) == []


async def test_it_is_written_down_without_what_is_in_the_ledger(
    surgery: Surgery, xero: Xero
) -> None:
    await mended(surgery)
    events = [e for e in await surgery.practice.audit() if e.action.startswith("health.mend")]

    assert [event.action for event in events] == ["health.mend_begun", "health.mended"]
    assert {event.actor for event in events} == {ANA}
    assert "461" not in str([event.after for event in events])


async def test_undo_puts_it_back_for_ten_minutes(surgery: Surgery, xero: Xero) -> None:
    undo = buttons(await mended(surgery))["Undo"]
    surgery.clock.advance(timedelta(minutes=9, seconds=59))
    answer = await press(surgery, undo)
    (mend,) = await mends(surgery)

    assert xero.contact["PurchasesDefaultAccountCode"] == ""
    assert xero.sent[-1][2] == f"{mend.id}-undo"
    assert mend.state == "undone"
    assert "as it was before" in words(answer)
    with pytest.raises(Conflict):
        await press(surgery, undo)


async def test_after_ten_minutes_nothing_is_put_back(surgery: Surgery, xero: Xero) -> None:
    undo = buttons(await mended(surgery))["Undo"]
    surgery.clock.advance(timedelta(minutes=10, seconds=1))

    with pytest.raises(Refused):
        await press(surgery, undo)
    assert len(xero.sent) == 1


async def test_what_is_so_already_is_said_and_cannot_be_undone(
    surgery: Surgery, xero: Xero
) -> None:
    xero.contact["PurchasesDefaultAccountCode"] = "461"
    answer = await mended(surgery)

    assert xero.sent == []
    assert "was so already" in words(answer)
    assert "Undo" not in buttons(answer)


async def test_who_may_not_see_the_client_changes_nothing(surgery: Surgery, xero: Xero) -> None:
    does = (await to_mend(surgery)).having(sure="yes")

    with pytest.raises(NotAllowed):
        await press(surgery, does, BEN)
    assert xero.sent == []


async def test_somebody_assigned_may(surgery: Surgery, xero: Xero) -> None:
    await surgery.practice.assign(BEN, surgery.client)
    await press(surgery, (await to_mend(surgery)).having(sure="yes"), BEN)

    assert len(xero.sent) == 1


async def test_xeros_refusal_is_told_in_its_words(surgery: Surgery, xero: Xero) -> None:
    body = {"Elements": [{"ValidationErrors": [{"Message": "Account 461 is archived"}]}]}
    xero.refusal = httpx2.Response(400, json=body)

    with pytest.raises(Refused) as caught:
        await mended(surgery)
    (mend,) = await mends(surgery)

    assert "Account 461 is archived" in words(caught.value)
    assert mend.state == "refused"


async def test_what_nobody_can_tell_is_looked_at_again(surgery: Surgery, xero: Xero) -> None:
    xero.refusal = httpx2.Response(500)
    with pytest.raises(Refused) as caught:
        await mended(surgery)
    (begun,) = await mends(surgery)
    xero.refusal = None
    again = await press(surgery, buttons(caught.value)["Look again"])

    assert begun.state == "begun"
    assert "Undo" in buttons(again)


async def test_a_vendor_that_is_silent_is_no_matter_of_this_change(
    surgery: Surgery, xero: Xero
) -> None:
    xero.refusal = httpx2.Response(
        429, headers={"retry-after": "66975", "x-rate-limit-problem": "day"}
    )

    with pytest.raises(TryAgain):
        await mended(surgery)


async def test_a_consent_from_before_is_renewed_first(surgery: Surgery, xero: Xero) -> None:
    xero.refusal = httpx2.Response(401, json={"Detail": "AuthorizationUnsuccessful"})

    with pytest.raises(Refused) as caught:
        await mended(surgery)
    assert "Reconnect" in buttons(caught.value)


async def test_without_a_connection_nothing_is_sent(surgery: Surgery, xero: Xero) -> None:
    does = (await to_mend(surgery)).having(sure="yes")
    async with surgery.practice.database.begin() as session:
        await session.execute(
            update(Connection)
            .where(Connection.id == surgery.connection_id)
            .values(status=Status.EXPIRED)
        )

    with pytest.raises(Refused):
        await press(surgery, does)
    assert xero.sent == []


async def test_what_is_not_found_any_more_is_not_mended(surgery: Surgery, xero: Xero) -> None:
    does = (await to_mend(surgery)).having(sure="yes", finding="0" * 32)

    with pytest.raises(Conflict):
        await press(surgery, does)


def a_finding(remedy: Remedy | None, *records: str) -> Finding:
    return Finding(
        key=("x",), title="x", text="x", fix="x", remedy=remedy,
        records=tuple(Record(source="Accounts", remote_id=each) for each in records),
    )  # fmt: skip


SET, ARCHIVE = Change.SET_DEFAULT, Change.ARCHIVE_ACCOUNT


@pytest.mark.parametrize(
    ("finding", "amendment"),
    [
        (a_finding(None, "1"), None),
        (
            a_finding(Remedy(change=ARCHIVE, label="x", arguments={"account": "7"}), "1"),
            AccountInUse(account="7", is_active=False),
        ),
        (
            a_finding(Remedy(change=ARCHIVE, label="x"), "1"),
            AccountInUse(account="1", is_active=False),
        ),
        (a_finding(Remedy(change=ARCHIVE, label="x")), None),
        (
            a_finding(
                Remedy(change=SET, label="x", arguments={
                    "contact": "c", "field": "sales_tax", "value": "OUTPUT2"}), "1"
            ),
            ContactDefaults(contact="c", sales_tax="OUTPUT2"),
        ),
        (a_finding(Remedy(change=SET, label="x", arguments={"contact": "c"}), "1"), None),
        (
            a_finding(Remedy(change=SET, label="x", arguments={
                "contact": "c", "field": "name", "value": "Evil"}), "1"), None,
        ),
    ],
)  # fmt: skip
def test_a_remedy_is_a_change_of_the_ledger(
    finding: Finding, amendment: AccountInUse | ContactDefaults | None
) -> None:
    assert amendment_of(finding) == amendment
    assert read(kept(amendment)) == amendment
