"""Intuit's published XML schemas, read for the names of fields and the words of closed lists."""

from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

CONTRACTS = Path(__file__).resolve().parents[6] / "shared" / "contracts" / "quickbooks"
XS = "{http://www.w3.org/2001/XMLSchema}"
JSON_ONLY = {"domain", "sparse"}  # attributes of the element in XML, fields in JSON
REFERENCE = {"value", "name", "type"}


@cache
def types() -> tuple[dict[str, ET.Element], dict[str, set[str]]]:
    """Complex types by name, and the values of the enumerations."""
    complex_types, enums = {}, {}
    for path in CONTRACTS.glob("*.xsd"):
        root = ET.parse(path).getroot()
        complex_types |= {each.get("name"): each for each in root.iter(f"{XS}complexType")}
        for each in root.iter(f"{XS}simpleType"):
            enums[each.get("name")] = {v.get("value") for v in each.iter(f"{XS}enumeration")}
    return complex_types, enums


@cache
def fields(name: str) -> dict[str, str]:
    """Field names of a type with the types of the fields, inherited ones among them."""
    declared = types()[0].get(name)
    if declared is None:
        return {}
    extension = declared.find(f".//{XS}extension")
    inherited = fields(extension.get("base").rpartition(":")[2]) if extension is not None else {}
    own = {
        each.get("name"): (each.get("type") or "").rpartition(":")[2]
        for each in declared.iter(f"{XS}element")
        if each.get("name")
    }
    return {**inherited, **own}


def strangers(value: Any, type_name: str, path: str) -> set[str]:
    """Paths of fields the type does not have."""
    if isinstance(value, list):
        return {found for each in value for found in strangers(each, type_name, path)}
    if not isinstance(value, dict):
        return set()
    if type_name == "ReferenceType":
        return {f"{path}.{name}" for name in value.keys() - REFERENCE}
    known, found = fields(type_name), set()
    for name, inner in value.items():
        if name in known:
            found |= strangers(inner, known[name], f"{path}.{name}")
        elif name not in JSON_ONLY:
            found.add(f"{path}.{name}")
    return found
