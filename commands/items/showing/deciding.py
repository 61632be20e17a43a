"""What somebody has to decide about an item: whether it is several documents, or one of two."""

from commands.items.showing.naming import STATES, by_number
from commands.items.showing.problems import told
from commands.items.showing.seen import Seen
from commands.publishing.readiness.several import CODE, begins_of, by_people, unsure_of
from commands.replies import Button, Buttons, Part, Style, Words, call
from storage.models import ItemState

UNDER_WAY = (ItemState.PROCESSING, ItemState.PUBLISHING)


def several(own: Seen) -> list[Part]:
    found = next((each for each in own.judged.obstacles if each.code == CODE), None)
    if found is None or not own.item.is_open or own.item.state in UNDER_WAY:
        return []
    words = told(found, own)
    about: dict[str, str | int] = {"item": own.item.id, "version": own.item.version}
    apart, unsure = call("items.take_apart", **about), unsure_of(own.item)
    buttons = [
        Button(label="Take apart", does=apart),
        Button(label="It is one document", does=call("items.is_one", **about)),
    ]
    if not unsure:  # else taking apart asks for them anyway
        buttons.append(Button(label="Other pages", does=apart.having(asks="yes")))
    data = {
        "title": words.title,
        "remedy": words.remedy,
        "begins": by_people(begins_of(own.item)),
        "unsure": by_people(unsure),
    }
    return [Words(template="items/several", data=data), Buttons(items=tuple(buttons))]


def twin(own: Seen) -> list[Part]:
    other, item = own.twin, own.item
    if other is None:
        return []
    data = {"what": by_number(other), "state": STATES[other.state], "at": other.submitted_at}
    about: dict[str, str | int] = {"item": item.id, "twin": other.id, "version": item.version}
    buttons = (
        Button(
            label="Compare",
            does=call("items.twins", item=item.id, twin=other.id),
            style=Style.PRIMARY,
        ),
        Button(label="Same thing", does=call("items.same", **about)),
        Button(label="Different", does=call("items.different", **about)),
    )
    return [Words(template="items/twin", data=data), Buttons(items=buttons)]
