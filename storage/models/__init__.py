"""Entities, one aggregate a file; they guard their own states and run no queries."""

from storage.models import ledger
from storage.models.allowances import Allowance
from storage.models.approvals import ApprovalWorkflow
from storage.models.audit import AuditEvent
from storage.models.claims import ClaimPart, ClaimState, ExpenseClaim
from storage.models.clients import Client, News
from storage.models.connections import (
    Connection,
    Detachment,
    Grant,
    GrantState,
    Organisation,
    Purpose,
    Status,
    Ticket,
    TicketState,
)
from storage.models.entity import Entity, IllegalTransition
from storage.models.health import (
    CheckOutcome,
    Handling,
    Health,
    HealthChoices,
    HealthFinding,
    HealthPoint,
    LockDates,
    Weighting,
)
from storage.models.items import OPEN_STATES, Item, ItemChange, ItemFile, ItemState
from storage.models.lists import ListEntry
from storage.models.mends import Mend, MendState
from storage.models.messages import Card, Delivery, Outgoing
from storage.models.publishing import (
    Batch,
    PaymentMethod,
    Publication,
    PublicationState,
    PublishingChoices,
    Rule,
    RuleKind,
    StepState,
)
from storage.models.setbacks import Setback
from storage.models.syncs import Sync, SyncMet, SyncNudge, SyncStream
from storage.models.workspaces import (
    AccessRequest,
    Assignment,
    Digest,
    Person,
    Role,
    WeeklyDigest,
    Workspace,
)

__all__ = [
    "OPEN_STATES",
    "AccessRequest",
    "Allowance",
    "ApprovalWorkflow",
    "Assignment",
    "AuditEvent",
    "Batch",
    "Card",
    "CheckOutcome",
    "ClaimPart",
    "ClaimState",
    "Client",
    "Connection",
    "Delivery",
    "Detachment",
    "Digest",
    "Entity",
    "ExpenseClaim",
    "Grant",
    "GrantState",
    "Handling",
    "Health",
    "HealthChoices",
    "HealthFinding",
    "HealthPoint",
    "IllegalTransition",
    "Item",
    "ItemChange",
    "ItemFile",
    "ItemState",
    "ListEntry",
    "LockDates",
    "Mend",
    "MendState",
    "News",
    "Organisation",
    "Outgoing",
    "PaymentMethod",
    "Person",
    "Publication",
    "PublicationState",
    "PublishingChoices",
    "Purpose",
    "Role",
    "Rule",
    "RuleKind",
    "Setback",
    "Status",
    "StepState",
    "Sync",
    "SyncMet",
    "SyncNudge",
    "SyncStream",
    "Ticket",
    "TicketState",
    "WeeklyDigest",
    "Weighting",
    "Workspace",
    "ledger",
]

for _table in Entity.metadata.tables.values():
    # Checked at the commit: entities without relationships are written in no particular order.
    for _constraint in _table.foreign_key_constraints:
        _constraint.deferrable = True
        _constraint.initially = "DEFERRED"
