"""Invoices and receipts of several countries and layouts, drawn and read again."""

from collections.abc import Sequence
from datetime import date

import pytest

from commands.items.reading.file import read_file
from commands.items.reading.reading import ReadDocument
from commands.publishing.facts import ItemKind
from tests.commands.items.reading.papers import At, as_pdf, as_turned_pdf, table, totals

TODAY = date(2026, 11, 22)

BRITISH = [
    At(0.1, 3, "Paper & Pens Ltd", 18),
    At(0.1, 6, "12 High Street, Leeds LS1 4AB"),
    At(0.1, 7.2, "VAT Reg No: GB 123 4567 73"),
    At(0.65, 3, "INVOICE", 16),
    At(0.65, 6, "Invoice No: INV-77"),
    At(0.65, 7.2, "Date: 01/10/2026"),
    At(0.65, 8.4, "Due date: 31/10/2026"),
    At(0.1, 11, "Bill to:"),
    At(0.1, 12.2, "Acme Holdings Limited"),
    *table(
        [
            ("Description", "Qty", "Unit price", "Amount"),
            ("A4 paper", "5", "4.00", "20.00"),
            ("Gel pens, blue", "40", "2.00", "80.00"),
        ]
    ),
    *totals([("Subtotal", "£100.00"), ("VAT 20%", "£20.00"), ("Total", "£120.00")]),
    At(0.1, 50, "Please pay to IBAN GB29 NWBK 6016 1331 9268 19"),
]
GERMAN = [
    At(0.1, 3, "Müller Bürobedarf GmbH", 14),
    At(0.1, 5, "Hauptstr. 5 · 10115 Berlin", 9),
    At(0.1, 14, "Rechnung", 16),
    At(0.6, 9, "Rechnungsnummer"),
    At(0.82, 9, "RE-2026-0815"),
    At(0.6, 10.2, "Rechnungsdatum"),
    At(0.82, 10.2, "03.04.2026"),
    At(0.6, 11.4, "Lieferdatum"),
    At(0.82, 11.4, "01.04.2026"),
    *table(
        [
            ("Pos. Bezeichnung", "Menge", "Einzelpreis", "MwSt", "Gesamt"),
            ("1 Schreibtisch", "2", "500,00", "19 %", "1.000,00"),
            ("2 Buch", "1", "100,00", "7 %", "100,00"),
        ]
    ),
    *totals(
        [
            ("Nettobetrag", "1.100,00 €"),
            ("MwSt. 19 %", "190,00 €"),
            ("MwSt. 7 %", "7,00 €"),
            ("Rechnungsbetrag", "1.297,00 €"),
        ]
    ),
    At(0.1, 50, "Zahlbar innerhalb von 14 Tagen. USt-IdNr. DE136695976", 9),
]
FRENCH = [
    At(0.1, 3, "SARL Dupont Papeterie", 14),
    At(0.1, 5, "TVA intracommunautaire : FR 40 303 265 045", 9),
    At(0.6, 5, "Facture n° F2026-12"),
    At(0.6, 7, "Date : 3 mars 2026"),
    At(0.6, 8.2, "Date d'échéance : 02/04/2026"),
    *totals([("Total HT", "1 234,50 €"), ("TVA 20 %", "246,90 €"), ("Total TTC", "1 481,40 €")]),
]
DUTCH = [
    At(0.1, 3, "Kantoor & Co B.V.", 14),
    At(0.1, 5, "BTW-nummer NL123456789B01", 9),
    At(0.6, 5, "Factuurnummer: 2026-004"),
    At(0.6, 6.2, "Factuurdatum: 5 mei 2026"),
    At(0.6, 7.4, "Vervaldatum: 4 juni 2026"),
    *totals([("Subtotaal", "€ 50,00"), ("BTW 21%", "€ 10,50"), ("Totaal incl. btw", "€ 60,50")]),
]
AMERICAN = [
    At(0.1, 3, "Bolt Supply, Inc.", 14),
    At(0.6, 3, "INVOICE", 12),
    At(0.6, 5, "Invoice #"),
    At(0.8, 5, "Date"),
    At(0.6, 6.2, "10045"),
    At(0.8, 6.2, "03/04/2026"),
    *totals([("Subtotal", "$100.00"), ("Sales Tax (8.25%)", "$8.25"), ("Balance Due", "$108.25")]),
]
TILL = [
    At(0.1, 3, "CORNER COFFEE", 14),
    At(0.1, 6, "07/10/2026 08:12"),
    At(0.1, 8, "Flat white"),
    At(0.5, 8, "3.20"),
    At(0.1, 9.2, "Croissant"),
    At(0.5, 9.2, "2.80"),
    At(0.1, 11, "TOTAL"),
    At(0.5, 11, "£6.00"),
    At(0.1, 12.2, "Includes VAT 20%"),
    At(0.5, 12.2, "1.00"),
    At(0.1, 14, "VISA CONTACTLESS **** **** **** 4242"),
]
CREDIT = [
    At(0.1, 3, "Paper & Pens Ltd", 16),
    At(0.6, 3, "CREDIT NOTE", 14),
    At(0.6, 5, "Credit note no CN-3"),
    At(0.6, 6.2, "Date 2 October 2026"),
    *totals([("Net", "-10.00"), ("VAT @ 20%", "-2.00"), ("Total GBP", "-12.00")]),
]


