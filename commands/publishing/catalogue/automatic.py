"""Why an item did not publish by itself (product §11.7), in our words."""

from commands.publishing.catalogue import people as who
from commands.publishing.catalogue.entry import Entry, Nature, Remedy

_PUBLISH = Remedy(label="Publish", command="publishing.publish")

ENTRIES = (
    Entry(
        code="AUTO_NOT_ASKED",
        title="Nothing says that it publishes by itself",
        cause="Neither its payment method, nor a rule, nor the settings of the client do.",
        remedy="Publish it by hand, or let its supplier's items go by themselves.",
        who_can=who.EDITORS,
        button=_PUBLISH,
        nature=Nature.NOTICE,
    ),
    Entry(
        code="AUTO_EARLIER",
        title="It came before automatic publishing was switched on",
        cause="Only items that come afterwards go by themselves.",
        remedy="Publish it by hand.",
        who_can=who.EDITORS,
        button=_PUBLISH,
        nature=Nature.NOTICE,
    ),
    Entry(
        code="AUTO_EXCEPTED",
        title="Items of this type never publish by themselves",
        precise="a {kind} never publishes by itself for this client",
        cause="The settings of the client except them.",
        remedy="Publish it by hand, or change the settings.",
        who_can=who.EDITORS,
        button=_PUBLISH,
        nature=Nature.NOTICE,
    ),
    Entry(
        code="AUTO_NEW_CONTACT",
        title="A new contact would be made",
        precise="“{name}” is not in the ledger yet and would be made there",
        cause="A misread name would make a contact that nobody wants.",
        remedy="Choose the contact, or publish it by hand.",
        who_can=who.EDITORS,
        button=who.EDIT_CONTACT,
        nature=Nature.NOTICE,
    ),
    Entry(
        code="AUTO_CEILING",
        title="It is above the amount up to which items go by themselves",
        precise="its total of {total} is above {ceiling}, up to which items go by themselves",
        cause="The settings of the client say so.",
        remedy="Look at it and publish it by hand.",
        who_can=who.EDITORS,
        button=_PUBLISH,
        nature=Nature.NOTICE,
    ),
    Entry(
        code="AUTO_UNUSUAL",
        title="The amount is unusual for this supplier",
        precise="its total of {total} is far from the usual {usual}",
        cause="It differs by more than half from what this supplier usually charges.",
        remedy="Look at it and publish it by hand.",
        who_can=who.EDITORS,
        button=_PUBLISH,
        nature=Nature.NOTICE,
    ),
    Entry(
        code="AUTO_BANK_DETAILS",
        title="The supplier's bank details have changed",
        precise="the bank details of {name} have changed",
        cause="Changed details may be a fraud.",
        remedy="Ask the supplier by a way you know, then publish it by hand.",
        who_can=who.EDITORS,
        button=_PUBLISH,
        nature=Nature.NOTICE,
    ),
    Entry(
        code="AUTO_APPROVED",
        title="It is approved and waits for somebody to publish it",
        cause="Approved items go by themselves only where their workflow says so.",
        remedy="Publish it.",
        who_can=who.EDITORS,
        button=_PUBLISH,
        nature=Nature.NOTICE,
    ),
)
