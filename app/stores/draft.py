"""Filling in an application, one question after the other; each answer is kept by the platform at once."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import flet as ft

from app.stores import reads
from app.stores.amounts import step_for
from app.stores.estimate import Estimate
from app.stores.files import Handover
from app.stores.root import Store
from shared.api.applications import (
    ApplicationDetails,
    ApplicationOut,
    ApplicationPatch,
    Purchase,
    Purpose,
)
from shared.api.products import AttachmentKind, ProductKind, ProductOut
from shared.api.servicing import SimulationOut
from shared.client import Upload
from shared.money import Money
from shared.terms import LoanTerms

Send = Callable[[Upload], Awaitable[object]]
STATEMENTS = ("csv", "ofx", "qfx")
PAPERS = ("pdf", "jpg", "jpeg", "png", "webp")


class Step(StrEnum):
    """The pages, in their order; `details` only where the product asks for them."""

    AMOUNT = "amount"
    TERM = "term"
    PURPOSE = "purpose"
    DETAILS = "details"
    ACCOUNT = "account"
    FILES = "files"
    CHECK = "check"


_ASKED_ON = {
    "amount_minor": Step.AMOUNT,
    "instalments": Step.TERM,
    "purpose": Step.PURPOSE,
    "payout_account_id": Step.ACCOUNT,
}


class DraftFlow(ft.Observable):
    """Observable. `application` is as the platform last gave it; the rest is what the borrower is about to give."""

    def __init__(self, store: Store, application: ApplicationOut, product: ProductOut) -> None:
        self._store = store
        self.action = store.action()
        self.application = application
        self.product = product
        currency = product.currency
        self.amount = application.amount or Money.of(_first_amount(product), currency)
        self.instalments = application.instalments or max(product.min_instalments, min(6, product.max_instalments))
        self.purpose = application.purpose
        self.account_id = application.payout_account_id
        self.details = application.details or ApplicationDetails()
        self.is_amount_taken = True  # what is typed is taken as soon as it can be had
        self.estimate = Estimate(store)
        self.date_order = ""
        self.decimal_mark = ""
        self.files = {
            kind: Handover(store, self._sender(kind), _extensions(kind)) for kind in product.required_attachments
        }
        self.begun_at = self.step = self.first_open

    @property
    def steps(self) -> list[Step]:
        """The pages of this product."""
        asks_more = self.product.kind in {ProductKind.BNPL, ProductKind.INVOICE_FINANCING}
        fixed_term = self.product.min_instalments == self.product.max_instalments
        left_out = {None if asks_more else Step.DETAILS, Step.TERM if fixed_term else None}
        return [step for step in Step if step not in left_out]

    @property
    def has_details(self) -> bool:
        """Whether what the product asks for beyond the figures is told."""
        told = self.details
        return (told.invoice if self.product.kind is ProductKind.INVOICE_FINANCING else told.purchase) is not None

    @property
    def first_open(self) -> Step:
        """The page of the first thing that is missing."""
        for name in self.application.missing:
            step = _ASKED_ON.get(name, Step.DETAILS if name.startswith("details") else Step.FILES)
            if step in self.steps:
                return step
        return Step.CHECK

    @property
    def number(self) -> int:
        """Which page this is, from 1."""
        return self.steps.index(self.step) + 1

    def show(self, step: Step) -> None:
        """Goes to a page; nothing that was given is lost."""
        self.action.clear()
        self.step = step

    def turn_to(self, name: str) -> None:
        """Goes to the page of this name; where there is none of it, to that on which the visit began."""
        self.show(next((step for step in self.steps if step.value == name), self.begun_at))

    @property
    def step_before(self) -> Step | None:
        """The page before this one; None on the first."""
        return self.steps[self.number - 2] if self.number > 1 else None

    def choose(
        self,
        *,
        amount_minor: int | None = None,
        instalments: int | None = None,
        purpose: Purpose | None = None,
        account_id: UUID | None = None,
        details: ApplicationDetails | None = None,
    ) -> None:
        """Takes an answer, which `save` then hands on."""
        self.action.clear()
        if amount_minor is not None:
            self.amount = Money.of(amount_minor, self.product.currency)
        self.instalments = instalments or self.instalments
        self.purpose = purpose or self.purpose
        self.account_id = account_id or self.account_id
        self.details = details or self.details

    def take_amount(self, amount_minor: int | None) -> None:
        """Takes an amount, or None for one that is typed and can't be had."""
        self.is_amount_taken = amount_minor is not None
        self.choose(amount_minor=amount_minor)

    @property
    def terms(self) -> LoanTerms:
        """What is chosen, at the product's highest rate; offers are no dearer."""
        product = self.product
        return LoanTerms(
            currency=product.currency,
            principal_minor=self.amount.amount_minor,
            annual_rate_pct=product.max_rate_pct,
            instalments=self.instalments,
            frequency=product.frequency,
            method=product.method,
            interest=product.interest,
            day_count=product.day_count,
            fees=product.fees,
            down_payment=product.down_payment,
            down_payment_bps=product.down_payment_bps,
            rounding=product.rounding,
            instalment_step_minor=product.instalment_step_minor,
            every=product.every,
            holidays=product.holidays,
        )

    @property
    def cost(self) -> SimulationOut | None:
        """What the choice would cost at most; None while that is not known."""
        return self.estimate.of(self.terms)

    async def save(self) -> bool:
        """Has the platform keep everything that was chosen so far. True once it has."""
        reached = self.steps.index(self.step)

        def given(step: Step, value: object) -> object:
            return value if step not in self.steps or self.steps.index(step) <= reached else None

        patch = ApplicationPatch(
            amount_minor=self.amount.amount_minor,
            instalments=self.instalments if given(Step.TERM, True) else self.application.instalments,
            purpose=self.purpose,
            payout_account_id=self.account_id,
            details=self._told() if given(Step.DETAILS, True) else self.application.details,
        )
        changed = await self.action.run(lambda: self._store.client.applications.change(self.application.id, patch))
        if changed is None:
            return False
        self.take(changed)
        return True

    async def go_on(self) -> Step | None:
        """Saves; the page that comes next, None where what was given was not taken."""
        return self.steps[self.number] if await self.save() and self.step is not Step.CHECK else None

    async def submit(self) -> bool:
        """Hands the application in. True once the platform has taken it."""
        key = self.action.key((self.application.id, self.application.revision))
        applications = self._store.client.applications
        answer = await self.action.run(lambda: applications.submit(self.application.id, idempotency_key=key))
        if answer is None:
            return False
        self.take(answer)
        await self._store.refresh(reads.HOME, reads.APPLICATIONS)
        return True

    async def remove_file(self, attachment_id: UUID) -> None:
        """Takes a file off the application."""
        applications = self._store.client.applications

        async def remove() -> ApplicationOut:
            await applications.remove_attachment(self.application.id, attachment_id)
            return await applications.application(self.application.id)

        changed = await self.action.run(remove)
        if changed is not None:
            self.take(changed)

    def take(self, application: ApplicationOut) -> None:
        """Takes the application as the platform gives it now."""
        self.application = application
        reads.application(self._store, application.id).put(application)

    def _told(self) -> ApplicationDetails | None:
        return None if self.details == ApplicationDetails() else self.details

    def _sender(self, kind: AttachmentKind) -> Send:
        async def send(upload: Upload) -> object:
            applications = self._store.client.applications
            found = await applications.attach(
                self.application.id,
                upload,
                kind,
                date_order=self.date_order or None,
                decimal_mark=self.decimal_mark or None,
            )
            self.take(await applications.application(self.application.id))
            return found

        return send


def purchase(merchant: str, reference: str, amount_minor: int) -> ApplicationDetails:
    """The details of a purchase in parts."""
    return ApplicationDetails(
        purchase=Purchase(merchant=merchant, order_reference=reference, amount_minor=amount_minor)
    )


def _first_amount(product: ProductOut) -> int:
    """A round quarter of what the product offers."""
    least, most = product.min_amount_minor, product.max_amount_minor
    step = step_for(least, most, product.amount_step_minor)
    return max(least, most // 4 // step * step)


def _extensions(kind: AttachmentKind) -> tuple[str, ...]:
    return STATEMENTS if kind is AttachmentKind.BANK_STATEMENT else PAPERS


def share_of(part: Money, whole: Money) -> Decimal:
    """`part` of `whole`, 0 to 1; 0 where there is no whole."""
    return Decimal(part.amount_minor) / whole.amount_minor if whole.amount_minor else Decimal(0)
