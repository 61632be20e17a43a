"""Who can put something in order, and the buttons that lead there."""

from dataclasses import replace

from commands.publishing.catalogue.entry import Remedy

EDITORS = "anybody who works on this client"
ADMINS = "a practice administrator"
ADVISER = "somebody with the Adviser role in Xero"
XERO_OWNER = "whoever pays for the Xero subscription"
QUICKBOOKS_ADMIN = "an administrator of the QuickBooks company"
SOFTWARE_ADMIN = "an administrator of {software}"
AT_THE_COMPUTER = "whoever sits at the computer with the company file"
NOBODY = "nobody has to do anything"

EDIT_ACCOUNT = Remedy(label="Choose category", command="items.edit", field="account")
EDIT_BANK = Remedy(label="Choose bank account", command="items.edit", field="bank_account")
EDIT_CONTACT = Remedy(label="Choose contact", command="items.edit", field="contact")
EDIT_CURRENCY = Remedy(label="Change currency", command="items.edit", field="currency")
EDIT_CUSTOMER = Remedy(label="Choose customer", command="items.edit", field="customer")
EDIT_DAY = Remedy(label="Change date", command="items.edit", field="day")
EDIT_DUE = Remedy(label="Change due date", command="items.edit", field="due_day")
EDIT_KIND = Remedy(label="Change type", command="items.edit", field="kind")
EDIT_LINES = Remedy(label="Edit lines", command="items.split", field="lines")
EDIT_NUMBER = Remedy(label="Change number", command="items.edit", field="number")
EDIT_PRODUCT = Remedy(label="Choose product", command="items.edit", field="product")
EDIT_STATUS = Remedy(label="Send as draft", command="items.edit", field="publish_as")
EDIT_TARGET = Remedy(label="Change destination", command="items.edit", field="publish_to")
EDIT_TAX = Remedy(label="Change tax amount", command="items.edit", field="tax")
EDIT_TAX_RATE = Remedy(label="Choose tax rate", command="items.edit", field="tax_rate")
EDIT_TRACKING = Remedy(label="Choose tracking", command="items.edit", field="tracking_1")
AS_PAID = Remedy(label="Publish as paid", command="items.edit", field="publish_as")
EDIT_ITEM = Remedy(label="Edit", command="items.edit")
LINK_BANK = Remedy(label="Link to bank account", command="publishing.methods", field="bank_account")
RECONNECT = Remedy(label="Reconnect", command="connections.reconnect")
REFRESH = Remedy(label="Refresh lists", command="lists.refresh")
REPUBLISH = Remedy(label="Republish safely", command="publishing.republish")
RETRY = Remedy(label="Retry", command="publishing.retry")
RETRY_FILE = Remedy(label="Retry the attachment", command="publishing.retry_steps")
RULES = Remedy(label="Open rules", command="publishing.rules")
SETTINGS = Remedy(label="Open settings", command="publishing.settings")
DEFAULT_TAX = Remedy(label="Set default tax", command="publishing.settings", field="cost_tax")
SHOW_ITEM = Remedy(label="Show item", command="items.show")

_EDITS = {
    each.field: each.label
    for each in (
        EDIT_ACCOUNT, EDIT_BANK, EDIT_CONTACT, EDIT_CURRENCY, EDIT_CUSTOMER, EDIT_DAY, EDIT_DUE,
        EDIT_KIND, EDIT_NUMBER, EDIT_PRODUCT, EDIT_STATUS, EDIT_TARGET, EDIT_TAX, EDIT_TAX_RATE,
        EDIT_TRACKING,
    )
}  # fmt: skip


def for_field(remedy: Remedy, field: str | None) -> Remedy:
    """The button that corrects this very field, where the entry's own corrects another or any."""
    is_ours = remedy is EDIT_ITEM or (remedy.command == "items.edit" and remedy.field is not None)
    if not is_ours or field in (None, remedy.field) or field not in _EDITS:
        return remedy
    return replace(remedy, label=_EDITS[field], field=field)
