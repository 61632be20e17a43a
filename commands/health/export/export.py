"""A client's health as a file: everything as a workbook, findings as CSV, or a report to read."""

from collections.abc import Iterator

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.errors import Invalid
from commands.files import Document, File, Format, Sheet, Spreadsheet
from commands.health.export.gathering import Gathered, gather
from commands.health.export.report import report_of
from commands.health.export.sheets import everything, figures_of, of_check, overview, scores
from commands.health.registry import found as checks
from commands.health.running.held import found, health_button
from commands.permissions import Permission
from commands.registry import command
from commands.replies import Answer, Button, Buttons, Reply, Style, Words, call
from storage.models import Client, Workspace

REPORT = "report"


@command(
    "health.export",
    usage="health export <client>",
    summary="take a client's findings away as a file",
    permission=Permission.SEE_CLIENT,
    aliases=("export <client>",),
)
async def export(
    context: Context, *, client: Client, check: str = "", written_as: str = ""
) -> Answer:
    """Get findings as Excel or CSV, or a report for the client, sent to you alone.

    The workbook has every check with its weight, the scores of a year and all findings, also those
    that were dismissed. The report is a page to print or send on.
    """
    if check and check not in checks():
        raise Invalid({"check": f"There is no check called “{check}”."})
    if written_as not in {REPORT, *Format}:
        return _asking(client, check)
    async with context.tools.database.read() as session:
        own = await found(session, context, client)
        all_of_it = await gather(session, own, code=check or None)
        file = await _file(session, all_of_it, check, written_as)
    async with context.tools.database.begin() as session:
        after = {"as": written_as, "check": check or "all"}
        record(session, context, "health.exported", client, after=after)
    words = Words(template="health/exported", data=_told(all_of_it, file, written_as))
    return Reply(parts=(words, Buttons(items=(health_button(client),))), files=(file,))


def _asking(client: Client, check: str) -> Reply:
    data = {"client": client.name, "check": checks()[check].title if check else None}
    does = call("health.export", client=client.id, **({"check": check} if check else {}))
    buttons = [
        Button(label="Excel", does=does.having(written_as=Format.XLSX), style=Style.PRIMARY),
        Button(label="CSV", does=does.having(written_as=Format.CSV)),
    ]
    if not check:
        buttons.append(Button(label="Report to print", does=does.having(written_as=REPORT)))
    return Reply(
        parts=(
            Words(template="health/exporting", data=data),
            Buttons(items=(*buttons, health_button(client))),
        )
    )


async def _file(session: AsyncSession, all_of_it: Gathered, check: str, written_as: str) -> File:
    client, day = all_of_it.own.client, all_of_it.own.look.books.today
    if written_as == REPORT:
        workspace = await session.get_one(Workspace, client.workspace_id)
        return report_of(all_of_it, practice=workspace.name)
    about = checks()[check].title if check else "Data Health"
    name = f"{client.name} {about} {day.isoformat()}"
    if check:
        sheets = tuple(_sheets(check, all_of_it)) or (of_check(check, all_of_it),)
    else:
        each = (sheet for code in checks() for sheet in _sheets(code, all_of_it))
        sheets = (overview(all_of_it), everything(all_of_it), scores(all_of_it), *each)
    if written_as == Format.CSV:  # which has room for one
        one = sheets[0] if check else everything(all_of_it)
        return Spreadsheet(name=name, sheets=(one,), written_as=Format.CSV)
    return Spreadsheet(name=name, sheets=sheets)


def _sheets(code: str, all_of_it: Gathered) -> Iterator[Sheet]:
    """The findings of a check if it has any, then what it has counted."""
    if all_of_it.of(code):
        yield of_check(code, all_of_it)
    if (counted := figures_of(code, all_of_it)) is not None:
        yield counted


def _told(all_of_it: Gathered, file: File, written_as: str) -> dict[str, object]:
    return {
        "client": all_of_it.own.client.name,
        "name": file.name,
        "kind": "page" if isinstance(file, Document) else written_as.upper(),
        "findings": len(all_of_it.listed),
        "synced_at": all_of_it.own.row.synced_at,
    }
