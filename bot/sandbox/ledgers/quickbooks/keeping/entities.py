"""QuickBooks' entities: how each is kept, and in what words a row goes out on the wire."""

from bot.sandbox.ledgers.books import Books, Table
from bot.sandbox.ledgers.quickbooks.wire import pacific
from bot.sandbox.ledgers.rows import Fields, Row

# SELECT * leaves these out; they come when they are named.
UNSTARRED = {"Item": ("Sku",)}

ACTIVE = {"Active": True}
INACTIVE = {"Active": False}


def _next_id(books: Books) -> str:
    return str(books.next_number())


def next_transaction_id(books: Books) -> int:
    """Transactions of every kind share one count, which never goes back."""
    used = (row.id for kind in TRANSACTIONS for row in books.rows(kind))
    gone = (each.id for kind in TRANSACTIONS for each in books.removed[kind.casefold()])
    return 1 + max((int(each) for ids in (used, gone) for each in ids), default=0)


def _list(kind: str, *, label: str = "Name", **blank: object) -> Table:
    return Table(
        kind=kind,
        key="Id",
        label=label,
        active=ACTIVE,
        archived=INACTIVE,
        blank=blank,
        new_key=_next_id,
    )


def _transaction(kind: str, *, label: str = "DocNumber") -> Table:
    """Transactions are deleted or voided, never retired."""
    return Table(
        kind=kind, key="Id", label=label, new_key=lambda books: str(next_transaction_id(books))
    )


_NUMBERED = (
    "Invoice",
    "Bill",
    "CreditMemo",
    "VendorCredit",
    "Purchase",
    "Deposit",
    "SalesReceipt",
    "RefundReceipt",
    "BillPayment",
    "JournalEntry",
    "PurchaseOrder",
    "Estimate",
)
COMPANY = Table(kind="CompanyInfo", key="Id", label="CompanyName")
TABLES = (
    Table(kind="Preferences", key="Id", label="Id"),
    _list("Account", AccountType="Expense", Classification="Expense", SubAccount=False),
    _list("TaxCode", Taxable=True, TaxGroup=True, Hidden=False),
    _list("TaxRate", RateValue=0, SpecialTaxType="NONE", DisplayType="ReadOnly"),
    Table(kind="TaxAgency", key="Id", label="DisplayName", new_key=_next_id),
    _list("Vendor", label="DisplayName", Balance=0, Vendor1099=False),
    _list("Customer", label="DisplayName", Balance=0, Job=False, Taxable=True),
    _list("Item", Type="Service", Taxable=True, TrackQtyOnHand=False),
    _list("Class", SubClass=False),
    _list("Department", SubDepartment=False),
    _list("PaymentMethod", Type="NON_CREDIT_CARD"),
    _list("Term", Type="STANDARD", DueDays=30),
    _list("CompanyCurrency", label="Code"),
    _list("Employee", label="DisplayName", BillableTime=False),
    Table(kind="Attachable", key="Id", label="FileName", new_key=_next_id),
    *(_transaction(kind) for kind in _NUMBERED),
    _transaction("Payment", label="PaymentRefNum"),
    _transaction("Transfer", label="PrivateNote"),
)
TRANSACTIONS = (*_NUMBERED, "Payment", "Transfer")
ENTITIES = {table.kind: table for table in (COMPANY, *TABLES)}
BY_PATH = {kind.casefold(): kind for kind in ENTITIES}


def render(kind: str, row: Row, *, extra: tuple[str, ...] = ()) -> Fields:
    """One row as the wire has it."""
    hidden = set(UNSTARRED.get(kind, ())) - set(extra)
    return {
        **{name: value for name, value in row.fields.items() if name not in hidden},
        "domain": "QBO",
        "sparse": False,
        "Id": row.id,
        "SyncToken": str(row.version),
        "MetaData": {
            "CreateTime": pacific(row.created),
            "LastUpdatedTime": pacific(row.updated),
        },
    }


def whole(kind: str, row: Row) -> Fields:
    """As a read by id has it: nothing left out."""
    return render(kind, row, extra=UNSTARRED.get(kind, ()))
