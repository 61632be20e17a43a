"""A browser for scripted people: pages, forms and cookies, without pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx2

ASIDE = frozenset({"eyebrow", "soft"})


class PageError(Exception):
    """The page does not offer what was wanted; the message says what it does offer."""


@dataclass(kw_only=True)
class HtmlForm:
    """A form as it stands: where it goes, what it holds, which buttons it has.

    `choices` are radio buttons and checkboxes by their visible label: {label: (name, value)}.
    `buttons` likewise: {label: (name, value)}.
    """

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, tuple[str, str]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class FormReader(HTMLParser):
    """Collects forms, and the text a person reads.

    `passages` are the heading, the paragraphs and numbered steps, without what is set aside in
    `ASIDE` classes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[HtmlForm] = []
        self.text: list[str] = []
        self.passages: list[str] = []
        self.links: dict[str, str] = {}
        self._passage: list[str] | None = None
        self._is_steps = False
        self._hidden = 0
        self._button: tuple[str, str] | None = None
        self._link: str | None = None
        self._words: list[str] = []
        self._choice: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self.forms.append(
                    HtmlForm(action=given.get("action", ""), method=given.get("method", "get"))
                )
            case "input" if self.forms:
                self._input(given)
            case "button" if self.forms:
                self._button = (given.get("name", ""), given.get("value", ""))
                self._words = []
            case "a":
                self._link = given.get("href", "")
                self._words = []
            case "label":
                self._words = []
            case "style" | "script" | "head":
                self._hidden += 1
            case _:
                self._begin(tag, given)

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        match tag:
            case "h1" | "p" if not ASIDE & set(given.get("class", "").split()):
                self._passage = []
            case "ol" | "ul":
                self._is_steps = tag == "ol"
            case "li" if self._is_steps:
                self._passage = ["• "]

    def _input(self, given: dict[str, str]) -> None:
        form, pair = self.forms[-1], (given.get("name", ""), given.get("value", "on"))
        if given.get("type") in {"radio", "checkbox"}:
            if "disabled" not in given:
                self._choice = pair
                if "checked" in given:
                    form.values.append(pair)
        elif given.get("type") == "submit":
            form.buttons[given.get("value", "")] = pair
        elif pair[0]:
            form.values.append((pair[0], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        words = " ".join(" ".join(self._words).split())
        match tag:
            case "button" if self._button is not None:
                self.forms[-1].buttons[words] = self._button
                self._button = None
            case "a" if self._link is not None:
                self.links[words] = self._link
                self._link = None
            case "label" if self._choice is not None:
                self.forms[-1].choices[words] = self._choice
                self._choice = None
            case "h1" | "p" | "li" if self._passage is not None:
                self.passages.append(" ".join("".join(self._passage).split()))
                self._passage = None
            case "style" | "script" | "head":
                self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if self._passage is not None:
            self._passage.append(data)
        if self._hidden or not data.strip():
            return
        self._words.append(data)
        self.text.append(data.strip())


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page as a person has it before them."""

    url: str
    status: int
    text: str
    passages: list[str]
    forms: list[HtmlForm]
    links: dict[str, str]


class Browser:
    """One browser with its cookies. Follows redirects as a real one does."""

    def __init__(self) -> None:
        self._client = httpx2.AsyncClient(follow_redirects=True, timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    def cookies(self) -> list[str]:
        """The values it keeps."""
        return [cookie.value for cookie in self._client.cookies.jar if cookie.value]

    async def open(self, url: str) -> Page:
        """Follow a link."""
        return self._page(await self._client.get(url))

    async def press(
        self,
        page: Page,
        label: str,
        *,
        choose: tuple[str, ...] = (),
        typed: Mapping[str, str] | None = None,
    ) -> Page:
        """Press the button of that label, having chosen what starts with each of `choose` and typed
        into the fields of these names."""
        form = next((form for form in page.forms if label in form.buttons), None)
        if form is None:
            offered = [label for form in page.forms for label in form.buttons]
            msg = f"no button {label!r} on {page.url}; there are {offered}: {page.text[:400]}"
            raise PageError(msg)
        values = self._filled(form, choose, typed or {})
        name, value = form.buttons[label]
        pairs = [*values, (name, value)] if name else values
        target = urljoin(page.url, form.action)
        data: dict[str, str | list[str]] = {}
        for key, item in pairs:
            data[key] = [*data.get(key, []), item]
        if form.method.lower() == "post":
            return self._page(await self._client.post(target, data=data))
        return self._page(await self._client.get(target, params=data))

    @staticmethod
    def _filled(
        form: HtmlForm, choose: tuple[str, ...], typed: Mapping[str, str]
    ) -> list[tuple[str, str]]:
        chosen = []
        for wanted in choose:
            found = [pair for label, pair in form.choices.items() if label.startswith(wanted)]
            if not found:
                msg = f"no choice {wanted!r}; there are {sorted(form.choices)}"
                raise PageError(msg)
            chosen.append(found[0])
        if missing := typed.keys() - {name for name, _ in form.values}:
            raise PageError(f"nothing is typed into {sorted(missing)}")
        chosen += typed.items()
        replaced = {name for name, _ in chosen}
        return [pair for pair in form.values if pair[0] not in replaced] + chosen

    @staticmethod
    def _page(answer: httpx2.Response) -> Page:
        reader = FormReader()
        reader.feed(answer.text)
        return Page(
            url=str(answer.url),
            status=answer.status_code,
            text=" ".join(reader.text),
            passages=reader.passages,
            forms=reader.forms,
            links=reader.links,
        )
