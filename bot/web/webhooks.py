"""Where vendors tell us that something has changed."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.telemetry import log
from commands.context import Tools
from commands.sync.notices import take
from providers.errors import UnknownProvider, WireMismatch
from providers.notices import is_signed


def routes(tools: Tools, keys: Mapping[str, str]) -> list[BaseRoute]:
    """`keys` are the signing keys by software; one without a key is not listened to."""
    return [Route("/webhooks/{provider}", _heard(tools, keys), methods=["POST"])]


def _heard(tools: Tools, keys: Mapping[str, str]) -> Callable[[Request], Awaitable[Response]]:
    async def heard(request: Request) -> Response:
        """Empty answers, as Xero wants them; nothing is parsed that was not signed."""
        key = request.path_params["provider"]
        try:
            webhook = tools.gateway.provider(key).webhook
        except UnknownProvider:
            webhook = None
        if webhook is None or key not in keys:
            return Response(status_code=404)
        body = await request.body()
        if not is_signed(body, request.headers.get(webhook.header, ""), keys[key]):
            log.warning("webhook.unsigned", provider=key)
            return Response(status_code=401)
        try:
            notices = webhook.read(body)
        except WireMismatch as error:  # asking for it again would not make it readable
            log.error("webhook.unreadable", provider=key, wanted=error.wanted)
            return Response(status_code=200)
        taken = await take(tools, key, notices)
        log.info("webhook.taken", provider=key, notices=len(notices), new=taken)
        return Response(status_code=200)

    return heard
