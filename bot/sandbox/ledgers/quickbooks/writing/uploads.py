"""Files that are uploaded to a company, and what they are attached to."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.quickbooks.keeping.entities import ENTITIES, whole
from bot.sandbox.ledgers.quickbooks.writing import refusals
from bot.sandbox.ledgers.quickbooks.writing.refusals import Refusal
from bot.sandbox.ledgers.rows import Fields

MOST_BYTES = 100 * 1024 * 1024
KIND = "Attachable"
TYPES = {
    "ai": "application/postscript",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "eps": "application/postscript",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "pages": "application/vnd.apple.pages",
    "pdf": "application/pdf",
    "png": "image/png",
    "rtf": "text/rtf",
    "tif": "image/tiff",
    "txt": "text/plain",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "text/xml",
}


class Uploads:
    """The bytes of every file, by company and id of its `Attachable`."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], bytes] = {}

    def file(self, books: Books, key: str) -> bytes | None:
        return self._files.get((books.key, key))

    def take(self, books: Books, raw: bytes, content_type: str, *, at: datetime) -> dict[str, Any]:
        """Pairs of `file_metadata_…` and `file_content_…`, each with an outcome of its own."""
        try:
            pairs = list(_pairs(raw, content_type))
        except Refusal as reason:
            return reason.body()
        return {"AttachableResponse": [self._one(books, *pair, at=at) for pair in pairs]}

    def _one(self, books: Books, about: Fields, part: Message, *, at: datetime) -> dict[str, Any]:
        try:
            return {KIND: self._kept(books, about, part, at=at)}
        except Refusal as reason:
            return reason.body()

    def _kept(self, books: Books, about: Fields, part: Message, *, at: datetime) -> Fields:
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = str(about.get("FileName") or part.get_filename() or "")
        _check(name, part.get_content_type(), content)
        fields: Fields = {
            "FileName": name,
            "Size": len(content),
            "ContentType": str(about.get("ContentType") or part.get_content_type()),
            "AttachableRef": [_reference(books, each) for each in about.get("AttachableRef") or ()],
            **({"Note": about["Note"]} if about.get("Note") else {}),
        }
        row = books.add(KIND, fields, at=at)
        addresses = {
            "FileAccessUri": f"/v3/company/{books.key}/download/{row.id}",
            "TempDownloadUri": f"/files/{books.key}/{row.id}",
        }
        books.amend(KIND, row, addresses)
        self._files[books.key, row.id] = content
        return whole(KIND, row)


def _pairs(raw: bytes, content_type: str) -> Iterator[tuple[Fields, Message]]:
    """Each file with what was said about it; nothing needs to be."""
    whole_message = BytesParser().parsebytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + raw.lstrip()
    )
    if not whole_message.is_multipart():
        raise refusals.missing("file_content_01")
    said: dict[str, Fields] = {}
    files: dict[str, Message] = {}
    for part in whole_message.get_payload():
        if not isinstance(part, Message):
            continue
        name = str(part.get_param("name", header="content-disposition"))
        number = name.rpartition("_")[2]
        if name.startswith("file_metadata"):
            said[number] = _metadata(part)
        elif name.startswith("file_content"):
            files[number] = part
    if not files:
        raise refusals.missing("file_content_01")
    for number, part in files.items():
        yield said.get(number, {}), part


def _metadata(part: Message) -> Fields:
    payload = part.get_payload(decode=True)
    try:
        told: Fields = json.loads(payload if isinstance(payload, bytes) else b"")
    except ValueError as reason:
        raise Refusal("500", "Unsupported Operation", "file_metadata is no JSON") from reason
    return told


def _reference(books: Books, given: Mapping[str, Any]) -> Fields:
    entity = given.get("EntityRef") or {}
    kind, key = str(entity.get("type")), str(entity.get("value"))
    known = next((name for name in ENTITIES if name.casefold() == kind.casefold()), None)
    if known is None:
        raise refusals.bad_choice("EntityRef.type", kind)
    if books.get(known, key) is None:
        raise refusals.no_reference("EntityRef", key)
    kept: Fields = {"EntityRef": {"type": known, "value": key}}
    if "IncludeOnSend" in given:
        kept["IncludeOnSend"] = bool(given["IncludeOnSend"])
    return kept


def _check(name: str, content_type: str, content: bytes) -> None:
    extension = name.rpartition(".")[2].casefold()
    if extension not in TYPES or content_type == "application/octet-stream":
        detail = f"File type not supported : {content_type} ({name})"
        raise Refusal("2010", "Request has invalid or unsupported property", detail)
    if not content:
        raise refusals.business("The file is empty.")
    if len(content) > MOST_BYTES:
        raise refusals.business("The file is larger than 100 MB.")
