"""What was read off a file, noted at an item."""

from commands.items.reading.reading import Division, ReadDocument
from commands.publishing.readiness.several import told
from storage.models import Item

ONE_DOCUMENT = Division()


def learn(item: Item, document: ReadDocument, division: Division = ONE_DOCUMENT) -> None:
    """What people have said about it meanwhile stays and wins."""
    is_first = not item.read
    item.read = document.as_read() | told(division.begins, division.unsure)
    if is_first or not item.lines:  # else somebody may have corrected them
        item.lines = [dict(line) for line in document.lines]
    if document.kind is not None:
        item.kind = document.kind.value
    if document.side is not None:
        item.side = document.side.value
