"""What differs between the sign-ins of the vendors."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """One vendor's sign-in, as a person meets it."""

    vendor: str
    title: str
    accent: str  # a CSS colour
    noun: str
    approve: str
    several: bool  # organisations in one consent
    none_is_fine: bool  # a user without organisations may still consent
    pkce: bool
    role_needed: str
    scopes: Mapping[str, str]  # every scope that may be asked for, in words
