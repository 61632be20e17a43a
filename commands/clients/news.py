"""What a client's channel is told of its syncs."""

from commands.audit import record
from commands.clients.clients import locked
from commands.clients.naming import connections_of
from commands.context import Context
from commands.permissions import Permission
from commands.registry import command
from commands.replies import Answer, Buttons, Filter, Option, Reply, Words, call
from storage.models import Client, News

LABELS = {
    News.EVERYTHING: "Everything",
    News.PROBLEMS: "Problems only",
    News.DIGEST: "Morning digest",
    News.NOTHING: "Nothing",
}


@command(
    "clients.notify",
    usage=f"notify <client> [{'|'.join(News)}]",
    summary="choose what a client's channel is told of syncs",
    permission=Permission.MANAGE_CLIENTS,
)
async def notify(context: Context, *, client: Client, news: News | None = None) -> Answer:
    """Choose what a client's channel is told of syncs.

    Problems are failures, and that it works again. With digest a client is in the practice's
    morning digest only, with nothing not even there. Whoever asks for a sync is told in any case,
    and an expired connection is always told of.
    """
    if news is None:
        return _page(client)
    async with context.tools.database.begin() as session:
        row = await locked(session, client)
        before = row.sync_news
        row.sync_news = news
        if before != news:
            record(
                session,
                context,
                "client.news_set",
                row,
                before={"sync_news": before.value},
                after={"sync_news": news.value},
            )
    return _page(row, is_set=True)


def _page(client: Client, *, is_set: bool = False) -> Reply:
    data = {
        "client": client.name,
        "news": client.sync_news.value,
        "channel_id": client.channel_id,
        "is_set": is_set,
    }
    options = {news: Option(value=news.value, label=label) for news, label in LABELS.items()}
    return Reply(
        parts=(
            Words(template="clients/notify", data=data),
            Filter(
                label="Told of syncs",
                name="news",
                does=call("clients.notify", client=client.id),
                options=tuple(options.values()),
                chosen=options[client.sync_news],
            ),
            Buttons(items=(connections_of(client),)),
        )
    )
