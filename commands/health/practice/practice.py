"""All clients by how healthy their books are, for those who look after several."""

from collections.abc import Sequence
from datetime import date

from commands.context import Context
from commands.files import Format, Sheet, Spreadsheet
from commands.health.books.periods import months_before
from commands.health.card.history import signed
from commands.health.check import Level
from commands.health.practice.comparing import (
    KEYS,
    Overview,
    Row,
    Sort,
    rows_of,
    summed,
    with_volumes,
)
from commands.health.score.score import colour
from commands.health.words import stake
from commands.mornings import practice_zone
from commands.permissions import Permission, may, visible
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Filter,
    Option,
    Part,
    Reply,
    SmallPrint,
    Table,
    Words,
    call,
)
from storage.queries.overviews import Having

PAGE = 12  # clients; more than these nobody compares
SORTS = {
    Sort.SCORE: "Lowest score first",
    Sort.MOVEMENT: "Worst month first",
    Sort.STAKE: "Most at stake first",
    Sort.NAME: "By name",
}


@command(
    "health.practice",
    usage="health all",
    summary="all clients by health, the worst first",
    permission=Permission.SEE_CLIENT,
    aliases=("practice health",),
    changes=False,
)
async def overview(
    context: Context, *, sort: Sort = Sort.SCORE, page: int = 1, written_as: str = ""
) -> Answer:
    """See every client's score, how it moved in a month, what is at stake and who needs care.

    Only clients you may see are counted.
    """
    async with context.tools.database.read() as session:
        zone = await practice_zone(session, context.workspace_id)
        today = context.now.astimezone(zone).date()
        rows = await rows_of(
            session,
            context.workspace_id,
            visible(context.actor),
            today=today,
            before=months_before(today, 1),
        )
        ordered = sorted(rows, key=KEYS[sort])
        if written_as == Format.XLSX:
            ordered = await with_volumes(session, context.workspace_id, ordered, today)
            return _as_file(ordered, today)
        last = max(1, -(-len(ordered) // PAGE))
        page = min(max(page, 1), last)
        shown = await with_volumes(
            session, context.workspace_id, ordered[(page - 1) * PAGE : page * PAGE], today
        )
    return _reply(context, summed(rows, context.now), shown, sort=sort, page=page, last=last)


def _reply(
    context: Context,
    total: Overview,
    rows: Sequence[Row],
    *,
    sort: Sort,
    page: int,
    last: int,
) -> Reply:
    facts = {name: getattr(total, name) for name in Overview.__dataclass_fields__}
    data = facts | {"colour": colour(total.average) if total.average is not None else None}
    parts: list[Part] = [Words(template="health/practice", data=data)]
    if not rows:
        connect = Button(label="Connections", does=call("connections.show"))
        return Reply(parts=(*parts, Buttons(items=(connect,))))
    sorts = tuple(Option(value=each.value, label=label) for each, label in SORTS.items())
    parts += [
        _table(rows),
        Filter(
            label="Sort", name="sort", does=call("health.practice"), options=sorts,
            chosen=next(each for each in sorts if each.value == sort.value),
        ),
        Filter(
            label="Open a client", name="client", does=call("health.show"),
            options=tuple(_option(row) for row in rows),
        ),
        SmallPrint(template="health/practice_note", data={"page": page, "last": last}),
        Buttons(items=_steps(context, total, sort, page, last)),
    ]  # fmt: skip
    return Reply(parts=tuple(parts))


def _table(rows: Sequence[Row]) -> Table:
    return Table(
        columns=(
            "Client", "Score", "Month", "At stake", "Open", "Serious", "Lock dates", "Documents"
        ),
        rows=tuple(
            (
                row.standing.client,
                _score(row),
                "–" if row.moved is None else signed(row.moved),
                stake(row.stake.amount, row.standing.currency) if row.stake.amount else "–",
                f"{row.stake.opened:,}",
                f"{row.stake.serious:,}" if row.stake.serious else "–",
                _lock(row),
                f"{row.volume:,}" if row.volume is not None else "–",
            )
            for row in rows
        ),
        numeric=frozenset({2, 3, 4, 5, 7}),
    )  # fmt: skip


def _score(row: Row) -> str:
    if row.score is None:
        return "none yet"
    return f"{row.score} {colour(row.score)}"


def _lock(row: Row) -> str:
    if row.lock is None:
        return "–"
    level, says = row.lock
    return f"{Level(level).mark} {says.removeprefix('locked ').removesuffix(' only')}"


def _option(row: Row) -> Option:
    return Option(
        value=row.standing.client_id,
        label=row.standing.client,
        description=_score(row) if row.score is not None else None,
    )


def _steps(
    context: Context, total: Overview, sort: Sort, page: int, last: int
) -> tuple[Button, ...]:
    steps = []
    if page > 1:
        does = call("health.practice", sort=sort, page=page - 1)
        steps.append(Button(label="Previous", does=does))
    if page < last:
        steps.append(Button(label="Next", does=call("health.practice", sort=sort, page=page + 1)))
    if total.caring and may(context.actor, Permission.CONNECT):
        every = call("connections.show", having=Having.EXPIRED)
        steps.append(Button(label="Connections to mend", does=every))
    take = call("health.practice", sort=sort, written_as=Format.XLSX)
    return (*steps, Button(label="Export", does=take))


def _as_file(rows: Sequence[Row], today: date) -> Reply:
    columns = (
        "Client", "Score", "Level", "Month", "At stake", "Currency", "Open", "Serious",
        "Lock dates", "Directors' loans", "Documents in a year", "Connection", "Books synced (UTC)",
    )  # fmt: skip
    sheet = Sheet(
        title="Clients",
        columns=columns,
        rows=tuple(
            (
                row.standing.client, row.score,
                colour(row.score).value if row.score is not None else None, row.moved,
                row.stake.amount, row.standing.currency, row.stake.opened, row.stake.serious,
                row.lock[1] if row.lock else None, row.loan[1] if row.loan else None, row.volume,
                row.standing.status.value, row.standing.synced_at,
            )
            for row in rows
        ),
    )  # fmt: skip
    name = f"Health of all clients {today.isoformat()}"
    words = Words(template="health/practice_exported", data={"name": name, "clients": len(rows)})
    back = Button(label="All clients", does=call("health.practice"))
    return Reply(
        parts=(words, Buttons(items=(back,))), files=(Spreadsheet(name=name, sheets=(sheet,)),)
    )
