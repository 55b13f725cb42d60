"""A borrower's way through the app in a browser, from the first sight to a loan that is paid out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from playwright.async_api import StorageState

from backend.cli import papers
from backend.cli.phone import newest_at, read_code
from shared.client import AsyncClient
from tests.builders.browser import Visit

NAME = "Ada Pass"


@dataclass(frozen=True)
class Walker:
    """Who walks: a phone number whose codes are read from the outside world's inbox, and papers to hand in."""

    visit: Visit
    world: AsyncClient
    folder: Path
    phone: str
    looks: dict[str, list[str]] = field(default_factory=dict)  # by screen, what stands in somebody's way there
    looking: bool = False

    async def look(self, name: str) -> None:
        """Has axe and a ruler look at the present screen; only where that was asked for, as it takes a second."""
        if self.looking:
            self.looks[name] = await self.visit.hindrances()

    async def sign_up(self, *, first: bool = True) -> None:
        """From the languages to the first screen."""
        visit = self.visit
        if first:
            await visit.press("continue")
            await visit.press("get-started")
        before = await newest_at(self.world, self.phone)
        await visit.write("Phone number", self.phone)
        await visit.press("send-code")
        await visit.page.get_by_label("Code", exact=True).wait_for()
        await self.look("code")
        await visit.write("Code", await self._code(before))
        await visit.page.get_by_label("Full name").wait_for()
        await self.look("name")
        await visit.write("Full name", NAME)
        await visit.press("name-done")
        await visit.tick_all()
        await self.look("consents")
        await visit.press("create-account")
        await visit.press("tour-next")
        await visit.see("tour-back")
        await self.look("tour")
        await visit.press("tour-skip")

    async def prove_identity(self) -> None:
        """Every task of the list, then the wait for the result."""
        visit = self.visit
        await visit.press("quick-kyc")
        await visit.see("task-identity_details")
        await self.look("identity tasks")
        await visit.press("task-identity_details")
        await visit.write("Date of birth", "17/05/1990")
        await visit.write("BVN", papers.digits(11))
        await self.look("identity details")
        await visit.press("save-task")
        await visit.press("task-document")
        await visit.press("document-kind")
        await visit.page.get_by_role("button", name="Driver's licence").click()
        await visit.hand_in("upload-front", self._picture("front"))
        await visit.hear("Received: front.jpg")
        await visit.write("Number", f"D{papers.digits(11)}")
        await visit.write("Valid until", "31/01/2034")
        await self.look("document")
        await visit.press("save-task")
        await visit.press("task-selfie")
        await visit.hand_in("upload-selfie", self._picture("selfie"))
        await visit.hear("Received: selfie.jpg")
        await self.look("selfie")
        await visit.press("save-task")
        await visit.press("task-address")
        await visit.write("Street and number", "1 Marina Road")
        await visit.write("City", "Lagos")
        await self.look("address")
        await visit.press("save-task")
        await visit.press("submit-kyc")
        await visit.see("apply-now")

    async def apply(self, today: date) -> None:
        """One question a page, up to the hand-in."""
        visit = self.visit
        await visit.press("apply-now")
        await visit.press("apply-line_of_credit")
        await visit.press("more")
        await self.look("amount")
        await visit.press("next")
        await visit.press("term-6")
        await visit.press("next")
        await visit.press("purpose-stock")
        await visit.press("next")
        await add_account(visit, NAME)
        await self.look("payout account")
        await visit.press("next")
        await hand_in_statement(visit, self.folder / "statement.csv", today)
        await self.look("statement")
        await visit.press("next")
        await visit.see("submit")
        await self.look("check answers")
        await visit.press("submit")

    async def another_application(self, today: date, *, healthy: bool = True) -> str:
        """A second application, up to its offers, or its refusal where the account is not healthy; returns its id."""
        visit = self.visit
        await visit.go("/apply")
        await self._begin()
        await visit.press("next")
        await visit.press("term-6")
        await visit.press("next")
        await visit.press("purpose-education")
        await visit.press("next")
        await visit.page.locator("[flt-semantics-identifier^=account-]").first.click()
        await visit.press("next")
        await hand_in_statement(visit, self.folder / "another.csv", today, healthy=healthy)
        await visit.press("next")
        await visit.press("submit")
        await visit.page.wait_for_url("**/applications/*")
        await visit.page.wait_for_timeout(4000)
        return visit.page.url.rsplit("/", 1)[-1]

    async def _begin(self) -> None:
        """For oneself, where a business is another choice."""
        visit = self.visit
        await visit.press("apply-line_of_credit")
        myself = visit.page.get_by_role("button", name="For myself")
        await myself.or_(visit.page.get_by_test_id("next")).first.wait_for()
        if await myself.count():
            await myself.click()

    async def begun(self) -> str:
        """A third one that is only begun; returns its id."""
        await self.visit.go("/apply")
        await self._begin()
        await self.visit.page.wait_for_url("**/apply/*")
        return self.visit.page.url.rsplit("/", 1)[-1]

    async def report_problem(self, loan_id: UUID) -> str:
        """Says that a payment is missing, with a picture; returns the dispute's id."""
        visit = self.visit
        await visit.go(f"/loans/{loan_id}/disputes")
        await visit.press("report-problem")
        await visit.press("about-missing")
        await visit.write("What happened?", "I paid on Monday from my salary account.")
        await visit.hand_in("add-evidence", self._picture("receipt"))
        await visit.hear("receipt.jpg")
        await visit.press("to-check")
        await visit.press("send-dispute")
        await visit.page.wait_for_url("**/disputes/*-*")
        return visit.page.url.rsplit("/", 1)[-1]

    async def ask_for_copy(self) -> None:
        """Asks for a copy of one's data and waits until it is there."""
        visit = self.visit
        await visit.go("/profile/my-data")
        await visit.press("ask-for-copy")
        await visit.see("download-copy")

    async def take_and_sign(self, *, by_passkey: bool = False) -> None:
        """The cheapest offer, its agreement, the signature, and the wait for the money."""
        visit = self.visit
        await visit.see("take-harbor")
        await self.look("offers")
        await visit.press("take-harbor")
        await visit.see("sign")
        await self.look("agreement to sign")
        await visit.page.mouse.move(195, 500)
        await visit.page.mouse.wheel(0, 4000)
        await visit.tick_all()
        if by_passkey:
            await visit.press("sign-passkey")
        else:
            before = await newest_at(self.world, self.phone)
            await visit.press("sign")
            await visit.page.get_by_label("Code", exact=True).wait_for()
            await self.look("signing code")
            await visit.write("Code", await self._code(before))
        await visit.see("save-evidence")
        await self.look("signed agreement")
        await visit.press("follow-money")
        await visit.see("to-loan")

    async def whole_way(self, today: date) -> StorageState:
        """All of it; what the browser keeps, to come back with."""
        await self.sign_up()
        await self.prove_identity()
        await self.apply(today)
        await self.take_and_sign()
        return await self.visit.page.context.storage_state()

    async def _code(self, since: datetime | None) -> str:
        return await read_code(self.world, self.phone, since=since)

    def _picture(self, name: str) -> Path:
        path = self.folder / f"{name}.jpg"
        path.write_bytes(papers.picture(name))
        return path


async def add_account(visit: Visit, holder: str, look: Callable[[], Awaitable[None]] | None = None) -> None:
    """The form for an account to be paid to, up to the account among those there are; `look` once it is filled in."""
    await visit.press("bank")
    await visit.page.get_by_role("button", name="Guaranty Trust Bank").click()
    await visit.write("Account number", papers.bank_account(papers.NIGERIA, holder).number)
    if look is not None:
        await look()
    await visit.press("save-account")
    await visit.see("add-account")


async def hand_in_statement(visit: Visit, path: Path, today: date, *, healthy: bool = True) -> None:
    """A bank statement, written to `path`, up to how it was read."""
    await visit.hand_in("upload-bank_statement", _statement(path, today, healthy=healthy))
    await visit.hear("movements, ")


def _statement(path: Path, today: date, *, healthy: bool) -> Path:
    path.write_bytes(papers.bank_statement(papers.NIGERIA, today, healthy=healthy))
    return path
