"""Lines whose account and tax rate do not go together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Numeric,
    Row,
    Select,
    and_,
    case,
    cast,
    func,
    not_,
    or_,
    select,
)

from commands.health.books.books import Books, counted
from commands.health.check import (
    Check,
    Example,
    Figure,
    Finding,
    Found,
    Grid,
    Group,
    Kind,
    Level,
    Options,
    Record,
    Rows,
    Verdict,
    graded,
)
from commands.health.samples import account, bill, contact, document, invoice, journal, line
from commands.health.words import count, dated, money, stake
from providers.books import DocumentKind, LedgerTaxRate
from storage.models import ledger

SALES_TAX = ("OUTPUT", "OUTPUT2", "RROUTPUT", "ZERORATEDOUTPUT")
PURCHASE_TAX = ("INPUT", "INPUT2")
NOT_CLAIMED = ("EXP.ADM.ENT", "EXP.ADM.PRI", "EXP.ADM.TRA", "Entertainment")  # report codes
FIXED = ("FIXED", "Fixed Asset")
AHEAD = ("LIA.CUR.ACC", "ASS.CUR.REC.PRE", "PrepaidExpenses")  # accruals and prepayments
REVIEWS = {
    "revenue": ("Tax on sales outside income", "Move it to income, or change the tax rate."),
    "expense": ("Tax that cannot be claimed", "Take the tax off, unless it may be claimed here."),
    "balance": ("Tax on the balance sheet", "Move it to where it belongs, or take the tax off."),
    "attachment": ("Nothing attached", "Attach the document it was entered from."),
}  # fmt: skip
MOST = 500
PER_CENT = 100_000_000_000  # of a rate as it is kept, in thousand-millionths
TRADE = (
    DocumentKind.BILL,
    DocumentKind.INVOICE,
    DocumentKind.MONEY_OUT,
    DocumentKind.MONEY_IN,
    DocumentKind.BILL_CREDIT,
    DocumentKind.INVOICE_CREDIT,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxReviewOptions(Options):
    """What is worth looking at."""

    without_attachment: Decimal = field(
        default=Decimal(),
        metadata={"label": "Tell of documents without attachment from this net amount (0 = none)"},
    )
    serious_tax: Decimal = field(
        default=Decimal(500), metadata={"label": "Serious from this much tax in question"}
    )


CHART = (
    contact("c1", "Paper & Pens"),
    account("200", "Sales", account_class="REVENUE"),
    account("400", "Advertising"),
    account("420", "Entertainment"),
    account("620", "Prepayments", account_class="ASSET", account_type="CURRENT"),
    account("710", "Office Equipment", account_class="ASSET", account_type="FIXED"),
    account("900", "Bank Loan", account_class="LIABILITY", account_type="TERMLIAB"),
)


class TaxReview(Check[TaxReviewOptions]):
    """Lines of the period with tax on sales outside income, tax on costs that cannot be claimed, or
    tax on the balance sheet; if wanted, large documents with nothing attached.

    Why: each of them goes into the return of the period as it stands.

    Fix: correct the account or the tax rate of the line before the return is made. Accounts are
    told apart by their class, report code and name. Where QuickBooks does not tell the tax of a
    line, the rate of its tax code counts; it does not tell of attachments.
    """

    code = "tax-review"
    title = "Tax return checks"
    group = Group.TAX
    options = TaxReviewOptions
    grid = Grid(
        name="codes",
        columns=(
            Figure(label="Tax rate", name="name"),
            Figure(label="Lines", name="lines", kind=Kind.COUNT),
            Figure(label="Net", name="net", kind=Kind.MONEY),
        ),
    )
    examples = (
        Example(
            records=(
                *CHART,
                bill("a", line("100", "400", tax_rate="OUTPUT2")),
                bill("b", line("60", "420")),
                bill("c", line("500", "900")),
            ),
            finds=("Paper & Pens", "Paper & Pens", "Paper & Pens"),
            level=Level.WARNING,
        ),
        Example(
            records=(
                *CHART,
                invoice("a"),
                bill("b", line("100", "400"), line("40", "420", tax_rate="NONE", tax=Decimal())),
                bill("c", line("900", "710"), line("90", "620")),
                bill("d", line("500", "900", tax_rate="NONE", tax=Decimal())),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(
                *CHART,
                account("494", "Away days", report_code="EXP.ADM.TRA.NAT"),
                bill("a", line("3000", "494")),
                document(DocumentKind.PURCHASE_ORDER, "o", line("9", "900")),
            ),
            finds=("Paper & Pens",),
            level=Level.ERROR,
        ),
        Example(
            records=(
                *CHART,
                bill("a", line("1500"), has_attachments=False),
                bill("b", line("1500"), has_attachments=True),
                bill("c", line("1499.99"), has_attachments=False),
                journal("j", line("5000"), line("-5000", "401"), has_attachments=False),
            ),
            options={"without_attachment": "1500"},
            finds=("Paper & Pens",),
        ),
        Example(
            records=(
                contact("vendor:1", "Bank", source="Vendor"),
                account("2700", "Bank loan", account_class="LIABILITY", source="Account"),
                account("6300", "Hospitality", report_code="EntertainmentMeals", source="Account"),
                LedgerTaxRate(source="TaxCode", remote_id="5", name="20.0% S", rate=Decimal(20)),
                bill("a", line("1000000", None, account_id="id-2700", tax_rate="5", tax=None),
                     source="Bill", contact_id="vendor:1"),
                bill("b", line("100", None, account_id="id-6300", tax_rate="5", tax=None),
                     source="Bill", contact_id="vendor:1"),
            ),
            provider="quickbooks",
            finds=("Bank", "Bank"),
            amounts=("200000", "20"),
        ),
    )  # fmt: skip

    def queries(self, books: Books, options: TaxReviewOptions) -> Mapping[str, Select[Any]]:
        every, rates = books.entries(), books.rows(ledger.tax_rates)
        within = every.c.date.between(books.period.begin, books.period.end)
        asked = {
            "lines": _wrong_lines(books),
            "codes": select(
                every.c.tax_rate,
                rates.c.name,
                counted().label("lines"),
                func.sum(every.c.base_net).label("net"),
            )
            .outerjoin(rates, rates.c.remote_id == every.c.tax_rate)
            .where(within, every.c.kind.in_((*TRADE, DocumentKind.MANUAL_JOURNAL)))
            .group_by(every.c.tax_rate, rates.c.name),
        }
        if options.without_attachment:
            asked["bare"] = _without_attachment(books, options.without_attachment)
        return asked

    def find(self, rows: Rows, books: Books, options: TaxReviewOptions) -> Found:
        lines = [_about_line(row, books) for row in rows["lines"]]
        bare = [_about_document(row, books) for row in rows.get("bare", ())]
        return Found(
            findings=(*lines, *bare),
            figures={
                "currency": books.currency,
                "codes": [
                    {
                        "code": row.tax_rate or "",
                        "name": row.name or row.tax_rate or "none",
                        "lines": row.lines,
                        "net": str(row.net),
                    }
                    for row in sorted(rows["codes"], key=lambda row: -row.lines)
                ],
            },
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: TaxReviewOptions
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "nothing stands out")
        lines = [each for each in opened if each.key[0] != "attachment"]
        tax = sum((each.amount or Decimal() for each in lines), Decimal())
        level = Level.ERROR if tax >= options.serious_tax else Level.WARNING
        says = count(len(opened), "remark")
        if tax:
            says += f", {stake(tax, figures['currency'])} of tax"
        return graded(level, says)


def _named(name: ColumnElement[str], *words: str) -> ColumnElement[bool]:
    return or_(*(func.lower(name).contains(word, autoescape=True) for word in words))


def _reported(code: ColumnElement[Any], prefixes: Sequence[str]) -> ColumnElement[bool]:
    known = func.coalesce(code, "")
    return or_(*(known.startswith(prefix, autoescape=True) for prefix in prefixes))


def _wrong_lines(books: Books) -> Select[Any]:
    own = books.lines(*TRADE, DocumentKind.MANUAL_JOURNAL)
    known, rates, contacts = books.accounts, books.rows(ledger.tax_rates), books.contacts
    rate = func.coalesce(rates.c.rate, 0)
    # where the tax itself is not told, it is what the rate makes of the net amount
    whole = cast(own.c.base_net, Numeric(38, 9)) * cast(rate, Numeric(38, 9))
    guessed = cast(func.round(whole / PER_CENT), BigInteger)
    tax = func.coalesce(own.c.base_tax, guessed if books.provider == "quickbooks" else 0)
    has_tax = or_(own.c.tax != 0, and_(own.c.tax.is_(None), rate > 0))
    claims = own.c.tax_rate.in_(PURCHASE_TAX) if books.provider == "xero" else has_tax
    no_claim = or_(_reported(known.c.report_code, NOT_CLAIMED), _named(known.c.name, "entertain"))
    is_ahead = or_(
        _reported(known.c.report_code, AHEAD), _named(known.c.name, "accrual", "prepayment")
    )
    review = case(
        (
            and_(known.c.account_class != "REVENUE", own.c.tax_rate.in_(SALES_TAX)),
            "revenue",
        ),
        (and_(known.c.account_class == "EXPENSE", claims, no_claim), "expense"),
        (
            and_(
                known.c.account_class.in_(("ASSET", "LIABILITY", "EQUITY")),
                has_tax,
                known.c.account_type.not_in(FIXED),
                not_(is_ahead),
            ),
            "balance",
        ),
    )
    found = (
        select(
            own.c.source, own.c.document_id, own.c.position, own.c.kind, own.c.date, own.c.number,
            own.c.description, own.c.base_net, tax.label("tax"), own.c.tax_rate,
            known.c.code, known.c.name.label("account"), contacts.c.name,
            rates.c.name.label("tax_name"), review.label("review"),
        )
        .join(known, known.c.remote_id == own.c.account)
        .outerjoin(rates, rates.c.remote_id == own.c.tax_rate)
        .outerjoin(contacts, contacts.c.remote_id == own.c.contact_id)
        .where(own.c.date.between(books.period.begin, books.period.end))
        .subquery("found")
    )  # fmt: skip
    return (
        select(found)
        .where(found.c.review.is_not(None))
        .order_by(func.abs(found.c.tax).desc(), found.c.document_id, found.c.position)
        .limit(MOST)
    )


def _without_attachment(books: Books, least: Decimal) -> Select[Any]:
    own, contacts = books.documents(*TRADE), books.contacts
    net = books.base(own.c.subtotal, own)
    return (
        select(
            own.c.source, own.c.remote_id, own.c.kind, own.c.date, own.c.number,
            net.label("net"), contacts.c.name,
        )
        .outerjoin(contacts, contacts.c.remote_id == own.c.contact_id)
        .where(
            own.c.date.between(books.period.begin, books.period.end),
            own.c.has_attachments.is_(False),
            net >= least,
        )
        .order_by(net.desc(), own.c.remote_id)
        .limit(MOST)
    )  # fmt: skip


def _about_line(row: Row[Any], books: Books) -> Finding:
    what, fix = REVIEWS[row.review]
    account = f"{row.code} {row.account}" if row.code else row.account
    rate = row.tax_name or row.tax_rate or "tax"
    return Finding(
        key=(row.review, row.source, row.document_id, str(row.position)),
        title=row.name or "No contact",
        text=f"{what}: {row.kind} of {dated(row.date)}, {money(row.base_net, books.currency)} "
        f"on {account} with {rate}.",
        fix=fix,
        records=(Record(source=row.source, remote_id=row.document_id),),
        amount=abs(Decimal(row.tax)),
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        facts={
            "Review": what,
            "Contact": row.name,
            "Kind": row.kind,
            "Number": row.number,
            "Date": row.date,
            "Description": row.description,
            "Account": account,
            "Tax rate": rate,
            "Net": row.base_net,
            "Tax": Decimal(row.tax),
        },
    )


def _about_document(row: Row[Any], books: Books) -> Finding:
    what, fix = REVIEWS["attachment"]
    return Finding(
        key=("attachment", row.source, row.remote_id),
        title=row.name or "No contact",
        text=f"{what}: {row.kind} of {dated(row.date)}, {money(row.net, books.currency)} net.",
        fix=fix,
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=row.net,
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        facts={"Review": what, "Contact": row.name, "Kind": row.kind, "Number": row.number,
               "Date": row.date, "Net": row.net},
    )  # fmt: skip
