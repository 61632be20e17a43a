"""Lists of items become documents; a wrong row is named and the others are taken."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter

from commands.items.reading.file import read_file
from commands.items.reading.reading import ReadDocument, Reading, RefusalCode, RowFault
from commands.publishing.facts import ItemKind, Side

TODAY = date(2026, 11, 22)


def of_csv(text: str, *, encoding: str = "utf-8", country: str | None = "GB") -> Reading:
    return read_file("list.csv", text.encode(encoding), country=country, today=TODAY)


def of_xlsx(
    rows: Sequence[Sequence[object]], *, results: dict[str, object] | None = None
) -> Reading:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    book.add_worksheet("Notes")
    sheet = book.add_worksheet("Items")
    for n, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and value.startswith("="):
                sheet.write_formula(n, column, value, None, (results or {}).get(value, 0))
            else:
                sheet.write(n, column, value)
    book.close()
    return read_file("list.xlsx", out.getvalue(), country="GB", today=TODAY)


def said(document: ReadDocument) -> dict[str, str]:
    return {name: known.value for name, known in document.facts.items()}


def faults(reading: Reading) -> list[tuple[int, RowFault, str | None]]:
    return [(each.row, each.code, each.value) for each in reading.wrong]


def test_each_row_is_a_document() -> None:
    reading = of_csv(
        "Supplier,Invoice date,Invoice no,Net,VAT,Total,Currency,Due date\n"
        'Paper & Pens,01/10/2026,INV-77,"1,000.00",200.00,"1,200.00",GBP,31/10/2026\n'
        "Corner Coffee,13/10/2026,,5.00,1.00,6.00,GBP,\n"
    )

    assert [said(each) for each in reading.documents] == [
        {
            "supplier": "Paper & Pens",
            "number": "INV-77",
            "day": "2026-10-01",
            "due_day": "2026-10-31",
            "currency": "GBP",
            "total": "1200.00",
            "tax": "200.00",
        },
        {
            "supplier": "Corner Coffee",
            "day": "2026-10-13",
            "currency": "GBP",
            "total": "6.00",
            "tax": "1.00",
        },
    ]
    assert {each.side for each in reading.documents} == {Side.COST}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_encodings_and_delimiters_are_found_out(encoding: str, delimiter: str) -> None:
    text = (
        "Lieferant;Belegdatum;Rechnungsnr;Netto;MwSt;Brutto;Währung\n"
        "Müller;3.4.2026;7;1.000,00;190,00;1.190,00;EUR\n"
    )
    reading = of_csv(text.replace(";", delimiter), encoding=encoding, country="DE")

    assert said(reading.documents[0]) == {
        "supplier": "Müller",
        "number": "7",
        "day": "2026-04-03",
        "currency": "EUR",
        "total": "1190.00",
        "tax": "190.00",
    }


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Fournisseur;Date de facture;N° facture;Montant TTC", "Dupont;03/04/2026;7;12,00"),
        ("Leverancier;Factuurdatum;Factuurnummer;Totaal incl.", "Dupont;03-04-2026;7;12,00"),
        ("Vendor;Bill date;Bill no;Amount (EUR)", "Dupont;2026-04-03;7;12.00"),
    ],
)
def test_headings_are_known_in_several_languages(head: str, row: str) -> None:
    if "incl." in head:
        head = head.replace("Totaal incl.", "Bedrag incl. btw")
    facts = said(of_csv(f"{head}\n{row}\n", country="FR").documents[0])

    assert facts["supplier"] == "Dupont"
    assert facts["day"] == "2026-04-03"
    assert facts["number"] == "7"
    assert facts["total"] == "12.00"
    assert facts["currency"] == "EUR"


def test_a_wrong_row_is_named_and_the_others_are_taken() -> None:
    reading = of_csv(
        "Supplier,Date,Net,VAT,Total,Currency\n"
        "A,01/10/2026,,,10.00,GBP\n"
        "B,01/10/2026,,,ten,GBP\n"
        "C,32/10/2026,,,10.00,GBP\n"
        "\n"
        "D,01/10/2026,,,,GBP\n"
        "E,01/10/2026,5,1,7,GBP\n"
        "F,01/10/2026,,,1.00,pounds\n"
        "G,01/10/2026,,,11.00,GBP\n"
    )

    assert [said(each)["supplier"] for each in reading.documents] == ["A", "G"]
    assert faults(reading) == [
        (3, RowFault.BAD_AMOUNT, "ten"),
        (4, RowFault.BAD_DAY, "32/10/2026"),
        (6, RowFault.NO_TOTAL, None),
        (7, RowFault.DOES_NOT_ADD_UP, "7"),
        (8, RowFault.BAD_CURRENCY, "pounds"),
    ]
    assert [each.column for each in reading.wrong][:2] == ["Total", "Date"]


def test_rows_of_one_number_are_one_document() -> None:
    reading = of_csv(
        "Supplier,Number,Description,Quantity,Unit price,Net,VAT %,Currency\n"
        "Paper & Pens,INV-1,Pens,4,2.50,10.00,20,GBP\n"
        "Other,INV-1,Else,,,1.00,20,GBP\n"
        "Paper & Pens,INV-1,Books,,,20.00,0,GBP\n"
    )
    first, other = reading.documents

    assert said(first)["total"] == "32.00"
    assert said(first)["tax"] == "2.00"
    assert "description" not in said(first)
    assert first.rows == (2, 4)
    assert first.lines[0] == {
        "description": "Pens",
        "quantity": "4",
        "unit_price": "2.50",
        "net": "10.00",
        "tax": "2.00",
        "total": "12.00",
        "tax_percent": "20",
        "manual": {},
    }
    assert sum(Decimal(line["total"]) for line in first.lines) == 32
    assert said(other)["total"] == "1.20"
    assert other.lines == ()


def test_a_category_is_read_of_a_document_or_of_each_of_its_lines() -> None:
    reading = of_csv(
        "Supplier,Number,Nominal code,Total\n"
        "British Gas,BG-1,445,120.00\n"
        "Royal Mail,RM-7,Postage,12.00\n"
        "Royal Mail,RM-7,,6.50\n"
    )
    gas, mail = reading.documents

    assert said(gas)["category"] == "445"
    assert "category" not in said(mail)
    assert [line.get("category") for line in mail.lines] == ["Postage", None]


def test_a_document_with_a_wrong_row_is_not_taken_in_part() -> None:
    reading = of_csv(
        "Supplier,Number,Total,Currency\nA,1,10,GBP\nA,1,x,GBP\nA,2,5,GBP\nB,3,1,GBP\nB,3,1,EUR\n"
    )

    assert [said(each)["number"] for each in reading.documents] == ["2"]
    assert faults(reading) == [
        (2, RowFault.OF_WRONG, None),
        (3, RowFault.BAD_AMOUNT, "x"),
        (5, RowFault.TWO_CURRENCIES, None),
        (6, RowFault.TWO_CURRENCIES, None),
    ]


def test_without_a_good_row_the_list_is_refused_with_the_rows() -> None:
    reading = of_csv("Supplier,Total\nA,x\nB,y\n")

    assert reading.refusal is not None
    assert reading.refusal.code is RefusalCode.NO_GOOD_ROW
    assert reading.refusal.facts["rows"] == 2
    assert [each["row"] for each in reading.refusal.facts["wrong"]] == [2, 3]


def test_customers_make_it_sales_and_less_than_nothing_a_credit_note() -> None:
    reading = of_csv("Customer,Date,Amount (£)\nAcme,1 May 2026,-12.00\n")
    [document] = reading.documents

    assert (document.side, document.kind) == (Side.SALE, ItemKind.CREDIT_NOTE)
    assert said(document)["total"] == "12.00"
    assert said(document)["currency"] == "GBP"


def test_a_kind_that_says_credit_is_one() -> None:
    [document] = of_csv("Type,Supplier,Total\nCredit note,A,5\n").documents

    assert document.kind is ItemKind.CREDIT_NOTE
    assert said(document)["total"] == "5"


def test_one_clear_date_settles_the_order_of_the_others() -> None:
    american = of_csv("Supplier,Date,Total\nA,03/04/2026,1\nB,10/31/2026,2\n", country=None)
    unclear = of_csv("Supplier,Date,Total\nA,03/04/2026,1\n", country=None)

    assert said(american.documents[0])["day"] == "2026-03-04"
    assert american.documents[0].facts["day"].confidence > 0.9
    assert unclear.documents[0].facts["day"].confidence < 0.5


def test_a_row_that_adds_up_the_others_is_no_document() -> None:
    reading = of_csv("Supplier,Date,Total\nA,1 May 2026,10\nTotal,,10\n")

    assert len(reading.documents) == 1
    assert reading.wrong == ()


def test_a_workbook_is_read_with_what_its_formulas_came_to() -> None:
    reading = of_xlsx(
        [
            ["Costs of October"],
            [],
            ["Supplier", "Date", "Number", "Net", "VAT", "Total"],
            ["Paper & Pens", datetime(2026, 10, 1), 77, 100, 20.0, "=D4+E4"],
            ["Corner Coffee", datetime(2026, 10, 2), 78, 0.1, 0.2, 0.3],
            ["Broken", datetime(2026, 10, 2), 79, None, None, "=1/0"],
        ],
        results={"=D4+E4": 120, "=1/0": "#DIV/0!"},
    )

    assert said(reading.documents[0]) == {
        "supplier": "Paper & Pens",
        "number": "77",
        "day": "2026-10-01",
        "currency": "GBP",
        "total": "120",
        "tax": "20",
    }
    assert said(reading.documents[1])["total"] == "0.3"
    assert faults(reading) == [(6, RowFault.FORMULA_ERROR, "#DIV/0!")]


def test_too_many_rows_are_refused() -> None:
    rows = "A,1\n" * 2_001
    reading = of_csv(f"Supplier,Total\n{rows}")

    assert reading.refusal is not None
    assert reading.refusal.code is RefusalCode.TOO_MANY_ROWS
