"""Refusals a person can act on; each has a template of its `code` in `errors/`.

CommandError
├ UsageError      not understood: the nearest command
├ NotAllowed      who can, and a button that asks them
├ NotFound        nothing of that name: the nearest ones
├ Ambiguous       several: choose
├ Invalid         a field of a form is wrong
├ Conflict        somebody was quicker
└ Refused         a rule says no: reason and remedy
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from commands.replies import Button, Invocation, Reply, call, say

HELP = Button(label="Help", does=call("help.show"))


class CommandError(Exception):
    """Something a person asked for was not done, and nothing was changed."""

    code: ClassVar[str] = "refused"

    @property
    def data(self) -> Mapping[str, Any]:
        """What the template may show."""
        return vars(self)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """What helps."""
        return ()


class UsageError(CommandError):
    """Not understood. `usage` is the line of the command that was meant, if one was.

    `text` is the word that was not understood, or, with `is_known`, the command that was and whose
    arguments were not. `problem` says which of them and why, where that is known.
    """

    code = "usage"

    def __init__(
        self,
        *,
        text: str,
        usage: str | None = None,
        suggestion: Button | None = None,
        is_known: bool = False,
        problem: str | None = None,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.usage = usage
        self.suggestion = suggestion
        self.is_known = is_known
        self.problem = problem

    @property
    def buttons(self) -> tuple[Button, ...]:
        if self.suggestion is None or self.suggestion.does == HELP.does:
            return (HELP,)
        return (self.suggestion, HELP)


class NotAllowed(CommandError):
    """The person may not. `who` are the user ids of those who can; `ask` requests it of them.

    `what` is the permission, `client` the name of the client it is about, `command` what was to
    be done, and `title`, `cause` and `remedy` what the catalogue says where it is publishing.
    """

    code = "not_allowed"

    def __init__(
        self,
        *,
        what: str,
        who: tuple[str, ...],
        ask: Invocation | None = None,
        client: str | None = None,
        command: str = "",
        title: str = "",
        cause: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.who = who
        self.ask = ask
        self.client = client
        self.command = command
        self.title = title
        self.cause = cause
        self.remedy = remedy

    @property
    def buttons(self) -> tuple[Button, ...]:
        return (Button(label="Ask them", does=self.ask),) if self.ask and self.who else ()


class NotFound(CommandError):
    """There is no such thing here. With `meant`, `nearest` has things of a similar name."""

    code = "not_found"

    def __init__(
        self, *, kind: str, text: str, nearest: tuple[Button, ...] = (), meant: bool = False
    ) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.nearest = nearest
        self.meant = meant

    @property
    def buttons(self) -> tuple[Button, ...]:
        return self.nearest


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One of several things a word may mean."""

    value: str
    label: str


class Ambiguous(CommandError):
    """Several things look like it; choosing runs the same command with that one.

    `candidates` are at most five of the `total`, the likeliest first. What `tells_nothing` is the
    likes of `Ltd`, which any name may end in.
    """

    code = "ambiguous"

    def __init__(
        self,
        *,
        kind: str,
        text: str,
        argument: str,
        candidates: tuple[Candidate, ...],
        invocation: Invocation,
        total: int | None = None,
        tells_nothing: bool = False,
    ) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.argument = argument
        self.candidates = candidates
        self.invocation = invocation
        self.total = total or len(candidates)
        self.tells_nothing = tells_nothing

    @property
    def buttons(self) -> tuple[Button, ...]:
        choices = tuple(
            Button(label=c.label, does=self.invocation.having(**{self.argument: c.value}))
            for c in self.candidates
        )
        return (
            *choices,
            Button(
                label="Neither" if self.total == 2 else "None of them",
                does=(call("clients.list", search=self.text)),
            ),
        )


class Invalid(CommandError):
    """Fields of a form that cannot be taken: {field name: what to do}."""

    code = "invalid"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields


class Conflict(CommandError):
    """Things have moved on since this was shown. `template` says what happened meanwhile."""

    code = "conflict"

    def __init__(
        self,
        template: str,
        *buttons: Button,
        **facts: Any,  # what a template may show
    ) -> None:
        super().__init__(template)
        self.template = template
        self.facts = facts
        self._buttons = buttons

    @property
    def data(self) -> Mapping[str, Any]:
        return self.facts

    @property
    def buttons(self) -> tuple[Button, ...]:
        return self._buttons


class Refused(Conflict):
    """A rule says no. `template` says why and what to do; the buttons do it."""

    code = "refused"


def answer(error: CommandError) -> Reply:
    """What the person is told, and what helps."""
    template = error.template if isinstance(error, Conflict) else f"errors/{error.code}"
    facts = {name: fact for name, fact in error.data.items() if not name.startswith("_")}
    return say(template, *error.buttons, **facts)
