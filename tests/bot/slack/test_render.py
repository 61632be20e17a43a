"""Whatever a command answers, Slack accepts it; nothing a person named a thing can break it."""

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack import limits, render
from bot.slack.forms import Origin, form_view, reply_view
from bot.slack.pressed import invocation_of, shown_by
from commands.charts import Chart, ChartKind, Series
from commands.replies import (
    Button,
    Buttons,
    ChannelField,
    ChoiceField,
    Confirm,
    Divider,
    Field,
    Fields,
    FileField,
    Filter,
    Form,
    Heading,
    Home,
    ManyField,
    Menu,
    Option,
    Part,
    PersonField,
    Reply,
    SearchField,
    SmallPrint,
    Style,
    Table,
    TextField,
    Words,
    call,
    say,
)

NASTY = (
    "Acme Ltd",
    "<!channel> & <@U1>",
    "x" * 300,
    "&" * 300,
    "😀" * 200,
    "شركة أكمي المحدودة",
    "`*_~",
    "a|b?c=d&e",
    "two\nlines",
    "-",
)
NAMES = st.sampled_from(NASTY) | st.text(min_size=1, max_size=20).filter(str.strip)
SIZES = st.sampled_from([0, 1, 2, 5, 10, 11, 26, 101, 120])
SHORT = call("connections.manage", connection="abcdefgh234567xy", version=3)
LONG = call("connections.manage", note="x" * 200)


@dataclass(frozen=True)
class Recipe:
    """What a part is made of; short to print, however large the part."""

    kind: str
    text: str
    size: int
    flag: bool

    def part(self) -> Part:
        made: Part = KINDS[self.kind](self)
        return made

    def button(self) -> Button:
        asks = Confirm(title=self.text, text=self.text, yes=self.text) if self.flag else None
        return Button(
            label=self.text,
            does=LONG if self.size > 100 else SHORT,
            style=Style.DANGER if self.flag else Style.PLAIN,
            confirm=asks,
            description=self.text,
        )

    def menu(self) -> Menu:
        item = Button(label=self.text, does=LONG if self.flag else SHORT)
        return Menu(label=self.text, items=(item,) * max(self.size, 1))

    def options(self) -> tuple[Option, ...]:
        described = self.text if self.flag else None
        count = max(self.size, 1)
        return tuple(
            Option(value=f"id{n}", label=self.text, description=described) for n in range(count)
        )

    def table(self) -> Table:
        row = (self.text,) * (self.size % 25 + 1)
        return Table(
            columns=row, rows=(row,) * self.size, caption=self.text, numeric=frozenset({0})
        )

    def chart(self) -> Chart:
        places = range(self.size)
        return Chart(
            kind=ChartKind.LINE if self.flag else ChartKind.BAR,
            title=self.text,
            categories=tuple(f"{self.text} {n}" for n in places),
            series=(
                Series(name=self.text, values=tuple(None if n % 7 == 6 else n for n in places)),
            ),
            unit="GBP" if self.flag else "",
            has_table=self.flag,
        )

    def data(self) -> dict[str, str]:
        return {"reference": f"{self.text} " * (self.size + 1)}


KINDS: dict[str, Callable[[Recipe], Part]] = {
    "heading": lambda r: Heading(text=r.text),
    "words": lambda r: Words(
        template="slack/failed", data=r.data(), beside=r.menu() if r.flag else r.button()
    ),
    "small print": lambda r: SmallPrint(template="slack/failed", data=r.data()),
    "buttons": lambda r: Buttons(items=(r.button(),) * r.size + (r.menu(), r.menu())),
    "fields": lambda r: Fields(items=((r.text, r.text),) * r.size),
    "filter": lambda r: Filter(label=r.text, name="search", does=SHORT, options=r.options()),
    "search": lambda r: Filter(
        label=r.text, name="client", does=SHORT, source="clients", chosen=r.options()[0]
    ),
    "divider": lambda r: Divider(),
    "table": Recipe.table,
    "chart": Recipe.chart,
}
RECIPES = st.builds(Recipe, st.sampled_from(sorted(KINDS)), NAMES, SIZES, st.booleans())
SEVERAL = st.lists(RECIPES, max_size=5)


def fields(recipe: Recipe) -> tuple[Field, ...]:
    label, options, flag = recipe.text, recipe.options(), recipe.flag
    return (
        TextField(
            name="name",
            label=label,
            initial=label,
            multiline=flag,
            hint=label,
            max_length=recipe.size * 40 + 1,
        ),
        ChoiceField(name="choice", label=label, compact=flag, options=options, initial="id3"),
        SearchField(name="client", label=label, source="clients", initial=options[0]),
        ManyField(name="clients", label=label, source="clients", initial=options[:10]),
        ChannelField(name="channel", label=label, initial="C0ACME" if flag else None),
        PersonField(name="person", label=label, initial="U0ANA" if flag else None),
        FileField(name="files", label=label, hint=label, optional=flag),
    )


LEISURELY = settings(deadline=None, max_examples=50)


@LEISURELY
@given(SEVERAL)
def test_every_message_is_within_the_limits(recipes: list[Recipe]) -> None:
    payload = render.message(Reply(parts=tuple(r.part() for r in recipes)))

    assert limits.check_message(payload) == []
    assert payload["text"]


def test_a_home_with_too_many_blocks_and_too_many_words_is_cut_once() -> None:
    long = Button(label="Retry", does=call("lists.refresh_one", connection="x" * 1_500))
    page = Home(parts=(*[Divider()] * 100, *[Buttons(items=(long,) * 5)] * 40))

    assert limits.check_view(render.home(page)) == []


