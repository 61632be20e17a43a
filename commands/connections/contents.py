"""What has been read from an organisation, counted in a line."""

from collections.abc import Mapping

from commands.replies import Part, Words

COUNTED = (  # {record: one, many} in the order in which people think of them
    ("account", "account", "accounts"),
    ("tax_rate", "tax rate", "tax rates"),
    ("contact", "contact", "contacts"),
    ("product", "product", "products"),
    ("tracking_category", "tracking category", "tracking categories"),
    ("bank_account", "bank account", "bank accounts"),
)


def counted(counts: Mapping[tuple[str, str], int]) -> list[tuple[int, str, str]]:
    """[(how many, one, many)] of what there is, from {(kind, record): how many}."""
    by_record: dict[str, int] = {}
    for (_, record), number in counts.items():
        by_record[record] = by_record.get(record, 0) + number
    return [(by_record[record], one, many) for record, one, many in COUNTED if record in by_record]


def count_parts(counts: Mapping[tuple[str, str], int]) -> Part:
    """One line: how many of each there are."""
    return Words(template="lists/counts", data={"counts": counted(counts)})
