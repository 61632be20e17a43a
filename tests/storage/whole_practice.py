"""One row of everything a practice may have."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from storage.identity import new_id
from storage.models import (
    AccessRequest,
    ApprovalWorkflow,
    Assignment,
    AuditEvent,
    Batch,
    CheckOutcome,
    ClaimPart,
    Detachment,
    Entity,
    ExpenseClaim,
    Handling,
    Health,
    HealthChoices,
    HealthFinding,
    HealthPoint,
    Item,
    ItemChange,
    ItemFile,
    ListEntry,
    LockDates,
    Mend,
    Outgoing,
    PaymentMethod,
    Publication,
    PublishingChoices,
    Rule,
    RuleKind,
    Sync,
    Weighting,
)
from tests.builders import (
    NOW,
    a_client,
    a_connection,
    a_grant,
    a_person,
    a_ticket,
    an_organisation,
)

SAME = {"code": "paye", "fingerprint": "0"}  # a finding of every practice


class WholePractice:
    """Every id and name tells whose it is, but for those that practices share."""

    def __init__(self, workspace_id: str, name_key: str) -> None:
        self._id = workspace_id
        self._here: dict[str, Any] = {"workspace_id": workspace_id}
        self._name = f"Acme of {workspace_id}"
        called = {"name": self._name, "name_key": name_key}
        self._person = a_person(**self._here, id=self._own_id("person"), name=self._name)
        self._client = a_client(
            **self._here, **called, id=self._own_id("client"), channel_id="C0SHARED"
        )
        self._organisation = an_organisation(
            **self._here,
            id=self._own_id("organisation"),
            tenant_id=self._own_id("tenant"),
            name=self._name,
        )
        ends_at = NOW + timedelta(days=7)
        self._grant = a_grant(**self._here, id=self._own_id("grant"), consent_ends_at=ends_at)
        self._connection = a_connection(
            self._client,
            self._organisation,
            self._grant,
            id=self._own_id("connection"),
            lists_due_at=NOW,
        )
        self._owned: dict[str, Any] = {**self._here, "client_id": self._client.id}
        self._asked: dict[str, Any] = {"by": self._person.id, "at": NOW}
        self._made: dict[str, Any] = {"made_by": self._person.id, "made_at": NOW}

    def _own_id(self, kind: str) -> str:
        return f"{self._id}-{kind}-{new_id()}"

    def rows(self) -> list[Entity]:
        return [
            *self._people_and_clients(),
            *self._of_the_connection(),
            *self._items_and_what_was_sent(),
            *self._choices(),
            *self._health(),
            *self._told_and_asked(),
        ]

    def _people_and_clients(self) -> list[Entity]:
        return [
            self._person,
            self._client,
            Assignment(**self._here, person_id=self._person.id, client_id=self._client.id),
        ]

    def _of_the_connection(self) -> list[Entity]:
        leaving = {"grant_id": self._grant.id, "provider": "xero", "due_at": NOW}
        return [
            self._organisation,
            self._grant,
            self._connection,
            ListEntry(
                **self._here,
                connection_id=self._connection.id,
                kind="accounts",
                remote_id="shared",
                record="account",
                name=self._name,
                digest="0",
                run_id="0",
                first_seen_at=NOW,
            ),
            Sync(**self._here, organisation_id=self._organisation.id, due_at=NOW),
            a_ticket(self._client, id=self._own_id("ticket"), person_id=self._person.id),
            Detachment(**self._here, id=self._own_id("detachment"), **leaving),
        ]

    def _items_and_what_was_sent(self) -> list[Entity]:
        item, claim = self._an_item(), self._a_claim()
        own, of_item = self._here, {"item_id": item.id}
        to = {"connection_id": self._connection.id}
        batch = Batch(**self._owned, **self._asked, **to, id=self._own_id("batch"))
        sent = {**to, "batch_id": batch.id, "reference": self._name, "at": NOW, "generation": 1}
        claimed, published = self._own_id("claimed"), self._own_id("publication")
        return [
            item,
            claim,
            ClaimPart(**own, **of_item, claim_id=claim.id, draft={"note": self._name}, put_at=NOW),
            ItemFile(**own, **of_item, name=self._name, digest="0", content=self._name.encode()),
            ItemChange(**own, **of_item, **self._asked, id=self._own_id("change"), what=self._name),
            batch,
            Publication(**self._owned, **sent, id=claimed, claim_id=claim.id),
            Publication(**self._owned, **sent, **of_item, id=published),
        ]

    def _an_item(self) -> Item:
        return Item(
            **self._owned,
            id=self._own_id("item"),
            owner=self._person.id,
            source="form",
            title=self._name,
            submitted_at=NOW,
            supplier_key="acme",
            number="1",
            total=Decimal(1),
        )

    def _a_claim(self) -> ExpenseClaim:
        return ExpenseClaim(
            **self._owned,
            id=self._own_id("claim"),
            owner=self._person.id,
            currency="GBP",
            starts=NOW.date(),
            ends=NOW.date(),
            made_at=NOW,
            due_at=NOW,
        )

    def _choices(self) -> list[Entity]:
        made, name = {**self._owned, **self._made}, self._name
        of_acme = {"kind": RuleKind.SUPPLIER, "subject": "acme", "title": name}
        return [
            PublishingChoices(**self._owned),
            ApprovalWorkflow(**made, id=self._own_id("workflow"), name=name),
            Rule(**made, **of_acme, id=self._own_id("rule")),
            PaymentMethod(**made, id=self._own_id("method"), name=name, name_key=name),
            HealthChoices(**self._owned, mode=name),
            Weighting(**self._here, **self._made, id=self._own_id("weighting")),
        ]

    def _health(self) -> list[Entity]:
        own: dict[str, Any] = {**self._here, "organisation_id": self._organisation.id}
        who, name = self._person.id, self._name
        return [
            Health(**own, due_at=NOW, asked_by=who),
            HealthFinding(**own, **SAME, title=name, body={"text": name}, first_seen_at=NOW),
            Handling(**own, **SAME, assignee=who, snoozed_until=NOW.date()),
            CheckOutcome(**own, code=SAME["code"], level="fine", says=name, computed_at=NOW),
            HealthPoint(**own, day=NOW.date(), score=60, weights_id=name),
            LockDates(**own, seen_at=NOW),
            Mend(**own, **SAME, **self._asked, id=self._own_id("mend"), title=name),
        ]

    def _told_and_asked(self) -> list[Entity]:
        return [
            AuditEvent(
                **self._owned,
                id=self._own_id("audit"),
                at=NOW,
                actor=self._person.id,
                action="client.added",
                subject_kind="client",
                subject_id=self._client.id,
            ),
            AccessRequest(
                **self._here,
                id=self._own_id("request"),
                person_id=self._person.id,
                command="connections.connect",
                arguments={},
                asked_at=NOW,
            ),
            Outgoing(
                **self._here,
                recipient="C0SHARED",
                payload={"text": self._name},
                card="shared",
                created_at=NOW,
                due_at=NOW,
            ),
        ]
