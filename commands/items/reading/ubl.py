"""E-invoices in UBL 2.1, as Peppol BIS Billing and EN 16931 use it."""

from collections.abc import Iterator
from decimal import Decimal
from xml.etree.ElementTree import Element

from commands.items.reading.codes import iban_or_none
from commands.items.reading.places import day, each, first, local, number, text
from commands.items.reading.reading import By, ReadDocument
from commands.items.reading.stated import (
    CREDIT_NOTES,
    Party,
    Stated,
    StatedLine,
    StatedTax,
    document,
    per_one,
    tidy,
)

_CARD = "PaymentMeans/CardAccount/PrimaryAccountNumberID"
_ACCOUNT = "PaymentMeans/PayeeFinancialAccount/ID"


def read_invoice(root: Element) -> ReadDocument:
    """An Invoice or a CreditNote."""
    currency = text(root, "DocumentCurrencyCode")
    totals = first(root, "LegalMonetaryTotal")
    taxes = _taxes(root, currency)
    return document(
        Stated(
            by=By.UBL,
            is_credit=local(root) == "CreditNote" or text(root, "InvoiceTypeCode") in CREDIT_NOTES,
            number=text(root, "ID"),
            day=day(root, "IssueDate"),
            due_day=day(root, "DueDate") or day(root, "PaymentMeans/PaymentDueDate"),
            currency=currency,
            seller=_party(first(root, "AccountingSupplierParty/Party")),
            buyer=_party(first(root, "AccountingCustomerParty/Party")),
            total=_total(totals),
            tax=_tax(taxes, totals),
            payable=number(totals, "PayableAmount"),
            note=tidy(text(root, "Note")),
            iban=iban_or_none(text(root, _ACCOUNT)),
            card=text(root, _CARD),
            lines=[*_lines(root), *_allowances(root)],
            taxes=[_rate(subtotal) for tax in taxes for subtotal in each(tax, "TaxSubtotal")],
        )
    )


def _party(party: Element | None) -> Party:
    names = ("PartyName/Name", "PartyLegalEntity/RegistrationName", "Person/FamilyName")
    return Party(
        name=next((tidy(found) for path in names if (found := text(party, path))), None),
        tax_number=_tax_number(party),
        country=text(party, "PostalAddress/Country/IdentificationCode"),
    )


def _tax_number(party: Element | None) -> str | None:
    """The one for VAT; a party may have one for other taxes beside it."""
    schemes = list(each(party, "PartyTaxScheme"))
    schemes.sort(key=lambda scheme: text(scheme, "TaxScheme/ID") != "VAT")
    return next((found for scheme in schemes if (found := text(scheme, "CompanyID"))), None)


def _total(totals: Element | None) -> Decimal | None:
    with_tax = number(totals, "TaxInclusiveAmount")
    if with_tax is not None:
        return with_tax
    payable = number(totals, "PayableAmount")
    return None if payable is None else payable + (number(totals, "PrepaidAmount") or 0)


def _taxes(root: Element, currency: str | None) -> list[Element]:
    """Tax may be stated once more in the currency the seller keeps books in: that is left out."""
    found = list(each(root, "TaxTotal"))
    own = [tax for tax in found if _currency(tax) in (currency, None)]
    return own or found[:1]


def _currency(tax: Element) -> str | None:
    amount = first(tax, "TaxAmount")
    return amount.get("currencyID") if amount is not None else None


def _tax(taxes: list[Element], totals: Element | None) -> Decimal | None:
    stated = [found for tax in taxes if (found := number(tax, "TaxAmount")) is not None]
    if stated:
        return sum(stated, Decimal(0))
    with_tax, without = number(totals, "TaxInclusiveAmount"), number(totals, "TaxExclusiveAmount")
    return None if with_tax is None or without is None else with_tax - without


def _rate(subtotal: Element) -> StatedTax:
    return StatedTax(
        percent=number(subtotal, "TaxCategory/Percent")
        or number(subtotal, "Percent")
        or Decimal(0),
        basis=number(subtotal, "TaxableAmount") or Decimal(0),
        tax=number(subtotal, "TaxAmount") or Decimal(0),
    )


def _lines(root: Element) -> Iterator[StatedLine]:
    for line in each(root, "InvoiceLine|CreditNoteLine"):
        price = number(line, "Price/PriceAmount")
        per = number(line, "Price/BaseQuantity") or Decimal(1)
        described = text(line, "Item/Name") or text(line, "Item/Description") or text(line, "Note")
        yield StatedLine(
            description=tidy(described) or "",
            net=number(line, "LineExtensionAmount") or Decimal(0),
            quantity=number(line, "InvoicedQuantity|CreditedQuantity"),
            unit_price=per_one(price, per),
            tax_percent=number(line, "Item/ClassifiedTaxCategory/Percent"),
        )


def _allowances(root: Element) -> Iterator[StatedLine]:
    """Discounts and surcharges on the whole document; those on a line are in its amount already."""
    for each_one in each(root, "AllowanceCharge"):
        is_charge = text(each_one, "ChargeIndicator") in ("true", "1")
        amount = number(each_one, "Amount") or Decimal(0)
        reason = tidy(text(each_one, "AllowanceChargeReason"))
        yield StatedLine(
            description=reason or ("Charge" if is_charge else "Allowance"),
            net=amount if is_charge else -amount,
            tax_percent=number(each_one, "TaxCategory/Percent"),
        )
