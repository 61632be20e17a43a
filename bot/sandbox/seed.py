"""A believable accounting practice: its people, its clients and the channels they meet in."""

from dataclasses import dataclass
from enum import StrEnum

BOT_TOKEN = "xoxb-sandbox"
APP_TOKEN = "xapp-sandbox"
SIGNING_SECRET = "sandbox-signing-secret"


class Software(StrEnum):
    """Where a client keeps its books."""

    XERO = "xero"
    QUICKBOOKS = "quickbooks"
    SAGE_50 = "sage-50"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody with a seat in the workspace; `role` is the bot's word, which Slack never sees."""

    id: str
    name: str
    real_name: str
    tz: str
    role: str | None
    color: str
    is_owner: bool = False
    is_guest: bool = False
    clients: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """A business the practice looks after; `organisation` is its name in its own software."""

    name: str
    channel: str
    software: Software
    organisation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """A channel as the day begins; `members` are user ids, the bot's among them."""

    id: str
    name: str
    topic: str
    members: tuple[str, ...]
    is_private: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """The bot as Slack knows it."""

    id: str
    name: str
    bot_id: str
    bot_user: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Seed:
    """Everything the workspace holds before anybody has done anything."""

    team_id: str
    team_name: str
    team_domain: str
    app: App
    people: tuple[Person, ...]
    clients: tuple[Client, ...]
    channels: tuple[Channel, ...]


DEXT = App(id="A0DEXT", name="Dext", bot_id="B0DEXT", bot_user="U0DEXT")

ANA = Person(
    id="U0ANA",
    name="ana",
    real_name="Ana Patel",
    tz="Europe/London",
    role="practice_admin",
    color="#b4436c",
    is_owner=True,
)
BEN = Person(
    id="U0BEN",
    name="ben",
    real_name="Ben Osei",
    tz="America/New_York",
    role="standard",
    color="#2f6f9f",
    clients=("Acme Ltd",),
)
CHLOE = Person(
    id="U0CHLOE",
    name="chloe",
    real_name="Chloe Martin",
    tz="Europe/Paris",
    role="client_admin",
    color="#4f7d3a",
)
DORA = Person(
    id="U0DORA",
    name="dora",
    real_name="Dora Lindqvist",
    tz="Australia/Sydney",
    role=None,
    color="#8a5a2b",
    is_guest=True,
)


def _client(name: str, channel: str, software: Software, organisation: str | None = None) -> Client:
    return Client(name=name, channel=channel, software=software, organisation=organisation or name)


CLIENTS = (
    _client("Acme Ltd", "acme", Software.XERO, "Acme Limited"),
    _client("Acorn Dental", "acorn-dental", Software.XERO),
    _client("Bright Bakery", "bright-bakery", Software.QUICKBOOKS),
    _client("Cedar & Co", "cedar", Software.SAGE_50),
    _client("Dunmore Joinery", "dunmore-joinery", Software.QUICKBOOKS),
    _client("Elm Street Books", "elm-street-books", Software.XERO),
    _client("Fox Cycles", "fox-cycles", Software.QUICKBOOKS),
    _client("Harbour Café", "harbour-cafe", Software.XERO),
    _client("Ivy Property Lettings", "ivy-lettings", Software.XERO),
    _client("Juniper Films", "juniper-films", Software.XERO),
    _client("Kestrel Logistics", "kestrel-logistics", Software.QUICKBOOKS),
    _client("Larkspur Flowers", "larkspur-flowers", Software.XERO),
    _client("Oak & Sons", "oak-and-sons", Software.XERO, "Oakwood Joinery Holdings"),
)


def _channel_id(name: str) -> str:
    return "C0" + name.replace("-", "").upper()


def _client_channel(client: Client) -> Channel:
    staff = (ANA.id, BEN.id, CHLOE.id)
    guests = (DORA.id,) if client.channel == "acme" else ()
    return Channel(
        id=_channel_id(client.channel),
        name=client.channel,
        topic=f"Everything about {client.name}",
        members=(*staff, *guests, DEXT.bot_user),
    )


def fernhill() -> Seed:
    """The practice the sandbox opens with: the same people, ids and channels every time."""
    staff = (ANA.id, BEN.id, CHLOE.id)
    shared = (
        Channel(
            id="C0PRACTICE",
            name="practice",
            topic="For everybody at Fernhill",
            members=(*staff, DEXT.bot_user),
        ),
        Channel(id="C0RANDOM", name="random", topic="Lunch, mostly", members=staff),
        Channel(
            id="C0PARTNERS",
            name="partners",
            topic="Private to the partners",
            members=(ANA.id, CHLOE.id),
            is_private=True,
        ),
    )
    return Seed(
        team_id="T0FERNHILL",
        team_name="Fernhill Accounting",
        team_domain="fernhill",
        app=DEXT,
        people=(ANA, BEN, CHLOE, DORA),
        clients=CLIENTS,
        channels=(*shared, *(_client_channel(client) for client in CLIENTS)),
    )
