import re

import pytest

NAIVE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}")


async def drop(practice, tokens, connection):
    return await practice.client.delete(
        f"/ledgers/xero/connections/{connection}",
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
    )


async def test_a_row_says_which_organisation_and_since_when(practice, ledgers):
    tokens = await practice.xero("Acme Limited")
    (row,) = await practice.connections(tokens)

    assert row.keys() == {
        "id",
        "authEventId",
        "tenantId",
        "tenantType",
        "tenantName",
        "createdDateUtc",
        "updatedDateUtc",
    }
    assert row["tenantId"] == ledgers.organisation("Acme Limited").key
    assert (row["tenantType"], row["tenantName"]) == ("ORGANISATION", "Acme Limited")
    assert NAIVE.fullmatch(row["createdDateUtc"])


async def test_one_consent_may_give_several_organisations(practice):
    tokens = await practice.xero("Acme Limited", "Acorn Dental")
    rows = await practice.connections(tokens)

    assert [row["tenantName"] for row in rows] == ["Acme Limited", "Acorn Dental"]
    assert len({row["authEventId"] for row in rows}) == 1


async def test_a_token_reaches_what_the_same_person_connected_earlier_and_later(practice):
    first = await practice.xero("Acme Limited")
    second = await practice.xero("Acorn Dental")

    for tokens in (first, second):
        for name in ("Acme Limited", "Acorn Dental"):
            assert (await practice.call_xero(tokens, "Organisation", name)).status_code == 200


async def test_each_person_has_connections_of_their_own(practice):
    ana = await practice.xero("Acme Limited")
    chloe = await practice.xero("Acme Limited", person="chloe")
    (hers,) = await practice.connections(ana)
    (other,) = await practice.connections(chloe)

    assert hers["tenantId"] == other["tenantId"]
    assert hers["id"] != other["id"]
    assert (await drop(practice, chloe, hers["id"])).status_code == 404


async def test_a_dropped_organisation_is_gone_for_good_and_the_others_stay(practice):
    tokens = await practice.xero("Acme Limited", "Acorn Dental")
    acme, _ = await practice.connections(tokens)

    assert (await drop(practice, tokens, acme["id"])).status_code == 204
    gone = await practice.call_xero(tokens, "Accounts", "Acme Limited")
    assert gone.status_code == 403
    assert gone.json()["Detail"] == "AuthenticationUnsuccessful"
    assert (await practice.call_xero(tokens, "Accounts", "Acorn Dental")).status_code == 200
    assert (await drop(practice, tokens, acme["id"])).status_code == 404


async def test_connecting_again_keeps_the_tenant_and_its_created_date(practice, clock):
    tokens = await practice.xero("Acme Limited")
    (before,) = await practice.connections(tokens)
    await drop(practice, tokens, before["id"])
    clock.move(days=3)
    await practice.xero("Acme Limited")
    (after,) = await practice.connections(tokens | await practice.xero("Acme Limited"))

    assert after["tenantId"] == before["tenantId"]
    assert after["createdDateUtc"] == before["createdDateUtc"]
    assert after["updatedDateUtc"] > before["updatedDateUtc"]
    assert after["authEventId"] != before["authEventId"]


async def test_a_renamed_organisation_has_its_new_name_everywhere(practice, ledgers, clock):
    tokens = await practice.xero("Acme Limited")
    ledgers.organisation("Acme Limited").rename(
        "Organisation", "Acme Limited", "Acme Group plc", at=clock()
    )
    (row,) = await practice.connections(tokens)

    assert row["tenantName"] == "Acme Group plc"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer made-up"}])
async def test_nobody_lists_connections_without_a_token(practice, header):
    answer = await practice.client.get("/ledgers/xero/connections", headers=header)

    assert answer.status_code == 401
