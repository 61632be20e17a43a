"""The report that tells what is reconciled: by its filter, with the ids of the transactions."""

import pytest

BAKERY = "Bright Bakery"
SHOWN = {"source_account_type": "Bank,CreditCard", "columns": "tx_date,txn_type"}
EVER = {"start_date": "2020-01-01", "end_date": "2027-12-31"}


async def report(practice, tokens, **asked):
    practice.clock.move(seconds=1)
    params = {**SHOWN, **EVER, **asked}
    answer = await practice.call_quickbooks(tokens, "reports/TransactionList", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(told):
    place = [each["MetaData"][0]["Value"] for each in told["Columns"]["Column"]].index("txn_type")
    return {row["ColData"][place]["id"] for row in told["Rows"].get("Row", [])}


async def test_every_transaction_at_a_bank_has_one_mark_but_journals(practice, ledgers):
    tokens = await practice.quickbooks(BAKERY)
    marked = [
        ids(await report(practice, tokens, cleared=mark))
        for mark in ("Uncleared", "Cleared", "Reconciled")
    ]
    every = ids(await report(practice, tokens))
    journals = {row.id for row in ledgers.organisation(BAKERY).rows("JournalEntry")}

    assert set().union(*marked) == every
    assert sum(map(len, marked)) == len(every)
    assert not every & journals


async def test_what_somebody_reconciles_leaves_the_list(practice, ledgers):
    tokens = await practice.quickbooks(BAKERY)
    planted = ledgers.organisation(BAKERY).find("Purchase", "EXP-OPEN")
    before = ids(await report(practice, tokens, cleared="Uncleared"))
    changed = {"organisation": BAKERY, "action": "reconcile", "kind": "Purchase"}
    for mark in ("Cleared", ""):
        await practice.client.post(
            "/ledgers/quickbooks/edit", json={**changed, "name": "EXP-OPEN", "mark": mark}
        )
    after = ids(await report(practice, tokens, cleared="Uncleared"))
    done = ids(await report(practice, tokens, cleared="Reconciled"))

    assert before - after == {planted.id}
    assert planted.id in done
    assert planted.version == 0


async def test_days_and_account_types_choose(practice):
    tokens = await practice.quickbooks(BAKERY)
    every = ids(await report(practice, tokens))
    cards = ids(await report(practice, tokens, source_account_type="CreditCard"))
    late = ids(await report(practice, tokens, start_date="2026-10-01"))

    assert 0 < len(cards) < len(every)
    assert 0 < len(late) < len(every)


@pytest.mark.parametrize("wrong", [{"mark": "Perhaps"}, {"kind": "Bill", "name": "DUP-41"}])
async def test_only_marks_and_what_is_at_a_bank_are_reconciled(practice, wrong):
    asked = {"organisation": BAKERY, "action": "reconcile", "kind": "Purchase", "name": "EXP-OPEN"}
    answer = await practice.client.post("/ledgers/quickbooks/edit", json={**asked, **wrong})

    assert answer.status_code == 400


async def test_a_mark_nobody_knows_is_refused(practice):
    tokens = await practice.quickbooks(BAKERY)
    answer = await practice.call_quickbooks(
        tokens, "reports/TransactionList", params={"cleared": "UnCleared"}
    )

    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == "2170"
