"""The page is served where it is looked for, and loads nothing from elsewhere."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("path", "acting", "where"),
    [
        ("T0FERNHILL/C0ACME", None, "channel=acme"),
        ("T0FERNHILL/C0ACME", "ben", "user=ben&channel=acme"),
        ("T0FERNHILL/C0ACME", "nobody", "channel=acme"),
        ("T0FERNHILL", "ben", "user=ben&channel=dext"),
        ("T0FERNHILL/C0NOWHERE", None, "channel=dext"),
        ("T0FERNHILL/D0CHLOE", "ben", "user=chloe&channel=dext"),
        ("T0FERNHILL/D0ANABEN", "ben", "user=ben&channel=%40ana"),
    ],
)
async def test_the_way_back_to_slack_leads_to_the_page(
    place: Any, path: str, acting: str | None, where: str
) -> None:
    headers = {"Cookie": f"acting={acting}"} if acting else {}
    answer = await place.http.get(f"/client/{path}", headers=headers)

    assert (answer.status_code, answer.headers["location"]) == (302, f"/#{where}")


async def test_another_workspace_is_not_here(place: Any) -> None:
    assert (await place.http.get("/client/T0OTHER/C0ACME")).status_code == 404


async def test_the_page_runs_its_own_scripts_only(place: Any) -> None:
    policy = (await place.http.get("/")).headers["content-security-policy"]

    assert policy == "default-src 'self'; img-src 'self' https: data:"
