import asyncio

import pytest

from bot.sandbox.ledgers.faults import UnknownTarget


async def refresh(practice, tokens):
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    return await practice.xero_token(**form)


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("unauthorized", 401, "TokenExpired"),
        ("forbidden_organisation", 403, "AuthenticationUnsuccessful"),
        ("not_entitled", 401, "AuthorizationUnsuccessful"),
        ("organisation_inactive", 403, "AuthenticationUnsuccessful"),
        ("rate_minute", 429, ""),
        ("rate_day", 429, ""),
        ("server_error", 500, "An error occurred"),
        ("unavailable_html", 503, "<h1>503"),
    ],
)
async def test_a_xero_fault_strikes_as_often_as_it_was_told(
    practice, ledgers, fault, status, words
):
    tokens = await practice.xero("Acme Limited")
    ledgers.set_fault("xero", fault, times=2)
    answers = [await practice.call_xero(tokens, "Accounts", "Acme Limited") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert words in answers[0].text


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("unauthorized", 401, "003200"),
        ("forbidden_organisation", 403, "003100"),
        ("rate_minute", 429, "ThrottleExceeded"),
        ("rate_day", 429, "ThrottleExceeded"),
        ("rate_month", 429, "ThrottleExceeded"),
        ("not_entitled", 400, "5030"),
        ("subscription_lapsed", 400, "6190"),
        ("no_access", 401, "000120"),
        ("server_error", 500, "SystemFault"),
        ("unavailable_html", 503, "<h1>503"),
    ],
)
async def test_a_quickbooks_fault_strikes_as_often_as_it_was_told(
    practice, ledgers, fault, status, words
):
    tokens = await practice.quickbooks("Bright Bakery")
    ledgers.set_fault("quickbooks", fault)
    answers = [await practice.call_quickbooks(tokens, "preferences") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [status, 200]
    assert words in answers[0].text


async def test_who_has_read_a_month_s_worth_may_still_write(practice, ledgers):
    tokens = await practice.quickbooks("Bright Bakery")
    ledgers.set_fault("quickbooks", "rate_month", times=None)
    read = await practice.call_quickbooks(tokens, "preferences")
    written = await practice.call_quickbooks(
        tokens, "vendor", method="POST", json={"DisplayName": "Paper & Pens"}
    )

    ask = {"bId": "0", "Query": "SELECT * FROM Vendor"}
    make = {"bId": "0", "operation": "create", "Vendor": {"DisplayName": "Bluebells"}}
    batches = [
        await practice.call_quickbooks(
            tokens, "batch", method="POST", json={"BatchItemRequest": items}
        )
        for items in ([ask], [make], [make, ask])
    ]

    assert (read.status_code, written.status_code) == (429, 200)
    assert [each.status_code for each in batches] == [429, 200, 429]
    assert "retry-after" not in read.headers  # which Intuit does not promise


async def test_a_month_that_is_spent_may_say_until_when(practice, ledgers):
    tokens = await practice.quickbooks("Bright Bakery")
    ledgers.set_fault("quickbooks", "rate_month", retry_after=864_000)
    read = await practice.call_quickbooks(tokens, "preferences")

    assert read.headers["retry-after"] == "864000"


@pytest.mark.parametrize(
    ("problem", "options", "wait"),
    [
        ("minute", {}, "30"),
        ("minute", {"retry_after": 2}, "2"),
        ("day", {}, "66975"),
        ("day", {"retry_after": 3600}, "3600"),
    ],
)
async def test_a_forced_limit_says_which_and_how_long(practice, ledgers, problem, options, wait):
    tokens = await practice.xero("Acme Limited")
    ledgers.set_fault("xero", f"rate_{problem}", **options)
    headers = (await practice.call_xero(tokens, "Accounts", "Acme Limited")).headers

    assert headers["x-rate-limit-problem"] == problem
    assert headers["retry-after"] == wait
    assert headers["x-minlimit-remaining" if problem == "minute" else "x-daylimit-remaining"] == "0"


async def test_a_fault_can_be_aimed_at_one_organisation_and_one_resource(practice, ledgers):
    tokens = await practice.xero("Acme Limited", "Acorn Dental")
    ledgers.set_fault("xero:Acme Limited/Contacts", "server_error", times=None)

    async def status(resource, name):
        return (await practice.call_xero(tokens, resource, name)).status_code

    assert await status("Contacts", "Acme Limited") == 500
    assert await status("Accounts", "Acme Limited") == 200
    assert await status("Contacts", "Acorn Dental") == 200
    assert await status("Contacts", "Acme Limited") == 500
    ledgers.set_fault("xero:Acme Limited", "none")
    assert await status("Contacts", "Acme Limited") == 200


async def test_clearing_one_organisation_leaves_the_faults_of_the_others(practice, ledgers):
    tokens = await practice.xero("Acme Limited", "Acorn Dental")
    ledgers.set_fault("xero:Acme Limited", "server_error")
    ledgers.set_fault("xero:Acorn Dental", "none")

    assert (await practice.call_xero(tokens, "Accounts", "Acme Limited")).status_code == 500


async def test_connections_can_fail_too(practice, ledgers):
    tokens = await practice.xero("Acme Limited")
    ledgers.set_fault("xero/connections", "server_error")
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    assert (await practice.call_xero(tokens, "Accounts", "Acme Limited")).status_code == 200
    answer = await practice.client.get("/ledgers/xero/connections", headers=headers)
    assert answer.status_code == 500


async def test_access_tokens_can_be_expired_without_waiting(practice, ledgers):
    xero = await practice.xero("Acme Limited")
    quickbooks = await practice.quickbooks("Bright Bakery")
    ledgers.set_fault("xero", "expire_access")
    answer = await practice.call_xero(xero, "Accounts", "Acme Limited")

    assert answer.status_code == 401
    assert answer.json()["Detail"].startswith("TokenExpired")
    assert (await practice.call_quickbooks(quickbooks, "preferences")).status_code == 200
    renewed = (await refresh(practice, xero)).json()
    assert (await practice.call_xero(renewed, "Accounts", "Acme Limited")).status_code == 200


async def test_refresh_tokens_can_be_revoked_for_those_who_reach_an_organisation(practice, ledgers):
    acme = await practice.xero("Acme Limited", person="chloe")
    acorn = await practice.xero("Acorn Dental", person="ana")
    ledgers.set_fault("xero:Acme Limited", "revoke_refresh")

    assert (await refresh(practice, acme)).json() == {"error": "invalid_grant"}
    assert (await refresh(practice, acorn)).status_code == 200


async def test_a_refresh_token_spent_by_somebody_else_lives_on_in_xero_s_grace(practice, ledgers):
    tokens = await practice.xero("Acme Limited")
    ledgers.set_fault("xero", "spend_refresh")
    in_grace = await refresh(practice, tokens)
    ledgers.set_fault("xero", "spend_refresh", minutes_ago=31)

    assert in_grace.status_code == 200
    assert (await refresh(practice, in_grace.json())).json() == {"error": "invalid_grant"}


async def test_quickbooks_has_no_grace_for_a_spent_refresh_token(practice, ledgers):
    tokens = await practice.quickbooks("Bright Bakery")
    ledgers.set_fault("quickbooks:Bright Bakery", "spend_refresh")
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}

    assert (await practice.quickbooks_token(**form)).json() == {"error": "invalid_grant"}


