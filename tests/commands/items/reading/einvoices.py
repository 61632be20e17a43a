"""E-invoices written from facts, in both syntaxes, so that reading can be held against them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

CENT = Decimal("0.01")
_UBL = "urn:oasis:names:specification:ubl:schema:xsd"
_CII = "urn:un:unece:uncefact"


@dataclass(frozen=True, kw_only=True, slots=True)
class SoldLine:
    """A line; an allowance or charge on the document has no quantity."""

    name: str
    net: Decimal
    percent: Decimal
    quantity: Decimal | None = Decimal(1)

    @property
    def price(self) -> Decimal:
        return self.net / (self.quantity or 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sale:
    """What an e-invoice is about. Its sums follow from its lines, as EN 16931 has it."""

    lines: tuple[SoldLine, ...]
    number: str = "INV-77"
    day: date = date(2026, 10, 1)
    due_day: date = date(2026, 10, 31)
    currency: str = "EUR"
    seller: str = "Papier & Stifte GmbH"
    buyer: str = "Acme Ltd"
    is_credit: bool = False
    prepaid: Decimal = Decimal(0)
    card: str | None = None

    @property
    def taxes(self) -> dict[Decimal, tuple[Decimal, Decimal]]:
        """The basis and the tax of each rate."""
        rates = dict.fromkeys(line.percent for line in self.lines)
        bases = {
            rate: sum((line.net for line in self.lines if line.percent == rate), Decimal(0))
            for rate in rates
        }
        return {rate: (base, (base * rate / 100).quantize(CENT)) for rate, base in bases.items()}

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((tax for _, tax in self.taxes.values()), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    @property
    def goods(self) -> list[SoldLine]:
        return [line for line in self.lines if line.quantity is not None]

    @property
    def extras(self) -> list[SoldLine]:
        return [line for line in self.lines if line.quantity is None]


def as_ubl(sale: Sale) -> bytes:
    """UBL 2.1, an Invoice or a CreditNote."""
    root = "CreditNote" if sale.is_credit else "Invoice"
    due = "" if sale.is_credit else f"<cbc:DueDate>{sale.due_day}</cbc:DueDate>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{_UBL}:{root}-2" '
        f'xmlns:cac="{_UBL}:CommonAggregateComponents-2" '
        f'xmlns:cbc="{_UBL}:CommonBasicComponents-2">'
        f"<cbc:ID>{escape(sale.number)}</cbc:ID><cbc:IssueDate>{sale.day}</cbc:IssueDate>{due}"
        f"<cbc:{root}TypeCode>{381 if sale.is_credit else 380}</cbc:{root}TypeCode>"
        f"<cbc:DocumentCurrencyCode>{sale.currency}</cbc:DocumentCurrencyCode>"
        f"{_ubl_party('Supplier', sale.seller, 'DE136695976')}"
        f"{_ubl_party('Customer', sale.buyer, 'GB123456773')}"
        f"<cac:PaymentMeans>{_ubl_card(sale)}<cac:PayeeFinancialAccount>"
        "<cbc:ID>DE89370400440532013000</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
        f"{''.join(_ubl_extras(sale))}<cac:TaxTotal>{_money('TaxAmount', sale.tax, sale)}"
        f"{''.join(_ubl_taxes(sale))}</cac:TaxTotal><cac:LegalMonetaryTotal>"
        f"{_money('TaxInclusiveAmount', sale.total, sale)}"
        f"{_money('PrepaidAmount', sale.prepaid, sale)}"
        f"{_money('PayableAmount', sale.total - sale.prepaid, sale)}</cac:LegalMonetaryTotal>"
        f"{''.join(_ubl_lines(sale))}</{root}>"
    ).encode()


def as_cii(sale: Sale) -> bytes:
    """The Cross Industry Invoice of Factur-X and XRechnung."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rsm:CrossIndustryInvoice '
        f'xmlns:rsm="{_CII}:data:standard:CrossIndustryInvoice:100" '
        f'xmlns:ram="{_CII}:data:standard:ReusableAggregateBusinessInformationEntity:100" '
        f'xmlns:udt="{_CII}:data:standard:UnqualifiedDataType:100"><rsm:ExchangedDocument>'
        f"<ram:ID>{escape(sale.number)}</ram:ID>"
        f"<ram:TypeCode>{381 if sale.is_credit else 380}</ram:TypeCode>"
        f"<ram:IssueDateTime>{_cii_day(sale.day)}</ram:IssueDateTime></rsm:ExchangedDocument>"
        f"<rsm:SupplyChainTradeTransaction>{''.join(_cii_lines(sale))}"
        f"<ram:ApplicableHeaderTradeAgreement>{_cii_party('Seller', sale.seller, 'DE136695976')}"
        f"{_cii_party('Buyer', sale.buyer, 'GB123456773')}</ram:ApplicableHeaderTradeAgreement>"
        f"<ram:ApplicableHeaderTradeSettlement>"
        f"<ram:InvoiceCurrencyCode>{sale.currency}</ram:InvoiceCurrencyCode>"
        "<ram:SpecifiedTradeSettlementPaymentMeans><ram:PayeePartyCreditorFinancialAccount>"
        "<ram:IBANID>DE89370400440532013000</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>"
        f"</ram:SpecifiedTradeSettlementPaymentMeans>{''.join(_cii_taxes(sale))}"
        f"{''.join(_cii_extras(sale))}<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
        f"{_cii_day(sale.due_day)}</ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>"
        "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        f"<ram:LineTotalAmount>{sum(line.net for line in sale.goods)}</ram:LineTotalAmount>"
        f"<ram:TaxBasisTotalAmount>{sale.net}</ram:TaxBasisTotalAmount>"
        f'<ram:TaxTotalAmount currencyID="{sale.currency}">{sale.tax}</ram:TaxTotalAmount>'
        f"<ram:GrandTotalAmount>{sale.total}</ram:GrandTotalAmount>"
        f"<ram:TotalPrepaidAmount>{sale.prepaid}</ram:TotalPrepaidAmount>"
        f"<ram:DuePayableAmount>{sale.total - sale.prepaid}</ram:DuePayableAmount>"
        "</ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        "</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction>"
        "</rsm:CrossIndustryInvoice>"
    ).encode()


