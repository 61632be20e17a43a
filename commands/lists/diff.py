"""What changed between two readings of a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """An entry as it was last read. `digest` covers everything about it."""

    name: str
    digest: str
    active: bool = True
    removed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Rename:
    """An entry that has another name now."""

    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """{remote id: …} of what is not as it was. An entry may be renamed and archived at once.

    `changed` holds the new reading of everything present that differs in any way, `removed` the
    names of what the ledger no longer tells of.
    """

    changed: Mapping[str, Known]
    added: Mapping[str, str]
    renamed: Mapping[str, Rename]
    archived: Mapping[str, str]
    restored: Mapping[str, str]
    removed: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.added or self.renamed or self.archived or self.restored or self.removed)


def difference(
    old: Mapping[str, Known], new: Mapping[str, Known], *, whole: bool = True
) -> Difference:
    """Compare two readings; `whole` is false for part of a list, where absence means nothing."""
    changed = {key: entry for key, entry in new.items() if old.get(key) != entry}
    there = {key: old[key] for key in changed if key in old}
    gone = {key for key, entry in old.items() if key not in new and not entry.removed}
    return Difference(
        changed=changed,
        added=_names(changed, (key for key in changed if key not in old)),
        renamed={
            key: Rename(old=was.name, new=changed[key].name)
            for key, was in there.items()
            if was.name != changed[key].name
        },
        archived=_names(changed, (k for k, was in there.items() if _left(was, changed[k]))),
        restored=_names(changed, (k for k, was in there.items() if _left(changed[k], was))),
        removed=_names(old, gone) if whole else {},
    )


def apply(change: Difference, old: Mapping[str, Known]) -> dict[str, Known]:
    """The new reading from the old one; removed entries stay known as removed."""
    gone = {
        key: Known(name=old[key].name, digest=old[key].digest, active=old[key].active, removed=True)
        for key in change.removed
    }
    return {**old, **change.changed, **gone}


def _is_usable(entry: Known) -> bool:
    return entry.active and not entry.removed


def _left(was: Known, now: Known) -> bool:
    return _is_usable(was) and not _is_usable(now)


def _names(entries: Mapping[str, Known], keys: Iterable[str]) -> dict[str, str]:
    return {key: entries[key].name for key in keys}
