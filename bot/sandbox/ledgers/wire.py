"""Bodies on the wire: JSON with the vendors' number habits, or XML for whoever forgot to ask."""

import json
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from starlette.requests import Request
from starlette.responses import Response


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return float(value)  # both vendors write money as JSON numbers such as 20.0
    raise TypeError(f"no JSON for {type(value).__name__}")


def json_bytes(body: object) -> bytes:
    return json.dumps(body, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()


def wants_json(request: Request) -> bool:
    """Both vendors answer in XML unless JSON is asked for by name."""
    return "application/json" in request.headers.get("accept", "").casefold()


def body_response(
    request: Request, body: dict[str, Any], *, root: str, status: int = 200
) -> Response:
    """The body as the caller asked for it."""
    if wants_json(request):
        return Response(json_bytes(body), status, media_type="application/json")
    element = ET.Element(root)
    _fill(element, body)
    return Response(
        ET.tostring(element, "utf-8", xml_declaration=True), status, media_type="text/xml"
    )


def _fill(element: ET.Element, value: object) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _fill(ET.SubElement(element, str(name)), inner)
    elif isinstance(value, list):
        for inner in value:
            _fill(ET.SubElement(element, "Item"), inner)
    elif value is not None:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)
