"""The local copy of each organisation's books: tables, not entities, since they move in bulk.

Columns are named as the fields of `providers.books`. `digest` tells quickly whether anything
changed. `gone_at` is set when the ledger stopped naming a record; nothing is removed for being
absent. No foreign key ties these rows to their organisation: checking one for each row would cost
more than storing it, and they come and go through storage.queries.ledger alone.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    column,
)

from storage.models.entity import Entity
from storage.types import Money, Quantity, Rate, UtcDateTime


def _text(name: str) -> Column[Any]:
    return Column(name, Text)


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean)


def _money(name: str) -> Column[Any]:
    return Column(name, Money, nullable=False)


def _records(name: str, *parts: Column[Any] | Index) -> Table:
    return Table(
        name,
        Entity.metadata,
        Column("organisation_id", String, primary_key=True),
        Column("source", String, primary_key=True),
        Column("remote_id", String, primary_key=True),
        Column("updated_at", UtcDateTime),
        *(part for part in parts if isinstance(part, Column)),
        Column("digest", BigInteger, nullable=False),
        Column("gone_at", UtcDateTime),
        *(part for part in parts if isinstance(part, Index)),
    )


def _parts_of(name: str, *parts: Column[Any] | Index) -> Table:
    return Table(
        name,
        Entity.metadata,
        Column("organisation_id", String, primary_key=True),
        Column("source", String, primary_key=True),
        Column("document_id", String, primary_key=True),
        Column("position", Integer, primary_key=True),
        *parts,
    )


accounts = _records(
    "ledger_accounts",
    Column("name", Text, nullable=False),
    _text("code"),
    Column("account_class", Text, nullable=False),
    Column("account_type", Text, nullable=False),
    _text("system_role"),
    _text("tax_rate"),
    _text("currency"),
    _flag("is_bank"),
    _flag("is_active"),
    _text("description"),
    _text("report_code"),
    Index("ix_ledger_accounts_code", "organisation_id", "code"),
    Index("ix_ledger_accounts_remote_id", "organisation_id", "remote_id"),
)
tax_rates = _records(
    "ledger_tax_rates",
    Column("name", Text, nullable=False),
    Column("rate", Rate),
    _flag("on_costs"),
    _flag("on_sales"),
    _flag("is_active"),
)
tracking = _records(
    "ledger_tracking",
    Column("name", Text, nullable=False),
    Column("category_id", Text, nullable=False),
    Column("category", Text, nullable=False),
    _flag("is_active"),
)
products = _records(
    "ledger_products",
    Column("name", Text, nullable=False),
    _text("code"),
    *map(_text, ("sales_account", "purchase_account", "stock_account")),
    _flag("is_active"),
)
contacts = _records(
    "ledger_contacts",
    Column("name", Text, nullable=False),
    _flag("is_supplier"),
    _flag("is_customer"),
    _flag("is_active"),
    *map(_text, ("merged_into", "email", "phone", "tax_number", "company_number")),
    *map(_text, ("bank_account", "address", "currency")),
    *map(_text, ("sales_account", "purchase_account", "sales_tax", "purchase_tax")),
    Index("ix_ledger_contacts_remote_id", "organisation_id", "remote_id"),  # named without source
)
documents = _records(
    "ledger_documents",
    Column("kind", String(32), nullable=False),
    Column("status", String(32), nullable=False),
    *map(_text, ("remote_status", "number", "reference", "contact_id", "contact_name")),
    Column("date", Date),
    Column("due_date", Date),
    _text("currency"),
    Column("rate", Rate),
    Column("tax_treatment", String(16), nullable=False),
    *map(_money, ("subtotal", "tax", "total", "paid", "credited", "due")),
    _text("bank_account"),
    _text("to_account"),
    _flag("is_reconciled"),
    _flag("has_attachments"),
    _text("memo"),
    _text("url"),
    Column("created_at", UtcDateTime),
    Column("fully_paid_on", Date),
    Index("ix_ledger_documents_status", "organisation_id", "status", "kind", "date"),
    Index(
        "ix_ledger_documents_kind_date",
        *("organisation_id", "kind", "date", "status", "gone_at", "source"),
    ),
    Index(
        "ix_ledger_documents_contact",
        *("organisation_id", "contact_id", "date", "kind", "status", "gone_at"),
    ),
    Index(  # all that sums over bank accounts read
        "ix_ledger_documents_bank",
        *("organisation_id", "bank_account", "is_reconciled", "date", "kind", "status", "gone_at"),
        *("source", "remote_id", "total", "currency", "rate"),
        sqlite_where=column("bank_account").is_not(None),
        postgresql_where=column("bank_account").is_not(None),
    ),
)
payments = _records(
    "ledger_payments",
    Column("kind", String(32), nullable=False),
    Column("status", String(32), nullable=False),
    _text("remote_status"),
    Column("date", Date),
    _money("amount"),
    _text("currency"),
    Column("rate", Rate),
    *map(_text, ("reference", "contact_id", "bank_account")),
    _flag("is_reconciled"),
    _text("batch_id"),
    Column("created_at", UtcDateTime),
    Index("ix_ledger_payments_date", "organisation_id", "date"),
)
assets = _records(
    "ledger_assets",
    Column("name", Text, nullable=False),
    _text("number"),
    Column("status", Text, nullable=False),
    Column("purchased_on", Date),
    Column("price", Money),
    Column("book_value", Money),
    _text("asset_account"),
    _text("depreciation_account"),
    Column("depreciated_until", Date),
)
clearances = _records("ledger_clearances", _flag("is_cleared"))
lines = _parts_of(
    "ledger_lines",
    *map(_text, ("remote_id", "description", "account_id", "account_code", "tax_rate")),
    _money("amount"),
    _money("net"),
    Column("tax", Money),
    Column("quantity", Quantity),
    Column("unit_price", Quantity),
    _text("product"),
    _text("contact_id"),
    Column("tracking", JSON),
    # Said once more of their document, and whether that stands: who asks for all lines of a contact
    # or an account then reads one of the indexes and nothing else, a tenth of the time.
    Column("kind", String(32)),
    Column("date", Date),
    _text("counterparty_id"),
    _money("base_net"),
    _flag("stands"),
    Index(
        "ix_ledger_lines_counterparty",
        *("organisation_id", "stands", "counterparty_id", "kind", "account_id", "account_code"),
        *("tax_rate", "date", "base_net"),
    ),
    Index(
        "ix_ledger_lines_account",
        *("organisation_id", "stands", "account_id", "account_code", "kind", "date"),
        *("base_net", "source"),
    ),
)
allocations = _parts_of(
    "ledger_allocations",
    Column("target_source", Text, nullable=False),
    Column("target_id", Text, nullable=False),
    _money("amount"),
    Column("date", Date),
    Index("ix_ledger_allocations_target", "organisation_id", "target_id"),
)
# What contacts had before their present bank details; `replaced_at` is the vendor's instant.
former_bank_details = Table(
    "ledger_former_bank_details",
    Entity.metadata,
    Column("organisation_id", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("remote_id", String, primary_key=True),
    Column("bank_account", Text, nullable=False),
    Column("replaced_at", UtcDateTime),
)
# What the ledger itself posted, where it tells: nothing here changes once it is written. `source`
# and `document_id` say for which record; the index has all that sums over accounts read.
postings = Table(
    "ledger_postings",
    Entity.metadata,
    Column("organisation_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # of the journal
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("account_id"),
    Column("date", Date),
    _money("amount"),
    Column("kind", String(32), nullable=False),
    Column("source", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Index(
        "ix_ledger_postings_account",
        *("organisation_id", "account_id", "date", "kind", "amount"),
    ),
)

RECORDS = (
    *(accounts, tax_rates, tracking, products, contacts, documents, payments, assets),
    clearances,
)
PARTS = (lines, allocations)
