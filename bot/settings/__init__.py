"""Settings, from the environment or an `.env` file."""

from bot.settings.environment import has_display, hidden
from bot.settings.loading import database_url, is_distributed, load, production_settings, unknown
from bot.settings.names import BadSettings, name_of
from bot.settings.settings import SLACK_API_URL, Settings
from bot.settings.values import EMBEDDED, LOOPBACK

__all__ = [
    "EMBEDDED",
    "LOOPBACK",
    "SLACK_API_URL",
    "BadSettings",
    "Settings",
    "database_url",
    "has_display",
    "hidden",
    "is_distributed",
    "load",
    "name_of",
    "production_settings",
    "unknown",
]
