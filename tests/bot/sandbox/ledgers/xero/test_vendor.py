import re

import pytest

MS_DATE = re.compile(r"/Date\(-?\d+\+0000\)/")


async def names(practice, tokens, resource, organisation, **params):
    answer = await practice.call_xero(tokens, resource, organisation, params=params)
    assert answer.status_code == 200, answer.text
    return [row["Name"] for row in answer.json()[resource]]


async def test_an_answer_comes_in_an_envelope_with_what_is_left_of_the_limits(practice):
    tokens = await practice.xero("Acme Limited")
    answer = await practice.call_xero(tokens, "Accounts", "Acme Limited")

    body = answer.json()
    assert body["Status"] == "OK"
    assert MS_DATE.fullmatch(body["DateTimeUTC"])
    assert len(body["Accounts"]) == 94
    assert answer.headers["x-minlimit-remaining"] == "59"
    assert answer.headers["x-daylimit-remaining"] == "4999"
    assert answer.headers["x-appminlimit-remaining"] == "9999"
    assert answer.headers["xero-correlation-id"]


@pytest.mark.parametrize("resource", ["accounts", "ACCOUNTS", "Accounts"])
async def test_resources_are_found_in_any_case(practice, resource):
    tokens = await practice.xero("Acme Limited")

    assert (await practice.call_xero(tokens, resource, "Acme Limited")).status_code == 200


async def test_the_organisation_tells_currency_plan_lock_dates_and_time_zone(practice):
    tokens = await practice.xero("Ivy Property Lettings", "Juniper Films")
    ivy = (await practice.call_xero(tokens, "Organisation", "Ivy Property Lettings")).json()
    juniper = (await practice.call_xero(tokens, "Organisation", "Juniper Films")).json()

    (ivy,), (juniper,) = ivy["Organisations"], juniper["Organisations"]
    assert ivy["PeriodLockDate"] == "/Date(1790726400000+0000)/"  # 30 September 2026
    assert "EndOfYearLockDate" not in ivy
    assert (ivy["BaseCurrency"], ivy["Timezone"]) == ("GBP", "GMTSTANDARDTIME")
    assert (juniper["BaseCurrency"], juniper["CountryCode"]) == ("USD", "US")
    assert (juniper["Class"], juniper["Timezone"]) == ("ULTIMATE", "PACIFICSTANDARDTIME")


@pytest.mark.parametrize("header", [None, "Bearer made-up", "Basic abc"])
async def test_without_a_good_token_a_call_is_unauthorized(practice, header):
    tokens = await practice.xero("Acme Limited")
    headers = {"Authorization": header or ""}
    answer = await practice.call_xero(tokens, "Accounts", "Acme Limited", headers=headers)

    assert answer.status_code == 401
    assert answer.json()["Detail"] == "AuthenticationUnsuccessful"


async def test_an_access_token_lasts_half_an_hour(practice, clock):
    tokens = await practice.xero("Acme Limited")
    clock.move(minutes=30)
    answer = await practice.call_xero(tokens, "Accounts", "Acme Limited")

    assert answer.status_code == 401
    assert answer.json()["Detail"] == "TokenExpired: token expired at 11/23/2026 09:30:00"


async def test_an_organisation_must_be_named_and_connected(practice):
    tokens = await practice.xero("Acme Limited")
    other = await practice.call_xero(tokens, "Accounts", "Acorn Dental")
    unnamed = await practice.call_xero(
        tokens, "Accounts", "Acme Limited", headers={"xero-tenant-id": ""}
    )

    for answer in (other, unnamed):
        assert answer.status_code == 403
        assert answer.json()["Title"] == "Forbidden"


async def test_a_scope_that_was_not_asked_for_is_not_entitled(practice, came_back):
    form = {"person": "ana", "organisation": "Acme Limited", "decision": "allow"}
    asked = await practice.ask_xero(form=form, scope="offline_access accounting.settings.read")
    tokens = await practice.redeem_xero(came_back(asked)["code"])
    answer = await practice.call_xero(tokens, "Contacts", "Acme Limited")

    assert answer.status_code == 401
    assert answer.json()["Detail"] == "AuthorizationUnsuccessful"
    assert (await practice.call_xero(tokens, "Items", "Acme Limited")).status_code == 200


