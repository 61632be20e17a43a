"""The stand-in Slack and ledgers of an office: asked, broken, and looked at from behind."""

from typing import Any

import httpx2

from bot.sandbox.driver import Driver, awaited
from bot.sandbox.ledgers.ledgers import Ledgers
from bot.sandbox.ledgers.log import Call
from tests.journeys.rows import PATIENCE_S


class StandIns:
    """They run in the process of the tests; the bot knows their addresses only."""

    transport: str
    slack: str
    driver: Driver
    ledgers: Ledgers

    async def ask_ledger(self, path: str, **body: Any) -> Any:
        """POST to a stand-in ledger, as an accountant at work or its owner would."""
        async with httpx2.AsyncClient() as http:
            answer = await http.post(f"{self.slack}/ledgers/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def fault(self, target: str, fault: str, times: int | None = 1, **options: Any) -> None:
        await self.driver.post("fault", target=target, fault=fault, times=times, **options)

    def calls(self, path: str, *, status: int | None = None, of: str | None = None) -> list[Call]:
        """Calls to the stand-in ledgers whose path ends like that, oldest first; `of` is an
        organisation."""
        return [
            call
            for call in self.ledgers.log
            if call.path.endswith(path)
            and status in (None, call.status)
            and of in (None, call.organisation)
        ]

    async def called(self, path: str, *, after: int = 0, of: str | None = None) -> None:
        """Wait until the stand-in ledgers have answered more than so many such calls."""

        async def look() -> bool | None:
            return len(self.calls(path, of=of)) > after or None

        await awaited(look, lambda: f"nobody called {path}", PATIENCE_S)

    async def deleted_connections(self, *, after: int = 0) -> int:
        """How many organisations were given back to Xero, once there are more than so many."""

        async def look() -> bool | None:
            return len(self.deletions()) > after or None

        await awaited(look, lambda: "no organisation was given back to Xero", PATIENCE_S)
        return len(self.deletions())

    def deletions(self) -> list[Call]:
        return [call for call in self.ledgers.log if call.method == "DELETE"]

    def disconnect_at_xero(self) -> None:
        """Somebody removes the app from every organisation, at Xero."""
        xero = self.ledgers.xero
        for token in xero.tokens.secrets():
            consent = xero.tokens.consent_of(token)
            if consent is not None:
                xero.connections.drop_all(consent)

    async def replay(self) -> None:
        """Slack delivers the last thing again, byte for byte."""
        await self.driver.post("replay")

    async def connected_to_slack(self) -> None:
        """Wait until the stand-in Slack delivers over the transport of this office again."""

        async def look() -> bool | None:
            return (await self.driver.get("state"))["transport"] == self.transport or None

        await awaited(look, lambda: f"Slack does not deliver over {self.transport}", PATIENCE_S)
