"""What documents call their parts, in English, French, German and Dutch."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from commands.items.reading.words import plain


class Part(StrEnum):
    """What a label announces. Other days and other amounts are known so as not to be mistaken."""

    NUMBER = "number"
    DAY = "day"
    DUE_DAY = "due day"
    OTHER_DAY = "other day"
    TOTAL = "total"  # surely with tax
    TO_PAY = "to pay"  # with tax, after what was paid before
    BARE_TOTAL = "bare total"
    NET = "net"
    TAX = "tax"
    OTHER_AMOUNT = "other amount"
    TAX_NUMBER = "tax number"
    OTHER_NUMBER = "other number"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"


_PHRASES: Mapping[Part, str] = {
    Part.NUMBER: """
        invoice number; invoice no; invoice nr; invoice #; invoice id; invoice ref; inv no; inv #;
        invoice reference; tax invoice no; tax invoice number; bill number; bill no; receipt
        number; receipt no; receipt #; receipt; document number; document no; credit note number;
        credit note no; credit note #; credit memo no; ticket no; transaction no; rechnungsnummer;
        rechnungs-nr; rechnung nr; rechnungsnr; re-nr; belegnummer; beleg-nr; bon-nr;
        gutschriftsnummer; gutschrift nr; rechnung; numero de facture; facture n°; facture no; n°
        facture; n° de facture; facture numero; no de facture; facture; avoir n°; numero d'avoir;
        ticket n°; factuurnummer; factuur nr; factuurnr; factuur; creditnota nr; creditnotanummer;
        bonnummer; invoice; credit note""",
    Part.DAY: """
        invoice date; date of invoice; date of issue; issue date; issued on; issued; bill date;
        tax point; tax point date; tax date; date; document date; receipt date; credit note date;
        dated; rechnungsdatum; belegdatum; ausstellungsdatum; datum; date de facture; date
        facture; date de la facture; date d'emission; date d’emission; emise le; emis le; en date
        du; factuurdatum; datum factuur; bondatum""",
    Part.DUE_DAY: """
        due date; payment due; payment due date; date due; due by; due on; pay by; payable by;
        due; please pay by; fallig am; falligkeitsdatum; fallig; zahlbar bis; zahlungsziel;
        zahlbar bis zum; date d'echeance; date d’echeance; echeance; date limite de paiement; a
        payer avant le; payable le; a regler avant le; vervaldatum; vervaldag; te betalen voor;
        uiterlijk; te betalen uiterlijk; uiterste betaaldatum; betalen voor""",
    Part.OTHER_DAY: """
        delivery date; date of delivery; date of supply; supply date; order date; print date; ship
        date; shipping date; statement date; expiry date; expires; period; lieferdatum;
        leistungsdatum; bestelldatum; auftragsdatum; leistungszeitraum; date de livraison; date de
        commande; periode; leverdatum; besteldatum; orderdatum""",
    Part.TOTAL: """
        grand total; invoice total; total incl vat; total inc vat; total including vat; total with
        vat; total incl tax; total inc tax; total including tax; total inc gst; gross total; total
        gross; gross amount; gross; total payable; total inclusive; credit total; total credit;
        total ttc; montant ttc; ttc; total t.t.c; net ttc; total toutes taxes comprises;
        gesamtbetrag; rechnungsbetrag; bruttobetrag; gesamtbetrag brutto; gesamtsumme; endbetrag;
        summe brutto; brutto; gesamt brutto; endsumme; totaal incl btw; totaal inclusief btw;
        totaal inc btw; totaalbedrag incl btw; factuurbedrag; totaalbedrag; bedrag incl btw; incl
        btw""",
    Part.TO_PAY: """
        amount due; total amount due; total due; balance due; balance; amount payable; amount to
        pay; to pay; total to pay; please pay; net a payer; montant a payer; total a payer; a
        payer; reste a payer; solde; zahlbetrag; zu zahlen; zu zahlender betrag; zu bezahlen;
        offener betrag; fälliger betrag; te betalen; te voldoen; openstaand bedrag; te betalen
        bedrag""",
    Part.BARE_TOTAL: """
        total; totals; total amount; amount; montant total; montant; summe; gesamt; betrag;
        totaal; bedrag; sum; total eur; total gbp; total usd; total chf; total general""",
    Part.NET: """
        subtotal; sub total; sub-total; net; net total; total net; net amount; amount net; total
        excl vat; total ex vat; total exc vat; total excluding vat; total before tax; total excl
        tax; total excluding tax; goods total; taxable amount; total ht; total h.t; montant ht;
        sous-total; sous total; total hors taxes; base ht; nettobetrag; summe netto; netto; netto
        gesamt; gesamt netto; gesamtbetrag netto; zwischensumme; warenwert; nettosumme; subtotaal;
        totaal excl btw; totaal exclusief btw; totaal ex btw; bedrag excl btw; excl btw; subtotal
        ht""",
    Part.TAX: """
        vat; v.a.t; vat total; total vat; vat amount; amount of vat; total tax; tax; tax amount;
        sales tax; tax total; gst; hst; includes vat; including vat; incl vat; inc vat; of which
        vat; tva; t.v.a; total tva; montant tva; dont tva; montant de la tva; mwst; mwst-betrag;
        ust; mehrwertsteuer; umsatzsteuer; zzgl mwst; zzgl ust; inkl mwst; inkl ust; enthaltene
        mwst; steuerbetrag; enthalt mwst; btw; btw bedrag; totaal btw; btw-bedrag; waarvan btw;
        steuer; zzgl umsatzsteuer; zzgl mehrwertsteuer; enthaltene umsatzsteuer""",
    Part.OTHER_AMOUNT: """
        amount paid; paid; already paid; deposit; prepaid; cash; change; change due; tendered;
        tip; discount; rounding; acompte; deja regle; rendu; especes; remise; anzahlung; bereits
        gezahlt; gegeben; ruckgeld; rabatt; skonto; bar; contant; wisselgeld; korting; reeds
        betaald; aanbetaling; unit price; quantity; qty; total items; total qty; items; vat rate;
        tax rate""",
    Part.TAX_NUMBER: """
        vat no; vat number; vat nr; vat reg no; vat reg number; vat reg; vat registration; vat
        registration no; vat registration number; vat id; vat #; gst no; gst number; abn; tax id;
        tax number; ust-idnr; ust-id-nr; ust-id; ustid; umsatzsteuer-id;
        umsatzsteuer-identifikationsnummer; umsatzsteuer-identnummer; mwst-nr; uid; n° tva; numero
        de tva; tva intracommunautaire; no tva; n° tva intracommunautaire; n° de tva; numero tva;
        tva n°; tva no; btw-nummer; btw-nr; btw nr; btw nummer; btw-id; btw-identificatienummer""",
    Part.OTHER_NUMBER: """
        order number; order no; order #; po number; po no; purchase order; customer no; customer
        number; account no; account number; company no; company number; registered no;
        registration number; sort code; your ref; our ref; tel; phone; fax; kundennummer;
        kunden-nr; bestellnummer; auftragsnummer; steuernummer; steuer-nr; hrb; telefon; numero
        client; n° client; n° de commande; siret; siren; klantnummer; ordernummer; kvk;
        kvk-nummer; kvk nr; telefoon; iban; bic; swift; terminal; invoice to; invoice address""",
    Part.SUPPLIER: """
        seller; supplier; from; vendor; sold by; issued by; verkaufer; lieferant;
        rechnungssteller; vendeur; fournisseur; emetteur; verkoper; leverancier""",
    Part.CUSTOMER: """
        bill to; billed to; invoice to; invoiced to; sold to; customer; client; ship to; deliver
        to; buyer; attention; kunde; rechnungsempfanger; rechnung an; rechnungsadresse;
        lieferadresse; facture a; adresse a; adresse de facturation; destinataire; acheteur;
        factuuradres; factuur aan; klant; aan; afnemer; to""",
}  # fmt: skip
_PART_OF = {
    " ".join(plain(phrase).split()): part
    for part, phrases in _PHRASES.items()
    for phrase in phrases.split(";")
}


def _pattern(phrase: str) -> str:
    """Full stops and brackets may stand between the words of a phrase, and spaces may be lost."""
    tokens = re.split(r"[\s.-]+", phrase)
    return r"[\s.()/:-]{0,3}".join(re.escape(token) for token in tokens if token)


_TOKENS = {re.sub(r"[\s.-]+", "", phrase): part for phrase, part in _PART_OF.items()}
_ANY = re.compile(
    r"(?<!\w)(?:"
    + "|".join(_pattern(phrase) for phrase in sorted(_PART_OF, key=len, reverse=True))
    + r")(?!\w)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A label in the plain text of a row, from `start` to `end`. `words` says what it is called."""

    part: Part
    start: int
    end: int
    words: str


def labels(text: str) -> Iterator[Label]:
    """All labels in plain text, the longest that fits at each place."""
    for match in _ANY.finditer(text):
        words = re.sub(r"[\s.()/:-]+", "", match[0])
        yield Label(part=_TOKENS[words], start=match.start(), end=match.end(), words=words)