def _money(name: str, amount: Decimal, sale: Sale) -> str:
    return f'<cbc:{name} currencyID="{sale.currency}">{amount}</cbc:{name}>'


def _ubl_party(role: str, name: str, tax_number: str) -> str:
    return (
        f"<cac:Accounting{role}Party><cac:Party><cac:PartyName><cbc:Name>{escape(name)}</cbc:Name>"
        "</cac:PartyName><cac:PostalAddress><cac:Country><cbc:IdentificationCode>"
        f"{tax_number[:2]}</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
        f"<cac:PartyTaxScheme><cbc:CompanyID>{tax_number}</cbc:CompanyID><cac:TaxScheme>"
        "<cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:Party>"
        f"</cac:Accounting{role}Party>"
    )


def _ubl_card(sale: Sale) -> str:
    number = f"<cbc:PrimaryAccountNumberID>{sale.card}</cbc:PrimaryAccountNumberID>"
    return f"<cac:CardAccount>{number}</cac:CardAccount>" if sale.card else ""


def _ubl_extras(sale: Sale) -> Iterator[str]:
    for line in sale.extras:
        yield (
            f"<cac:AllowanceCharge><cbc:ChargeIndicator>{str(line.net > 0).lower()}"
            "</cbc:ChargeIndicator><cbc:AllowanceChargeReason>"
            f"{escape(line.name)}</cbc:AllowanceChargeReason>"
            f"{_money('Amount', abs(line.net), sale)}"
            f"<cac:TaxCategory><cbc:Percent>{line.percent}</cbc:Percent></cac:TaxCategory>"
            "</cac:AllowanceCharge>"
        )


