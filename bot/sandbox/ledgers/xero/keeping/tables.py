"""How Xero keeps each kind of list: its key, its name, and what a blank one says."""

from bot.sandbox.ledgers.books import Books, Table

# Which class of accounts each type belongs to.
CLASSES = {
    "REVENUE": "REVENUE",
    "OTHERINCOME": "REVENUE",
    "DIRECTCOSTS": "EXPENSE",
    "OVERHEADS": "EXPENSE",
    "EXPENSE": "EXPENSE",
    "BANK": "ASSET",
    "CURRENT": "ASSET",
    "FIXED": "ASSET",
    "INVENTORY": "ASSET",
    "CURRLIAB": "LIABILITY",
    "TERMLIAB": "LIABILITY",
    "EQUITY": "EQUITY",
}

LIVE = {"Status": "ACTIVE"}
ARCHIVED = {"Status": "ARCHIVED"}


def _next_tax_type(books: Books) -> str:
    return f"TAX{books.next_number():03d}"


ORGANISATION = Table(kind="Organisation", key="OrganisationID", label="Name")
LISTS = (
    Table(
        kind="Accounts",
        key="AccountID",
        label="Name",
        active=LIVE,
        archived=ARCHIVED,
        blank={
            "Code": "",
            "Type": "EXPENSE",
            "TaxType": "NONE",
            "Class": "EXPENSE",
            "EnablePaymentsToAccount": False,
            "ShowInExpenseClaims": False,
            "BankAccountType": "",
            "HasAttachments": False,
            "AddToWatchlist": False,
        },
    ),
    Table(
        kind="TaxRates",
        key="TaxType",
        label="Name",
        active=LIVE,
        archived=ARCHIVED,
        blank={
            "ReportTaxType": "NONE",
            "CanApplyToAssets": True,
            "CanApplyToEquity": True,
            "CanApplyToExpenses": True,
            "CanApplyToLiabilities": True,
            "CanApplyToRevenue": True,
            "DisplayTaxRate": 0.0,
            "EffectiveRate": 0.0,
            "TaxComponents": [],
        },
        new_key=_next_tax_type,
    ),
    Table(
        kind="Contacts",
        key="ContactID",
        label="Name",
        active={"ContactStatus": "ACTIVE"},
        archived={"ContactStatus": "ARCHIVED"},
        blank={
            "Addresses": [],
            "Phones": [],
            "ContactGroups": [],
            "ContactPersons": [],
            "IsSupplier": False,
            "IsCustomer": False,
            "HasAttachments": False,
            "HasValidationErrors": False,
        },
    ),
    Table(
        kind="Items",
        key="ItemID",
        label="Name",
        blank={
            "Code": "NEW",
            "PurchaseDetails": {},
            "SalesDetails": {},
            "IsTrackedAsInventory": False,
            "IsSold": True,
            "IsPurchased": True,
        },
    ),
    Table(
        kind="TrackingCategories",
        key="TrackingCategoryID",
        label="Name",
        active=LIVE,
        archived=ARCHIVED,
    ),
    Table(
        kind="TrackingOptions",
        key="TrackingOptionID",
        label="Name",
        active=LIVE,
        archived=ARCHIVED,
        parent="TrackingCategoryID",
        parent_kind="TrackingCategories",
    ),
    Table(kind="Currencies", key="Code", label="Description"),
    Table(kind="AssetTypes", key="assetTypeId", label="assetTypeName"),
    Table(kind="Assets", key="assetId", label="assetName"),
    Table(kind="AssetSettings", key="id", label="id"),
    Table(kind="Users", key="UserID", label="EmailAddress"),
)


def _documents(*kinds: tuple[str, str, str]) -> tuple[Table, ...]:
    return tuple(Table(kind=kind, key=key, label=label) for kind, key, label in kinds)


# What money is told by, in the order in which one kind may speak of another.
DOCUMENTS = _documents(
    ("Invoices", "InvoiceID", "InvoiceNumber"),
    ("CreditNotes", "CreditNoteID", "CreditNoteNumber"),
    ("BankTransactions", "BankTransactionID", "Reference"),
    ("BankTransfers", "BankTransferID", "Reference"),
    ("Payments", "PaymentID", "Reference"),
    ("BatchPayments", "BatchPaymentID", "Reference"),
    ("Overpayments", "OverpaymentID", "Reference"),
    ("Prepayments", "PrepaymentID", "Reference"),
    ("ManualJournals", "ManualJournalID", "Narration"),
    ("PurchaseOrders", "PurchaseOrderID", "PurchaseOrderNumber"),
)
DOCUMENT_KINDS = tuple(table.kind for table in DOCUMENTS)
TABLES = (*LISTS, *DOCUMENTS)
