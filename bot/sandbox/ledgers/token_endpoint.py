"""The token endpoint both vendors share: client credentials, the two grants, and what fails."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.ledgers.apps import Apps
from bot.sandbox.ledgers.faults import BEFORE, TOKEN, Fault, Faults, hang, strike
from bot.sandbox.ledgers.tokens import InvalidGrant, Issued, Tokens

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class TokenEndpoint:
    """`shape` turns what was issued into the vendor's body."""

    def __init__(
        self,
        *,
        apps: Apps,
        tokens: Tokens,
        faults: Faults,
        pkce: bool,
        unknown_client_status: int,
        shape: Callable[[Issued, Request], dict[str, Any]],
    ) -> None:
        self._apps = apps
        self._tokens = tokens
        self._faults = faults
        self._pkce = pkce
        self._unknown_client_status = unknown_client_status
        self._shape = shape

    async def exchange(self, request: Request) -> Response:
        armed = self._faults.take(BEFORE, resource=TOKEN)
        if armed is not None:
            broken = await strike(request, armed, server_error=_error("server_error", 500))
            if broken is not None:
                return broken
        answer = await self._answer(request)
        lost = self._faults.take((Fault.TOKEN_TIMEOUT,), resource=TOKEN)
        if lost is not None:
            # The exchange has happened; only the answer never arrives.
            await hang(request, lost.seconds("seconds", 120))
            return Response(status_code=504)
        return answer

    async def _answer(self, request: Request) -> Response:
        client_id = self._apps.caller(request)
        if client_id is None:
            return _error("invalid_client", self._unknown_client_status)
        form = await request.form()
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        try:
            issued = self._issue(client_id, fields)
        except InvalidGrant:
            return _error("invalid_grant", 400)
        except KeyError:
            return _error("invalid_request", 400)
        if issued is None:
            return _error("unsupported_grant_type", 400)
        return JSONResponse(self._shape(issued, request), headers=NO_STORE)

    def _issue(self, client_id: str, fields: dict[str, str]) -> Issued | None:
        match fields.get("grant_type"):
            case "authorization_code":
                return self._tokens.redeem(
                    fields["code"],
                    client_id=client_id,
                    redirect_uri=fields["redirect_uri"],
                    verifier=fields.get("code_verifier") if self._pkce else None,
                )
            case "refresh_token":
                return self._tokens.refresh(fields["refresh_token"], client_id=client_id)
            case _:
                return None


def _error(code: str, status: int) -> JSONResponse:
    return JSONResponse({"error": code}, status_code=status, headers=NO_STORE)
