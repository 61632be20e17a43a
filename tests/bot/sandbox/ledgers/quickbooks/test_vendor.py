from datetime import UTC, datetime

import pytest


async def rows(practice, tokens, statement):
    answer = await practice.query(tokens, statement)
    assert answer.status_code == 200, answer.text
    body = answer.json()["QueryResponse"]
    return next((value for value in body.values() if isinstance(value, list)), [])


async def test_a_query_answers_with_rows_and_where_they_stand(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    answer = await practice.query(tokens, "SELECT * FROM Account STARTPOSITION 11 MAXRESULTS 20")

    body = answer.json()
    assert body["QueryResponse"]["startPosition"] == 11
    assert body["QueryResponse"]["maxResults"] == 20
    assert len(body["QueryResponse"]["Account"]) == 20
    assert body["time"] == "2026-11-23T01:00:00.000-08:00"
    assert answer.headers["intuit_tid"].startswith("1-")


async def test_a_row_carries_its_version_and_pacific_times(practice, ledgers, clock):
    tokens = await practice.quickbooks("Bright Bakery")
    ledgers.organisation("Bright Bakery").rename("Account", "Rent", "Rent of shop", at=clock())
    (row,) = await rows(practice, tokens, "SELECT * FROM Account WHERE Name = 'Rent of shop'")

    assert (row["domain"], row["sparse"], row["SyncToken"]) == ("QBO", False, "1")
    assert row["MetaData"]["LastUpdatedTime"] == "2026-11-23T01:00:00-08:00"
    assert row["MetaData"]["CreateTime"][-6:] in {"-08:00", "-07:00"}


async def test_pages_together_are_the_whole_list(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    paged = []
    for start in range(1, 500, 100):
        paged += await rows(practice, tokens, f"SELECT * FROM Customer STARTPOSITION {start}")
    count = (await practice.query(tokens, "SELECT COUNT(*) FROM Customer")).json()

    assert paged == await rows(practice, tokens, "SELECT * FROM Customer MAXRESULTS 1000")
    assert count["QueryResponse"] == {"totalCount": len(paged)}


async def test_nothing_found_is_an_empty_object(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    answer = await practice.query(tokens, "SELECT * FROM Vendor WHERE DisplayName = 'Nobody'")

    assert answer.json()["QueryResponse"] == {}


async def test_inactive_rows_are_hidden_until_asked_for(practice):
    tokens = await practice.quickbooks("Bright Bakery")

    async def classes(where):
        found = await rows(practice, tokens, f"SELECT * FROM Class {where}")
        return [row["Name"] for row in found]

    assert await classes("") == ["Shop", "Wholesale"]
    assert await classes("WHERE Active IN (true, false)") == [
        "Shop",
        "Wholesale",
        "Celebration cakes",
    ]
    assert await classes("WHERE Active = false") == ["Celebration cakes"]


async def test_items_keep_their_sku_to_themselves_until_it_is_named(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    (plain,) = await rows(practice, tokens, "SELECT * FROM Item MAXRESULTS 1")
    (named,) = await rows(practice, tokens, "SELECT *, Sku FROM Item MAXRESULTS 1")

    assert "Sku" not in plain
    assert named["Sku"] == "SKU-0001"


async def test_rows_come_in_the_order_asked_for(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    found = await rows(practice, tokens, "SELECT * FROM Term ORDERBY DueDays DESC")

    assert [row["DueDays"] for row in found] == [60, 30, 14, 0]


async def test_ids_are_compared_and_sorted_as_numbers(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    found = await rows(
        practice,
        tokens,
        "SELECT * FROM Invoice WHERE Id > '99' ORDERBY Id MAXRESULTS 1000",
    )
    ids = [int(row["Id"]) for row in found]

    assert ids == sorted(ids)
    assert min(ids) > 99
    assert max(ids) > 500


@pytest.mark.parametrize(
    "where",
    [
        "MetaData.LastUpdatedTime >= '2026-06-01T00:00:00-07:00'",
        "MetaData.LastUpdatedTime >= '2026-06-01T07:00:00Z'",
        "MetaData.LastUpdatedTime >= '2026-06-01T00:00:00'",
        "MetaData.LastUpdatedTime >= '2026-06-01'",
        "Metadata.LastUpdatedTime >= '2026-06-01'",
    ],
)
async def test_an_instant_can_be_written_in_several_ways(practice, ledgers, where):
    tokens = await practice.quickbooks("Bright Bakery")
    found = await rows(practice, tokens, f"SELECT * FROM Bill WHERE {where} MAXRESULTS 1000")
    expected = [
        row.id
        for row in ledgers.organisation("Bright Bakery").rows("Bill")
        if row.updated >= datetime(2026, 6, 1, 7, tzinfo=UTC)
    ]

    assert [row["Id"] for row in found] == expected
    assert 0 < len(expected) < len(ledgers.organisation("Bright Bakery").rows("Bill"))


async def test_conditions_can_be_joined(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    where = (
        "TxnDate >= '2026-01-01' AND TxnDate <= '2026-03-31' AND Balance = '0' "
        "AND TotalAmt > '100.00'"
    )
    found = await rows(practice, tokens, f"SELECT * FROM Invoice WHERE {where} MAXRESULTS 1000")
    customer = found[0]["CustomerRef"]["value"]
    theirs = await rows(practice, tokens, f"SELECT * FROM Invoice WHERE CustomerRef = '{customer}'")

    assert {row["TxnDate"][:4] for row in found} == {"2026"}
    assert all(row["Balance"] == 0 and row["TotalAmt"] > 100 for row in found)
    assert {row["CustomerRef"]["value"] for row in theirs} == {customer}


async def test_the_offset_follows_the_summer(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    found = await rows(practice, tokens, "SELECT * FROM Bill MAXRESULTS 1000")

    for row in found:
        made = row["MetaData"]["CreateTime"]
        is_summer = "2026-03-08" < made[:10] < "2026-11-01"
        assert made[-6:] == ("-07:00" if is_summer else "-08:00"), made


async def test_a_long_statement_can_be_posted(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    answer = await practice.call_quickbooks(
        tokens,
        "query",
        method="POST",
        content="SELECT * FROM Term",
        headers={"Content-Type": "application/text"},
    )

    assert len(answer.json()["QueryResponse"]["Term"]) == 4


@pytest.mark.parametrize(
    ("statement", "code", "words"),
    [
        ("SELEKT * FROM Account", "4000", "QueryParserError"),
        ("SELECT * FROM account", "4001", "Metadata not found for Entity: account"),
        ("SELECT * FROM Account WHERE Colour = 'x'", "4001", "Property Colour not found"),
        ("SELECT * FROM Account MAXRESULTS 2000", "4001", "Max allowed value is 1000"),
    ],
)
async def test_a_wrong_statement_is_a_validation_fault(practice, statement, code, words):
    tokens = await practice.quickbooks("Bright Bakery")
    answer = await practice.query(tokens, statement)

    fault = answer.json()["Fault"]
    assert answer.status_code == 400
    assert fault["type"] == "ValidationFault"
    assert fault["Error"][0]["code"] == code
    assert words in fault["Error"][0]["Detail"]


async def test_projects_hang_below_their_customer(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    found = await rows(practice, tokens, "SELECT * FROM Customer WHERE Job = true")

    assert [row["DisplayName"] for row in found] == ["Station kiosk refit", "Harvest festival 2026"]
    parent = found[0]["ParentRef"]
    assert found[0]["FullyQualifiedName"] == f"{parent['name']}:Station kiosk refit"
    assert (await practice.call_quickbooks(tokens, f"customer/{parent['value']}")).json()[
        "Customer"
    ]["DisplayName"] == parent["name"]


async def test_a_tax_code_leads_to_its_rates_and_they_to_the_agency(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    (code,) = await rows(practice, tokens, "SELECT * FROM TaxCode WHERE Name = '20.0% S'")
    rate_ref = code["PurchaseTaxRateList"]["TaxRateDetail"][0]["TaxRateRef"]["value"]
    (rate,) = await rows(practice, tokens, f"SELECT * FROM TaxRate WHERE Id = '{rate_ref}'")
    agency = await practice.call_quickbooks(tokens, f"taxagency/{rate['AgencyRef']['value']}")

    assert rate["RateValue"] == 20
    assert agency.json()["TaxAgency"]["DisplayName"] == "HM Revenue & Customs (VAT)"


async def test_an_american_company_has_pseudo_codes_and_automatic_tax(practice):
    tokens = await practice.quickbooks("Kestrel Logistics")
    codes = await rows(practice, tokens, "SELECT * FROM TaxCode")
    preferences = (await practice.call_quickbooks(tokens, "preferences")).json()["Preferences"]

    assert [code["Id"] for code in codes] == ["TAX", "NON"]
    assert preferences["TaxPrefs"]["PartnerTaxEnabled"] is True
    assert preferences["CurrencyPrefs"]["HomeCurrency"]["value"] == "USD"


async def test_the_company_tells_country_plan_and_closed_books(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    company = await practice.call_quickbooks(tokens, f"companyinfo/{tokens['realm']}")
    preferences = await practice.call_quickbooks(tokens, "preferences")

    info = company.json()["CompanyInfo"]
    assert (info["CompanyName"], info["Country"]) == ("Bright Bakery", "GB")
    assert {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"} in info["NameValue"]
    books = preferences.json()["Preferences"]["AccountingInfoPrefs"]
    assert books["BookCloseDate"] == "2026-03-31"
    assert books["ClassTrackingPerTxnLine"] is True


async def test_a_batch_answers_item_by_item(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    items = [
        {"bId": "accounts", "Query": "SELECT * FROM Account MAXRESULTS 1000"},
        {"bId": "wrong", "Query": "SELECT * FROM"},
        {"bId": "write", "operation": "create", "Term": {"Name": "New"}},
    ]
    answer = await practice.call_quickbooks(
        tokens, "batch", method="POST", json={"BatchItemRequest": items}
    )

    accounts, wrong, write = answer.json()["BatchItemResponse"]
    assert answer.status_code == 200
    assert (accounts["bId"], len(accounts["QueryResponse"]["Account"])) == ("accounts", 53)
    assert wrong["Fault"]["Error"][0]["code"] == "4000"
    assert write["Fault"]["Error"][0]["code"] == "500"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"BatchItemRequest": [' + b"{}," * 30 + b"{}]}"])
async def test_a_batch_must_be_one_and_not_too_long(practice, body):
    tokens = await practice.quickbooks("Bright Bakery")
    answer = await practice.call_quickbooks(tokens, "batch", method="POST", content=body)

    assert answer.status_code == 400


async def changes(practice, tokens, **params):
    answer = await practice.call_quickbooks(tokens, "cdc", params=params)
    return answer.status_code, answer.json()


async def test_changes_tell_what_was_edited_and_what_is_gone(practice, ledgers, clock):
    tokens = await practice.quickbooks("Bright Bakery")
    bakery = ledgers.organisation("Bright Bakery")
    clock.move(minutes=5)
    renamed = bakery.rename("Account", "Rent", "Rent of shop", at=clock())
    gone = bakery.remove("Vendor", bakery.rows("Vendor")[3].id, at=clock())
    _, body = await changes(
        practice, tokens, entities="Account,Vendor,Class", changedSince="2026-11-23T01:01:00-08:00"
    )

    accounts, vendors, classes = body["CDCResponse"][0]["QueryResponse"]
    assert [row["Id"] for row in accounts["Account"]] == [renamed.id]
    assert vendors["Vendor"] == [
        {
            "domain": "QBO",
            "status": "Deleted",
            "Id": gone.id,
            "MetaData": {"LastUpdatedTime": "2026-11-23T01:05:00-08:00"},
        }
    ]
    assert classes == {}


@pytest.mark.parametrize(
    ("entities", "since"),
    [
        ("Account", "2026-10-01T00:00:00-07:00"),
        ("Account", "yesterday"),
        ("TaxCode", "2026-11-22T00:00:00-08:00"),
        ("Nonsense", "2026-11-22T00:00:00-08:00"),
    ],
)
async def test_changes_have_their_limits(practice, entities, since):
    tokens = await practice.quickbooks("Bright Bakery")
    status, body = await changes(practice, tokens, entities=entities, changedSince=since)

    assert (status, body["Fault"]["type"]) == (400, "ValidationFault")


async def test_what_is_too_long_ago_is_refused_in_the_vendor_s_words(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    _, body = await changes(
        practice, tokens, entities="Bill", changedSince="2026-10-01T00:00:00-07:00"
    )

    (error,) = body["Fault"]["Error"]
    assert (error["code"], error["Message"]) == ("500", "Unsupported Operation")
    assert "which is older than fixed days is not supported" in error["Detail"]


async def test_changes_stop_at_a_thousand(practice, ledgers, clock):
    tokens = await practice.quickbooks("Bright Bakery")
    bakery = ledgers.organisation("Bright Bakery")
    for n in range(1_100):
        bakery.add("Vendor", {"DisplayName": f"Supplier {n}"}, at=clock())
    _, body = await changes(
        practice, tokens, entities="Vendor,Account", changedSince="2026-11-23T00:00:00-08:00"
    )

    vendors, accounts = body["CDCResponse"][0]["QueryResponse"]
    assert vendors["maxResults"] == 1_000
    assert accounts == {}


async def test_an_access_token_lasts_an_hour(practice, clock):
    tokens = await practice.quickbooks("Bright Bakery")
    clock.move(minutes=60)
    answer = await practice.call_quickbooks(tokens, "preferences")

    assert answer.status_code == 401
    error = answer.json()["fault"]
    assert (error["type"], error["error"][0]["code"]) == ("AUTHENTICATION", "3200")


async def test_one_company_s_token_does_not_open_another(practice, ledgers):
    tokens = await practice.quickbooks("Bright Bakery")
    other = ledgers.organisation("Fox Cycles").key
    answer = await practice.call_quickbooks(tokens, "preferences", realm=other)

    assert answer.status_code == 403
    assert answer.json()["fault"]["error"][0]["code"] == "3100"


async def test_ten_calls_a_second_are_enough_for_anybody(practice, clock):
    tokens = await practice.quickbooks("Bright Bakery")
    answers = [(await practice.call_quickbooks(tokens, "preferences")) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].json()["fault"]["error"][0]["code"] == "003001"
    clock.move(seconds=1)
    assert (await practice.call_quickbooks(tokens, "preferences")).status_code == 200


async def test_five_hundred_calls_and_forty_batches_a_minute_are_enough(practice, clock):
    tokens = await practice.quickbooks("Bright Bakery")
    statuses = []
    for _ in range(41):
        answer = await practice.call_quickbooks(
            tokens, "batch", method="POST", json={"BatchItemRequest": []}
        )
        statuses.append(answer.status_code)
        clock.move(seconds=0.2)

    assert statuses == [200] * 40 + [429]
    assert (await practice.call_quickbooks(tokens, "preferences")).status_code == 200


async def test_what_is_not_there_is_not_found(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    missing = await practice.call_quickbooks(tokens, "account/99999")
    unknown = await practice.call_quickbooks(tokens, "nonsense/1")

    assert missing.json()["Fault"]["Error"][0]["code"] == "610"
    assert unknown.json()["Fault"]["Error"][0]["code"] == "500"


async def test_who_does_not_ask_for_json_gets_xml(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    answer = await practice.call_quickbooks(tokens, "preferences", headers={"Accept": "*/*"})

    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.startswith("<?xml")


async def test_a_benchmark_may_ask_as_often_as_it_likes(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    answer = await practice.client.post("/ledgers/quickbooks/limits", json={"a_second": 1_000})
    statuses = {
        (await practice.call_quickbooks(tokens, "preferences")).status_code for _ in "a" * 30
    }

    assert answer.json() == {"ok": True}
    assert statuses == {200}


@pytest.mark.parametrize("body", [{"a_second": 0}, {"a_second": "many"}, {"a_fortnight": 1}])
async def test_limits_must_be_some(practice, body):
    answer = await practice.client.post("/ledgers/quickbooks/limits", json=body)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("query", {"params": {"query": "SELECT * FROM Invoice"}}),
        ("cdc", {"params": {"entities": "Invoice", "changedSince": "2026-10-26T00:00:00Z"}}),
        (
            "batch",
            {
                "method": "POST",
                "json": {"BatchItemRequest": [{"bId": "1", "Query": "SELECT * FROM Invoice"}]},
            },
        ),
    ],
)
async def test_a_word_nobody_knows_can_come_from_everywhere(practice, ledgers, path, options):
    tokens = await practice.quickbooks("Bright Bakery")
    ledgers.set_fault("quickbooks", "unknown_enum")
    strange = await practice.call_quickbooks(tokens, path, **options)
    usual = await practice.call_quickbooks(tokens, path, **options)

    assert strange.text.count('"EmailStatus":"UnheardOf"') == 1
    assert "UnheardOf" not in usual.text
