"""XML that strangers wrote: parsed within limits, and told apart by its root."""

import re
from xml.etree.ElementTree import Element, ParseError

from commands.items.reading import cii, ubl
from commands.items.reading.reading import (
    ReadDocument,
    Reading,
    RefusalCode,
    Refused,
    Surroundings,
)

_MOST_TAGS = 600_000  # some 5,000 lines of an e-invoice
_READERS = {
    ("Invoice", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"): ubl.read_invoice,
    ("CreditNote", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"): ubl.read_invoice,
    ("CrossIndustryInvoice", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"): (
        cii.read_invoice
    ),
    ("CrossIndustryDocument", "urn:ferd:CrossIndustryDocument:invoice:1p0"): cii.read_invoice,
}
_PAGE = re.compile(
    r"(?:<\?xml[^>]*\?>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.DOTALL | re.IGNORECASE,
)
_NAME = re.compile(r"(?:\{(.*)\})?(.*)", re.DOTALL)


def looks_like_html(content: bytes) -> bool:
    """A page of a web site, most often one that asks to log in."""
    return _PAGE.match(_start(content)) is not None


def looks_like_xml(content: bytes) -> bool:
    return re.match(r"<[?!\w]", _start(content)) is not None


def read_markup(content: bytes, _around: Surroundings) -> Reading:
    """An e-invoice; of any other XML it says what it is."""
    return Reading(documents=(e_invoice(content),))


def e_invoice(content: bytes) -> ReadDocument:
    """Raises Refused for what is not one."""
    root = _parsed(content)
    for element in (root, *root):  # Peppol may wrap the invoice into an envelope
        namespace, name = _qualified(element)
        reader = _READERS.get((name, namespace))
        if reader is not None:
            return reader(element)
    raise Refused(RefusalCode.OTHER_XML, root=_qualified(root)[1][:60])


def _parsed(content: bytes) -> Element:
    from defusedxml import DefusedXmlException, ElementTree  # noqa: PLC0415  # wanted seldom

    if content.count(b"<") > _MOST_TAGS or content.count(b"=") > _MOST_TAGS * 2:
        raise Refused(RefusalCode.BOMB)
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise Refused(RefusalCode.BOMB) from None
    except (ParseError, ValueError, LookupError):
        raise Refused(RefusalCode.DAMAGED, what="XML") from None
    return root


def _qualified(element: Element) -> tuple[str, str]:
    match = _NAME.fullmatch(element.tag)
    return (match[1] or "", match[2]) if match else ("", "")


def _start(content: bytes) -> str:
    head = content[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore").lstrip("\ufeff \t\r\n")
    return head.decode("utf-8-sig", "ignore").lstrip("\ufeff \t\r\n")
