"""One check that breaks leaves the others their answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, literal_column, select

from commands.health.check import Check, Finding, Found, Group, Options, Rows, Verdict
from commands.health.registry import found
from commands.health.running.looking import look
from commands.health.running.survey import survey
from commands.health.samples import bill, contact, day
from tests.builders import WORKSPACE
from tests.commands.health.surgery import Surgery

CODE = "duplicate-transactions"


def a_broken_check() -> Check[Options]:
    """Made only once the real ones are known: they are found by looking for classes."""
    assert found()

    class Broken(Check[Options]):
        """Asks what no database answers."""

        code = "broken"
        title = "Broken"
        group = Group.CLEANUP
        options = Options
        examples = ()

        def queries(self, books: Any, options: Options) -> Mapping[str, Select[Any]]:
            return {"none": select(literal_column("nothing_of_that_name"))}

        def find(self, rows: Rows, books: Any, options: Options) -> Found:
            return Found()

        def judge(
            self, opened: Sequence[Finding], figures: Mapping[str, Any], options: Options
        ) -> Verdict:
            raise AssertionError

    return Broken()


async def test_a_check_that_breaks_leaves_the_others_their_answers(surgery: Surgery) -> None:
    await surgery.holds(contact("c1"), bill("a", date=day(6, 1)), bill("b", date=day(6, 2)))
    tools = surgery.practice.tools
    async with tools.database.read() as session:
        own = await look(session, tools, WORKSPACE, surgery.organisation_id, now=surgery.clock())
    assert own is not None
    whole = (found()[CODE], own.options[CODE])
    asked = [(a_broken_check(), Options()), whole]
    seen = await survey(tools.database, own.books, asked)

    assert [code for code, here in seen.items() if here.found.findings] == [CODE]