async def test_what_does_not_exist_is_not_found_in_plain_text(practice):
    tokens = await practice.xero("Acme Limited")
    for path in ("Nonsense", "Accounts/00000000-0000-0000-0000-000000000000"):
        answer = await practice.call_xero(tokens, path, "Acme Limited")

        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/plain")


async def test_a_single_row_can_be_read(practice):
    tokens = await practice.xero("Acme Limited")
    rows = (await practice.call_xero(tokens, "Accounts", "Acme Limited")).json()["Accounts"]
    one = await practice.call_xero(tokens, f"Accounts/{rows[5]['AccountID']}", "Acme Limited")

    assert one.json()["Accounts"] == [rows[5]]


async def test_whoever_may_only_read_may_not_write(practice):
    tokens = await practice.xero("Acme Limited")
    answer = await practice.call_xero(tokens, "Contacts", "Acme Limited", method="PUT", json={})

    assert (answer.status_code, answer.json()["Detail"]) == (401, "AuthorizationUnsuccessful")


async def test_what_cannot_be_written_yet_says_so(practice):
    tokens = await practice.writing_xero("Acme Limited")
    answer = await practice.call_xero(tokens, "Items", "Acme Limited", method="PUT", json={})

    assert answer.status_code == 501


async def test_who_does_not_ask_for_json_gets_xml(practice):
    tokens = await practice.xero("Acme Limited")
    answer = await practice.call_xero(
        tokens, "Currencies", "Acme Limited", headers={"Accept": "*/*"}
    )

    assert answer.headers["content-type"].startswith("text/xml")
    assert "<Code>EUR</Code>" in answer.text


async def test_contacts_come_in_pages_of_a_hundred_unless_asked_and_of_a_thousand_at_most(practice):
    tokens = await practice.xero("Acme Limited")
    sizes = {}
    for asked in (None, "250", "5000"):
        params = {"page": "1"} | ({"pageSize": asked} if asked else {})
        answer = await practice.call_xero(tokens, "Contacts", "Acme Limited", params=params)
        sizes[asked] = (len(answer.json()["Contacts"]), answer.json()["pagination"])

    assert sizes[None][0] == 100
    assert sizes["250"][1] == {"page": 1, "pageSize": 250, "pageCount": 10, "itemCount": 2310}
    assert sizes["5000"] == (
        1000,
        {"page": 1, "pageSize": 1000, "pageCount": 3, "itemCount": 2310},
    )


async def test_pages_together_are_the_whole_list(practice):
    tokens = await practice.xero("Acme Limited")
    paged = []
    for page in range(1, 5):
        params = {"page": page, "pageSize": 1000}
        answer = await practice.call_xero(tokens, "Contacts", "Acme Limited", params=params)
        paged += answer.json()["Contacts"]
    unpaged = (await practice.call_xero(tokens, "Contacts", "Acme Limited")).json()

    assert "pagination" not in unpaged
    assert paged == unpaged["Contacts"]
    assert len(paged) == 2310


@pytest.mark.parametrize("params", [{"page": "0"}, {"page": "x"}, {"where": "Colour==1"}])
async def test_a_query_that_makes_no_sense_is_a_bad_request(practice, params):
    tokens = await practice.xero("Acme Limited")
    answer = await practice.call_xero(tokens, "Contacts", "Acme Limited", params=params)

    assert answer.status_code == 400
    assert answer.json()["Type"] == "QueryParseException"


async def test_contacts_can_be_chosen_by_id_found_by_words_and_read_in_brief(practice):
    tokens = await practice.xero("Acorn Dental")

    async def contacts(**params):
        answer = await practice.call_xero(tokens, "Contacts", "Acorn Dental", params=params)
        return answer.json()["Contacts"]

    every = await contacts()
    wanted = [every[3], every[8]]
    assert await contacts(IDs=",".join(row["ContactID"] for row in wanted)) == wanted
    assert [row["Name"] for row in await contacts(searchTerm="o'malley")] == ["O'Malley's Bar"]
    brief = await contacts(summaryOnly="true")
    assert "Addresses" not in brief[0]
    assert len(brief) == len(every)


