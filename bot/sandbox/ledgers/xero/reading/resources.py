"""Xero's resources: who may read each of them, and what a reader may ask of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """`scopes` are alternatives, any of which opens it; `stamp` is the field of the last change.

    `filters` are the query parameters that choose by the words of a field, `Contact.ContactID`
    being a field of a field. `lines` come only with a page or a single row; `brief_without` is
    what summaryOnly leaves out besides.
    """

    name: str
    scopes: frozenset[str]
    stamp: str | None = "UpdatedDateUTC"
    spells_stamp: bool = False  # once more as text
    since: bool = False
    pages: bool = False
    hides: tuple[str, str, str] | None = None  # the field, what is hidden, unless this is true
    complete: Callable[[Books, Row, bool], Fields] | None = None  # told whether archived ones too
    filters: Mapping[str, str] = field(default_factory=dict)
    between_dates: bool = False
    lines: str | None = None
    brief_without: frozenset[str] | None = None
    only_paged: frozenset[str] = frozenset()  # fields that an unpaged list leaves out
    by_number: str | None = None  # a single row is also found by this field
    entitled: bool = True  # of every app; False is for those of the Advanced tier alone


def _scopes(*names: str) -> frozenset[str]:
    return frozenset(each for name in names for each in (name, f"{name}.read"))


def _options(books: Books, category: Row, archived: bool) -> Fields:  # noqa: FBT001  # as called
    options = [
        {"TrackingOptionID": row.id, "Name": row.fields["Name"], "Status": row.fields["Status"]}
        for row in books.rows("TrackingOptions")
        if row.fields["TrackingCategoryID"] == category.id
        and (archived or row.fields["Status"] == "ACTIVE")
    ]
    return {"Options": options}


SETTINGS = _scopes("accounting.settings")
INVOICES = _scopes("accounting.invoices")
PAYMENTS = _scopes("accounting.payments")
BANK = _scopes("accounting.banktransactions")
ATTACHED = _scopes("accounting.attachments")

_LISTS = (
    Resource(name="Organisation", scopes=SETTINGS, stamp=None),
    Resource(name="Accounts", scopes=SETTINGS, since=True, by_number="Code"),
    Resource(name="TaxRates", scopes=SETTINGS, stamp=None),
    Resource(
        name="Contacts",
        scopes=_scopes("accounting.contacts"),
        since=True,
        pages=True,
        hides=("ContactStatus", "ARCHIVED", "includeArchived"),
        filters={"IDs": "ContactID"},
        only_paged=frozenset({"MergedToContactID"}),
        brief_without=frozenset(
            {
                "Addresses",
                "Phones",
                "ContactPersons",
                "ContactGroups",
                "BankAccountDetails",
                "Balances",
            }
        ),
    ),
    Resource(name="Items", scopes=SETTINGS | INVOICES, since=True, by_number="Code"),
    Resource(
        name="TrackingCategories",
        scopes=SETTINGS,
        stamp=None,
        hides=("Status", "ARCHIVED", "includeArchived"),
        complete=_options,
    ),
    Resource(name="Currencies", scopes=SETTINGS, stamp=None),
    Resource(name="Users", scopes=SETTINGS, since=True),
)

_SETTLED_BY = frozenset({"Payments", "CreditNotes", "Prepayments", "Overpayments"})
_DOCUMENTS = (
    Resource(
        name="Invoices",
        scopes=INVOICES,
        spells_stamp=True,
        since=True,
        pages=True,
        lines="LineItems",
        brief_without=_SETTLED_BY,
        by_number="InvoiceNumber",
        filters={
            "IDs": "InvoiceID",
            "InvoiceNumbers": "InvoiceNumber",
            "ContactIDs": "Contact.ContactID",
            "Statuses": "Status",
        },
    ),
    Resource(
        name="CreditNotes",
        scopes=INVOICES,
        spells_stamp=True,
        since=True,
        pages=True,
        lines="LineItems",
        by_number="CreditNoteNumber",
    ),
    Resource(
        name="PurchaseOrders",
        scopes=INVOICES,
        since=True,
        pages=True,
        by_number="PurchaseOrderNumber",
        filters={"Status": "Status"},
        between_dates=True,
    ),
    Resource(
        name="BankTransactions",
        scopes=BANK,
        since=True,
        pages=True,
        lines="LineItems",
        filters={"References": "Reference"},
    ),
    Resource(
        name="BankTransfers",
        scopes=BANK,
        stamp=None,
        since=True,
        hides=("Status", "DELETED", "includeDeleted"),
    ),
    Resource(name="Payments", scopes=PAYMENTS, spells_stamp=True, since=True, pages=True),
    Resource(name="BatchPayments", scopes=PAYMENTS, since=True),
    Resource(
        name="Overpayments",
        scopes=PAYMENTS,
        spells_stamp=True,
        since=True,
        pages=True,
        lines="LineItems",
        filters={"References": "Reference"},
    ),
    Resource(
        name="Prepayments",
        scopes=PAYMENTS,
        spells_stamp=True,
        since=True,
        pages=True,
        lines="LineItems",
        filters={"InvoiceNumbers": "InvoiceNumber"},
    ),
    Resource(
        name="ManualJournals",
        scopes=_scopes("accounting.manualjournals"),
        since=True,
        pages=True,
        lines="JournalLines",
    ),
    Resource(name="Journals", scopes=frozenset({"accounting.journals.read"}), entitled=False),
)

RESOURCES = {resource.name.casefold(): resource for resource in (*_LISTS, *_DOCUMENTS)}


def plural(resource: Resource) -> str:
    """The key of the array in the body."""
    return "Organisations" if resource.name == "Organisation" else resource.name
