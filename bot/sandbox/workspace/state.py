"""The whole workspace as one value, made of its parts."""

from bot.sandbox.seed import Seed
from bot.sandbox.workspace.clock import Clock
from bot.sandbox.workspace.conversations import Directory
from bot.sandbox.workspace.faults import Faults
from bot.sandbox.workspace.files import Files
from bot.sandbox.workspace.ids import Ids
from bot.sandbox.workspace.leases import Hooks, Triggers
from bot.sandbox.workspace.live import Live
from bot.sandbox.workspace.rates import Rates
from bot.sandbox.workspace.registration import Registration
from bot.sandbox.workspace.schedule import Schedule
from bot.sandbox.workspace.traffic import Traffic
from bot.sandbox.workspace.views import Views


class Workspace:
    """`base_url` is where this server is reached, `bot_url` where the bot is; no trailing slash."""

    def __init__(
        self,
        seed: Seed,
        *,
        registration: Registration,
        bot_url: str | None = None,
        strict_rate_limits: bool = True,
    ) -> None:
        self.seed = seed
        self.registration = registration
        self.bot_url = bot_url.rstrip("/") if bot_url else None
        self.base_url = "http://127.0.0.1:8765"
        self.strict_rate_limits = strict_rate_limits
        self.clock = Clock()
        self.live = Live()
        self.traffic = Traffic()
        self.reset()

    def reset(self) -> None:
        """Begin the day again; open pages and sockets stay connected."""
        self.clock.reset()
        self.traffic.clear()
        self.ids = Ids()
        self.directory = Directory(self.seed)
        self.views = Views(self.ids, self.seed)
        self.triggers = Triggers(self.ids, team_id=self.seed.team_id)
        self.hooks = Hooks(self.ids)
        self.files = Files(self.ids)
        self.schedule = Schedule(self.ids)
        self.faults = Faults()
        self.rates = Rates(is_strict=self.strict_rate_limits)
        self.is_token_revoked = False
        self.live.tell_everyone({"type": "reset"})

    def now(self) -> float:
        return self.clock.now()

    def url(self, path: str) -> str:
        return f"{self.base_url}{path}"

    def trigger(self, user: str) -> str:
        return self.triggers.issue(user, now=self.now())
