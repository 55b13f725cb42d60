"""An owner's way through the app in a browser: a business registered, proved, and applied for."""

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from backend.cli import papers
from tests.builders.app_walk import add_account, hand_in_statement
from tests.builders.browser import Visit


@dataclass(frozen=True)
class FirmWalker:
    """Who walks is signed in and verified already."""

    visit: Visit
    folder: Path
    name: str = "Pass Textiles Ltd"
    number: str = field(default_factory=lambda: f"RC{papers.digits(7)}")
    looks: dict[str, list[str]] = field(default_factory=dict)  # by screen, what stands in somebody's way there
    looking: bool = False

    async def look(self, name: str) -> None:
        """Has axe and a ruler look at the present screen; only where that was asked for, as it takes a second."""
        if self.looking:
            self.looks[name] = await self.visit.hindrances()

    async def register(self) -> UUID:
        """From the list of businesses to the list of tasks."""
        visit = self.visit
        await visit.see("new-business")
        await self.look("no business yet")
        await visit.press("new-business")
        await visit.write("Name of the business", self.name)
        await visit.write("Registration number, if it has one", self.number)
        await self.look("new business")
        await visit.press("register-business")
        await visit.see("task-directors")
        await self.look("tasks of a business")
        return UUID(visit.page.url.split("/businesses/")[1].split("/")[0])

    async def prove(self) -> None:
        """Every task of the list, then the wait for the result."""
        visit = self.visit
        await visit.press("task-registration_details")
        await visit.write("Registered on", "01/03/2018")
        await self.look("registration")
        await visit.press("save-task")
        await visit.press("task-directors")
        await self._person("Ada", "Pass")
        await self.look("directors")
        await visit.press("save-task")
        await visit.press("task-beneficial_owners")
        await visit.press("take-over-0")
        await visit.write("Share in percent", "62.5")
        await visit.press("person-done")
        await visit.see("person-0")
        await self.look("owners")
        await visit.press("save-task")
        await visit.press("task-proof_of_address")
        await visit.write("Street and number", "1 Marina Road")
        await visit.write("City", "Lagos")
        bill = self.folder / "bill.jpg"
        bill.write_bytes(papers.picture("bill"))
        await visit.hand_in("upload-proof_of_address", bill)
        await visit.hear("Received: bill.jpg")
        await self.look("address of a business")
        await visit.press("save-task")
        await visit.press("submit-kyc")
        await visit.see("apply-now")
        await self.look("verified business")

    async def invite(self, business_id: UUID, address: str) -> None:
        """Asks somebody to look at everything."""
        visit = self.visit
        await visit.go(f"/businesses/{business_id}")
        await visit.press("invite")
        await visit.write("Phone or e-mail", address)
        await visit.press("role-finance_viewer")
        await self.look("invite")
        await visit.press("send-invitation")
        await visit.hear("Open invitations")
        await self.look("business")

    async def apply(self, business_id: UUID, today: date) -> UUID:
        """Working capital, up to the hand-in; returns the application's id."""
        visit = self.visit
        await visit.go(f"/apply?business_id={business_id}")
        await visit.see("apply-working_capital")
        await self.look("products for a business")
        await visit.press("apply-working_capital")
        await visit.write("Or type the amount", "300000")
        await visit.press("take-amount")
        await visit.press("next")
        await visit.press("term-6")
        await visit.press("next")
        await visit.press("purpose-payroll")
        await visit.press("next")
        await add_account(visit, self.name, partial(self.look, "account of a business"))
        await visit.press("next")
        await hand_in_statement(visit, self.folder / "firm.csv", today)
        await visit.press("next")
        await visit.press("submit")
        await visit.page.wait_for_url("**/applications/*")
        return UUID(visit.page.url.rsplit("/", 1)[-1])

    async def _person(self, given: str, family: str) -> None:
        visit = self.visit
        await visit.write("Given name", given)
        await visit.write("Family name", family)
        await visit.write("Date of birth", "17/05/1990")
        await visit.write("BVN, if known", papers.digits(11))
        await self.look("director")
        await visit.press("person-done")
        await visit.see("person-0")
