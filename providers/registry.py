"""Finds provider folders: a folder in this package that exposes `PROVIDER` is a provider."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

import providers
from providers.errors import UnknownProvider
from providers.provider import Provider


@cache
def known() -> Mapping[str, Provider]:
    """Every provider by key, in display order. The key is the folder's name."""
    folders = [found.name for found in pkgutil.iter_modules(providers.__path__) if found.ispkg]
    declared = [_declared(folder) for folder in folders]
    declared.sort(key=lambda provider: (provider.rank, provider.key))
    return MappingProxyType({provider.key: provider for provider in declared})


def provider(key: str) -> Provider:
    """One provider, configured or not. Raises UnknownProvider."""
    try:
        return known()[key]
    except KeyError:
        raise UnknownProvider(f"no provider folder {key!r}", provider=key) from None


def _declared(folder: str) -> Provider:
    declared: Provider = import_module(f"providers.{folder}").PROVIDER
    assert declared.key == folder, f"providers/{folder} calls itself {declared.key!r}"
    return declared