async def test_archived_rows_are_hidden_until_asked_for(practice, ledgers, clock):
    tokens = await practice.xero("Acorn Dental")
    acorn = ledgers.organisation("Acorn Dental")
    acorn.archive("TrackingOptions", "Mill Lane", at=clock())

    shown = await names(practice, tokens, "Contacts", "Acorn Dental")
    every = await names(practice, tokens, "Contacts", "Acorn Dental", includeArchived="true")
    assert len(every) - len(shown) == 18

    async def options(**params):
        answer = await practice.call_xero(
            tokens, "TrackingCategories", "Acorn Dental", params=params
        )
        return [each["Name"] for each in answer.json()["TrackingCategories"][0]["Options"]]

    assert await options() == ["High Street", "Riverside"]
    assert await options(includeArchived="true") == ["High Street", "Riverside", "Mill Lane"]
    acorn.archive("TrackingCategories", "Surgery", at=clock())
    assert await names(practice, tokens, "TrackingCategories", "Acorn Dental") == []


async def test_archived_accounts_come_with_their_status(practice):
    tokens = await practice.xero("Acorn Dental")
    answer = await practice.call_xero(tokens, "Accounts", "Acorn Dental")

    archived = [row["Name"] for row in answer.json()["Accounts"] if row["Status"] == "ARCHIVED"]
    assert archived == ["Cleaning", "Rates"]


@pytest.mark.parametrize(
    "since",
    [
        "2026-11-01T00:00:00",
        "2026-11-01T00:00:00Z",
        "2026-11-01T00:00:00+00:00",
        "2026-11-01T05:30:00+05:30",
        "Sun, 01 Nov 2026 00:00:00 GMT",
    ],
)
@pytest.mark.parametrize("resource", ["Accounts", "Contacts"])
async def test_only_what_changed_since_comes_back(practice, ledgers, clock, since, resource):
    tokens = await practice.xero("Acme Limited")
    acme = ledgers.organisation("Acme Limited")
    changed = acme.rows(resource)[7]
    acme.rename(resource, changed.id, "Renamed & Co", at=clock())
    answer = await practice.call_xero(
        tokens, resource, "Acme Limited", headers={"If-Modified-Since": since}
    )

    assert [row["Name"] for row in answer.json()[resource]] == ["Renamed & Co"]


async def test_lists_that_know_no_changes_come_whole(practice):
    tokens = await practice.xero("Acme Limited")
    answer = await practice.call_xero(
        tokens, "TaxRates", "Acme Limited", headers={"If-Modified-Since": "2026-11-01T00:00:00Z"}
    )

    assert len(answer.json()["TaxRates"]) == 9


async def test_rows_come_in_the_order_asked_for(practice):
    tokens = await practice.xero("Acme Limited")
    by_name = await names(practice, tokens, "Contacts", "Acme Limited", order="Name DESC")
    answer = await practice.call_xero(
        tokens, "Contacts", "Acme Limited", params={"order": "UpdatedDateUTC ASC"}
    )

    stamps = [int(row["UpdatedDateUTC"][6:19]) for row in answer.json()["Contacts"]]
    assert by_name == sorted(by_name, reverse=True)
    assert stamps == sorted(stamps)


async def test_sixty_calls_a_minute_are_enough_for_anybody(practice, clock):
    tokens = await practice.xero("Acme Limited", "Acorn Dental")
    for _ in range(60):
        await practice.call_xero(tokens, "Currencies", "Acme Limited")
        clock.move(seconds=0.5)
    refused = await practice.call_xero(tokens, "Currencies", "Acme Limited")

    assert refused.status_code == 429
    assert refused.headers["x-rate-limit-problem"] == "minute"
    assert refused.headers["retry-after"] == "30"
    assert refused.headers["x-minlimit-remaining"] == "0"
    assert refused.headers["x-daylimit-remaining"] == "4940"
    assert (await practice.call_xero(tokens, "Currencies", "Acorn Dental")).status_code == 200
    clock.move(seconds=30)
    assert (await practice.call_xero(tokens, "Currencies", "Acme Limited")).status_code == 200
