"""What whoever may not publish for a client is told."""

from collections.abc import Sequence

from commands.authorise import explains
from commands.health.words import listed
from commands.permissions import Permission
from commands.publishing.catalogue import told


@explains(Permission.PUBLISH)
def in_words(client: str, names: Sequence[str]) -> dict[str, str]:
    words = told("PRE_PERMISSION", {"client": client, "names": listed(list(names))})
    return {"title": words.sentence, "cause": words.cause, "remedy": words.remedy}
