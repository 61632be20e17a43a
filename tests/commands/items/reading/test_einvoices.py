"""E-invoices say exactly what they were made from."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.items.reading.file import read_file
from commands.items.reading.reading import ReadDocument, Reading, RefusalCode
from commands.publishing.facts import ItemKind
from tests.commands.items.reading.einvoices import Sale, SoldLine, as_cii, as_ubl
from tests.commands.items.reading.papers import At, as_pdf

TODAY = date(2026, 11, 22)
SYNTAXES = pytest.mark.parametrize("written", [as_ubl, as_cii])

RATES = st.sampled_from([Decimal(0), Decimal("5.5"), Decimal(7), Decimal(19), Decimal("20.00")])
NAMES = st.text("abcdef &<>ü£", min_size=1, max_size=12).filter(lambda text: text.strip())


def lines() -> st.SearchStrategy[SoldLine]:
    cents = st.integers(1, 500_000).map(lambda n: Decimal(n) / 100)
    quantities = st.sampled_from([Decimal(1), Decimal(2), Decimal("0.5")])
    return st.builds(SoldLine, name=NAMES, net=cents, percent=RATES, quantity=quantities)


def extras() -> st.SearchStrategy[SoldLine]:
    cents = st.integers(-99, 99).filter(bool).map(lambda n: Decimal(n) / 100)
    return st.builds(SoldLine, name=st.just("Rabatt"), net=cents, percent=RATES, quantity=st.none())


def sales() -> st.SearchStrategy[Sale]:
    both = st.tuples(st.lists(lines(), min_size=1, max_size=6), st.lists(extras(), max_size=2))
    return st.builds(
        Sale,
        lines=both.map(lambda parts: (*parts[0], *parts[1])),
        number=st.text("ABC0123-/", min_size=1, max_size=12),
        currency=st.sampled_from(["EUR", "GBP", "SEK"]),
        is_credit=st.booleans(),
        prepaid=st.sampled_from([Decimal(0), Decimal("1.50")]),
    ).filter(lambda sale: sale.total > 0)


def only(reading: Reading) -> ReadDocument:
    assert reading.refusal is None
    [document] = reading.documents
    return document


def values(document: ReadDocument) -> dict[str, str]:
    return {name: known.value for name, known in document.facts.items()}


def sum_of(document: ReadDocument, name: str) -> Decimal:
    return sum((Decimal(line[name]) for line in document.lines), Decimal(0))


@SYNTAXES
@settings(max_examples=60, deadline=None)
@given(sale=sales())
def test_what_was_written_is_read(written: Callable[[Sale], bytes], sale: Sale) -> None:
    document = only(read_file("e.xml", written(sale), today=TODAY))

    said = values(document)
    assert document.kind == (ItemKind.CREDIT_NOTE if sale.is_credit else ItemKind.INVOICE)
    assert said["number"] == sale.number
    assert said["day"] == sale.day.isoformat()
    assert said["currency"] == sale.currency
    assert said["supplier"] == sale.seller
    assert said["iban"] == "DE89370400440532013000"
    assert said["tax_number"] == "DE136695976"
    assert Decimal(said["total"]) == sale.total
    assert Decimal(said["tax"]) == sale.tax
    assert document.outstanding is not None
    assert Decimal(document.outstanding.value) == sale.total - sale.prepaid
    assert {known.confidence for known in document.facts.values()} == {1}


@SYNTAXES
@settings(max_examples=60, deadline=None)
@given(sale=sales())
def test_lines_add_up_to_the_cent(written: Callable[[Sale], bytes], sale: Sale) -> None:
    document = only(read_file("e.xml", written(sale), today=TODAY))

    assert [line["net"] for line in document.lines] == [str(line.net) for line in sale.lines]
    assert sum_of(document, "tax") == sale.tax
    assert sum_of(document, "total") == sale.total
    assert all(
        Decimal(line["tax_percent"]) == sold.percent
        for line, sold in zip(document.lines, sale.lines, strict=True)
    )


def a_sale() -> Sale:
    return Sale(
        lines=(
            SoldLine(
                name="Papier", net=Decimal("100.00"), percent=Decimal(19), quantity=Decimal(5)
            ),
            SoldLine(name="Buch", net=Decimal("50.00"), percent=Decimal(7)),
            SoldLine(name="Rabatt", net=Decimal("-10.00"), percent=Decimal(19), quantity=None),
        ),
        card="XXXXXXXXXXXX4242",
    )


def test_a_card_is_known_by_its_last_digits() -> None:
    assert values(only(read_file("e", as_ubl(a_sale()), today=TODAY)))["last4"] == "4242"


def test_both_parties_are_named_and_where_they_are() -> None:
    document = only(read_file("e", as_cii(a_sale()), today=TODAY))

    assert document.customer is not None
    assert document.customer.value == "Acme Ltd"
    assert document.customer_tax_number is not None
    assert document.customer_tax_number.value == "GB123456773"
    assert document.country == "DE"


def test_a_discount_is_a_line_of_its_own() -> None:
    document = only(read_file("e", as_ubl(a_sale()), today=TODAY))

    assert document.lines[0]["quantity"] == "5"
    assert document.lines[0]["unit_price"] == "20.00"
    assert document.lines[2] == {
        "description": "Rabatt",
        "net": "-10.00",
        "tax": "-1.90",
        "total": "-11.90",
        "tax_percent": "19",
        "manual": {},
    }


@SYNTAXES
def test_lines_that_do_not_add_up_are_left_out(written: Callable[[Sale], bytes]) -> None:
    lost = written(a_sale())
    for name in (b'LineExtensionAmount currencyID="EUR"', b"LineTotalAmount"):
        lost = lost.replace(name + b">50.00", name + b">9.00")

    document = only(read_file("e", lost, today=TODAY))

    assert document.lines == ()
    assert values(document)["total"] == "160.60"


def test_a_negative_invoice_is_a_credit_note() -> None:
    sale = Sale(lines=(SoldLine(name="Return", net=Decimal("-10.00"), percent=Decimal(20)),))
    document = only(read_file("e", as_ubl(sale), today=TODAY))

    assert document.kind is ItemKind.CREDIT_NOTE
    assert values(document)["total"] == "12.00"
    assert document.lines[0]["net"] == "10.00"


def test_tax_stated_again_in_the_sellers_currency_is_not_added() -> None:
    twice = b'<cac:TaxTotal><cbc:TaxAmount currencyID="GBP">99.00</cbc:TaxAmount></cac:TaxTotal>'
    content = as_ubl(a_sale()).replace(
        b"<cac:LegalMonetaryTotal>", twice + b"<cac:LegalMonetaryTotal>"
    )

    assert values(only(read_file("e", content, today=TODAY)))["tax"] == str(a_sale().tax)


def test_without_lines_the_rates_stand_in_for_them() -> None:
    content = as_cii(a_sale())
    start, end = content.index(b"<ram:IncludedSupply"), content.rindex(b"</ram:IncludedSupply")
    end = content.index(b">", end) + 1
    short = content[:start] + content[end:]
    document = only(read_file("e", short, today=TODAY))

    assert [line["net"] for line in document.lines] == ["90.00", "50.00"]
    assert sum_of(document, "total") == a_sale().total


def test_an_envelope_of_peppol_is_opened() -> None:
    inner = as_ubl(a_sale()).split(b"?>", 1)[1]
    content = b"<StandardBusinessDocument><Header/>" + inner + b"</StandardBusinessDocument>"

    assert values(only(read_file("e", content, today=TODAY)))["number"] == "INV-77"


def with_attachment(pdf: bytes, name: str, content: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    attachment = document.new_attachment(name)
    attachment.set_data(content)
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def test_an_e_invoice_inside_a_pdf_wins_over_its_page() -> None:
    page = as_pdf([At(0.1, 3, "Somebody else Ltd"), At(0.1, 9, "Total £1.00")])
    content = with_attachment(page, "factur-x.xml", as_cii(a_sale()))
    document = only(read_file("e.pdf", content, today=TODAY))

    assert values(document)["supplier"] == a_sale().seller
    assert {known.by for known in document.facts.values()} == {"cii"}


@pytest.mark.parametrize("attached", [b"<other/>", b"<rsm:Cross", b""])
def test_a_pdf_with_other_xml_is_read_off_its_page(attached: bytes) -> None:
    page = as_pdf([At(0.1, 3, "Paper & Pens Ltd"), At(0.1, 9, "Total £1.00 and more words")])
    document = only(read_file("e.pdf", with_attachment(page, "x.xml", attached), today=TODAY))

    assert values(document)["total"] == "1.00"


def test_zugferd_of_the_first_version_is_read() -> None:
    content = as_cii(a_sale())
    for new, old in {
        b"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100": (
            b"urn:ferd:CrossIndustryDocument:invoice:1p0"
        ),
        b"CrossIndustryInvoice": b"CrossIndustryDocument",
        b"rsm:ExchangedDocument": b"rsm:HeaderExchangedDocument",
        b"rsm:SupplyChainTradeTransaction": b"rsm:SpecifiedSupplyChainTradeTransaction",
        b"ApplicableHeaderTrade": b"ApplicableSupplyChainTrade",
        b"SpecifiedLineTrade": b"SpecifiedSupplyChainTrade",
        b"SettlementHeaderMonetary": b"SettlementMonetary",
        b"SettlementLineMonetary": b"SettlementMonetary",
        b"RateApplicablePercent": b"ApplicablePercent",
    }.items():
        content = content.replace(new, old)
    document = only(read_file("e", content, today=TODAY))

    assert values(document)["total"] == "160.60"
    assert len(document.lines) == 3


@SYNTAXES
def test_an_e_invoice_without_a_total_is_damaged(written: Callable[[Sale], bytes]) -> None:
    content = written(a_sale())
    for name in (b"TaxInclusiveAmount", b"PayableAmount", b"GrandTotalAmount"):
        content = content.replace(name, b"Missing")
    refusal = read_file("e", content, today=TODAY).refusal

    assert refusal is not None
    assert refusal.code is RefusalCode.DAMAGED
