"""What every table has in common."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass

from storage.types import UtcDateTime

NAMES = {  # constraints need stable names so that migrations can find them on both databases
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _values(enumeration: type[StrEnum]) -> list[str]:
    return [member.value for member in enumeration]


class Entity(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """A row with identity. Instants are timezone-aware UTC."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's own declaration style
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        StrEnum: Enum(StrEnum, native_enum=False, length=32, values_callable=_values),
    }


class IllegalTransition(Exception):
    """The row is not in a state from which this may happen."""
