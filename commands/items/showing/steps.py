"""What can be done with an item as it stands."""

from commands.items.editing.fields import names
from commands.items.showing.naming import SHELVES, in_brief
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
    back = Button(label="All items", does=call("items.list", client=item.client_id))
    history = Button(label="History", does=call("items.history", item=item.id))
    if item.state is ItemState.PUBLISHING:
        return (history, back)
    if not item.is_open:
        return (*_bringing_back(own), history, back)
    more = Menu(
        label="More",
        items=(history, *_more(own)),
        shown_by=call("items.show", item=item.id),
    )
    return (*_likeliest_first(*_forward(own), *_changing(own)), more, back)


def _likeliest_first(*buttons: Button) -> list[Button]:
    return sorted(buttons, key=lambda button: button.style is not Style.PRIMARY)


def _forward(own: Seen) -> tuple[Button, ...]:
    """What brings it nearer to its ledger."""
    item = own.item
    if item.state is ItemState.PENDING:
        return _deciding(own)
    if only_waits([each.code for each in own.judged.obstacles]) and item.state in CAN_GO:
        does = call("publishing.ask_approval", item=item.id)
        return (Button(label="Request approval", does=does, style=Style.PRIMARY),)
    if own.judged.facts.side is Side.CLAIM:
        return (_claim(own),)
    return (_publish(own),) if item.state in CAN_GO else ()


def _changing(own: Seen) -> tuple[Button, ...]:
    """As far as the reader may."""
    edit = (_edit(own),) if own.lets_change(names(own)) else ()
    split = Button(label="Split", does=call("items.split", item=own.item.id))
    return (*edit, split) if own.lets_change() else edit


def _edit(own: Seen) -> Button:
    return Button(
        label="Edit",
        does=call("items.edit", item=own.item.id, version=own.item.version),
        style=Style.PRIMARY if _wants_editing(own) else Style.PLAIN,
    )


def _deciding(own: Seen) -> tuple[Button, ...]:
    """Those who are asked answer; the others can take the question back."""
    item = own.item
    if not own.is_asked:
        return (_cancel(own),)
    yes = call("publishing.approve", item=item.id)
    return (
        Button(label="Approve", does=yes, style=Style.PRIMARY),
        Button(label="Decline", does=call("publishing.decline", item=item.id)),
    )


def _cancel(own: Seen) -> Button:
    does = call("publishing.cancel_approval", item=own.item.id)
    return Button(label="Cancel request", does=does)


def _wants_editing(own: Seen) -> bool:
    codes = [each.code for each in own.judged.obstacles]
    if "PRE_DUPLICATE" in codes:  # first it is compared
        return False
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


def _claim(own: Seen) -> Button:
    """It goes with its claim; what is on none yet is shown beside those there are."""
    if own.claim is None:
        return Button(label="Claims", does=call("publishing.claims", client=own.item.client_id))
    return Button(label="Show claim", does=call("publishing.claim", claim=own.claim.id))


def _bringing_back(own: Seen) -> tuple[Button, ...]:
    item = own.item
    about: dict[str, str | int] = {"item": item.id, "version": item.version}
    look = () if own.address is None else (
        Button(label=f"View in {own.software}", url=own.address),
    )  # fmt: skip
    if item.state is ItemState.ARCHIVED and own.sent is not None and own.sent.claim_id:
        return (*look, _claim(own))
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
        for side, words in SHELVES.items()
        if side is not own.judged.facts.side and own.lets_change()
    ]
    payment = Button(
        label="Payment and destination", does=call("items.edit", part="payment", **about)
    )
    return (
        *((_cancel(own),) if own.is_asked else ()),
        *((payment,) if own.lets_change(names(own, "payment")) else ()),
        Button(label="Set supplier rule", does=call("publishing.rule_from_item", item=item.id)),
        *_following(own),
        *moves,
        Button(label="Archive", does=call("items.archive", **about)),
        Button(label="Delete", does=call("items.delete", **about)),
    )


def _following(own: Seen) -> tuple[Button, ...]:
    is_coded = any(name in own.item.manual for name in (*Coded, WHOLE, CHOSEN))
    if not is_coded or not own.lets_change():
        return ()
    does = call("items.follow_rules", item=own.item.id, version=own.item.version)
    return (Button(label="Follow the rules again", does=does),)
