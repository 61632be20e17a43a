"""The lines of QuickBooks' transactions.

A line's Amount is without tax even where GlobalTaxCalculation is TaxInclusive; TaxInclusiveAmt is
the same with tax (Finance.xsd).
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from providers.books import Line, TaxTreatment
from providers.quickbooks.book_shapes import (
    CashBackPart,
    DetailPart,
    DocumentRow,
    EntityPart,
    LineRow,
)
from providers.quickbooks.shapes import Ref
from providers.quickbooks.wire import Dimension

_ZERO = Decimal(0)
_PEOPLE = {"job": "customer"}  # whom journals and purchases name, where it is not the entity

Tracking = tuple[tuple[str, str], ...]


def lines_of(row: DocumentRow, treatment: TaxTreatment) -> Iterator[Line]:
    whole = _tracked(row.ClassRef, row.DepartmentRef, row.ProjectRef)
    for one in _flat(row.Line or ()):
        yield _line(one, row, treatment, whole)
    if row.CashBack is not None and row.CashBack.Amount:
        yield _taken(row.CashBack)


def _flat(rows: Iterable[LineRow]) -> Iterator[LineRow]:
    """The lines that count: what a bundle consists of in its place, and no subtotals."""
    for row in rows:
        if row.GroupLineDetail is not None:
            yield from _flat(row.GroupLineDetail.Line or ())
        elif row.SubTotalLineDetail is None and row.DetailType != "SubTotalLineDetail":
            yield row


def _line(row: LineRow, whole: DocumentRow, treatment: TaxTreatment, tracking: Tracking) -> Line:
    detail = _detail(row)
    is_less = _is_less(row, detail)
    net = _signed(row.Amount or _ZERO, is_less=is_less)
    if detail is None:
        return Line(remote_id=row.Id, description=row.Description, amount=net, net=net)
    gross, tax = _taxed(detail, net, is_less=is_less)
    if detail.ClassRef or detail.DepartmentRef or row.ProjectRef:
        tracking = _tracked(
            detail.ClassRef or whole.ClassRef,
            detail.DepartmentRef or whole.DepartmentRef,
            row.ProjectRef or whole.ProjectRef,
        )
    return Line(
        remote_id=row.Id,
        description=row.Description,
        account_id=value(detail.AccountRef or detail.ItemAccountRef or detail.DiscountAccountRef),
        tax_rate=value(detail.TaxCodeRef),
        amount=gross if treatment is TaxTreatment.INCLUSIVE else net,
        net=net,
        tax=tax,
        quantity=detail.Qty,
        unit_price=detail.UnitPrice,
        product=value(detail.ItemRef),
        contact_id=named("customer", detail.CustomerRef) or whom(detail.Entity),
        tracking=tracking,
    )


def _detail(row: LineRow) -> DetailPart | None:
    return (
        row.SalesItemLineDetail
        or row.AccountBasedExpenseLineDetail
        or row.ItemBasedExpenseLineDetail
        or row.JournalEntryLineDetail
        or row.DepositLineDetail
        or row.DiscountLineDetail
        or row.PurchaseOrderItemLineDetail
        or row.SalesOrderItemLineDetail
        or row.DescriptionLineDetail
    )


def _is_less(row: LineRow, detail: DetailPart | None) -> bool:
    """Discounts and credits of a journal are written without their sign."""
    is_credit = detail is not None and detail.PostingType == "Credit"
    return is_credit or row.DiscountLineDetail is not None


def _signed(amount: Decimal, *, is_less: bool) -> Decimal:
    return -amount if is_less else amount


def _taxed(detail: DetailPart, net: Decimal, *, is_less: bool) -> tuple[Decimal, Decimal | None]:
    """A line with its tax, and the tax where it is told. A gross amount of nought tells nothing."""
    if detail.TaxInclusiveAmt:
        gross = _signed(detail.TaxInclusiveAmt, is_less=is_less)
        return gross, gross - net
    if detail.TaxAmount is not None:
        tax = _signed(detail.TaxAmount, is_less=is_less)
        return net + tax, tax
    return net, None


def _taken(cash: CashBackPart) -> Line:
    """What was kept back in cash when money was paid in."""
    amount = -(cash.Amount or _ZERO)
    return Line(description=cash.Memo, account_id=value(cash.AccountRef), amount=amount, net=amount)


def _tracked(klass: Ref | None, department: Ref | None, project: Ref | None) -> Tracking:
    if klass is department is project is None:
        return ()
    chosen = (
        (Dimension.CLASS, value(klass)),
        (Dimension.LOCATION, value(department)),
        (Dimension.PROJECT, named("project", project)),
    )
    return tuple((dimension.value, own) for dimension, own in chosen if own)


def named(kind: str, ref: Ref | None) -> str | None:
    """The remote id of a contact. Ids of vendors, customers and employees overlap."""
    return f"{kind}:{ref.value}" if ref is not None and ref.value else None


def whom(entity: EntityPart | None) -> str | None:
    """Whom a purchase, a journal or a deposit names; a vendor unless it says otherwise."""
    if entity is None:
        return None
    own = value(entity.EntityRef) or entity.value
    word = (entity.Type or entity.type or "vendor").lower()
    return f"{_PEOPLE.get(word, word)}:{own}" if own else None


def value(ref: Ref | None) -> str | None:
    return (ref.value or None) if ref is not None else None
