"""What the bot asks of Slack, and what it needs to be allowed for it; manifest.yml says the same.

Sources: docs.slack.dev, the page of each method and event.
"""

_READING_BACK = frozenset({"channels:history", "groups:history", "im:history"})

BY_METHOD: dict[str, frozenset[str]] = {
    "apps.connections.open": frozenset(),  # with the app-level token
    "auth.test": frozenset(),
    "chat.postEphemeral": frozenset({"chat:write"}),
    "chat.postMessage": frozenset({"chat:write"}),
    "chat.update": frozenset({"chat:write"}),
    "conversations.history": _READING_BACK,
    "conversations.open": frozenset({"im:write"}),
    "conversations.replies": _READING_BACK,
    "files.completeUploadExternal": frozenset({"files:write"}),
    "files.getUploadURLExternal": frozenset({"files:write"}),
    "files.info": frozenset({"files:read"}),  # an upload may stand in a message once it is ready
    "users.info": frozenset({"users:read"}),
    "views.open": frozenset(),
    "views.publish": frozenset(),
    "views.push": frozenset(),
    "views.update": frozenset(),
}
BY_EVENT: dict[str, frozenset[str]] = {
    "app_home_opened": frozenset(),
    "app_mention": frozenset({"app_mentions:read"}),
    "app_uninstalled": frozenset(),
    "file_shared": frozenset({"files:read"}),
    "member_joined_channel": frozenset({"channels:read", "groups:read"}),
    "message.im": frozenset({"im:history"}),
    "tokens_revoked": frozenset(),
    "user_change": frozenset({"users:read"}),
}
COMMANDS = frozenset({"commands"})  # slash commands and shortcuts

# reading a channel back is only for telling whether a message arrived (see outbox.py)
OPTIONAL = frozenset({"channels:history", "groups:history"})
NEEDED = frozenset().union(COMMANDS, *BY_METHOD.values(), *BY_EVENT.values()) - OPTIONAL