async def test_the_answer_to_a_refresh_can_be_lost_after_the_token_was_spent(
    practice, ledgers, clock
):
    tokens = await practice.xero("Acme Limited")
    ledgers.set_fault("xero", "token_timeout", seconds=0.01)

    assert (await refresh(practice, tokens)).status_code == 504
    assert (await refresh(practice, tokens)).status_code == 200
    clock.move(minutes=30)
    assert (await refresh(practice, tokens)).json() == {"error": "invalid_grant"}


async def test_the_token_endpoint_fails_only_when_it_is_named(practice, ledgers):
    tokens = await practice.xero("Acme Limited")
    ledgers.set_fault("xero", "server_error")
    assert (await refresh(practice, tokens)).status_code == 200

    ledgers.set_fault("xero/token", "unavailable_html")
    answer = await refresh(practice, tokens)
    assert (answer.status_code, answer.headers["content-type"][:9]) == (503, "text/html")


async def test_a_body_can_be_cut_off(practice, ledgers):
    xero = await practice.xero("Acme Limited")
    quickbooks = await practice.quickbooks("Bright Bakery")
    ledgers.set_fault("xero", "malformed_body")
    ledgers.set_fault("quickbooks", "malformed_body")

    for answer in (
        await practice.call_xero(xero, "Accounts", "Acme Limited"),
        await practice.call_quickbooks(quickbooks, "preferences"),
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            answer.json()


async def test_a_value_nobody_has_heard_of_can_appear(practice, ledgers):
    xero = await practice.xero("Acme Limited")
    quickbooks = await practice.quickbooks("Bright Bakery")
    ledgers.set_fault("xero", "unknown_enum")
    ledgers.set_fault("quickbooks", "unknown_enum")

    accounts = (await practice.call_xero(xero, "Accounts", "Acme Limited")).json()["Accounts"]
    assert [row["Type"] for row in accounts].count("UNHEARDOF") == 1
    answer = await practice.query(quickbooks, "SELECT * FROM Account")
    assert answer.json()["QueryResponse"]["Account"][0]["AccountType"] == "UnheardOf"


@pytest.mark.parametrize("times", [1, None])
async def test_who_is_kept_waiting_goes_on_once_the_fault_is_cleared(practice, ledgers, times):
    tokens = await practice.xero("Acme Limited")
    ledgers.set_fault("xero:Acme Limited/Accounts", "slow", times=times, ms=60_000)
    waiting = asyncio.create_task(practice.call_xero(tokens, "Accounts", "Acme Limited"))
    other = await practice.call_xero(tokens, "Contacts", "Acme Limited")
    await asyncio.sleep(0.05)
    was_waiting = not waiting.done()
    ledgers.set_fault("xero:Acme Limited", "none")

    assert other.status_code == 200
    assert was_waiting
    assert (await asyncio.wait_for(waiting, 5)).status_code == 200


async def test_a_call_can_be_slow(practice, ledgers):
    tokens = await practice.xero("Acme Limited")
    ledgers.set_fault("xero", "slow", ms=1)

    assert (await practice.call_xero(tokens, "Accounts", "Acme Limited")).status_code == 200


@pytest.mark.parametrize(
    ("target", "fault"),
    [("sage", "server_error"), ("xero:Nobody Ltd", "server_error"), ("xero", "gremlins")],
)
def test_a_fault_must_be_known_and_have_a_target(ledgers, target, fault):
    with pytest.raises(UnknownTarget):
        ledgers.set_fault(target, fault)


def test_a_fault_strikes_at_least_once(ledgers):
    with pytest.raises(ValueError, match="times must be 1 or more"):
        ledgers.set_fault("xero", "server_error", times=0)


@pytest.mark.parametrize(
    ("fault", "asked", "is_page"),
    [("same_page", 2, slice(0, 100)), ("short_page", 1, slice(0, 50))],
)
async def test_a_page_can_be_another_or_half_of_itself(practice, ledgers, fault, asked, is_page):
    tokens = await practice.xero("Acme Limited")

    async def ids(page):
        answer = await practice.call_xero(
            tokens, "Contacts", "Acme Limited", params={"page": page, "pageSize": 100}
        )
        return [row["ContactID"] for row in answer.json()["Contacts"]]

    first, whole = await ids(1), await ids(asked)
    ledgers.set_fault("xero", fault)
    wrong, right = await ids(asked), await ids(asked)

    assert wrong == first[is_page]
    assert right == whole != wrong


@pytest.mark.parametrize("fault", ["same_page", "short_page"])
async def test_what_only_xero_does_wrong_is_nothing_to_quickbooks(practice, ledgers, fault):
    tokens = await practice.quickbooks("Bright Bakery")
    before = await practice.query(tokens, "SELECT * FROM Vendor")
    ledgers.set_fault("quickbooks", fault)
    after = await practice.query(tokens, "SELECT * FROM Vendor")

    assert after.json()["QueryResponse"] == before.json()["QueryResponse"]


@pytest.mark.parametrize("fault", ["rate_month", "saved_meanwhile"])
async def test_what_only_quickbooks_does_wrong_is_nothing_to_xero(practice, ledgers, fault):
    tokens = await practice.xero("Acme Limited")
    before = await practice.call_xero(tokens, "Accounts", "Acme Limited")
    ledgers.set_fault("xero", fault)
    after = await practice.call_xero(tokens, "Accounts", "Acme Limited")

    assert after.json()["Accounts"] == before.json()["Accounts"]


async def test_a_reset_forgets_consents_edits_faults_and_calls(practice, ledgers, clock):
    tokens = await practice.xero("Acme Limited")
    ledgers.organisation("Acme Limited").rename("Accounts", "Rent", "Rents", at=clock())
    ledgers.set_fault("xero", "consent_error")
    ledgers.reset()

    assert len(ledgers.log) == 0
    assert ledgers.secrets() == frozenset()
    assert ledgers.organisation("Acme Limited").find("Accounts", "Rent")
    assert (await practice.call_xero(tokens, "Accounts", "Acme Limited")).status_code == 401
    assert (await practice.ask_xero()).status_code == 200


async def test_the_log_tells_what_was_asked_and_nothing_secret(practice, ledgers):
    code = await practice.xero_code("Acme Limited")
    tokens = await practice.redeem_xero(code)
    await practice.call_xero(tokens, "Contacts", "Acme Limited", params={"page": 2})
    quickbooks = await practice.quickbooks("Bright Bakery")
    await practice.call_quickbooks(quickbooks, "preferences")

    calls = list(ledgers.log)
    page = calls[2]
    assert (page.vendor, page.organisation, page.status) == ("xero", "Acme Limited", 200)
    assert (page.path, page.query) == ("/api.xro/2.0/Contacts", "page=2")
    assert calls[-1].organisation == "Bright Bakery"
    text = str(ledgers.log.as_json())
    assert not [secret for secret in ledgers.secrets() if secret in text]
    assert "state-1" not in text
