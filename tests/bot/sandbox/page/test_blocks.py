"""Every block on the page: drawn, usable, and readable without eyes."""

import pytest
from playwright.async_api import expect

from bot.sandbox.workspace import timeline

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="session"),
]


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("text", ["Acme Ltd is connected", "Base currency", "preformatted", "Reading a balance"]),
        ("data", ["Chart of accounts, Acme Ltd", "1–5 of 12"]),
        ("charts", ["Health over twelve months"]),
        ("pie", ["Items by outcome", "Published · 140"]),
        ("bars", ["Transactions synced", "Unreconciled bank lines"]),
        ("frames", ["QuickBooks Online", "Why 2 items", "Reading lists from Xero", "1 of 4"]),
        ("elements", ["Default", "Primary", "Bookkeeping"]),
    ],
)
async def test_every_block_is_drawn(sandbox, kitchen_sink, part, seen):
    await sandbox.post(*kitchen_sink[part])
    page = await sandbox.open()
    message = page.get_by_test_id("message")

    for words in seen:
        await expect(message).to_contain_text(words)
    await expect(message.locator(".unknown-block, .unknown-inline")).to_have_count(0)
    assert await message.locator("[data-block]").count() >= len(kitchen_sink[part])


async def test_an_unknown_block_is_named_rather_than_dropped(sandbox):
    workspace = sandbox.app.state.workspace
    message = timeline.bot_message(workspace, blocks=[{"type": "hologram"}])
    timeline.post(workspace, workspace.directory.conversation("acme"), message)
    page = await sandbox.open()

    await expect(page.get_by_test_id("unknown-block")).to_have_text("Unknown block type: hologram")


async def test_a_data_table_sorts_by_number_filters_and_turns_pages(sandbox, kitchen_sink):
    await sandbox.post(*kitchen_sink["data"])
    page = await sandbox.open()
    table = page.get_by_role("group", name="Chart of accounts, Acme Ltd")
    lines = table.locator("tbody td:last-child")
    await table.get_by_role("button", name="Lines").click()
    await table.get_by_role("button", name="Lines").click()
    numbers = [int(text) for text in await lines.all_inner_texts()]

    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] == 44

    await table.get_by_role("button", name="Next page").click()

    await expect(table).to_contain_text("6–10 of 12")

    await table.get_by_role("searchbox").fill("revenue")

    await expect(table.locator("tbody tr")).to_have_count(3)


async def test_a_container_folds(sandbox, kitchen_sink):
    await sandbox.post(*kitchen_sink["frames"])
    page = await sandbox.open()
    fold = page.get_by_role("button", name="Why 2 items were not published")
    await expect(page.get_by_role("button", name="Retry 2")).to_be_visible()
    await fold.click()

    await expect(fold).to_have_attribute("aria-expanded", "false")
    await expect(page.get_by_role("button", name="Retry 2")).to_be_hidden()


async def test_a_chart_carries_its_figures_as_a_table(sandbox, kitchen_sink):
    await sandbox.post(*kitchen_sink["charts"])
    page = await sandbox.open()
    table = page.get_by_role("table", name="Health over twelve months")

    await expect(table.get_by_role("row", name="Nov 64 71")).to_be_attached()
    await expect(page.get_by_role("img", name="Health over twelve months")).to_be_visible()


async def test_everything_that_takes_the_focus_has_a_name(sandbox, kitchen_sink):
    for part in ("text", "data", "frames", "elements"):
        await sandbox.post(*kitchen_sink[part])
    page = await sandbox.open()
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    nameless = [
        node["role"]["value"]
        for node in tree["nodes"]
        if not node.get("ignored")
        and any(p["name"] == "focusable" and p["value"]["value"] for p in node["properties"])
        and not node.get("name", {}).get("value")
        and node["role"]["value"] not in {"main", "generic", "RootWebArea"}
    ]

    assert nameless == []
