"""Files on QuickBooks' documents: uploaded once, with the type they really are."""

import json
import secrets

from providers.drafts import Attachment, Published
from providers.errors import OutcomeUnknown, Problem, Rejected, WireMismatch
from providers.quickbooks.desk import MINOR_VERSION, Desk, quoted
from providers.quickbooks.desk_shapes import File, UploadAnswer
from providers.quickbooks.errors import faults
from providers.quickbooks.refusals import catalogued
from providers.quickbooks.ways import TYPES

_LINE = b"\r\n"


async def attach(desk: Desk, published: Published, file: Attachment, *, key: str) -> None:
    """Raises Rejected for what QuickBooks does not take, OutcomeUnknown where nobody can tell."""
    if await _hangs(desk, published, file):
        return
    try:
        await _upload(desk, published, file, key)
    except (OutcomeUnknown, WireMismatch):
        if not await _hangs(desk, published, file):
            raise


async def _hangs(desk: Desk, published: Published, file: Attachment) -> bool:
    statement = (
        f"SELECT * FROM Attachable WHERE AttachableRef.EntityRef.Type = '{published.source}'"  # noqa: S608  # names are ours
        f" AND AttachableRef.EntityRef.value = {quoted([published.remote_id])} MAXRESULTS 1000"
    )
    (found,) = await desk.ask([statement])
    return any(is_same(each, file) for each in found.Attachable or ())


def is_same(known: File, file: Attachment) -> bool:
    return (known.FileName, known.Size) == (file_name(file), len(file.content))


def file_name(file: Attachment) -> str:
    """Without what would end a header's line or its quotes."""
    plain = "".join(each for each in file.name if each.isprintable() and each not in '"\\/')
    return plain.strip()[-200:] or "file"


def mime_type(file: Attachment) -> str:
    """What it really is: Intuit refuses a type that says nothing."""
    ending = file_name(file).rpartition(".")[2].casefold()
    is_told = "/" in file.mime and file.mime != "application/octet-stream"
    return file.mime if is_told else TYPES.get(ending, "application/octet-stream")


def multipart(published: Published, file: Attachment, boundary: str) -> bytes:
    """The body of an upload: what the file is, and the file."""
    name, mime = file_name(file), mime_type(file)
    about = {
        "AttachableRef": [{"EntityRef": {"type": published.source, "value": published.remote_id}}],
        "FileName": name,
        "ContentType": mime,
    }
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    edge = f"--{boundary}".encode()
    return _LINE.join(
        (
            edge,
            b'Content-Disposition: form-data; name="file_metadata_01"',
            b"Content-Type: application/json; charset=UTF-8",
            b"",
            json.dumps(about).encode(),
            edge,
            f'Content-Disposition: form-data; name="file_content_01"; filename="{plain}"'.encode(),
            f"Content-Type: {mime}".encode(),
            b"Content-Transfer-Encoding: binary",
            b"",
            file.content,
            edge + b"--",
            b"",
        )
    )


async def _upload(desk: Desk, published: Published, file: Attachment, key: str) -> None:
    boundary = f"dext-bot-{secrets.token_hex(16)}"
    answer: UploadAnswer = await desk.session.post(
        f"/v3/company/{desk.realm}/upload",
        content=multipart(published, file, boundary),
        headers={"content-type": f"multipart/form-data; boundary={boundary}"},
        params={"minorversion": MINOR_VERSION, "requestid": key},
        shape=UploadAnswer,
    )
    for each in answer.AttachableResponse:
        problems = faults({"Fault": each.Fault or each.fault})
        if problems:
            raise Rejected("refused", problems=catalogued(problems))
    if not any(each.Attachable for each in answer.AttachableResponse):
        told = Problem(code="", text="QuickBooks Online did not say that it kept the file.")
        raise Rejected("no file in the answer", problems=(told,))
