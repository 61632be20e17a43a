"""What the columns of people's lists are called, in English, French, German and Dutch."""

import re
from collections.abc import Sequence
from enum import StrEnum

from commands.items.reading.tables import Cell, TableRow
from commands.items.reading.words import plain

_LONGEST = 60  # heading
_ROWS_BEFORE = 20  # titles and addresses above the headings


class Field(StrEnum):
    """What a column holds."""

    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    DAY = "day"
    DUE_DAY = "due_day"
    NUMBER = "number"
    KIND = "kind"
    DESCRIPTION = "description"
    CATEGORY = "category"
    NOTE = "note"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    NET = "net"
    TAX = "tax"
    TAX_PERCENT = "tax_percent"
    TOTAL = "total"
    CURRENCY = "currency"
    LAST4 = "last4"
    TAX_NUMBER = "tax_number"
    IBAN = "iban"


_NAMES = {
    Field.SUPPLIER: """
        supplier; supplier name; vendor; vendor name; merchant; payee; contact; contact name;
        from; seller; lieferant; kreditor; handler; fournisseur; nom du fournisseur; leverancier;
        crediteur; shop""",
    Field.CUSTOMER: """
        customer; customer name; client; client name; debtor; kunde; debitor; nom du client;
        klant; debiteur; buyer; bill to""",
    Field.DAY: """
        date; invoice date; bill date; day; document date; issue date; transaction date; receipt
        date; datum; rechnungsdatum; belegdatum; date de facture; date facture; factuurdatum; date
        d'emission""",
    Field.DUE_DAY: """
        due; due date; payment due; duedate; fallig; fallig am; falligkeit; falligkeitsdatum;
        echeance; date d'echeance; vervaldatum; vervaldag""",
    Field.NUMBER: """
        number; no; invoice number; invoice no; invoice; bill no; bill number; reference; ref;
        document number; document no; receipt no; document reference; rechnungsnummer;
        rechnungsnr; rechnungs-nr; belegnummer; belegnr; beleg-nr; nummer; numero; n° facture;
        numero de facture; facture; factuurnummer; factuurnr; factuur; invoicenumber""",
    Field.KIND: """
        type; kind; document type; art; belegart; type de document; soort; documentsoort""",
    Field.DESCRIPTION: """
        description; details; item; memo; line description; text; beschreibung; bezeichnung;
        buchungstext; libelle; designation; omschrijving; artikel; product""",
    Field.CATEGORY: """
        category; account; account code; account name; nominal; nominal code; nominal account;
        ledger account; gl account; gl code; expense account; expense category; konto;
        sachkonto; kontonummer; kategorie; compte; compte comptable; categorie; rubrique;
        grootboek; grootboekrekening; rekening; rubriek""",
    Field.NOTE: """
        note; notes; comment; comments; bemerkung; notiz; remarque; commentaire; opmerking""",
    Field.QUANTITY: """
        quantity; qty; menge; anzahl; quantite; qte; aantal""",
    Field.UNIT_PRICE: """
        unit price; unit amount; unitamount; price; unit cost; einzelpreis; preis; prix unitaire;
        prix; pu; prijs; stukprijs; eenheidsprijs""",
    Field.NET: """
        net; net amount; amount excl vat; amount ex vat; subtotal; sub total; netto; nettobetrag;
        total net; ht; montant ht; total ht; bedrag excl btw; excl btw; netto bedrag; nettobedrag;
        total excl vat; total ex vat; amount excluding tax""",
    Field.TAX: """
        tax; vat; vat amount; tax amount; gst; taxamount; mwst; ust; steuer; steuerbetrag;
        mwst-betrag; umsatzsteuer; mehrwertsteuer; tva; montant tva; btw; btw bedrag; sales tax""",
    Field.TAX_PERCENT: """
        vat %; vat rate; tax %; tax rate; mwst %; steuersatz; ust %; taux tva; taux de tva; tva %;
        btw %; btw tarief""",
    Field.TOTAL: """
        total; amount; gross; gross amount; total amount; invoice total; total incl vat; total inc
        vat; amount incl vat; value; betrag; gesamt; gesamtbetrag; summe; brutto; bruttobetrag;
        montant; ttc; montant ttc; total ttc; totaal; bedrag; totaalbedrag; bedrag incl btw; incl
        btw; bruto; cost; price paid; total incl tax""",
    Field.CURRENCY: """
        currency; currency code; ccy; wahrung; devise; monnaie; valuta; munt""",
    Field.LAST4: """
        card; last 4; last four; card number; karte; carte; kaart; last4; paid with""",
    Field.TAX_NUMBER: """
        vat number; vat no; vat id; tax number; supplier vat number; ust-idnr; ust-id; numero de
        tva; n° tva; btw-nummer; btw nummer""",
    Field.IBAN: """
        iban; bank account""",
}
_FIELDS = {
    re.sub(r"[\W_]+", "", plain(name).replace("%", "percent")): field
    for field, names in _NAMES.items()
    for name in names.split(";")
}
_ESSENTIAL = frozenset({Field.TOTAL, Field.NET})
_TELLING = frozenset({Field.SUPPLIER, Field.CUSTOMER, Field.DAY, Field.NUMBER, Field.DESCRIPTION})


def headings(rows: Sequence[TableRow]) -> tuple[int, dict[Field, int]] | None:
    """Which row has the headings, and in which column each field is; None where there are none."""
    for n, row in enumerate(rows[:_ROWS_BEFORE]):
        found: dict[Field, int] = {}
        for column, cell in enumerate(row.cells):
            field = field_of(cell)
            if field is not None:
                found.setdefault(field, column)
        if _ESSENTIAL & set(found) and _TELLING & set(found):
            return n, found
    return None


def field_of(cell: Cell) -> Field | None:
    """What stands in brackets, as "Total (GBP)", does not matter."""
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return None
    name = plain(cell).replace("%", "percent")
    bare = re.sub(r"\(.*?\)|\[.*?\]", "", name)
    return _FIELDS.get(re.sub(r"[\W_]+", "", bare)) or _FIELDS.get(re.sub(r"[\W_]+", "", name))
