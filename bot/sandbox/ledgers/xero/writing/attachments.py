"""Files attached to documents of the stand-in Xero: ten to each, ten megabytes each."""

import mimetypes
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.writing.sitting import Invalid

MOST = 10
MOST_BYTES = 10 * 1024 * 1024
TAKES = frozenset(
    {
        "Invoices", "BankTransactions", "CreditNotes", "ManualJournals", "Contacts", "Accounts",
        "BankTransfers", "PurchaseOrders",
    }
)  # fmt: skip
_SOLD = frozenset({"ACCREC", "ACCRECCREDIT"})
_FORBIDDEN = frozenset('<>:"/\\|?*[]')
_EXECUTABLE = (".exe", ".bat", ".cmd", ".js", ".msi", ".scr")


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file as it came."""

    id: str
    name: str
    mime: str
    content: bytes
    is_online: bool


class Attachments:
    """What is attached to the documents of every organisation, oldest first."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str, str], dict[str, Attachment]] = {}

    def of(self, books: Books, kind: str, row: Row) -> list[Attachment]:
        return list(self._files.get((books.key, kind, row.id), {}).values())

    def find(self, books: Books, kind: str, row: Row, wanted: str) -> Attachment | None:
        """By id or by name."""
        return next((f for f in self.of(books, kind, row) if wanted in {f.id, f.name}), None)

    def attach(
        self, books: Books, kind: str, row: Row, name: str, *, content: bytes, mime: str,
        online: bool, at: datetime,
    ) -> Attachment:  # fmt: skip
        """A file of the same name takes the place of the other; raises `Invalid`."""
        there = self._files.setdefault((books.key, kind, row.id), {})
        _check(name, content, is_new=name not in there, count=len(there))
        if online and row.fields.get("Type") not in _SOLD:
            raise Invalid("IncludeOnline can only be set on sales invoices and credit notes")
        kept = there.get(name)
        file = Attachment(
            id=kept.id if kept else books.made_up_id("Attachments", str(books.next_number())),
            name=name,
            mime=mime or mimetypes.guess_type(name)[0] or "application/octet-stream",
            content=content,
            is_online=online,
        )
        there[name] = file
        books.change(kind, row.id, {"HasAttachments": True}, at=at)
        return file


def told(file: Attachment, *, kind: str, row: Row) -> Fields:
    return {
        "AttachmentID": file.id,
        "FileName": file.name,
        "Url": f"https://api.xero.com/api.xro/2.0/{kind}/{row.id}/Attachments/{file.name}",
        "MimeType": file.mime,
        "ContentLength": len(file.content),
        "IncludeOnline": file.is_online,
    }


def _check(name: str, content: bytes, *, is_new: bool, count: int) -> None:
    if not content:
        raise Invalid("The attachment has no content")
    if len(content) > MOST_BYTES:
        raise Invalid("The attachment exceeds the maximum size of 10 MB")
    if _FORBIDDEN & set(name) or "." not in name or name.lower().endswith(_EXECUTABLE):
        raise Invalid(f"The file name '{name}' is not allowed")
    if is_new and count >= MOST:
        raise Invalid(f"A maximum of {MOST} attachments can be added to a document")
