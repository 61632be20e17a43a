"""What every command keeps to; found by looking, so an untested one cannot exist."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.words import TEMPLATES, _environment, fill
from commands import registry
from commands.errors import CommandError
from commands.permissions import Permission
from commands.phrases import said
from commands.registry import COMMANDS, Command
from commands.replies import Invocation
from commands.usage import arguments, elements, head

registry.discover()

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "commands").rglob("*.py"))
TYPED = [command for command in COMMANDS.values() if command.usage]
SPEAKING = {"Words", "SmallPrint", "say", "Refused", "Conflict", "small"}  # first words: a template


def name(command: Command) -> str:
    return command.name


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def templates() -> Iterator[str]:
    for path in SOURCES:
        for function, node in calls(path):
            if function not in SPEAKING:
                continue
            named = next((k.value for k in node.keywords if k.arg == "template"), None)
            found = literal(named or (node.args[0] if node.args else None))
            if found:
                yield found


def invocations() -> Iterator[tuple[str, ast.Call]]:
    for path in SOURCES:
        for function, node in calls(path):
            if function == "call" and node.args and literal(node.args[0]):
                yield path.relative_to(ROOT).as_posix(), node


@pytest.mark.parametrize("command", TYPED, ids=name)
def test_a_command_that_can_be_typed_says_what_it_does(command: Command) -> None:
    assert command.summary
    assert command.summary[0].islower()
    assert not command.summary.endswith(".")


@pytest.mark.parametrize("command", TYPED, ids=name)
def test_a_usage_line_asks_for_what_the_command_wants(command: Command) -> None:
    choices = registry._choices(command.wants)
    asked = {a.name for a in arguments(elements(command.usage or "", choices))}

    assert asked <= command.wants.keys()
    assert command.wants.keys() - command.optional <= asked


@pytest.mark.parametrize("command", TYPED, ids=name)
def test_a_usage_line_parses_and_prints_back(command: Command) -> None:
    grammar = registry.grammar()
    parts = elements(command.usage or "", registry._choices(command.wants))
    everything = {a.name: _example(a.kind, sorted(a.choices)) for a in arguments(parts)}
    needed = {a: text for a, text in everything.items() if a not in command.optional}

    for values in (everything, needed):
        invocation = Invocation(command=command.name, arguments=values)
        assert grammar.parse(grammar.print(invocation)) == invocation


def _example(kind: str, choices: list[str]) -> str:
    return {"channel": "C0ACME", "person": "U0ANA"}.get(kind) or (choices or ["Acme Ltd"])[0]


@pytest.mark.parametrize("command", TYPED, ids=name)
def test_every_alias_means_the_command(command: Command) -> None:
    choices = registry._choices(command.wants)
    own = elements(command.usage or "", choices)
    for alias in command.aliases:
        spoken = elements(alias, choices)
        parts = spoken if any(arguments(spoken)) else (*spoken, *own[len(head(own)) :])
        values = {a.name: _example(a.kind, sorted(a.choices)) for a in arguments(parts)}
        text = " ".join(said(parts, values))

        assert registry.parse(text) == Invocation(command=command.name, arguments=values)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=name)
def test_everything_a_command_wants_can_be_read(command: Command) -> None:
    for want in command.wants.values():
        is_plain = want in {str, int, bool, tuple[str, ...]} or hasattr(want, "__members__")
        assert is_plain or want in registry.READERS or want.__name__ == "datetime"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=name)
def test_a_name_is_an_area_and_a_word(command: Command) -> None:
    area, _, word = command.name.partition(".")

    assert area.isidentifier()
    assert word.isidentifier()
    assert isinstance(command.permission, Permission)


def test_usage_lines_are_said_once() -> None:
    lines = [command.usage for command in TYPED]

    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("template", sorted(set(templates())))
def test_every_template_that_is_named_exists(template: str) -> None:
    assert (TEMPLATES / f"{template}.jinja").is_file()


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.jinja")), ids=lambda p: p.relative_to(TEMPLATES).as_posix()
)
def test_every_template_compiles(path: Path) -> None:
    assert _environment().get_template(path.relative_to(TEMPLATES).as_posix())


def test_every_error_has_its_words() -> None:
    codes = {error.code for error in CommandError.__subclasses__()} - {"conflict", "refused"}

    assert {
        code for code in codes if not (TEMPLATES / "errors" / f"{code}.jinja").is_file()
    } == set()
    assert "7Q4-KD" in fill("errors/unexpected", {"reference": "7Q4-KD"})


@pytest.mark.parametrize(
    ("path", "node"), list(invocations()), ids=lambda value: getattr(value, "lineno", value)
)
def test_every_button_calls_a_command_with_what_it_wants(path: str, node: ast.Call) -> None:
    command = COMMANDS.get(literal(node.args[0]) or "")

    assert command is not None, f"{path}:{node.lineno}"
    given = {keyword.arg for keyword in node.keywords if keyword.arg}
    assert given <= command.wants.keys(), f"{path}:{node.lineno}"


def test_every_source_that_a_field_names_exists() -> None:
    named = {
        literal(keyword.value)
        for path in SOURCES
        for function, node in calls(path)
        if function in {"SearchField", "ManyField", "Filter"}
        for keyword in node.keywords
        if keyword.arg == "source"
    }

    assert named - {None} <= registry.SOURCES.keys()
