"""A browser window as somebody uses it: found by names and identifiers of the accessibility tree, never by pixels."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import Browser, Page, StorageState, async_playwright, expect
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from shared.ids import new_id

CHROMIUM = Path("/usr/bin/chromium")
# Playwright's own, as the last list counts; and the suggestions of the address bar, a page of its own in each window.
_WITHOUT = (
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "PreloadTopChromeWebUI",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxPopup",
)
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_WITHOUT)}",
)
PHONE, DESKTOP = (390, 844), (1280, 800)
PATIENCE_MS = 30_000
PACE_MS = 250
TRIES = 3
PICTURES = Path(__file__).parents[2] / ".caas" / "test" / "browser"
expect.set_options(timeout=PATIENCE_MS)
AXE = Path(__file__).parents[1] / "app" / "vendor" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


_MISFITS = """() => [...document.querySelectorAll(
    '[role=button],[role=checkbox],[role=switch],[role=tab],[role=link],[role=slider],input,textarea')]
  .filter(e => !e.closest('[aria-hidden=true]') && e.getBoundingClientRect().width > 0)
  .map(e => {
    const box = e.getBoundingClientRect();
    let cut = box.bottom > innerHeight || box.top < 0;
    for (let around = e.parentElement; around && !cut; around = around.parentElement) {
      if (getComputedStyle(around).overflowY === 'visible') continue;  // what scrolls is cut at its edges
      const edges = around.getBoundingClientRect();
      cut = box.bottom >= edges.bottom - 1 || box.top <= edges.top + 1;
    }
    const name = e.getAttribute('aria-label') || e.innerText || (e.labels && [...e.labels].map(l => l.innerText).join())
      || e.title || e.placeholder || '';
    return {role: e.getAttribute('role') || e.tagName.toLowerCase(), name: name.trim(), below: box.top > innerHeight,
            width: Math.round(box.width), height: Math.round(box.height), cut};
  })
  .filter(e => !e.name || (!e.cut && (e.width < 44 || e.height < 44)))"""


@asynccontextmanager
async def chromium(*more: str) -> AsyncIterator[Browser]:
    """Debian's Chromium without a screen; `more` are further switches of it."""
    async with async_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("flt-semantics-identifier")
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*_ARGUMENTS, *more])
        yield browser
        await browser.close()


