"""What README names is there, and what is there to be set or typed is named in it."""

import re
import tomllib
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.settings import Settings, name_of
from commands import registry

registry.discover()

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
QUOTED = [quoted.replace("\\|", "|") for quoted in re.findall(r"`([^`\n]+)`", README)]
TYPED = sorted({quoted for quoted in QUOTED if quoted.startswith("/dext")})
KNOWN = [command for command in registry.COMMANDS.values() if command.usage]
ROWS = [line for line in README.splitlines() if line.startswith("| `DEXT_")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DEPENDENCIES = sorted(re.split(r"[\[>=<]", each)[0] for each in PROJECT["dependencies"])


def fixed(usage: str) -> tuple[str, ...]:
    """The words before the first that stands for another."""
    return tuple(re.split(r"[<\[]", usage)[0].split())


HEADS = {fixed(line) for command in KNOWN for line in (command.usage or "", *command.aliases)}
FIRST = sorted({fixed(command.usage or "")[0] for command in KNOWN})


@pytest.mark.parametrize("typed", TYPED)
def test_a_command_that_is_named_can_be_typed(typed: str) -> None:
    words = fixed(typed.removeprefix("/dext"))

    assert not words or any(words[: len(head)] == head for head in HEADS)


@pytest.mark.parametrize("word", FIRST)
def test_whatever_can_be_typed_is_named(word: str) -> None:
    assert any(word in typed.split() for typed in TYPED)


def test_the_lists_that_can_be_named_are_those_of_the_command() -> None:
    usage = registry.COMMANDS["lists.show"].usage or ""
    choices = usage.partition("[")[2].rstrip("]").split("|")

    assert [quoted for quoted in QUOTED if quoted in choices] == choices


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_has_a_row_with_its_default(field: str) -> None:
    (row,) = [row for row in ROWS if f"`{name_of(field)}`" in row.split("|")[1]]
    default = Settings.model_fields[field].default

    if isinstance(default, str | int) and not str(default).startswith("https://"):
        assert f"`{default}`" in row.split("|")[-2]


def test_no_other_setting_is_named() -> None:
    named = set(re.findall(r"DEXT_[A-Z_]+", README))

    assert named == {name_of(field) for field in Settings.model_fields}


@pytest.mark.parametrize("command", sorted(set(re.findall(r"\bdext-bot ([a-z-]+)", README))))
def test_a_command_of_the_command_line_is_there(command: str) -> None:
    assert main.get_command(click.Context(main), command)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"[`\n]make ([a-z]+)", README))))
def test_a_target_that_is_named_can_be_made(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_every_library_is_named_with_its_purpose(dependency: str) -> None:
    rows = README[README.index("| library |") : README.index("## Words")]

    assert re.search(rf"\b{re.escape(dependency)}\b", rows)
