"""What scripted people do and see, as lines that read well in a terminal."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import Any

from bot.sandbox.browser import Page
from bot.sandbox.driver import Seen

WIDTH = 100
MARGIN = 17  # where what is seen begins; who sees it stands before
LONGEST = 20  # lines of one message


class Transcript:
    """Writes scenes: a title, who does what, and who then sees what."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._scene = 0

    def scene(self, title: str) -> None:
        self._scene += 1
        heading = f"{self._scene}. {title} "
        self._write(f"\n\n{heading:─<{WIDTH}}")

    def does(self, who: str, what: str) -> None:
        self._write(f"\n{who}  ▸ {what}")

    def sees(self, who: str, what: Seen | Page | dict[str, Any], *, most: int = LONGEST) -> None:
        """A message, a page of the browser or a modal; of a long one the first `most` lines."""
        match what:
            case Seen():
                lines = [*what.plain.splitlines(), _row([*_menus(what.menus), *what.buttons])]
            case Page():
                lines = list(_page(what))
            case _:
                lines = list(_modal(what))
        self.tells(who, lines, most=most)

    def tells(self, who: str, lines: Sequence[str], *, most: int = LONGEST) -> None:
        shown = [line for line in lines if line.strip()]
        if len(shown) > most:
            left_out = f"… {len(shown) - most} more lines"
            shown = [*shown[: most - 1], left_out, shown[-1]]
        label = who
        for line in shown:
            for part in wrap(line, WIDTH - MARGIN - 2) or [""]:
                self._write(f"{label:>{MARGIN - 2}} │ {part}")
                label = ""


def _row(labels: Sequence[str]) -> str:
    return "  ".join(f"[{label}]" for label in labels)


def _menus(menus: Sequence[dict[str, Any]]) -> list[str]:
    """Each menu once, by its label."""
    return list(dict.fromkeys(f"{menu['label']} ▾" for menu in menus))


def _page(page: Page) -> Iterator[str]:
    yield from page.passages
    for form in page.forms:
        yield from (f"( ) {label}" for label in form.choices)
        yield _row(list(form.buttons))
    if "Back to Slack" in page.links:
        yield _row(["Back to Slack"])


def _modal(modal: dict[str, Any]) -> Iterator[str]:
    yield f"— {modal['title']} —"
    labels = {field["label"] for field in modal["fields"]}
    yield from (line for line in modal["plain"].splitlines() if line not in labels)
    for field in modal["fields"]:
        chosen = field["value"]
        offered = [f"({'•' if option == chosen else ' '}) {option}" for option in field["options"]]
        yield f"{field['label']}: {'  '.join(offered) or chosen or '________'}"
    yield from (f"✗ {label}: {error}" for label, error in modal["errors"].items())
    feet = [modal["submit"], modal["close"]] if modal["submit"] else [modal["close"] or "Close"]
    yield _row([*(button["label"] for button in modal["buttons"]), *feet])
