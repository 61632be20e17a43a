"""Reply, Form and Home as Block Kit, within Slack's limits; nothing here touches the world."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from bot.slack import charts, limits
from bot.slack.texts import chunks, monospaced, shortened, shortened_mrkdwn
from bot.slack.words import fill, plain
from commands.charts import Chart
from commands.replies import (
    Button,
    Buttons,
    Confirm,
    Divider,
    Fields,
    Filter,
    Heading,
    Home,
    Menu,
    Option,
    Part,
    Reply,
    SmallPrint,
    Style,
    Table,
    Words,
)

Json = dict[str, Any]

RUN = "run"  # action ids: run.<n> holds its invocation as value, pick|… in the id itself
PICK = "pick"
MENU = "menu"  # menu.<n>|… has in its id what shows the message anew
SPOKEN = 1_000  # characters of a message's text, which screen readers and notifications say
FRAME_BYTES = 10_000  # of a view besides its blocks: title, metadata, the line that says so
CELL = 500  # characters; a longer cell hides its neighbours
NO_FIGURES = "There are no figures to draw yet."
MORE = "… and more than one message can show."


def message(reply: Reply, *, draws_charts: bool = True) -> Json:
    """`text` and `blocks` of a message. `draws_charts` says whether Slack draws them here."""
    drawing = _Drawing(surface=limits.MESSAGE, draws_charts=draws_charts)
    blocks = drawing.blocks(reply.parts)
    return {"text": spoken(blocks), "blocks": _at_most(blocks, limits.MESSAGE_BLOCKS)}


def home(page: Home) -> Json:
    """The view of App Home."""
    blocks = _Drawing(surface=limits.HOME).blocks(page.parts)
    return {"type": "home", "blocks": _of_a_view(blocks)}


def modal_blocks(parts: Iterable[Part], *, above: Sequence[Json] = ()) -> list[Json]:
    """Parts as they stand in a modal, with room for the fields they stand `above`."""
    return _of_a_view(_Drawing(surface=limits.MODAL).blocks(parts), above)


def spoken(blocks: Iterable[Json]) -> str:
    """What a screen reader should say of a message: its words, without what can be pressed."""
    said = [text for block in blocks for text in _words_of(block)]
    return shortened_mrkdwn("\n".join(said), SPOKEN) or "Dext"


def option(choice: Option) -> Json:
    """One option of a select or of radio buttons."""
    found: Json = {
        "text": plain_text(choice.label, limits.OPTION_TEXT),
        "value": choice.value,
    }
    if choice.description:
        found["description"] = plain_text(choice.description, limits.OPTION_TEXT)
    return found


def plain_text(text: str, most: int) -> Json:
    return {"type": "plain_text", "text": shortened(text, most) or "–"}


def picker_id(part: Filter) -> str:
    """Everything a choice needs to become an invocation: source, argument and command."""
    return "|".join((PICK, part.source or "", part.name, str(part.does)))


def _words_of(block: Json) -> Iterator[str]:
    if block["type"] == "header":
        yield plain(block["text"]["text"])
    elif block["type"] == "image":
        yield plain(block["alt_text"])
    elif block["type"] == "section":
        yield from (each["text"] for each in (block.get("text"), *block.get("fields", ())) if each)


def anew(payload: Json, token: str) -> Json:
    """The same message, in which nothing is chosen: what is, Slack keeps by the ids of blocks."""
    blocks = [
        block | {"block_id": f"{block['block_id']}.{token}"} if "block_id" in block else block
        for block in payload["blocks"]
    ]
    return payload | {"blocks": blocks}


def _at_most(blocks: list[Json], most: int) -> list[Json]:
    if len(blocks) <= most:
        return blocks
    return [*blocks[: most - 1], _context(MORE)]


def _of_a_view(blocks: list[Json], above: Sequence[Json] = ()) -> list[Json]:
    """Within the number of blocks and the size of a view."""
    room = limits.VIEW_BYTES - FRAME_BYTES - len(json.dumps(above))
    most = limits.VIEW_BLOCKS - len(above)
    for count, block in enumerate(blocks[:most]):
        room -= len(json.dumps(block)) + 2
        if room < 0:
            return [*blocks[:count], _context(MORE)]
    return _at_most(blocks, most)


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def _section(text: str) -> Json:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _batches(items: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + most] for start in range(0, len(items), most))


@dataclass(kw_only=True, slots=True)
class _Drawing:
    """One message or view being drawn: numbers its elements, allows one table.

    Slack draws one chart of a message; of others, `pictures` are waited for.
    """

    surface: str
    draws_charts: bool = False
    pictures: int = 0
    pressed: int = 0
    rows: int = 0
    has_table: bool = field(default=False)

    def blocks(self, parts: Iterable[Part]) -> list[Json]:
        """Filters that follow each other stand in one row."""
        drawn: list[Json] = []
        for is_filter, group in groupby(parts, lambda part: isinstance(part, Filter)):
            if is_filter:
                drawn += self._filters([part for part in group if isinstance(part, Filter)])
            else:
                drawn += [block for part in group for block in self._part(part)]
        return drawn

    def _part(self, part: Part) -> Iterable[Json]:
        draw: Callable[[Any], Iterable[Json]] = getattr(self, DRAWN_BY[type(part)])
        return draw(part)

    def _heading(self, part: Heading) -> Iterable[Json]:
        yield {"type": "header", "text": plain_text(part.text, limits.HEADER_TEXT)}

    def _divider(self, part: Divider) -> Iterable[Json]:
        yield {"type": "divider"}

    def _words(self, part: Words) -> Iterable[Json]:
        pieces = chunks(fill(part.template, part.data), limits.SECTION_TEXT)
        sections = [_section(piece) for piece in pieces]
        elements = self._elements([part.beside] if part.beside else [])
        if sections and len(elements) == 1:
            sections[0] |= {"block_id": self._row(), "accessory": elements[0]}
            elements = []
        yield from sections
        yield from self._actions(elements)

    def _small_print(self, part: SmallPrint) -> Iterable[Json]:
        for piece in chunks(fill(part.template, part.data), limits.FIELD_TEXT):
            yield _context(piece)

    def _buttons(self, part: Buttons) -> Iterable[Json]:
        return self._actions(self._elements(part.items))

    def _fields(self, part: Fields) -> Iterable[Json]:
        drawn = [
            _mrkdwn(shortened_mrkdwn(f"*{plain(label)}*\n{plain(value)}", limits.FIELD_TEXT))
            for label, value in part.items
        ]
        for batch in _batches(drawn, limits.SECTION_FIELDS):
            yield {"type": "section", "fields": list(batch)}

    def _filters(self, parts: Iterable[Filter]) -> Iterable[Json]:
        """One row; another where the same filter comes again, whose name is unique in a row."""
        row: dict[str, Json] = {}
        for part in parts:
            element = self._filter(part)
            if element["action_id"] in row:
                yield from self._actions(list(row.values()))
                row = {}
            row[element["action_id"]] = element
        yield from self._actions(list(row.values()))

    def _filter(self, part: Filter) -> Json:
        element: Json = {
            "type": "external_select" if part.source else "static_select",
            "action_id": picker_id(part),
            "placeholder": plain_text(part.label, limits.PLACEHOLDER),
        }
        if part.source:
            element["min_query_length"] = 0
        else:
            element["options"] = [option(each) for each in part.options[: limits.OPTIONS]]
        if part.chosen:
            element["initial_option"] = option(part.chosen)
        return element

    def _table(self, part: Table) -> Iterable[Json]:
        if part.caption:
            yield _section(f"*{plain(shortened(part.caption, limits.HEADER_TEXT))}*")
        rows = _fitting([part.columns, *part.rows])
        if self.surface == limits.MESSAGE and not self.has_table:
            self.has_table = True
            yield _table_block(rows, part.numeric)
        else:
            drawn = monospaced([row[: limits.TABLE_COLUMNS] for row in rows], part.numeric)
            for piece in chunks(drawn, limits.SECTION_TEXT - 8):
                yield _section(f"```\n{piece}\n```")
        left = len(part.rows) - len(rows) + 1
        if left:
            yield _context(f"{left:,} more rows are not shown here.")

    def _chart(self, part: Chart) -> Iterable[Json]:
        said = charts.figures(part)
        if not said:
            yield _context(NO_FIGURES)
        elif self.draws_charts and charts.is_native(part):
            self.draws_charts = False
            yield charts.native(part)
        else:
            yield charts.image(part, f"{charts.WAITING}{self.pictures}")
        self.pictures += 1
        if said and not part.has_table:
            yield _context(shortened_mrkdwn(plain(said), charts.FIGURES))

    def _actions(self, elements: Sequence[Json]) -> Iterable[Json]:
        for batch in _batches(elements, limits.ACTIONS_ELEMENTS):
            yield {"type": "actions", "block_id": self._row(), "elements": list(batch)}

    def _elements(self, items: Sequence[Button | Menu]) -> list[Json]:
        drawn: list[Json] = []
        for item in items:
            if isinstance(item, Button):
                drawn.append(self._button(item))
            elif options := _options(item):
                drawn.append(self._select(item, options))
            else:
                drawn.extend(self._button(each) for each in item.items)
        return drawn

    def _button(self, item: Button) -> Json:
        element: Json = {
            "type": "button",
            "text": plain_text(item.label, limits.BUTTON_TEXT),
            "action_id": self._press(),
        }
        if item.does is not None:
            element["value"] = str(item.does)
        if item.url is not None:
            element["url"] = item.url
        if item.style is not Style.PLAIN:
            element["style"] = item.style.value
        if item.description:
            element["accessibility_label"] = shortened(item.description, limits.BUTTON_TEXT)
        if item.confirm is not None:
            element["confirm"] = _confirm(item.confirm, item.style)
        return element

    def _select(self, menu: Menu, options: list[Json]) -> Json:
        action_id = self._press()
        if menu.shown_by is not None:
            named = f"{MENU}.{self.pressed}|{menu.shown_by}"
            action_id = named if len(named) <= limits.ID else action_id
        return {
            "type": "static_select",
            "action_id": action_id,
            "placeholder": plain_text(menu.label, limits.PLACEHOLDER),
            "options": options,
        }

    def _press(self) -> str:
        self.pressed += 1
        return f"{RUN}.{self.pressed}"

    def _row(self) -> str:
        self.rows += 1
        return f"row.{self.rows}"


DRAWN_BY: dict[type[Part], str] = {
    Heading: "_heading",
    Words: "_words",
    SmallPrint: "_small_print",
    Buttons: "_buttons",
    Fields: "_fields",
    Table: "_table",
    Chart: "_chart",
    Divider: "_divider",
}


def _options(menu: Menu) -> list[Json]:
    """What a select would offer for it; nothing where it has to be buttons.

    A select cannot ask before it acts, open the browser or hold a long invocation.
    """
    items = menu.items
    if len(items) > limits.OPTIONS or any(i.confirm or i.url or i.does is None for i in items):
        return []
    values = [str(item.does) for item in items]
    if any(len(value) > limits.OPTION_VALUE for value in values):
        return []
    return [
        {"text": plain_text(item.label, limits.OPTION_TEXT), "value": value}
        for item, value in zip(items, values, strict=True)
    ]


def _confirm(question: Confirm, style: Style) -> Json:
    drawn = {
        "title": plain_text(question.title, 100),
        "text": plain_text(question.text, 300),
        "confirm": plain_text(question.yes, 30),
        "deny": plain_text(question.no, 30),
    }
    return drawn | ({"style": "danger"} if style is Style.DANGER else {})


def _fitting(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """As many rows as one table may hold, header first, long cells cut."""
    kept: list[list[str]] = []
    room = limits.TABLE_TEXT
    for row in rows[: limits.TABLE_ROWS]:
        cells = [shortened(cell, CELL) for cell in row[: limits.TABLE_COLUMNS]]
        room -= sum(map(len, cells))
        if room < 0 and kept:
            break
        kept.append(cells)
    return kept


def _table_block(rows: Sequence[Sequence[str]], numeric: frozenset[int]) -> Json:
    return {
        "type": "table",
        "column_settings": [
            {"align": "right" if column in numeric else "left", "is_wrapped": True}
            for column in range(len(rows[0]))
        ],
        "rows": [[{"type": "raw_text", "text": cell or " "} for cell in row] for row in rows],
    }
