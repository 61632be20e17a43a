import base64
import json

import pytest

CALLBACK = "http://127.0.0.1:8765/oauth/callback"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def exchange(code, /, **changes):
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        **changes,
    }
    return {name: value for name, value in form.items() if value}


async def refresh(practice, tokens):
    return await practice.xero_token(
        grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )


async def test_a_code_becomes_tokens(practice):
    tokens = await practice.xero("Acme Limited")

    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 1800
    assert "accounting.settings.read" in tokens["scope"].split()
    assert claims(tokens["id_token"])["email"] == "ana@fernhill.example"


async def test_the_access_token_carries_the_event_that_connections_can_be_asked_for(practice):
    await practice.xero("Acme Limited")
    tokens = await practice.xero("Acorn Dental")
    event = claims(tokens["access_token"])["authentication_event_id"]

    rows = await practice.connections(tokens, authEventId=event)
    assert [row["tenantName"] for row in rows] == ["Acorn Dental"]
    assert len(await practice.connections(tokens)) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "made-up"},
        {"redirect_uri": CALLBACK + "/"},
        {"code_verifier": "another-verifier"},
        {"code_verifier": ""},
    ],
)
async def test_a_code_is_bound_to_its_request(practice, changes):
    code = await practice.xero_code("Acme Limited")

    answer = await practice.xero_token(**exchange(code, **changes))

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


async def test_a_verifier_nobody_announced_is_refused(practice, came_back):
    form = {"person": "ana", "organisation": "Acme Limited", "decision": "allow"}
    code = came_back(await practice.ask_xero(form=form, code_challenge=""))["code"]

    assert (await practice.xero_token(**exchange(code))).status_code == 400
    assert (await practice.xero_token(**exchange(code, code_verifier=""))).status_code == 200


async def test_a_code_is_good_for_five_minutes(practice, clock):
    old = await practice.xero_code("Acme Limited")
    clock.move(minutes=5)
    new = await practice.xero_code("Acme Limited")

    assert (await practice.xero_token(**exchange(old))).status_code == 400
    assert (await practice.xero_token(**exchange(new))).status_code == 200


async def test_a_code_used_twice_ends_what_it_gave(practice):
    code = await practice.xero_code("Acme Limited")
    tokens = await practice.redeem_xero(code)

    assert (await practice.xero_token(**exchange(code))).status_code == 400
    assert (await refresh(practice, tokens)).status_code == 400


async def test_another_client_cannot_use_a_code(practice):
    code = await practice.xero_code("Acme Limited")
    practice.credentials = ("another-app", "secret")

    assert (await practice.xero_token(**exchange(code))).json() == {"error": "invalid_grant"}


async def test_the_first_secret_is_the_one_that_counts(practice):
    tokens = await practice.xero("Acme Limited")
    practice.credentials = ("our-app", "another-secret")

    answer = await refresh(practice, tokens)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})
    assert (await practice.quickbooks_token(grant_type="refresh_token")).status_code == 400


@pytest.mark.parametrize("header", ["", "Bearer x", "Basic !!", "Basic b25seS1pZDo="])
async def test_without_client_credentials_there_are_no_tokens(practice, header):
    for path, status in (
        ("/ledgers/xero/connect/token", 400),
        ("/ledgers/quickbooks/oauth2/v1/tokens/bearer", 401),
    ):
        answer = await practice.client.post(path, data={}, headers={"Authorization": header})

        assert (answer.status_code, answer.json()) == (status, {"error": "invalid_client"})


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "made-up"}, "invalid_grant"),
    ],
)
async def test_a_token_request_must_make_sense(practice, form, error):
    assert (await practice.xero_token(**form)).json() == {"error": error}


async def test_without_offline_access_there_is_no_refresh_token(practice, came_back):
    form = {"person": "ana", "organisation": "Acme Limited", "decision": "allow"}
    answer = await practice.ask_xero(form=form, scope="accounting.settings.read")
    tokens = await practice.redeem_xero(came_back(answer)["code"])

    assert "refresh_token" not in tokens
    assert "id_token" not in tokens


async def test_xero_rotates_refresh_tokens_with_half_an_hour_of_grace(practice, clock):
    first = await practice.xero("Acme Limited")
    second = (await refresh(practice, first)).json()
    clock.move(minutes=29)
    again = await refresh(practice, first)

    assert second["refresh_token"] != first["refresh_token"]
    assert again.status_code == 200
    clock.move(minutes=1)
    assert (await refresh(practice, first)).json() == {"error": "invalid_grant"}
    assert (await refresh(practice, second)).status_code == 200
    assert (await refresh(practice, again.json())).status_code == 200


async def test_xero_forgets_a_refresh_token_after_sixty_days(practice, clock):
    tokens = await practice.xero("Acme Limited")
    clock.move(days=59)
    tokens = (await refresh(practice, tokens)).json()
    clock.move(days=60)

    assert (await refresh(practice, tokens)).json() == {"error": "invalid_grant"}


async def test_quickbooks_rotates_refresh_tokens_without_grace(practice):
    first = await practice.quickbooks("Bright Bakery")
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = await practice.quickbooks_token(**form)

    assert second.json()["expires_in"] == 3600
    assert second.json()["x_refresh_token_expires_in"] == 8_726_400
    assert (await practice.quickbooks_token(**form)).json() == {"error": "invalid_grant"}


async def test_quickbooks_forgets_a_refresh_token_after_a_hundred_and_one_days(practice, clock):
    tokens = await practice.quickbooks("Bright Bakery")
    clock.move(days=101)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}

    assert (await practice.quickbooks_token(**form)).json() == {"error": "invalid_grant"}


async def test_quickbooks_tells_the_hard_limit_when_asked(practice, clock):
    tokens = await practice.quickbooks("Bright Bakery")
    clock.move(days=50)
    answer = await practice.client.post(
        "/ledgers/quickbooks/oauth2/v1/tokens/bearer",
        data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]},
        auth=practice.credentials,
        headers={"x-include-refresh-token-hard-expires-in": "true"},
    )

    assert "x_refresh_token_hard_expires_in" not in tokens
    assert answer.json()["x_refresh_token_hard_expires_in"] == (5 * 365 - 50) * 86_400


async def test_revoking_at_xero_ends_the_refresh_token_and_every_connection(practice):
    acme = await practice.xero("Acme Limited")
    both = await practice.xero("Acorn Dental")
    answer = await practice.client.post(
        "/ledgers/xero/connect/revocation",
        data={"token": both["refresh_token"]},
        auth=practice.credentials,
    )

    assert answer.status_code == 200
    assert (await refresh(practice, both)).status_code == 400
    assert await practice.connections(acme) == []
    assert (await practice.call_xero(acme, "Organisation", "Acme Limited")).status_code == 403


async def test_revoking_at_quickbooks_ends_access_at_once(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    revoke = {
        "url": "/ledgers/quickbooks/v2/oauth2/tokens/revoke",
        "json": {"token": tokens["refresh_token"]},
        "auth": practice.credentials,
    }

    assert (await practice.client.post(**revoke)).status_code == 200
    assert (await practice.call_quickbooks(tokens, "preferences")).status_code == 401
    assert (await practice.client.post(**revoke)).status_code == 400


async def test_everything_secret_that_was_issued_can_be_listed(practice, ledgers):
    code = await practice.xero_code("Acme Limited")
    xero = await practice.redeem_xero(code)
    quickbooks = await practice.quickbooks("Bright Bakery")

    known = {code, "our-secret", xero["access_token"], quickbooks["refresh_token"]}
    assert known <= ledgers.secrets()
