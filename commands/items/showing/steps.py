"""What can be done with an item as it stands."""

from commands.items.showing.naming import in_brief
from commands.items.showing.seen import Seen
from commands.publishing.approvals.approving import only_waits
from commands.publishing.coding import Coded
from commands.publishing.facts import Side
from commands.publishing.resolution.matching import CHOSEN
from commands.publishing.resolution.splitting import WHOLE
from commands.replies import Button, Menu, Style, call
from storage.models import ItemState

CAN_GO = (ItemState.READY, ItemState.APPROVED, ItemState.TO_REVIEW)


def steps(own: Seen) -> tuple[Button | Menu, ...]:
    item = own.item
    about: dict[str, str | int] = {"item": item.id, "version": item.version}
    back = Button(label="All items", does=call("items.list", client=item.client_id))
    history = Button(label="History", does=call("items.history", item=item.id))
    if item.state is ItemState.PUBLISHING:
        return (history, back)
    if not item.is_open:
        return (*_bringing_back(own), history, back)
    steps: list[Button | Menu] = []
    if item.state is ItemState.PENDING:
        does = call("publishing.cancel_approval", item=item.id)
        steps.append(Button(label="Cancel request", does=does))
    if only_waits([each.code for each in own.judged.obstacles]) and item.state in CAN_GO:
        does = call("publishing.ask_approval", item=item.id)
        steps.append(Button(label="Request approval", does=does, style=Style.PRIMARY))
    elif item.state in CAN_GO:
        steps.append(_publish(own))
    steps += [
        Button(
            label="Edit",
            does=call("items.edit", **about),
            style=Style.PRIMARY if _wants_editing(own) else Style.PLAIN,
        ),
        Button(label="Split", does=call("items.split", item=item.id)),
        Menu(
            label="More",
            items=(history, *_more(own)),
            shown_by=call("items.show", item=item.id),
        ),
        back,
    ]
    return tuple(steps)


def _wants_editing(own: Seen) -> bool:
    codes = [each.code for each in own.judged.obstacles]
    return own.item.state is ItemState.TO_REVIEW and bool(codes) and not only_waits(codes)


def _publish(own: Seen) -> Button:
    is_ready = not own.judged.obstacles
    does = call("publishing.publish", client=own.item.client_id, items=own.item.id)
    return Button(
        label="Publish",
        does=does,
        style=Style.PRIMARY if is_ready else Style.PLAIN,
        description=f"Publish {in_brief(own.item)}",
    )


def _bringing_back(own: Seen) -> tuple[Button, ...]:
    item = own.item
    about: dict[str, str | int] = {"item": item.id, "version": item.version}
    look = () if own.address is None else (
        Button(label=f"View in {own.software}", url=own.address),
    )  # fmt: skip
    if item.state is ItemState.ARCHIVED:
        again = Button(label="Publish again", does=call("publishing.republish", item=item.id))
        back = Button(label="Unarchive", does=call("items.unarchive", **about))
        return (*look, again, back) if look else (back,)
    if item.state is ItemState.MERGED:
        apart = Button(label="Take apart again", does=call("items.unmerge", **about))
        if item.twin_id is None:
            return (apart,)
        other = Button(label="Show the other", does=call("items.show", item=item.twin_id))
        return (other, apart)
    return (Button(label="Restore", does=call("items.restore", **about)),)


def _more(own: Seen) -> tuple[Button, ...]:
    item = own.item
    about: dict[str, str | int] = {"item": item.id, "version": item.version}
    moves = [
        Button(label=f"Move to {words}", does=call("items.move", side=side.value, **about))
        for side, words in _MOVES.items()
        if side is not own.judged.facts.side
    ]
    return (
        Button(label="Payment and destination", does=call("items.edit", part="payment", **about)),
        Button(label="Set supplier rule", does=call("publishing.rule_from_item", item=item.id)),
        *_following(own),
        *moves,
        Button(label="Archive", does=call("items.archive", **about)),
        Button(label="Delete", does=call("items.delete", **about)),
    )


def _following(own: Seen) -> tuple[Button, ...]:
    if not any(name in own.item.manual for name in (*Coded, WHOLE, CHOSEN)):
        return ()
    does = call("items.follow_rules", item=own.item.id, version=own.item.version)
    return (Button(label="Follow the rules again", does=does),)


_MOVES = {Side.COST: "costs", Side.SALE: "sales", Side.CLAIM: "expense claims"}
