"""Believable British suppliers, customers and addresses, the same for the same dice."""

from collections.abc import Iterator
from random import Random


def _pool(text: str, *, between: str | None = None) -> tuple[str, ...]:
    return tuple(text.replace("\n", "").strip().split(between) if between else text.split())


FIRST = _pool(
    """
Aisha Alan Alice Amir Anna Arthur Beatrice Callum Carys Charlotte Daniel Deepa Dylan Eilidh
Eleanor Ewan Farah Fergus Fiona George Grace Hamish Hannah Harpreet Henry Imran Isla Jack
Jasmine Joan Kieran Kirsty Leo Lowri Lucy Malcolm Megan Mohammed Nadia Nia Oliver Owen Petra
Poppy Priya Rhys Rosa Ruth Samir Sian Simon Tariq Tomasz Una Victoria Wilfred Yasmin Zoe
    """
)
LAST = _pool(
    """
Abbott Adeyemi Ahmed Bailey Barrowclough Begum Bell Booth Braithwaite Burgess Cartwright
Chaudhry Clegg Cooper Crowther Davies Dawson Drummond Ellis Entwistle Evans Fairclough Farrell
Fletcher Forsyth Gill Greenhalgh Griffiths Hargreaves Haworth Hughes Hussain Ingham Jenkins
Jones Kaur Kershaw Khan Kowalski Lewis Lomax MacDonald Marsden Mistry Morgan Murray Nolan
O'Brien Ogden Okafor Ormerod Parry Patel Pickering Pritchard Quinn Ramsbottom Rees Reid Rhodes
Sharma Shaw Singh Slater Stirling Sutcliffe Thackray Thomas Tully Unsworth Vickers Walsh Watkins
Whitehead Williams Wrigley Yates
    """
)
TRADES = _pool(
    """
Plumbing & Heating|Electrical|Joinery|Roofing|Building Supplies|Glazing|Scaffolding|Catering|
Bakery|Dairy|Butchers|Fishmongers|Greengrocers|Coffee Roasters|Brewing|Wines|Stationery|Print|
Signs|Design|Photography|Marketing|Web Services|IT Support|Telecoms|Security|Cleaning|Laundry|
Couriers|Haulage|Removals|Van Hire|Garage|Tyres|Cycles|Fuels|Insurance Brokers|Solicitors|
Surveyors|Architects|Training|Recruitment|Pest Control|Waste|Landscapes|Flowers|Furniture|
Fabrics|Workwear|Packaging|Tools|Fixings|Timber|Metals|Plastics|Paints|Labels|Refrigeration
    """,
    between="|",
)
TOWNS = (
    ("Accrington", "BB5"),
    ("Bakewell", "DE45"),
    ("Bristol", "BS1"),
    ("Cardiff", "CF10"),
    ("Carlisle", "CA1"),
    ("Dundee", "DD1"),
    ("Durham", "DH1"),
    ("Exeter", "EX1"),
    ("Glasgow", "G2"),
    ("Halifax", "HX1"),
    ("Hereford", "HR1"),
    ("Ipswich", "IP1"),
    ("Kendal", "LA9"),
    ("Leeds", "LS1"),
    ("London", "SE1"),
    ("Ludlow", "SY8"),
    ("Manchester", "M4"),
    ("Norwich", "NR1"),
    ("Oban", "PA34"),
    ("Oxford", "OX1"),
    ("Penzance", "TR18"),
    ("Preston", "PR1"),
    ("Reading", "RG1"),
    ("Sheffield", "S1"),
    ("Swansea", "SA1"),
    ("Whitby", "YO21"),
    ("York", "YO1"),
)
STREETS = _pool(
    """
High Street|Mill Lane|Station Road|Church Street|Market Place|Canal Wharf|Albert Road|
Victoria Street|Queensway|Foundry Row|Old Dairy Yard|Bridge Street|Harbour Road|Park View
    """,
    between="|",
)
# Names that a careless reader, page or message gets wrong.
AWKWARD = (
    "Paper & Pens <Stationers> Ltd",
    '"Quotes" & Sons',
    "O'Malley's Bar",
    "Crêperie Bél’île",
    "Fish & Chips 🐟🍟 (Whitby)",
    "株式会社 山田製作所",
    "Zażółć Gęślą Jaźń Sp. z o.o.",
    "The Royal and Ancient Society for the Encouragement of Bookkeeping, Double Entry, Marginal "
    "Annotation and the Proper Keeping of Receipts in the County of Lancashire and the West Riding",
    "*Bold* _moves_ ~struck~ `coded` Ltd",
    "@channel Marketing",
)


def businesses(dice: Random) -> Iterator[str]:
    """Company names without end, none twice."""
    seen: set[str] = set()
    while True:
        trade, last = dice.choice(TRADES), dice.choice(LAST)
        name = dice.choice(
            (
                f"{last} {trade} Ltd",
                f"{last} {trade}",
                f"{last} & {dice.choice(LAST)} {trade}",
                f"{dice.choice(TOWNS)[0]} {trade} Ltd",
                f"{dice.choice(FIRST)} {last} {trade}",
            )
        )
        if name not in seen:
            seen.add(name)
            yield name


def persons(dice: Random) -> Iterator[str]:
    """First and last names without end, none twice; the later ones have a middle initial."""
    seen: set[str] = set()
    while True:
        first, last = dice.choice(FIRST), dice.choice(LAST)
        name = f"{first} {last}"
        if name in seen:
            name = f"{first} {dice.choice('ABCDEFGHJKLMNPRSTW')} {last}"
        if name not in seen:
            seen.add(name)
            yield name


def mailbox(name: str) -> str:
    """An address that can belong to nobody (RFC 2606)."""
    plain = "".join(c for c in name.casefold() if c.isascii() and c.isalnum())
    return f"accounts@{plain[:40] or 'contact'}.example"
