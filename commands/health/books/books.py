"""One organisation's synced books as checks may ask about them.

Every table here is scoped to the organisation and leaves out what the ledger no longer names.
Amounts called `base_...` are in the base currency.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Numeric,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)

from commands.health.books.periods import Period
from providers.books import ASSET_TYPE, STANDING, DocumentKind, DocumentStatus, PaymentKind
from storage.models import ledger
from storage.types import Money

# Which way the lines of a document move the accounts they name: debits are positive.
DEBITED = (
    DocumentKind.BILL,
    DocumentKind.INVOICE_CREDIT,
    DocumentKind.MONEY_OUT,
    DocumentKind.PREPAYMENT_OUT,
    DocumentKind.OVERPAYMENT_OUT,
    DocumentKind.MANUAL_JOURNAL,  # signed already
)
CREDITED = (
    DocumentKind.INVOICE,
    DocumentKind.BILL_CREDIT,
    DocumentKind.MONEY_IN,
    DocumentKind.PREPAYMENT_IN,
    DocumentKind.OVERPAYMENT_IN,
)
COMING_IN = (DocumentKind.MONEY_IN, DocumentKind.PREPAYMENT_IN, DocumentKind.OVERPAYMENT_IN)
GOING_OUT = (DocumentKind.MONEY_OUT, DocumentKind.PREPAYMENT_OUT, DocumentKind.OVERPAYMENT_OUT)
RECEIVED = (PaymentKind.RECEIPT, PaymentKind.REFUND_IN)

# Xero tells these twice: the bank's side of them is among its bank transactions.
TOLD_AT_BANK = ("BankTransfers", "Overpayments", "Prepayments")
POSTING = ("account", "date", "amount", "kind", "source", "document_id")
CLEARANCES = "TransactionList"  # the report of QuickBooks that tells what is not reconciled
BATCHES = "BatchPayments"  # whose payments are told one by one besides


@dataclass(frozen=True, kw_only=True)
class Books:
    """What a check knows besides the tables.

    `today` is the client's day; `period` what people asked about, `as_of` its last day.
    `locked_until` is the later lock date, the last day that is locked. `details` are the
    organisation's as its ledger tells them. `refused` are the streams that are not read, by name.
    `holds_journals`: what the ledger itself posted is here, as new as all the rest. `log` holds
    lock dates as they were seen, oldest first. `cleared_at` is when QuickBooks last said what is
    not reconciled, or None.
    """

    organisation_id: str
    provider: str
    software: str
    country: str | None
    currency: str
    today: date
    period: Period
    year_begin: date
    synced_at: datetime | None = None
    cleared_at: datetime | None = None
    connected_on: date | None = None
    locked_until: date | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    holds_journals: bool = False
    log: tuple[Mapping[str, Any], ...] = ()
    _made: dict[tuple[Any, ...], Subquery] = field(default_factory=dict, repr=False, compare=False)

    @property
    def as_of(self) -> date:
        return self.period.end

    def is_locked(self, day: date | None) -> bool:
        return day is not None and self.locked_until is not None and day <= self.locked_until

    def rows(self, table: Table) -> Subquery:
        """The organisation's own rows of a table of records."""
        return self._own(table).subquery(table.name.removeprefix("ledger_"))

    @cached_property
    def accounts(self) -> Subquery:
        return self.rows(ledger.accounts)

    @cached_property
    def contacts(self) -> Subquery:
        return self.rows(ledger.contacts)

    @cached_property
    def former_bank_details(self) -> Subquery:
        """What contacts had before: source, remote_id, bank_account, replaced_at."""
        table = ledger.former_bank_details
        return (
            select(table)
            .where(table.c.organisation_id == self.organisation_id)
            .subquery("former_bank_details")
        )

    @cached_property
    def clearances(self) -> Subquery:
        """What is not reconciled, by the id of the transaction, where the ledger says it apart."""
        return self.rows(ledger.clearances)

    @cached_property
    def assets(self) -> Subquery:
        own = self._own(ledger.assets).where(ledger.assets.c.status != ASSET_TYPE)
        return own.subquery("assets")

    @cached_property
    def asset_types(self) -> Subquery:
        own = self._own(ledger.assets).where(ledger.assets.c.status == ASSET_TYPE)
        return own.subquery("asset_types")

    @cached_property
    def allocations(self) -> Subquery:
        table = ledger.allocations
        return (
            select(table)
            .where(table.c.organisation_id == self.organisation_id)
            .subquery("allocations")
        )

    def documents(
        self, *kinds: DocumentKind, statuses: tuple[DocumentStatus, ...] = STANDING
    ) -> Subquery:
        """Documents, all kinds where none is named, with `base_total` and `base_due`."""
        return self._once(("documents", kinds, statuses), lambda: self._documents(kinds, statuses))

    def _documents(
        self, kinds: tuple[DocumentKind, ...], statuses: tuple[DocumentStatus, ...]
    ) -> Subquery:
        table = ledger.documents
        own = self._own(table).where(table.c.status.in_(statuses))
        if kinds:
            own = own.where(table.c.kind.in_(kinds))
        return own.add_columns(
            self.base(table.c.total, table).label("base_total"),
            self.base(table.c.due, table).label("base_due"),
        ).subquery("documents")

    def payments(self, *kinds: PaymentKind) -> Subquery:
        """Payments that stand, one by one, with `base_amount`."""
        return self._once(("payments", kinds), lambda: self._payments(kinds))

    def _payments(self, kinds: tuple[PaymentKind, ...]) -> Subquery:
        table = ledger.payments
        own = self._own(table).where(table.c.status.in_(STANDING), table.c.source != BATCHES)
        if kinds:
            own = own.where(table.c.kind.in_(kinds))
        return own.add_columns(self.base(table.c.amount, table).label("base_amount")).subquery(
            "payments"
        )

    def entries(self, *kinds: DocumentKind, accounts: Subquery | None = None) -> Subquery:
        """What lines of standing documents say by themselves, all or those of some accounts:
        source, document_id, position, kind, date, contact_id, account, tax_rate, base_net. Sums
        over them take a third of the time of sums over `lines`, which looks documents up."""
        line = ledger.lines
        own = select(
            line.c.source,
            line.c.document_id,
            line.c.position,
            line.c.kind,
            line.c.date,
            line.c.counterparty_id.label("contact_id"),
            line.c.account_id.label("account"),
            line.c.tax_rate,
            line.c.base_net,
        ).where(line.c.organisation_id == self.organisation_id, line.c.stands.is_(True))
        if kinds:
            own = own.where(line.c.kind.in_(kinds))
        if accounts is not None:
            own = own.where(line.c.account_id.in_(_ids(accounts)))
        return own.subquery("entries")

    def lines(
        self, *kinds: DocumentKind, statuses: tuple[DocumentStatus, ...] = STANDING
    ) -> Subquery:
        """Lines with what their document says: source, document_id, kind, status, date, number,
        reference, contact_id, currency, is_reconciled, bank_account; then position, description,
        account (its remote id), tax_rate, net, tax,
        amount, base_net and base_tax (None where no tax is told)."""
        line, head = ledger.lines, ledger.documents
        same = and_(
            head.c.organisation_id == line.c.organisation_id,
            head.c.source == line.c.source,
            head.c.remote_id == line.c.document_id,
        )
        stands = (
            line.c.stands.is_(True)
            if statuses == STANDING
            else and_(head.c.gone_at.is_(None), head.c.status.in_(statuses))
        )
        own = (
            select(
                line.c.source,
                line.c.document_id,
                line.c.kind,
                head.c.status,
                line.c.date,
                head.c.number,
                head.c.reference,
                line.c.counterparty_id.label("contact_id"),
                head.c.currency,
                head.c.is_reconciled,
                head.c.bank_account,
                line.c.position,
                line.c.description,
                line.c.account_id.label("account"),
                line.c.tax_rate,
                line.c.net,
                line.c.tax,
                line.c.amount,
                line.c.base_net,
                self.base(line.c.tax, head).label("base_tax"),
            )
            # outer: where nothing is asked of the document, the databases do not look it up
            .select_from(line.outerjoin(head, same))
            .where(line.c.organisation_id == self.organisation_id, stands)
        )
        if kinds:
            own = own.where(line.c.kind.in_(kinds))
        return own.subquery("lines")

    def postings(self, until: date | None = None, *, accounts: Subquery | None = None) -> Subquery:
        """What moved each account, or these: account (remote id), date, amount (base, debits
        positive), kind, source, document_id. It is what the ledger posted, where it tells; else it
        is derived from documents and payments, without the control accounts of receivables,
        payables and tax, to which ledgers post by themselves, and without revaluations."""
        if self.holds_journals:
            every = self._posted(accounts).subquery("moved")
        else:
            every = union_all(self._coded(accounts), *self._bank_postings(accounts)).subquery(
                "moved"
            )
        own = select(*(every.c[name] for name in POSTING)).where(every.c.account.is_not(None))
        if until is not None:
            own = own.where(every.c.date <= until)
        return own.subquery("postings")

    def movements(self, accounts: Subquery | None = None) -> Subquery:
        """`postings` of accounts that are no banks: where they are derived, without the payments,
        which then need not be read."""
        moved = self._posted(accounts) if self.holds_journals else self._coded(accounts)
        return moved.subquery("movements")

    def _posted(self, accounts: Subquery | None) -> Select[Any]:
        own = ledger.postings.c
        posted = select(
            own.account_id.label("account"), own.date, own.amount, own.kind, own.source,
            own.document_id,
        ).where(own.organisation_id == self.organisation_id)  # fmt: skip
        return posted if accounts is None else posted.where(own.account_id.in_(_ids(accounts)))

    def _coded(self, accounts: Subquery | None) -> Select[Any]:
        """What lines say of the accounts that they name."""
        line = self.entries(*DEBITED, *CREDITED, accounts=accounts)
        signed = case((line.c.kind.in_(CREDITED), -line.c.base_net), else_=line.c.base_net)
        return select(
            line.c.account, line.c.date, signed.label("amount"), line.c.kind, line.c.source,
            line.c.document_id,
        ).where(line.c.source.not_in(TOLD_AT_BANK))  # fmt: skip

    def _bank_postings(self, accounts: Subquery | None) -> list[Select[Any]]:
        money = self.documents(*COMING_IN, *GOING_OUT)
        transfer = self.documents(DocumentKind.TRANSFER)
        paid = self.payments()
        total = type_coerce(money.c.base_total, Money())
        amount = type_coerce(paid.c.base_amount, Money())
        parts = (
            (money, money.c.bank_account, case((money.c.kind.in_(COMING_IN), total), else_=-total)),
            (transfer, transfer.c.bank_account, -transfer.c.base_total),
            (transfer, transfer.c.to_account, transfer.c.base_total),
            (paid, paid.c.bank_account, case((paid.c.kind.in_(RECEIVED), amount), else_=-amount)),
        )
        wanted = None if accounts is None else _ids(accounts)
        return [
            _posting(said, account, amount).where(
                true() if said is not transfer else said.c.source.not_in(TOLD_AT_BANK),
                # asked of each: of all of them together SQLite would first make all of them
                true() if wanted is None else account.in_(wanted),
            )
            for said, account, amount in parts
        ]

    def base(self, amount: ColumnElement[Any], said: Any) -> ColumnElement[Any]:
        """An amount of a document in the base currency, by the rate that it carries."""
        known = said.c.rate
        converted = cast(
            func.round(cast(amount, Numeric(38, 9)) * cast(known, Numeric(38, 9)) / 1_000_000_000),
            BigInteger,
        )
        same = or_(said.c.currency.is_(None), said.c.currency == self.currency, known.is_(None))
        plain = type_coerce(amount, BigInteger)
        return type_coerce(case((same, plain), else_=converted), Money())

    def _once(self, key: tuple[Any, ...], make: Callable[[], Subquery]) -> Subquery:
        """Checks ask for the same tables over and over; to write one takes a millisecond. Who needs
        two of one, to compare its rows, takes an alias."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _own(self, table: Table) -> Select[Any]:
        return select(table).where(
            table.c.organisation_id == self.organisation_id, table.c.gone_at.is_(None)
        )


def _ids(accounts: Subquery) -> Select[Any]:
    return select(accounts.c.remote_id)


def _posting(
    said: Subquery, account: ColumnElement[Any], amount: ColumnElement[Any]
) -> Select[Any]:
    return select(
        account.label("account"),
        said.c.date,
        type_coerce(amount, Money()).label("amount"),
        said.c.kind,
        said.c.source,
        said.c.remote_id.label("document_id"),
    )


def month_of(day: ColumnElement[Any]) -> ColumnElement[str]:
    """2026-06, of a day. Its numbers are written out: PostgreSQL groups by no parameters."""
    return func.substr(cast(day, Text), literal_column("1"), literal_column("7"))


def counted() -> ColumnElement[int]:
    """How many rows, to read well within a check."""
    return func.count(literal(1))
