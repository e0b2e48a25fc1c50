"""A participant in a real browser, doing what the pages ask: the words of the tests and of the screenshots."""

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from server import PATIENCE

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

AGREEMENT = ["Strongly disagree", "Disagree", "Somewhat disagree", "Neutral", "Somewhat agree", "Agree", "Strongly agree"]
QUALITY = ["Terrible", "Very poor", "Poor", "Fair", "Good", "Very good", "Excellent"]

OPINIONS = [
    "I am torn about this. It sounds fair at first, but I have seen good intentions do harm when nobody looks at "
    "what it costs. I would try it somewhere small, and look honestly at the results before going further.",
    "Yes, on the whole. People who can carry more should carry more, and the rest of us would trust the rules again "
    "if they held for everybody. I would want it to come slowly, with a date on which it is looked at again.",
    "No. Every rule of this kind begins with the best of reasons and ends with more forms. I would rather leave "
    "people to decide for themselves, and help those who really need it directly.",
]


class Person:
    """One participant: a browser context of their own, and the page in it."""

    def __init__(self, browser: Browser, url: str, viewport=DESKTOP, touch=False, **options):
        self.url = url
        self.context: BrowserContext = browser.new_context(
            viewport=viewport, has_touch=touch, is_mobile=touch, reduced_motion="reduce",
            base_url=url, **{"locale": "en-GB", **options},
        )
        self.context.set_default_timeout(60_000)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._note)
        self.page.on("dialog", self._refuse)

    def _note(self, message) -> None:
        # A refused answer is a 4xx that the page explains; Chromium also writes it to the console.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def _refuse(self, dialog) -> None:
        self.errors.append(f"a script opened a dialog: {dialog.message}")
        dialog.dismiss()

    # Where they are

    def at(self, step: str, timeout: float = 60) -> "Person":
        """Waits until the page of `step` is shown and filled."""
        expect(self.page.locator(f"body[data-step={step}] main[aria-busy=false]")).to_be_visible(timeout=timeout * 1000)
        return self

    @property
    def step(self) -> str:
        return self.page.locator("body").get_attribute("data-step") or ""

    @property
    def heading(self):
        return self.page.get_by_role("heading", level=1)

    @property
    def drawer(self):
        return self.page.get_by_role("dialog")

    def open_drawer(self, name: str):
        self.page.get_by_role("button", name=name).click()
        expect(self.drawer).to_be_visible()
        return self.drawer

    def back_to_the_study(self) -> "Person":
        self.drawer.get_by_role("button", name="Back to the study").click()
        expect(self.drawer).to_be_hidden()
        return self

    @property
    def refusal(self):
        return self.page.locator("form[data-answer] > [role=alert]")

    # What they do

    def open_invitation(self, study: str = "demo") -> "Person":
        self.page.goto(f"/join/{study}")
        expect(self.page.locator("main[aria-busy=false]")).to_be_visible()
        return self

    def consent(self) -> "Person":
        self.page.get_by_role("button", name="I agree to take part").click()
        return self.at("instructions")

    def read_instructions(self) -> "Person":
        self.page.get_by_role("button", name="I have read this").click()
        return self

    def join(self) -> "Person":
        return self.open_invitation().consent().read_instructions()

    def choose(self, name: str, value: int) -> None:
        """Picks a point of a scale as a finger or a mouse does: on its words."""
        self.page.locator(f"label:has(input[name={name}][value='{value}'])").click()

    def take_stance(self, affirming: int, negating: int) -> "Person":
        self.at("stance")
        self.choose("affirming", affirming)
        self.choose("negating", negating)
        self.page.get_by_role("button", name="Continue").click()
        return self.at("opinion")

    def write(self, text: str) -> "Person":
        self.at("opinion")
        self.page.get_by_role("textbox").fill(text)
        return self

    def send(self) -> "Person":
        self.page.get_by_role("button", name="Send my opinion").click()
        return self

    def await_statements(self) -> "Person":
        return self.at("rating", timeout=PATIENCE)

    @property
    def statement(self) -> tuple[int, int, str]:
        """Number, of how many, text."""
        number, of = re.fullmatch(r"Statement (\d+) of (\d+)", self.heading.inner_text().strip()).groups()
        return int(number), int(of), self.page.locator("blockquote").inner_text()

    def rate(self, agreement: int, quality: int) -> "Person":
        """Rates the present statement and waits for what comes after it."""
        number, _, _ = self.statement
        self.choose("agreement", agreement)
        self.choose("quality", quality)
        self.page.get_by_role("button", name="Continue").click()
        return self.past(number)

    def past(self, number: int) -> "Person":
        """Waits until statement `number` has gone from the page."""
        self.page.wait_for_function(
            """number => document.body?.dataset.step !== 'rating'
                || !document.querySelector('main h1')?.textContent.startsWith(`Statement ${number} `)""",
            arg=number,
        )
        expect(self.page.locator("main[aria-busy=false]")).to_be_visible()
        return self

    def read_debriefing(self) -> "Person":
        self.at("debriefing", timeout=60)
        self.page.get_by_role("button", name="I have read this").click()
        return self.at("done")

    @property
    def code(self) -> str:
        return self.page.locator("#code").inner_text()
