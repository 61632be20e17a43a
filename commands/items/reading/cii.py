"""E-invoices in UN/CEFACT's Cross Industry Invoice: Factur-X, XRechnung and ZUGFeRD 1 and 2."""

from collections.abc import Iterator
from decimal import Decimal
from xml.etree.ElementTree import Element

from commands.items.reading.codes import iban_or_none
from commands.items.reading.places import as_number, day, each, first, number, text
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

_AGREEMENT = "ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement"
_SETTLEMENT = "ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement"
_SUMS = "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
_OF_LINE = "SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement"
_LINE_SUMS = (
    "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
)
_LINE_AGREEMENT = "SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement"
_LINE_DELIVERY = "SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery"
_PERCENT = "RateApplicablePercent|ApplicablePercent"
_MEANS = "SpecifiedTradeSettlementPaymentMeans"
_CARD = "ApplicableTradeSettlementFinancialCard/ID"


def read_invoice(root: Element) -> ReadDocument:
    """A CrossIndustryInvoice, or the CrossIndustryDocument of ZUGFeRD 1."""
    head = first(root, "ExchangedDocument|HeaderExchangedDocument")
    trade = first(root, "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction")
    agreement, settlement = first(trade, _AGREEMENT), first(trade, _SETTLEMENT)
    sums = first(settlement, _SUMS)
    currency = text(settlement, "InvoiceCurrencyCode")
    return document(
        Stated(
            by=By.CII,
            is_credit=text(head, "TypeCode") in CREDIT_NOTES,
            number=text(head, "ID"),
            day=day(head, "IssueDateTime/DateTimeString"),
            due_day=day(settlement, "SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"),
            currency=currency,
            seller=_party(first(agreement, "SellerTradeParty")),
            buyer=_party(first(agreement, "BuyerTradeParty")),
            total=number(sums, "GrandTotalAmount"),
            tax=_tax(sums, currency),
            payable=number(sums, "DuePayableAmount"),
            note=tidy(text(head, "IncludedNote/Content")),
            iban=iban_or_none(
                text(settlement, f"{_MEANS}/PayeePartyCreditorFinancialAccount/IBANID")
            ),
            card=text(settlement, f"{_MEANS}/{_CARD}"),
            lines=_all_lines(trade, settlement),
            taxes=[_rate(tax) for tax in each(settlement, "ApplicableTradeTax")],
        )
    )


def _party(party: Element | None) -> Party:
    registrations = [first(each_one, "ID") for each_one in each(party, "SpecifiedTaxRegistration")]
    numbers = [found for found in registrations if found is not None and found.text]
    numbers.sort(key=lambda found: found.get("schemeID") != "VA")
    return Party(
        name=tidy(text(party, "Name")),
        tax_number=(numbers[0].text or "").strip() if numbers else None,
        country=text(party, "PostalTradeAddress/CountryID"),
    )


def _tax(sums: Element | None, currency: str | None) -> Decimal | None:
    """Tax may be stated once more in the currency the seller keeps books in: that is left out."""
    found = list(each(sums, "TaxTotalAmount"))
    own = [tax for tax in found if tax.get("currencyID") in (currency, None)] or found
    stated = as_number(own[0].text) if own else None
    if stated is not None:
        return stated
    with_tax, without = number(sums, "GrandTotalAmount"), number(sums, "TaxBasisTotalAmount")
    return None if with_tax is None or without is None else with_tax - without


def _rate(tax: Element) -> StatedTax:
    return StatedTax(
        percent=number(tax, _PERCENT) or Decimal(0),
        basis=number(tax, "BasisAmount") or Decimal(0),
        tax=number(tax, "CalculatedAmount") or Decimal(0),
    )


def _all_lines(trade: Element | None, settlement: Element | None) -> list[StatedLine]:
    """Small profiles leave lines out and still state allowances: those alone are not the lines."""
    lines = list(_lines(trade))
    return [*lines, *_allowances(settlement)] if lines else []


def _lines(trade: Element | None) -> Iterator[StatedLine]:
    for line in each(trade, "IncludedSupplyChainTradeLineItem"):
        settlement = first(line, _OF_LINE)
        net = number(settlement, f"{_LINE_SUMS}/LineTotalAmount")
        if net is None:
            continue  # a comment
        price = first(first(line, _LINE_AGREEMENT), "NetPriceProductTradePrice")
        charged = number(price, "ChargeAmount")
        per = number(price, "BasisQuantity") or Decimal(1)
        yield StatedLine(
            description=tidy(text(line, "SpecifiedTradeProduct/Name")) or "",
            net=net,
            quantity=number(first(line, _LINE_DELIVERY), "BilledQuantity"),
            unit_price=per_one(charged, per),
            tax_percent=number(settlement, f"ApplicableTradeTax/{_PERCENT}"),
        )


def _allowances(settlement: Element | None) -> Iterator[StatedLine]:
    """Discounts and surcharges on the whole document; those on a line are in its amount already."""
    for each_one in each(settlement, "SpecifiedTradeAllowanceCharge"):
        is_charge = text(each_one, "ChargeIndicator/Indicator") in ("true", "1")
        amount = number(each_one, "ActualAmount") or Decimal(0)
        reason = tidy(text(each_one, "Reason"))
        yield StatedLine(
            description=reason or ("Charge" if is_charge else "Allowance"),
            net=amount if is_charge else -amount,
            tax_percent=number(each_one, f"CategoryTradeTax/{_PERCENT}"),
        )