def _ubl_taxes(sale: Sale) -> Iterator[str]:
    for rate, (base, tax) in sale.taxes.items():
        yield (
            f"<cac:TaxSubtotal>{_money('TaxableAmount', base, sale)}"
            f"{_money('TaxAmount', tax, sale)}<cac:TaxCategory><cbc:Percent>{rate}</cbc:Percent>"
            "</cac:TaxCategory></cac:TaxSubtotal>"
        )


def _ubl_lines(sale: Sale) -> Iterator[str]:
    kind, done = ("CreditNote", "Credited") if sale.is_credit else ("Invoice", "Invoiced")
    for line in sale.goods:
        yield (
            f"<cac:{kind}Line><cbc:{done}Quantity>{line.quantity}</cbc:{done}Quantity>"
            f"{_money('LineExtensionAmount', line.net, sale)}<cac:Item>"
            f"<cbc:Name>{escape(line.name)}</cbc:Name><cac:ClassifiedTaxCategory><cbc:Percent>"
            f"{line.percent}</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item><cac:Price>"
            f"{_money('PriceAmount', line.price, sale)}</cac:Price></cac:{kind}Line>"
        )


def _cii_day(day: date) -> str:
    return f'<udt:DateTimeString format="102">{day:%Y%m%d}</udt:DateTimeString>'


def _cii_party(role: str, name: str, tax_number: str) -> str:
    return (
        f"<ram:{role}TradeParty><ram:Name>{escape(name)}</ram:Name><ram:PostalTradeAddress>"
        f"<ram:CountryID>{tax_number[:2]}</ram:CountryID></ram:PostalTradeAddress>"
        '<ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">201/123</ram:ID>'
        '</ram:SpecifiedTaxRegistration><ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">'
        f"{tax_number}</ram:ID></ram:SpecifiedTaxRegistration></ram:{role}TradeParty>"
    )


def _cii_taxes(sale: Sale) -> Iterator[str]:
    for rate, (base, tax) in sale.taxes.items():
        yield (
            f"<ram:ApplicableTradeTax><ram:CalculatedAmount>{tax}</ram:CalculatedAmount>"
            f"<ram:BasisAmount>{base}</ram:BasisAmount><ram:RateApplicablePercent>{rate}"
            "</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        )


def _cii_extras(sale: Sale) -> Iterator[str]:
    for line in sale.extras:
        yield (
            "<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>"
            f"{str(line.net > 0).lower()}</udt:Indicator></ram:ChargeIndicator>"
            f"<ram:ActualAmount>{abs(line.net)}</ram:ActualAmount><ram:Reason>{escape(line.name)}"
            "</ram:Reason><ram:CategoryTradeTax><ram:RateApplicablePercent>"
            f"{line.percent}</ram:RateApplicablePercent></ram:CategoryTradeTax>"
            "</ram:SpecifiedTradeAllowanceCharge>"
        )


def _cii_lines(sale: Sale) -> Iterator[str]:
    for line in sale.goods:
        yield (
            "<ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedTradeProduct>"
            f"<ram:Name>{escape(line.name)}</ram:Name></ram:SpecifiedTradeProduct>"
            "<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>"
            f"<ram:ChargeAmount>{line.price}</ram:ChargeAmount></ram:NetPriceProductTradePrice>"
            "</ram:SpecifiedLineTradeAgreement><ram:SpecifiedLineTradeDelivery><ram:BilledQuantity>"
            f"{line.quantity}</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>"
            "<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:RateApplicablePercent>"
            f"{line.percent}</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
            "<ram:SpecifiedTradeSettlementLineMonetarySummation>"
            f"<ram:LineTotalAmount>{line.net}</ram:LineTotalAmount>"
            "</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>"
            "</ram:IncludedSupplyChainTradeLineItem>"
        )
