"""What Xero's documents, payments and credits tell of each other."""

from decimal import Decimal

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row


def paid_document(books: Books, kind: str, row: Row) -> Fields:
    """What a payment tells of what it pays; Xero calls all of them Invoice."""
    return {
        "Type": row.fields["Type"],
        "InvoiceID": row.id,
        "InvoiceNumber": str(row.fields.get(books.table(kind).label, "")),
        "Payments": [],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "HasErrors": False,
        "IsDiscounted": False,
        "Contact": row.fields["Contact"],
        "LineItems": [],
        "CurrencyCode": row.fields["CurrencyCode"],
    }


def in_brief(payment: Row) -> Fields:
    names = ("Date", "Amount", "Reference", "CurrencyRate")
    brief = {"PaymentID": payment.id, **{name: payment.fields[name] for name in names}}
    if "BatchPaymentID" in payment.fields:
        brief["BatchPaymentID"] = payment.fields["BatchPaymentID"]
    return {**brief, "HasAccount": False, "HasValidationErrors": False}


def in_batch(payment: Row) -> Fields:
    invoice = {k: v for k, v in payment.fields["Invoice"].items() if k not in {"Contact", "Type"}}
    return {
        "Invoice": invoice,
        "PaymentID": payment.id,
        "Amount": payment.fields["Amount"],
        "BankAmount": payment.fields["BankAmount"],
    }


def applied(books: Books, kind: str, credit: Row, amount: Decimal) -> Fields:
    table = books.table(kind)
    told = {
        table.key: credit.id,
        "AppliedAmount": amount,
        "Date": credit.fields["Date"],
        "Total": credit.fields["Total"],
        "LineItems": [],
    }
    if kind == "CreditNotes":
        told |= {"CreditNoteNumber": credit.fields["CreditNoteNumber"], "HasErrors": False}
    return told