def read(*pages: Sequence[At], country: str | None = None) -> ReadDocument:
    reading = read_file("x.pdf", as_pdf(*pages), country=country, today=TODAY)

    assert reading.refusal is None
    [document] = reading.documents
    return document


def said(document: ReadDocument) -> dict[str, str]:
    return {name: known.value for name, known in document.facts.items()}


@pytest.mark.parametrize(
    ("page", "country", "kind", "expected"),
    [
        (
            BRITISH,
            "GB",
            ItemKind.INVOICE,
            {
                "supplier": "Paper & Pens Ltd",
                "number": "INV-77",
                "day": "2026-10-01",
                "due_day": "2026-10-31",
                "currency": "GBP",
                "total": "120.00",
                "tax": "20.00",
                "tax_number": "GB123456773",
                "iban": "GB29NWBK60161331926819",
            },
        ),
        (
            GERMAN,
            None,
            ItemKind.INVOICE,
            {
                "supplier": "Müller Bürobedarf GmbH",
                "number": "RE-2026-0815",
                "day": "2026-04-03",
                "due_day": "2026-04-17",
                "currency": "EUR",
                "total": "1297.00",
                "tax": "197.00",
                "tax_number": "DE136695976",
            },
        ),
        (
            FRENCH,
            "FR",
            ItemKind.INVOICE,
            {
                "supplier": "SARL Dupont Papeterie",
                "number": "F2026-12",
                "day": "2026-03-03",
                "due_day": "2026-04-02",
                "currency": "EUR",
                "total": "1481.40",
                "tax": "246.90",
                "tax_number": "FR40303265045",
            },
        ),
        (
            DUTCH,
            "NL",
            ItemKind.INVOICE,
            {
                "supplier": "Kantoor & Co B.V.",
                "number": "2026-004",
                "day": "2026-05-05",
                "due_day": "2026-06-04",
                "currency": "EUR",
                "total": "60.50",
                "tax": "10.50",
                "tax_number": "NL123456789B01",
            },
        ),
        (
            AMERICAN,
            "US",
            ItemKind.INVOICE,
            {
                "supplier": "Bolt Supply, Inc.",
                "number": "10045",
                "day": "2026-03-04",
                "currency": "USD",
                "total": "108.25",
                "tax": "8.25",
            },
        ),
        (
            TILL,
            "GB",
            ItemKind.RECEIPT,
            {
                "supplier": "CORNER COFFEE",
                "day": "2026-10-07",
                "currency": "GBP",
                "total": "6.00",
                "tax": "1.00",
                "last4": "4242",
            },
        ),
        (
            CREDIT,
            "GB",
            ItemKind.CREDIT_NOTE,
            {
                "supplier": "Paper & Pens Ltd",
                "number": "CN-3",
                "day": "2026-10-02",
                "currency": "GBP",
                "total": "12.00",
                "tax": "2.00",
            },
        ),
    ],
    ids=["british", "german", "french", "dutch", "american", "till", "credit"],
)
def test_a_document_says_what_is_drawn_on_it(
    page: list[At], country: str | None, kind: ItemKind, expected: dict[str, str]
) -> None:
    document = read(page, country=country)

    assert said(document) == expected
    assert document.kind is kind


def test_totals_that_add_up_are_surer_than_those_that_do_not() -> None:
    odd = [At(each.left, each.line, each.text.replace("£20.00", "£19.00")) for each in BRITISH]

    assert read(BRITISH).facts["total"].confidence > 0.95
    assert read(odd).facts["total"].confidence < 0.9
    assert read(odd).facts["tax"].confidence < 0.7


def test_whom_it_is_addressed_to_is_not_who_issued_it() -> None:
    document = read(BRITISH)

    assert document.customer is not None
    assert document.customer.value == "Acme Holdings Limited"


