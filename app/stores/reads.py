"""What screens read, by name: each is one query, shared by all screens that show it."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar
from uuid import UUID

from app.stores.home import Home
from app.stores.query import Query
from app.stores.root import Store
from shared.api.onboarding import CaseOut
from shared.api.products import Channel, ProductOut
from shared.api.servicing import LoanOut, ScheduleOut
from shared.client.errors import NotFound

T = TypeVar("T")

HOME, LOANS, KYC, PRODUCTS = "home", "loans", "kyc", "products"


async def present(read: Awaitable[T]) -> T | None:
    """What `read` gives, or None where it is not there yet."""
    try:
        return await read
    except NotFound:
        return None


def home(store: Store) -> Query[Home]:
    """Everything that the first screen shows, read at once."""

    async def fetch() -> Home:
        client = store.client
        loans, lines, applications, kyc, products = await asyncio.gather(
            client.servicing.loans(limit=20),
            client.servicing.credit_lines(limit=5),
            client.applications.applications(limit=20),
            present(client.onboarding.my_kyc()),
            client.applications.products(channel=channel_of(store)),
        )
        return Home(loans=loans.items, lines=lines.items, applications=applications.items, kyc=kyc, products=products)

    return store.query(HOME, fetch)


def loans(store: Store) -> Query[list[LoanOut]]:
    """The borrower's loans, the newest first."""

    async def fetch() -> list[LoanOut]:
        return (await store.client.servicing.loans(limit=100)).items

    return store.query(LOANS, fetch)


def loan(store: Store, loan_id: UUID) -> Query[LoanOut]:
    """One loan."""
    return store.query(("loan", loan_id), lambda: store.client.servicing.loan(loan_id))


def schedule(store: Store, loan_id: UUID) -> Query[ScheduleOut]:
    """A loan's instalments."""
    return store.query(("schedule", loan_id), lambda: store.client.servicing.schedule(loan_id))


def kyc(store: Store) -> Query[CaseOut]:
    """The borrower's own case, opened if there is none."""

    async def fetch() -> CaseOut:
        return await present(store.client.onboarding.my_kyc()) or await store.client.onboarding.open_kyc()

    return store.query(KYC, fetch)


def products(store: Store) -> Query[list[ProductOut]]:
    """What can be applied for from here."""
    return store.query(PRODUCTS, lambda: store.client.applications.products(channel=channel_of(store)))


def channel_of(store: Store) -> Channel:
    """By which channel this app reaches the platform: phones are bound by the rules of their stores."""
    return {"ios": Channel.IOS, "android": Channel.ANDROID}.get(store.platform.channel, Channel.WEB)
