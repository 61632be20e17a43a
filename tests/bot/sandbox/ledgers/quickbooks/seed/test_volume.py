import pytest

from bot.sandbox.ledgers.quickbooks.reading.rows import select
from bot.sandbox.ledgers.quickbooks.seed import volume
from bot.sandbox.ledgers.quickbooks.seed.volume import Size

SMALL = Size(invoices=120, bills=50, payments=60, customers=40, vendors=20)


def made(seed=1, size=SMALL):
    return volume.company("Large Ltd", realm="9341450000999999", seed=seed, size=size)


def test_a_company_is_as_large_as_asked():
    books = made()
    counts = {kind: len(books.rows(kind)) for kind in ("Invoice", "Bill", "Payment", "Vendor")}

    assert counts == {"Invoice": 120, "Bill": 50, "Payment": 60, "Vendor": 20}
    assert len([row for row in books.rows("Customer") if not row.fields.get("Job")]) == 40


def test_its_totals_add_up():
    books = made()
    paid = [row for row in books.rows("Invoice") if row.fields["LinkedTxn"]]

    assert len(paid) == 60
    assert {row.fields["Balance"] for row in paid} == {0}
    assert sum(row.fields["TotalAmt"] for row in paid) == sum(
        row.fields["TotalAmt"] for row in books.rows("Payment")
    )
    assert sum(row.fields["Balance"] for row in books.rows("Customer")) == sum(
        row.fields["Balance"] for row in books.rows("Invoice")
    )


def test_the_same_seed_makes_the_same_bytes():
    def pages(books):
        return [select(books, f"SELECT * FROM {k} MAXRESULTS 1000") for k in ("Invoice", "Payment")]

    assert [bytes(row) for row in pages(made())[0]["Invoice"]] == [
        bytes(row) for row in pages(made())[0]["Invoice"]
    ]
    assert made().rows("Invoice")[0].wire != made(seed=2).rows("Invoice")[0].wire


def test_without_a_size_it_is_what_rivals_were_measured_with():
    books = made(size=Size())
    page = select(books, "SELECT * FROM Invoice ORDERBY Id STARTPOSITION 4001 MAXRESULTS 1000")

    assert len(page["Invoice"]) == 1_000
    assert [len(books.rows(kind)) for kind in ("Bill", "Payment", "Vendor")] == [2_000, 2_000, 500]


async def test_it_can_be_opened_over_http_and_connected(practice):
    size = {"invoices": 30, "bills": 10, "payments": 10, "customers": 10, "vendors": 9}
    answer = await practice.client.post(
        "/ledgers/quickbooks/volume", json={"name": "Bench & Co", "seed": 3, **size}
    )
    tokens = await practice.quickbooks("Bench & Co")
    count = await practice.query(tokens, "SELECT count(*) FROM Invoice")

    assert answer.json() == {"organisation": "Bench & Co", "id": tokens["realm"]}
    assert count.json()["QueryResponse"] == {"totalCount": 30}


@pytest.mark.parametrize(
    "body", [{"invoices": "many"}, {"spoons": 3}, {"seed": None}, {"bills": -1}, [1]]
)
async def test_a_size_must_be_one(practice, body):
    answer = await practice.client.post("/ledgers/quickbooks/volume", json=body)

    assert answer.status_code == 400


async def test_a_day_s_work_can_be_done_in_it(practice, clock):
    await practice.client.post(
        "/ledgers/quickbooks/volume", json={"name": "Bench", "invoices": 200, "bills": 90}
    )
    clock.move(minutes=1)
    since = clock().isoformat()
    await practice.client.post(
        "/ledgers/quickbooks/edit", json={"organisation": "Bench", "action": "stir", "count": 80}
    )
    tokens = await practice.quickbooks("Bench")
    answer = await practice.call_quickbooks(
        tokens, "cdc", params={"entities": "Invoice,Bill,Customer", "changedSince": since}
    )

    responses = answer.json()["CDCResponse"][0]["QueryResponse"]
    assert [each["maxResults"] for each in responses] == [50, 20, 10]


async def test_its_documents_can_be_worked_on_like_any_other(practice):
    await practice.client.post(
        "/ledgers/quickbooks/volume", json={"name": "Bench", "invoices": 20, "payments": 5}
    )
    books = practice.ledgers.organisation("Bench")
    row = books.rows("Invoice")[-1]
    total = row.read("TotalAmt")
    for instruction in (
        {"action": "receive_payment", "name": row.id, "amount": "1"},
        {"action": "edit", "kind": "Invoice", "name": row.id, "amount": "100"},
        {"action": "merge", "kind": "Customer", "name": books.rows("Customer")[0].id},
    ):
        into = books.rows("Customer")[1].id
        edit = {"organisation": "Bench", "into": into, **instruction}
        answer = await practice.client.post("/ledgers/quickbooks/edit", json=edit)
        assert answer.status_code == 200, answer.text

    assert total != 120
    assert (row.fields["TotalAmt"], row.fields["Balance"]) == (120, 119)
    owed = sum(each.fields["Balance"] for each in books.rows("Invoice"))
    assert sum(each.fields["Balance"] for each in books.rows("Customer")) == owed