def test_lines_of_a_table_are_read_with_their_columns() -> None:
    assert read(GERMAN).lines == (
        {
            "description": "Schreibtisch",
            "quantity": "2",
            "unit_price": "500.00",
            "tax_percent": "19",
            "net": "1000.00",
            "manual": {},
        },
        {
            "description": "Buch",
            "quantity": "1",
            "unit_price": "100.00",
            "tax_percent": "7",
            "net": "100.00",
            "manual": {},
        },
    )


def test_a_tills_list_is_read_with_tax_in_it() -> None:
    found = [(line["description"], line["total"]) for line in read(TILL).lines]

    assert found == [("Flat white", "3.20"), ("Croissant", "2.80")]


def test_lines_that_do_not_add_up_are_left_out() -> None:
    odd = [At(each.left, each.line, each.text.replace("80.00", "81.00")) for each in BRITISH]

    assert read(odd).lines == ()


def test_the_order_of_a_date_is_not_guessed_silently() -> None:
    without_country = read(AMERICAN).facts

    assert without_country["day"].confidence < 0.5
    assert without_country["currency"].confidence <= 0.5
    assert read(AMERICAN, country="US").facts["day"].confidence > 0.7


def test_totals_on_the_last_page_are_found() -> None:
    head = [each for each in BRITISH if each.line < 15]
    middle = [At(0.1, 5, "Terms and conditions as agreed")]
    foot = totals([("Net", "100.00"), ("VAT", "20.00"), ("Grand total", "GBP 120.00")])
    facts = said(read(head, *[middle] * 8, foot))

    assert (facts["total"], facts["supplier"]) == ("120.00", "Paper & Pens Ltd")


def test_nothing_legible_is_a_document_without_facts() -> None:
    document = read([])

    assert dict(document.facts) == {}
    assert document.lines == ()


def test_what_was_paid_before_does_not_lower_the_total() -> None:
    page = [
        At(0.1, 3, "Paper & Pens Ltd", 16),
        *totals(
            [
                ("Subtotal", "£100.00"),
                ("VAT 20%", "£20.00"),
                ("Total", "£120.00"),
                ("Amount paid", "£50.00"),
                ("Amount due", "£70.00"),
            ]
        ),
    ]

    assert said(read(page))["total"] == "120.00"


@pytest.mark.parametrize(
    "words", ["Reverse charge: customer to account for VAT", "Gemäß § 19 UStG ohne Steuer"]
)
def test_what_says_it_is_untaxed_has_no_tax(words: str) -> None:
    page = [At(0.1, 3, "Studio Nord GmbH", 14), *totals([("Total", "€50.00")]), At(0.1, 50, words)]

    assert said(read(page))["tax"] == "0"


def test_a_tills_table_of_rates_is_added_up() -> None:
    page = [
        At(0.1, 3, "BÄCKEREI SCHMIDT e.K.", 14),
        *totals([("2 x Brötchen", "0,90 A"), ("1 x Kaffee", "2,60 B"), ("SUMME EUR", "3,50")]),
        *table(
            [
                ("MwSt-Satz", "Netto", "MwSt", "Brutto"),
                ("A 7 %", "0,84", "0,06", "0,90"),
                ("B 19 %", "2,18", "0,42", "2,60"),
            ],
            line=46,
        ),
    ]
    facts = read(page).facts

    assert (facts["total"].value, facts["tax"].value) == ("3.50", "0.48")
    assert facts["total"].confidence > 0.9


def test_thousands_set_apart_by_a_space_stay_in_their_column() -> None:
    page = [
        At(0.1, 3, "Électricité Martin SARL", 14),
        *table(
            [
                ("Désignation", "Qté", "P.U. HT", "TVA", "Montant HT"),
                ("Tableau électrique", "2", "1 200,00 €", "20 %", "2 400,00 €"),
            ]
        ),
        *totals([("Total HT", "2 400,00 €"), ("TVA 20 %", "480,00 €"), ("TTC", "2 880,00 €")]),
    ]
    [line] = read(page).lines

    assert line["description"] == "Tableau électrique"
    assert (line["quantity"], line["unit_price"], line["net"]) == ("2", "1200.00", "2400.00")


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_is_turned_to_be_seen_upright_is_read_upright(degrees: int) -> None:
    """The page is drawn lying, and says that it is to be shown turned."""
    [found] = read_file("x.pdf", as_turned_pdf(BRITISH, degrees), today=TODAY).documents

    assert said(found)["supplier"] == "Paper & Pens Ltd"
    assert said(found)["total"] == "120.00"
    assert len(found.lines) == 2
    assert {known.by for known in found.facts.values()} == {"text"}
