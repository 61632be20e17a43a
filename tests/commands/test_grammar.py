"""What may be typed, and what is made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.errors import UsageError
from commands.grammar import Grammar, Sentence
from commands.replies import Invocation, call

MENU = call("help.menu")
LISTS = {"kind": frozenset({"accounts", "tax", "bank accounts"})}
PURPOSES = {"purpose": frozenset({"bookkeeping", "data_health"})}
SOFTWARE = {"software": frozenset({"xero", "sage50"})}
GRAMMAR = Grammar(
    (
        Sentence(
            command="connections.connect",
            usage="connect client [<client>] [--in <software>]",
            aliases=("connect [<client>] [--in <software>]",),
            choices=SOFTWARE,
        ),
        Sentence(command="connections.show", usage="connections [<client>]"),
        Sentence(command="clients.list", usage="clients [<search>]"),
        Sentence(command="clients.add", usage="clients add [<name>] [in <channel>]"),
        Sentence(
            command="clients.archive",
            usage="clients archive <client>",
            aliases=("clients remove",),
        ),
        Sentence(command="clients.rename", usage="clients rename <client> [to <name>]"),
        Sentence(command="people.edit", usage="people <person>"),
        Sentence(command="people.list", usage="people"),
        Sentence(
            command="lists.show",
            usage="lists [<client>] [accounts|tax|bank-accounts]",
            choices=LISTS,
        ),
        Sentence(
            command="lists.search",
            usage="find <client> <text> [accounts|tax]",
            choices=LISTS,
        ),
        Sentence(
            command="connections.status",
            usage="status|state [<client>] [for <purpose>]",
            choices=PURPOSES,
        ),
        Sentence(command="help.show", usage="help [<topic>]"),
    ),
    bare=MENU,
)
GRAMMAR_CASES = [
    ("", MENU),
    ("   ", MENU),
    ("connect client", call("connections.connect")),
    ("CONNECT Client", call("connections.connect")),
    ("connect", call("connections.connect")),
    ("connect client Acme", call("connections.connect", client="Acme")),
    ("connect acme", call("connections.connect", client="acme")),
    ("connect acme ltd", call("connections.connect", client="acme ltd")),
    ('connect "Acme Ltd"', call("connections.connect", client="Acme Ltd")),
    ("connect “Acme Ltd”", call("connections.connect", client="Acme Ltd")),
    ("connect „Acme Ltd“", call("connections.connect", client="Acme Ltd")),
    ("connect 'Acme Ltd'", call("connections.connect", client="Acme Ltd")),
    ("connect ‘Bob’s Bikes’", call("connections.connect", client="Bob’s Bikes")),
    ("connect Bob's Bikes", call("connections.connect", client="Bob's Bikes")),
    ('connect "Acme Ltd', call("connections.connect", client="Acme Ltd")),
    (r'connect "Say \"hi\" Ltd"', call("connections.connect", client='Say "hi" Ltd')),
    ("connect Cedar &amp; Co", call("connections.connect", client="Cedar & Co")),
    ('connect "client"', call("connections.connect", client="client")),
    ("connect client client", call("connections.connect", client="client")),
    ("link client acme", call("connections.connect", client="acme")),
    ("connect acme --in sage50", call("connections.connect", client="acme", software="sage50")),
    ("connect acme ltd —in Xero", call("connections.connect", client="acme ltd", software="xero")),
    ("client", call("clients.list")),
    ('clients "rename"', call("clients.list", search="rename")),
    ("clients oak sons", call("clients.list", search="oak sons")),
    ("disconnect acme ltd", call("connections.show", client="acme ltd")),
    ("clients add", call("clients.add")),
    ("clients add Beta Ltd", call("clients.add", name="Beta Ltd")),
    ("clients add Beta in <#C0BETA|beta>", call("clients.add", name="Beta", channel="C0BETA")),
    ("clients add Made in Leeds", call("clients.add", name="Made in Leeds")),
    (
        "clients add Made in Leeds in <#C1>",
        call("clients.add", name="Made in Leeds", channel="C1"),
    ),
    (
        "clients rename Acme Ltd to Acme Group",
        call("clients.rename", client="Acme Ltd", name="Acme Group"),
    ),
    (
        'clients rename "Back to Black" to Black',
        call("clients.rename", client="Back to Black", name="Black"),
    ),
    ("clients remove acme", call("clients.archive", client="acme")),
    ("people", call("people.list")),
    ("people <@U0BEN|ben>", call("people.edit", person="U0BEN")),
    ("people ben", call("people.edit", person="ben")),
    ("people Ben Okafor", call("people.edit", person="Ben Okafor")),
    ("team <@W0BEN>", call("people.edit", person="W0BEN")),
    ("lists acme ltd tax", call("lists.show", client="acme ltd", kind="tax")),
    ("lists acme ltd Bank accounts", call("lists.show", client="acme ltd", kind="bank accounts")),
    ("lists tax", call("lists.show", kind="tax")),
    ('lists "tax"', call("lists.show", client="tax")),
    (
        'find "Acme Ltd" paper and pens',
        call("lists.search", client="Acme Ltd", text="paper and pens"),
    ),
    ("find acme pens tax", call("lists.search", client="acme", text="pens", kind="tax")),
    ("state acme", call("connections.status", client="acme")),
    (
        "status acme ltd for data health",
        call("connections.status", client="acme ltd", purpose="data_health"),
    ),
    ("help", call("help.show")),
    ("?", call("help.show")),
    ("help connect", call("help.show", topic="connect")),
]


@pytest.mark.parametrize(("text", "invocation"), GRAMMAR_CASES)
def test_what_is_typed_means(text: str, invocation: Invocation) -> None:
    assert GRAMMAR.parse(text) == invocation


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("archive", {}),
        ("archive Acme Ltd", {"client": "Acme Ltd"}),
        ("archive to Beta", {"name": "Beta"}),
        ("put away", {}),
    ],
)
def test_what_may_be_asked_for_may_be_left_out(text: str, arguments: dict[str, str]) -> None:
    asking = Sentence(
        command="clients.archive",
        usage="archive <client> [to <name>]",
        aliases=("put away",),
        askable=frozenset({"client"}),
    )

    assert Grammar((asking,), bare=MENU).parse(text) == call("clients.archive", **arguments)


@pytest.mark.parametrize(
    ("text", "usage", "suggestion"),
    [
        ("conect", "connect client", call("connections.connect")),
        ("conect acme", "connect client acme", call("connections.connect", client="acme")),
        ("Peple", "people", call("people.list")),
        ("hlep", "help", call("help.show")),
        ("hepl", "help", call("help.show")),
        ("helo", "help", call("help.show")),
        ("xyzzy", None, None),
        ("version", None, None),
        ('"connect"', None, None),
        ("<@U0BEN>", None, None),
    ],
)
def test_an_unknown_word_suggests_the_nearest_command(
    text: str, usage: str | None, suggestion: Invocation | None
) -> None:
    with pytest.raises(UsageError) as raised:
        GRAMMAR.parse(text)

    assert not raised.value.is_known
    assert raised.value.usage == usage
    assert (raised.value.suggestion and raised.value.suggestion.does) == suggestion


@pytest.mark.parametrize(
    ("text", "usage"),
    [
        ("people <#C0ACME>", "people <person>"),
        ("clients rename", "clients rename <client> [to <name>]"),
        ("clients remove", "clients archive <client>"),
        ("find acme", "find <client> <text> [accounts|tax]"),
        ('connect "Acme" "Beta"', "connect client [<client>] [--in <software>]"),
        ("connect acme --in sage9", "connect client [<client>] [--in <software>]"),
    ],
)
def test_wrong_arguments_show_how_the_command_is_said(text: str, usage: str) -> None:
    with pytest.raises(UsageError) as raised:
        GRAMMAR.parse(text)

    assert raised.value.is_known
    assert raised.value.usage == usage


def test_a_long_text_is_refused_quickly() -> None:
    with pytest.raises(UsageError):
        GRAMMAR.parse("find " + "word " * 2_000)


def test_what_has_no_usage_line_cannot_be_printed() -> None:
    with pytest.raises(ValueError, match="cannot be typed"):
        GRAMMAR.print(call("connections.send_link"))


def test_an_argument_without_a_place_cannot_be_printed() -> None:
    with pytest.raises(ValueError, match="no place for version"):
        GRAMMAR.print(call("clients.archive", client="acme", version="3"))


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
IDS = st.from_regex(r"[CUW][A-Z0-9]{2,10}", fullmatch=True)


def one_of(values: frozenset[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(values))


ARGUMENTS = {  # command -> what it needs and what it may have
    "help.menu": ({}, {}),
    "connections.connect": ({}, {"client": NAMES, "software": one_of(SOFTWARE["software"])}),
    "clients.add": ({}, {"name": NAMES, "channel": IDS}),
    "clients.rename": ({"client": NAMES}, {"name": NAMES}),
    "lists.search": ({"client": NAMES, "text": NAMES}, {"kind": st.sampled_from(["tax"])}),
    "lists.show": ({}, {"client": NAMES, "kind": one_of(LISTS["kind"])}),
    "people.edit": ({"person": IDS | NAMES.filter(str.strip)}, {}),
}
INVOCATIONS = st.sampled_from(sorted(ARGUMENTS)).flatmap(
    lambda command: st.builds(
        Invocation,
        command=st.just(command),
        arguments=st.fixed_dictionaries(ARGUMENTS[command][0], optional=ARGUMENTS[command][1]),
    )
)


@given(INVOCATIONS)
def test_what_is_printed_means_the_same(invocation: Invocation) -> None:
    assert GRAMMAR.parse(GRAMMAR.print(invocation)) == invocation


@given(st.text(max_size=60))
def test_anything_typed_is_understood_or_refused_with_help(text: str) -> None:
    try:
        told: object = GRAMMAR.parse(text)
    except UsageError as error:
        told = error.buttons

    assert told
