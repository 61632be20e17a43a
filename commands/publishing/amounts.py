"""What each line of a document comes to, to the cent, and whether that agrees with its total."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from commands.publishing.facts import FactLine, Facts

CENT = Decimal("0.01")
NOTHING = Decimal(0)


def to_cent(amount: Decimal) -> Decimal:
    """Half a cent goes up, as ledgers round."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def shares(amount: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """The amount divided by weight to the cent: the largest remainders have the odd cents.

    Together they are the amount, always; weights that come to nothing count alike.
    """
    if not weights:
        return ()
    whole = sum(weights, NOTHING)
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    exact = [amount * weight / whole for weight in weights]
    parts = [to_cent(each) for each in exact]
    odd = int((to_cent(amount) - sum(parts)) / CENT)
    step = CENT if odd > 0 else -CENT
    due = sorted(range(len(parts)), key=lambda i: ((parts[i] - exact[i]) / step, i))
    for turn in range(abs(odd)):
        parts[due[turn % len(due)]] += step
    return tuple(parts)


def net_of(line: FactLine) -> Decimal | None:
    """Without tax, told or multiplied."""
    if line.net is not None:
        return line.net
    if line.unit_price is None:
        return None
    return to_cent(line.unit_price * (Decimal(1) if line.quantity is None else line.quantity))


def stated(line: FactLine) -> Decimal | None:
    """With tax, where the line says so itself."""
    if line.total is not None:
        return to_cent(line.total)
    net = net_of(line)
    return to_cent(net + line.tax) if net is not None and line.tax is not None else None


def grosses(facts: Facts) -> tuple[Decimal, ...]:
    """With tax, of each line; a document without lines is one. Raises ValueError where a line
    tells no amount.

    Lines that tell only what they are without tax share what the others leave of the total.
    """
    assert facts.total is not None
    if not facts.lines:
        return (to_cent(facts.total),)
    known = [stated(line) for line in facts.lines]
    left = to_cent(facts.total) - sum((each for each in known if each is not None), NOTHING)
    open_lines = [line for line, each in zip(facts.lines, known, strict=True) if each is None]
    shared = iter(shares(left, [_likely(line) for line in open_lines]))
    return tuple(next(shared) if each is None else each for each in known)


def _likely(line: FactLine) -> Decimal:
    net = net_of(line)
    if net is None:
        raise ValueError("a line without an amount")
    return net * (1 + (line.tax_percent or NOTHING) / 100)


def without_amount(facts: Facts) -> tuple[int, ...]:
    """Lines that tell no amount at all."""
    return tuple(
        position
        for position, line in enumerate(facts.lines)
        if stated(line) is None and net_of(line) is None
    )


def difference(facts: Facts) -> Decimal:
    """How far the lines are from the total; nothing where there are none.

    Every line must tell an amount. What a line leaves open, whether tax is in it, is read in
    favour of the document.
    """
    if not facts.lines or facts.total is None:
        return NOTHING
    known = [stated(line) for line in facts.lines]
    told = sum((each for each in known if each is not None), NOTHING)
    open_lines = [line for line, each in zip(facts.lines, known, strict=True) if each is None]
    left = to_cent(facts.total) - told
    plain = sum((net_of(line) or NOTHING for line in open_lines), NOTHING)
    readings = [plain]
    if open_lines:
        readings.append(sum(map(_likely, open_lines), NOTHING))
    if open_lines and facts.tax is not None:
        taxed = sum((line.tax or NOTHING for line in facts.lines), NOTHING)
        readings.append(plain + facts.tax - taxed)
    return min((to_cent(each - left) for each in readings), key=abs)


def tax_difference(facts: Facts) -> Decimal:
    """How far the tax of the lines is from that of the document, where both are told.

    Ledgers and tills round line by line or in one go: a cent for each line is no difference.
    """
    taxes = [line.tax for line in facts.lines if line.tax is not None]
    if facts.tax is None or not taxes or len(taxes) < len(facts.lines):
        return NOTHING
    found = to_cent(sum(taxes, NOTHING) - facts.tax)
    return found if abs(found) > CENT * len(taxes) else NOTHING
