"""What was filled in arrives as arguments, and a modal remembers where it came from."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.forms import (
    Origin,
    arguments,
    block_ids,
    form_view,
    name_of,
    offered,
    source_of,
)
from bot.slack.render import picker_id
from commands.replies import (
    ChannelField,
    ChoiceField,
    DateField,
    FileField,
    Filter,
    Form,
    Invocation,
    Option,
    TextField,
    call,
)

ACME = Option(value="ab12", label="Acme Ltd")


def a_form(**over: Any) -> Form:
    fields = (
        TextField(name="name", label="Name"),
        ChoiceField(name="purpose", label="Which", options=(ACME,), initial="ab12"),
        ChannelField(name="channel", label="Channel", optional=True),
    )
    return Form(**{"title": "Add", "submits": call("clients.add_now"), "fields": fields} | over)


def submitted(form: Form, values: dict[str, dict[str, Any]]) -> dict[str, Any]:
    view = form_view(form, Origin(does=form.submits))
    ids = block_ids(view)
    state = {ids[name]: {"value": value} for name, value in values.items()}
    return {**view, "state": {"values": state}}


def test_fields_become_arguments_and_empty_ones_are_left_out() -> None:
    view = submitted(
        a_form(),
        {
            "name": {"type": "plain_text_input", "value": "  Acme & Co "},
            "purpose": {"type": "radio_buttons", "selected_option": {"value": "ab12"}},
            "channel": {"type": "conversations_select", "selected_conversation": None},
        },
    )

    assert arguments(view) == {"name": "Acme & Co", "purpose": "ab12"}


def test_many_choices_are_one_argument() -> None:
    view = {"state": {"values": {"clients~1": {"value": {"selected_options": [
        {"value": "a"}, {"value": "b"}]}}}}}  # fmt: skip

    assert arguments(view) == {"clients": "a,b"}


def test_files_are_handed_on_by_their_ids() -> None:
    form = a_form(fields=(FileField(name="files", label="Files"),))
    files = {"type": "file_input", "files": [{"id": "F1", "name": "a.pdf"}, {"id": "F2"}]}
    view = submitted(form, {"files": files})

    assert arguments(view) == {"files": "F1,F2"}
    assert view["blocks"][0]["element"]["max_files"] == 10


def test_a_menu_among_the_parts_is_no_field() -> None:
    view = {"state": {"values": {"row.1": {"run.1": {"selected_option": {"value": "x.y"}}}}}}

    assert arguments(view) == {}


def test_the_same_form_keeps_its_fields_and_the_next_one_does_not() -> None:
    first, again = (form_view(a_form(), Origin()) for _ in range(2))
    other = form_view(a_form(submits=call("clients.rename_now")), Origin())

    assert block_ids(first) == block_ids(again)
    assert set(block_ids(first).values()).isdisjoint(block_ids(other).values())
    assert {name_of(each) for each in block_ids(other).values()} == {"name", "purpose", "channel"}


def test_the_first_choice_is_the_one_that_was_asked_for() -> None:
    view = form_view(a_form(), Origin())
    choice = view["blocks"][1]["element"]

    assert choice["type"] == "radio_buttons"
    assert choice["initial_option"] in choice["options"]


def test_a_long_choice_is_a_list() -> None:
    options = tuple(Option(value=str(n), label=str(n)) for n in range(11))
    form = a_form(fields=(ChoiceField(name="n", label="n", options=options),))

    assert form_view(form, Origin())["blocks"][0]["element"]["type"] == "static_select"


def test_a_searchable_element_names_its_source() -> None:
    part = Filter(label="x", name="client", does=call("a.b", c="d"), source="clients")

    assert source_of(picker_id(part)) == "clients"
    assert source_of("source|people") == "people"
    assert source_of("run.1") is None
    assert source_of(picker_id(Filter(label="x", name="n", does=call("a.b")))) is None


def test_at_most_a_hundred_options_are_offered() -> None:
    many = tuple(Option(value=str(n), label=str(n)) for n in range(120))

    assert len(offered(many)["options"]) == 100


@given(
    st.dictionaries(st.text("abc", min_size=1), st.text()),
    st.none() | st.just("C0ACME"),
    st.booleans(),
)
def test_an_origin_is_read_back(
    given_arguments: dict[str, str], channel_id: str | None, is_from_home: bool
) -> None:
    origin = Origin(
        does=Invocation(command="a.b", arguments=given_arguments),
        channel_id=channel_id,
        is_from_home=is_from_home,
        message_url="https://hooks.slack.com/actions/T1/2/3",
    )

    assert Origin.parse(str(origin)) == origin


def test_what_another_release_wrote_is_left_out() -> None:
    assert Origin.parse("not ours") == Origin()
    assert Origin.parse("") == Origin()


def test_a_day_is_chosen_from_a_calendar_and_handed_on_as_iso_writes_it() -> None:
    form = a_form(fields=(DateField(name="until", label="Until", initial=date(2026, 7, 17)),))
    view = form_view(form, Origin())
    [element] = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    chosen = {"type": "datepicker", "selected_date": "2026-07-31"}
    filled = {**view, "state": {"values": {block_ids(view)["until"]: {"value": chosen}}}}

    assert (element["type"], element["initial_date"]) == ("datepicker", "2026-07-17")
    assert arguments(filled) == {"until": "2026-07-31"}
