"""The stand-in ledgers for benchmarks, on the port given: each call takes 200 ms longer.

`GET /calls/xero` tells how many calls of the API there were since it was last asked.
"""

import asyncio
import sys

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.ledgers.ledgers import Ledgers
from bot.sandbox.server import create_ledgers_app, serve

DELAY_MS = 200
_API = ("/api.xro/", "/assets.xro/", "/v3/company/")


class Counter:
    """Calls of the API, by vendor, since they were last asked for."""

    def __init__(self, ledgers: Ledgers) -> None:
        self._ledgers = ledgers
        self._told = {"xero": 0, "quickbooks": 0}

    async def calls(self, request: Request) -> Response:
        vendor = request.path_params["vendor"]
        there = sum(
            call.vendor == vendor and call.path.startswith(_API) for call in self._ledgers.log
        )
        fresh, self._told[vendor] = there - self._told[vendor], there
        return JSONResponse({"calls": fresh})


async def main(port: int) -> None:
    app = create_ledgers_app()
    for vendor in ("xero", "quickbooks"):
        app.state.ledgers.set_fault(vendor, "slow", None, ms=DELAY_MS)
    app.routes.append(Route("/calls/{vendor}", Counter(app.state.ledgers).calls))
    await serve(app, port=port)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