class Visit:
    """One window at the app."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    async def go(self, path: str = "/") -> "Visit":
        """Opens a place by its address."""
        await self.page.goto(self.url + path)
        await self.page.get_by_test_id("app").wait_for(state="attached")
        return self

    async def press(self, identifier: str) -> None:
        """Presses what is known by `identifier`, at a person's pace: Flutter ignores what follows a touch too soon."""
        found = self.page.get_by_test_id(identifier).first
        await found.wait_for()
        await self.page.wait_for_timeout(PACE_MS)
        await found.click()

    async def press_until(self, identifier: str, there: str) -> None:
        """Presses again while `there` is not: what is pressed while a window connects anew is lost."""
        wanted, pressed = self.page.get_by_test_id(there).first, self.page.get_by_test_id(identifier).first
        for _ in range(TRIES):
            await wanted.or_(pressed).first.wait_for()
            with suppress(PlaywrightTimeout):  # what was pressed before may lead on only now, and take the button along
                if not await wanted.is_visible():
                    await self.page.wait_for_timeout(PACE_MS)
                    await pressed.click(timeout=PATIENCE_MS / TRIES)
                await wanted.wait_for(timeout=PATIENCE_MS / TRIES)
                return
        await wanted.wait_for()

    async def see(self, identifier: str) -> None:
        """Waits until something is there."""
        await self.page.get_by_test_id(identifier).first.wait_for()

    async def hear(self, words: str) -> None:
        """Waits until a screen reader would find these words."""
        found = self.page.get_by_text(words).or_(self.page.get_by_label(words)).first
        await found.wait_for(state="attached")

    async def write(self, label: str, text: str) -> None:
        """Fills a field as slowly as a person would; what is filled in before Flutter listens to it is lost."""
        field = self.page.get_by_label(label, exact=True)
        await field.wait_for()
        for _ in range(5):
            try:
                await field.focus(timeout=5_000)
            except PlaywrightTimeout:
                return  # what was written before has led on
            await expect(field).to_have_attribute("autocorrect", re.compile("on|off"))
            await field.fill(text)
            await self.page.wait_for_timeout(PACE_MS)
            # A code that is complete leads on by itself: its field is gone then, at any moment, or the whole page.
            try:
                shown = await field.evaluate_all("found => found.map(each => each.value)")
            except PlaywrightError:
                return
            if set(shown) <= {text}:
                return
        await expect(field).to_have_value(text)

    async def hand_in(self, identifier: str, file: Path) -> None:
        """Chooses a file in the browser's own picker."""
        async with self.page.expect_file_chooser() as chooser:
            await self.press(identifier)
        await (await chooser.value).set_files(file)

    async def tick_all(self) -> None:
        """Ticks every box."""
        boxes = self.page.get_by_role("checkbox")
        await boxes.first.wait_for()
        for number in range(await boxes.count()):
            await boxes.nth(number).click()
            await expect(boxes.nth(number)).to_be_checked()

    async def tab_to(self, identifier: str, at_most: int = 40) -> None:
        """Moves the focus by the keyboard alone until it is there."""
        for _ in range(at_most):
            await self.page.keyboard.press("Tab")
            await self.page.wait_for_timeout(120)
            name = await self.page.evaluate("document.activeElement?.getAttribute('flt-semantics-identifier')")
            if name == identifier:
                return
        raise AssertionError(f"the keyboard does not reach {identifier}")

    async def hindrances(self) -> list[str]:
        """What stands in somebody's way on the present screen, once it shows what it has read."""
        await expect(self.page.get_by_label("Loading")).to_have_count(0)
        await self.page.wait_for_timeout(500)  # what comes into sight is there
        return [*await self.barriers(), *await self.misfits()]

    async def misfits(self) -> list[str]:
        """What can be used but has no name, or is smaller than a finger needs (WCAG 2.5.5: 44 pixels)."""
        found: list[dict[str, object]] = await self.page.evaluate(_MISFITS)
        return [f"{each['role']} {each['name']!r} {each['width']}x{each['height']}" for each in found]

    async def barriers(self) -> list[str]:
        """What axe finds wrong with the screen, by WCAG 2.2 AA."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE.read_text())
        asked = {"runOnly": _RULES, "resultTypes": ["violations"]}
        found = await self.page.evaluate("asked => axe.run(document, asked)", asked)
        return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found["violations"]]


class Kept:
    """What somebody's browser keeps from one visit to the next: as at the first, but for tokens that were renewed."""

    def __init__(self, state: StorageState) -> None:
        self.state = state

    def renew(self, now: StorageState) -> None:
        """Takes over the tokens: an old copy would end the session."""
        fresh = [each for origin in now["origins"] for each in origin["localStorage"] if _is_token(each["name"])]
        assert fresh, "whoever is signed in keeps tokens"
        for origin in self.state["origins"]:
            kept = [each for each in origin["localStorage"] if not _is_token(each["name"])]
            origin["localStorage"] = [*kept, *fresh]


def _is_token(name: str) -> bool:
    return name.endswith("caas.tokens")


@asynccontextmanager
async def visit(
    browser: Browser,
    url: str,
    path: str = "/",
    *,
    size: tuple[int, int] = PHONE,
    state: StorageState | Kept | None = None,
    dark: bool = False,
    before: str | None = None,
) -> AsyncIterator[Visit]:
    """A window of its own, as a new visitor unless `state` says who it is; `before` runs before the page's scripts."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        storage_state=state.state if isinstance(state, Kept) else state,
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    if before is not None:
        await page.add_init_script(before)
    try:
        yield await Visit(page, url).go(path)
        if isinstance(state, Kept):
            state.renew(await context.storage_state())
    except BaseException as error:  # which tells what was there
        PICTURES.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=PICTURES / f"{new_id()}.png")
        error.add_note(f"{page.url}\n{await page.locator('body').aria_snapshot()}")
        raise
    finally:
        await context.close()
