import pytest

ALLOW = {"person": "ana", "organisation": "Acme Limited", "decision": "allow"}
CONNECT = {"person": "ana", "organisation": "Bright Bakery", "decision": "allow"}


async def test_the_xero_page_names_the_person_the_app_and_every_organisation(practice):
    page = await practice.ask_xero()

    assert page.status_code == 200
    assert page.headers["x-frame-options"] == "DENY"
    for words in ("stand-in Xero", "ana@fernhill.example", "our-app", "Harbour Café", "Acme Lim"):
        assert words in page.text
    assert page.text.count('type="checkbox"') == 9
    assert "<script" not in page.text


async def test_the_sandboxs_own_app_goes_by_its_name(practice):
    page = await practice.ask_xero(client_id="sandbox-xero")

    assert "Dext bot asks for access" in page.text
    assert ">sandbox-xero" not in page.text


async def test_markup_in_what_the_app_says_is_shown_and_not_obeyed(practice):
    page = await practice.ask_xero(client_id="<b>&app</b>")

    assert "&lt;b&gt;&amp;app&lt;/b&gt;" in page.text
    assert "<b>&app" not in page.text


async def test_somebody_else_can_be_chosen_to_sign_in(practice):
    page = await practice.ask_xero(person="chloe")

    assert "chloe@fernhill.example" in page.text
    assert page.text.count('type="checkbox"') == 1
    assert "person=sam" in page.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": ""}, "client_id is missing"),
        ({"redirect_uri": ""}, "redirect_uri must be"),
        ({"redirect_uri": "http://practice.example/callback"}, "redirect_uri must be"),
        ({"redirect_uri": "https://practice.example/callback#here"}, "redirect_uri must be"),
        ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri must be"),
    ],
)
async def test_a_request_without_a_safe_way_back_goes_nowhere(practice, changes, words):
    page = await practice.ask_xero(**changes)

    assert page.status_code == 400
    assert words in page.text
    assert "location" not in page.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"state": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "accounting.transactions"}, "invalid_scope"),
        ({"scope": "offline_access accounting.reports.read"}, "invalid_scope"),
    ],
)
async def test_a_wrong_request_is_told_to_the_app(practice, came_back, changes, error):
    assert came_back(await practice.ask_xero(**changes))["error"] == error


@pytest.mark.parametrize("redirect_uri", ["https://practice.example/cb", "http://localhost:1/cb"])
async def test_https_and_loopback_addresses_are_accepted(practice, redirect_uri):
    assert (await practice.ask_xero(redirect_uri=redirect_uri)).status_code == 200


async def test_cancel_returns_access_denied_and_the_state(practice, came_back):
    for ask in (practice.ask_xero, practice.ask_quickbooks):
        answer = came_back(await ask(form={"person": "ana", "decision": "cancel"}))

        assert answer == {"error": "access_denied", "state": "state-1"}


async def test_allow_returns_a_code_and_the_state_beside_what_the_address_had(practice, came_back):
    address = "https://practice.example/cb?tenant=7"
    answer = came_back(await practice.ask_xero(form=ALLOW, redirect_uri=address))

    assert answer.keys() == {"tenant", "code", "state"}
    assert answer["state"] == "state-1"


async def test_quickbooks_says_which_company_it_was(practice, ledgers, came_back):
    answer = came_back(await practice.ask_quickbooks(form=CONNECT))

    assert answer["realmId"] == ledgers.organisation("Bright Bakery").key


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"organisation": []}, "Choose the company"),
        ({"organisation": ["Bright Bakery", "Fox Cycles"]}, "Choose one company"),
        ({"organisation": "Nobody Ltd"}, "has no such company"),
        ({"person": "chloe", "organisation": "Fox Cycles"}, "has no such company"),
        ({"person": "sam"}, "has no company that can be connected"),
        ({"person": "ana-other"}, "has no company that can be connected"),
        ({"decision": "perhaps"}, "decision must be"),
    ],
)
async def test_what_cannot_be_chosen_is_said_on_the_page(practice, change, words):
    page = await practice.ask_quickbooks(form={**CONNECT, **change})

    assert page.status_code == 400
    assert words in page.text


async def test_a_read_only_user_sees_the_organisations_but_cannot_give_them(practice):
    page = await practice.ask_xero(person="sam")

    assert "Your role is “Read only”" in page.text
    assert page.text.count(" disabled") == 3
    refused = await practice.ask_xero(form={**ALLOW, "person": "sam"})
    assert refused.status_code == 400


@pytest.mark.parametrize("person", ["ana-other", "sam"])
async def test_xero_lets_a_user_without_organisations_through_with_none(practice, person):
    tokens = await practice.xero(person=person)

    assert await practice.connections(tokens) == []


async def test_an_armed_consent_error_strikes_once(practice, ledgers, came_back):
    ledgers.set_fault("xero", "consent_error")

    assert came_back(await practice.ask_xero())["error"] == "server_error"
    assert (await practice.ask_xero()).status_code == 200
