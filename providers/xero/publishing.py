"""Documents created in Xero, fifty to a call.

Xero remembers an Idempotency-Key for six minutes, errors with it; beyond that our reference in the
document tells whether it was made. A call that Xero refuses as a whole saves nothing: it is halved
until each refusal belongs to one draft.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from providers.drafts import Draft, NotSent, Outcome, Published, Refused, Unheard
from providers.errors import OutcomeUnknown, ProviderError, Rejected, WireMismatch
from providers.session import ProviderSession
from providers.xero import finding, refusals, wire, written
from providers.xero.drafting import BANK, CREDIT_NOTES, INVOICES
from providers.xero.preparing import Element, prepared
from providers.xero.streams import API, headers
from providers.xero.ways import BATCH

_ONE_BY_ONE = {"unitdp": "4", "summarizeErrors": "false"}  # a bad one keeps no good one out

log = logging.getLogger(__name__)


async def publish(
    session: ProviderSession, tenant_id: str, drafts: Sequence[Draft], *, key: str
) -> Sequence[Outcome]:
    """An outcome for each draft, in their order; raises no ProviderError."""
    desk = _Desk(session=session, tenant_id=tenant_id)
    try:
        codes = await item_codes(session, tenant_id, drafts)
    except ProviderError as error:
        return [NotSent(error=error) for _ in drafts]
    made = [prepared(draft, codes) for draft in drafts]
    outcomes: dict[int, Outcome] = {
        at: each for at, each in enumerate(made) if isinstance(each, Refused)
    }
    for source in (INVOICES, CREDIT_NOTES, BANK):
        mine = [
            (at, e) for at, e in enumerate(made) if isinstance(e, Element) and e.source == source
        ]
        for start in range(0, len(mine), BATCH):
            chunk = mine[start : start + BATCH]
            own_key = f"{key}-{source.lower()}{start or ''}"
            heard = await desk.send(source, [each for _, each in chunk], own_key)
            outcomes.update(zip((at for at, _ in chunk), heard, strict=True))
    taken = [at for at in outcomes if _is_number_taken(outcomes[at])]
    outcomes.update(await desk.adopted({at: drafts[at] for at in taken}))
    return [outcomes[at] for at in range(len(drafts))]


async def item_codes(
    session: ProviderSession, tenant_id: str, drafts: Sequence[Draft]
) -> Mapping[str, str]:
    """What lines name products by, by id; asked for only where a line has a product."""
    if not any(line.product for draft in drafts for line in draft.lines):
        return {}
    body = await session.get(f"{API}Items", headers=headers(tenant_id))
    return {each.remote_id: each.code for each in wire.products(body) if each.code}


def _is_number_taken(outcome: Outcome) -> bool:
    problems = outcome.problems if isinstance(outcome, Refused) else ()
    return any(each.code == "XERO_NUMBER_UNIQUE" for each in problems)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Desk:
    session: ProviderSession
    tenant_id: str

    async def send(self, source: str, sent: Sequence[Element], key: str) -> list[Outcome]:
        """One call, and an outcome for each."""
        try:
            rows = await self._put(source, sent, key)
        except Rejected as error:
            return await self._narrowed(error, source, sent, key)
        except (OutcomeUnknown, WireMismatch) as error:
            return [Unheard(error=error) for _ in sent]
        except ProviderError as error:
            return [NotSent(error=error) for _ in sent]
        if len(rows) != len(sent):
            mismatch = WireMismatch(path=f"$.{source}", wanted="as many documents as were sent")
            return [Unheard(error=mismatch) for _ in sent]
        pairs = zip(rows, sent, strict=True)
        return [written.outcome(row, each.draft, source) for row, each in pairs]

    async def adopted(self, drafts: Mapping[int, Draft]) -> Mapping[int, Published]:
        """Those whose number is taken by themselves, sent before and not seen when looked for."""
        if not drafts:
            return {}
        try:
            found = await finding.find(self.session, self.tenant_id, list(drafts.values()))
        except ProviderError:
            log.warning("publish.not_looked_up", extra={"provider": "xero", "count": len(drafts)})
            return {}
        return {at: each for at, each in zip(drafts, found, strict=True) if each is not None}

    async def _put(self, source: str, sent: Sequence[Element], key: str) -> list[written.Written]:
        body = await self.session.put(
            API + source,
            json={source: [each.body for each in sent]},
            params=_ONE_BY_ONE,
            headers={**headers(self.tenant_id), "idempotency-key": key},
            shape=written.SHAPES[source],
        )
        return [] if body is None else body.rows

    async def _narrowed(
        self, error: Rejected, source: str, sent: Sequence[Element], key: str
    ) -> list[Outcome]:
        if any("idempotency" in each.text.casefold() for each in error.problems):
            unknown = OutcomeUnknown(str(error), provider="xero", operation=error.operation)
            return [Unheard(error=unknown) for _ in sent]  # sent before, in other words
        if len(sent) == 1:
            return [Refused(problems=refusals.coded(error).problems)]
        half = len(sent) // 2
        first = await self.send(source, sent[:half], f"{key}a")
        return [*first, *await self.send(source, sent[half:], f"{key}b")]