@LEISURELY
@given(SEVERAL)
def test_every_home_is_within_the_limits(recipes: list[Recipe]) -> None:
    page = Home(parts=tuple(r.part() for r in recipes))

    assert limits.check_view(render.home(page)) == []


@LEISURELY
@given(NAMES, SEVERAL, RECIPES)
def test_every_modal_is_within_the_limits(
    title: str, recipes: list[Recipe], recipe: Recipe
) -> None:
    parts = tuple(r.part() for r in recipes)
    form = Form(
        title=title, submits=SHORT, submit_label=title, parts=parts[:1], fields=fields(recipe)
    )

    assert limits.check_view(form_view(form, Origin(does=form.submits))) == []
    assert limits.check_view(reply_view(title, parts, Origin())) == []


def test_a_page_that_is_too_large_ends_early() -> None:
    menus = tuple(
        Menu(label="Manage", items=(Button(label="x" * 75, does=SHORT),) * 100) for _ in range(40)
    )
    view = render.home(Home(parts=tuple(Buttons(items=(menu,)) for menu in menus)))

    assert limits.check_view(view) == []
    assert view["blocks"][-1]["elements"][0]["text"] == render.MORE


def test_a_form_without_fields_that_submits_something_can_be_submitted() -> None:
    form = Form(title="Sure?", submits=call("x.y"), submit_label="Do it")

    assert form_view(form, Origin(does=form.submits))["submit"]["text"] == "Do it"


def test_a_button_brings_its_invocation_back() -> None:
    asked = call("connections.disconnect", connection="ab12", version=3)
    payload = render.message(say("slack/working", Button(label="Disconnect", does=asked)))
    (button,) = payload["blocks"][-1]["elements"]

    assert invocation_of(button) == asked


def test_a_menu_is_a_select_whose_choice_is_an_invocation() -> None:
    asked = call("connections.reconnect", connection="ab12")
    menu = Menu(label="Manage", items=(Button(label="Reconnect", does=asked),))
    payload = render.message(Reply(parts=(Words(template="slack/working", beside=menu),)))
    select = payload["blocks"][0]["accessory"]

    assert select["placeholder"]["text"] == "Manage"
    assert invocation_of({**select, "selected_option": select["options"][0]}) == asked
    assert shown_by(select) is None


def test_a_menu_says_what_shows_its_message_again_if_there_is_room_for_it() -> None:
    items = (Button(label="Reconnect", does=call("connections.reconnect", connection="ab12")),)
    page = call("connections.show", client="ab12")
    long = call("clients.list", search="x" * 255)

    drawn, other = (
        render.message(
            Reply(parts=(Buttons(items=(Menu(label="Manage", items=items, shown_by=by),)),))
        )
        for by in (page, long)
    )

    (select,) = drawn["blocks"][0]["elements"]
    assert shown_by(select) == page
    assert invocation_of({**select, "selected_option": select["options"][0]}) == items[0].does
    assert shown_by(other["blocks"][0]["elements"][0]) is None
    assert (
        render.anew(drawn, "17")["blocks"][0]["block_id"] == f"{drawn['blocks'][0]['block_id']}.17"
    )


def test_a_menu_that_has_to_ask_first_becomes_buttons() -> None:
    question = Confirm(title="Sure?", text="It is gone then.", yes="Delete")
    menu = Menu(
        label="Manage",
        items=(Button(label="Delete", does=call("x.y"), confirm=question),),
    )
    payload = render.message(Reply(parts=(Buttons(items=(menu,)),)))
    (button,) = payload["blocks"][0]["elements"]

    assert button["type"] == "button"
    assert button["confirm"]["confirm"]["text"] == "Delete"


def test_a_filter_adds_its_choice_to_its_invocation() -> None:
    part = Filter(
        label="Search",
        name="client",
        does=call("connections.show", page="2"),
        options=(Option(value="ab|12", label="Acme"),),
    )
    payload = render.message(Reply(parts=(part,)))
    select = payload["blocks"][0]["elements"][0]

    assert invocation_of({**select, "selected_option": select["options"][0]}) == call(
        "connections.show", page="2", client="ab|12"
    )


def test_filters_that_follow_each_other_stand_in_one_row() -> None:
    options = (Option(value="a", label="A"),)
    filters = tuple(
        Filter(label=name, name=name, does=call("x.y"), options=options) for name in ("one", "two")
    )
    payload = render.message(Reply(parts=(*filters, Divider(), filters[0])))

    kinds = [(block["type"], len(block.get("elements", ()))) for block in payload["blocks"]]
    assert kinds == [("actions", 2), ("divider", 0), ("actions", 1)]


def test_a_button_that_opens_the_browser_asks_for_nothing() -> None:
    payload = render.message(
        say("slack/working", Button(label="Sign in", url="https://dext.example.com/x"))
    )
    (button,) = payload["blocks"][-1]["elements"]

    assert button["url"] == "https://dext.example.com/x"
    assert invocation_of(button) is None


def test_a_table_says_how_many_rows_it_leaves_out() -> None:
    table = Table(columns=("n",), rows=tuple((str(n),) for n in range(250)), caption="Numbers")
    payload = render.message(Reply(parts=(table,)))

    assert payload["blocks"][1]["type"] == "table"
    assert "151 more rows" in payload["blocks"][2]["elements"][0]["text"]


def test_what_is_spoken_is_the_words_and_not_the_buttons() -> None:
    reply = Reply(
        parts=(
            Heading(text="Cedar & Co"),
            Words(template="slack/working"),
            Buttons(items=(Button(label="Press me", does=call("x.y")),)),
        )
    )

    text = render.message(reply)["text"]
    assert text.startswith("Cedar &amp; Co\nWorking on it.")
    assert "Press me" not in text
