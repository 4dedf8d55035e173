"""A person in front of a browser: opens, presses, writes, chooses, reads. Every page met on the way is inspected.

The rule: things are found by the words that people and screen readers find them by, never by ids or classes.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from tests import factories
from tests.browser import inspection

LIMIT = 20_000
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
# htmx notes as errors those requests that the page itself replaced by a newer one; failures of others say more.
GIVEN_UP = re.compile(r"htmx:(sendAbort|afterRequest), ")
SETTLED = "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
expect.set_options(timeout=LIMIT)


@dataclass(frozen=True)
class Screen:
    """The size of a window in CSS pixels."""

    width: int
    height: int


PHONE = Screen(390, 844)
DESKTOP = Screen(1280, 900)
SCREENS = (PHONE, DESKTOP)


class Person:
    """One browser with one tab. `status` is that of the page last loaded; `faults` are what no page may have."""

    def __init__(self, page: Page, script: bool = True) -> None:
        self.page = page
        self.script = script
        self.login = ""
        self.status = 0
        self.faults: list[str] = []
        page.on("response", self._answered)
        page.on("console", self._complained)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            self.status = response.status

    def _complained(self, message: ConsoleMessage) -> None:
        """Chromium notes refused pages (422, 409 …) as errors too; those are what the tests are about."""
        refused = message.location["url"] == self.page.url and REFUSED.match(message.text)
        if message.type in ("error", "warning") and not refused and not GIVEN_UP.match(message.text):
            self.faults.append(f"{self.page.url}: {message.text}")

    # going about

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.looks()

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press the button or link of that name, and wait for the page that follows."""
        place = within or self.page.get_by_role("main").or_(self.page.get_by_role("navigation"))
        found = place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name))
        with self.page.expect_navigation():
            found.first.click()
        self.looks()

    def looks(self) -> None:
        """Nothing is wrong with the page as it stands; each state of a page is inspected once."""
        self.faults += inspection.faults(self.page, script=self.script)

    def signs_in_as_citizen(self, login: str) -> None:
        self._signs_in("/sign-in", "手机号码或身份证号码", login)

    def signs_in_as_staff(self, login: str) -> None:
        self._signs_in("/staff/sign-in", "登录名", login)

    def _signs_in(self, path: str, question: str, login: str) -> None:
        self.login = login
        self.open(path)
        self.write(question, login)
        self.write("密码", factories.PASSWORD)
        self.press("登录", within=self.page.get_by_role("main"))
        assert self.status == 200, self.page.url

    # filling in

    def field(self, label: str) -> Locator:
        """The field of that label, whether or not it is marked as optional."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(（选填）)?\s*$"))

    def write(self, label: str, text: str) -> None:
        self.field(label).fill(text)

    def choose(self, question: str, *answers: str) -> None:
        """Tick these answers to a question with round or square boxes."""
        for answer in answers:
            group = self.page.get_by_role("group", name=question)
            group.locator("label").filter(has_text=re.compile(rf"^\s*{re.escape(answer)}\s*$")).click()
            self.settle()

    def tick(self, label: str) -> None:
        self.page.locator("label").filter(has_text=label).click()
        self.settle()

    def select(self, label: str, option: str) -> None:
        """Select an option by its words, once it is there: the next level of a region comes by itself."""
        box = self.field(label)
        expect(box.locator("option").filter(has_text=option)).to_have_count(1)
        box.select_option(label=option)
        self.settle()

    def attach(self, label: str, *files: Path) -> None:
        self.field(label).set_input_files(list(files))

    def settle(self) -> None:
        """Wait until no part of the page is being exchanged."""
        if self.script:
            self.page.wait_for_function(
                "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
            )

    # reading

    def reads(self, *texts: str) -> None:
        """These words stand visibly on the page."""
        for text in texts:
            expect(self.page.get_by_role("main").get_by_text(text).locator("visible=true").first).to_be_visible()

    def does_not_read(self, text: str) -> None:
        expect(self.page.get_by_text(text).locator("visible=true")).to_have_count(0)

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def is_told_what_is_wrong(self, *lines: str) -> None:
        """The page came back refused: a summary that has the focus says exactly this, and leads to each field."""
        assert self.status == 422, self.page.url
        summary = self.page.get_by_role("alert")
        if self.script:
            expect(summary).to_be_focused()
        links = summary.get_by_role("link").all()
        assert [link.inner_text() for link in links] == list(lines)
        for link in links:
            target = (link.get_attribute("href") or "").removeprefix("#")
            expect(self.page.locator(f"[id='{target}']")).to_be_visible()
