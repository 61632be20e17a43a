"""Files hung on documents in Xero: each once, under a name that Xero takes."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

import msgspec

from providers.drafts import Attachment, Published
from providers.errors import Problem, Rejected
from providers.session import ProviderSession
from providers.xero.book_shapes import enveloped
from providers.xero.correcting import path
from providers.xero.refusals import problem, refusal
from providers.xero.streams import headers
from providers.xero.ways import ATTACHMENT_BYTES

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\[\]\x00-\x1f\x7f]')
_LONGEST = 100
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/xml": ".xml",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/plain": ".txt",
}


class FileRow(msgspec.Struct):
    FileName: str | None = None
    ContentLength: int | None = None


FILES = enveloped("Attachments", FileRow)


async def attach(
    session: ProviderSession, tenant_id: str, document: Published, file: Attachment
) -> None:
    """Raises Rejected, coded as the catalogue has it. Another file of its name is left alone."""
    if len(file.content) > ATTACHMENT_BYTES:
        raise refusal("XERO_FILE_10MB", f"{file.name} is larger than the 10 MB that Xero takes.")
    below = f"{path(document)}/Attachments"
    there = await session.get(below, headers=headers(tenant_id), shape=FILES)
    sizes = {row.FileName: row.ContentLength for row in there.rows}
    name = free_name(file, sizes)
    if name is None:
        return
    try:
        await session.put(
            f"{below}/{quote(name, safe='')}",
            content=file.content,
            repeatable=True,  # a file of the same name takes the place of itself
            headers={**headers(tenant_id), "content-type": file.mime},
        )
    except Rejected as error:
        raise _coded(error) from error


def free_name(file: Attachment, sizes: Mapping[str | None, int | None]) -> str | None:
    """A name no other file has; None where this very file hangs there."""
    for name in _names(clean_name(file)):
        if name not in sizes:
            return name
        if sizes[name] == len(file.content):
            return None
    raise AssertionError("there is no end of names")


def clean_name(file: Attachment) -> str:
    """Without what Xero forbids in names, and with an ending."""
    bare = PurePosixPath(_FORBIDDEN.sub("", file.name).strip(" ."))
    ending = bare.suffix or _ENDINGS.get(file.mime, ".bin")
    stem = (bare.stem if bare.suffix else bare.name) or "document"
    return stem[: _LONGEST - len(ending)] + ending


def _names(name: str) -> Iterator[str]:
    yield name
    stem, dot, ending = name.rpartition(".")
    number = 2
    while True:
        yield f"{stem} ({number}){dot}{ending}"
        number += 1


def _coded(error: Rejected) -> Rejected:
    """Whatever is said here is about the file."""
    told = (problem(each.text) for each in error.problems)
    known = ("XERO_FILE_10MB", "XERO_IMAGE")
    problems = tuple(
        each if each.code in known else Problem(code="XERO_IMAGE", text=each.text) for each in told
    )
    return Rejected(
        str(error), problems=problems, provider=error.provider, operation=error.operation
    )
