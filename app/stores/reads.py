"""What screens read, by name: each is one query, shared by all screens that show it."""

import asyncio
from collections.abc import Awaitable
from datetime import date
from functools import partial
from typing import TypeVar
from uuid import UUID

from app.stores.home import OWED, Home
from app.stores.pages import newest
from app.stores.query import Query
from app.stores.root import Store
from shared.api.agreements import AgreementOut, AgreementSummary, EvidenceOut
from shared.api.applications import ApplicationOut, ApplicationSummary
from shared.api.bank_accounts import BankAccountOut
from shared.api.channels import ChannelLinkOut, ChannelStepUpOut, ChatChannel
from shared.api.compliance import DataExportOut, DeletionOut
from shared.api.consents import ConsentOut, ConsentTextOut
from shared.api.disbursement import DisbursementOut
from shared.api.identity import SessionOut
from shared.api.notifications import NotificationOut, PreferencesOut, PushRegistrationOut
from shared.api.offers import OffersOut
from shared.api.onboarding import CaseOut
from shared.api.passkeys import PasskeyOut
from shared.api.payments import MandateOut, OrderOut, VirtualAccountOut
from shared.api.products import Channel, ProductOut
from shared.api.servicing import CreditLineOut, LoanOut, PayoffQuoteOut, ScheduleOut, TransactionOut
from shared.api.underwriting import DecisionOut
from shared.client.errors import NotFound

T = TypeVar("T")

HOME, LOANS, KYC, PRODUCTS, ACCOUNTS = "home", "loans", "kyc", "products", "accounts"
APPLICATIONS, INBOX, SESSIONS, CONSENTS = "applications", "inbox", "sessions", "consents"
PREFERENCES, PHONES, PASSKEYS = "preferences", "phones", "passkeys"
EXPORTS, DELETION, CHATS = "exports", "deletion", "chats"

# What happens to a loan and its money, and on the way to one: the beginnings of the news' topics.
MONEY_NEWS = ("servicing.", "payments.", "disbursement.", "arrears.")
APPLYING_NEWS = ("onboarding.", "applications.", "underwriting.", "offers.", "agreements.")


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
            client.servicing.credit_lines(limit=20),
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
    return store.query(("loan", loan_id), store.read(lambda client: client.servicing.loan(loan_id)))


def schedule(store: Store, loan_id: UUID) -> Query[ScheduleOut]:
    """A loan's instalments."""
    return store.query(("schedule", loan_id), store.read(lambda client: client.servicing.schedule(loan_id)))


def kyc(store: Store) -> Query[CaseOut]:
    """The borrower's own case, opened if there is none."""
    return store.query(KYC, lambda: own_case(store))


async def own_case(store: Store) -> CaseOut:
    """The borrower's own case, opened if there is none. Raises ClientError."""
    return await present(store.client.onboarding.my_kyc()) or await store.client.onboarding.open_kyc()


def credit_line(store: Store, line_id: UUID) -> Query[CreditLineOut]:
    """One line of credit."""
    return store.query(line_key(line_id), store.read(lambda client: client.servicing.credit_line(line_id)))


def line_key(line_id: UUID) -> tuple[str, UUID]:
    """What a line is known by, to have it read again."""
    return "credit line", line_id


def products(store: Store) -> Query[list[ProductOut]]:
    """What can be applied for from here."""
    return store.query(PRODUCTS, store.read(lambda client: client.applications.products(channel=channel_of(store))))


def channel_of(store: Store) -> Channel:
    """By which channel this app reaches the platform: phones are bound by the rules of their stores."""
    return {"ios": Channel.IOS, "android": Channel.ANDROID}.get(store.platform.channel, Channel.WEB)


def accounts(store: Store) -> Query[list[BankAccountOut]]:
    """The borrower's bank accounts."""
    return store.query(ACCOUNTS, store.read(lambda client: client.onboarding.bank_accounts()))


def application(store: Store, application_id: UUID) -> Query[ApplicationOut]:
    """One application."""
    read = store.read(lambda client: client.applications.application(application_id))
    return store.query(("application", application_id), read)


def applications(store: Store) -> Query[list[ApplicationSummary]]:
    """The borrower's applications, the newest first."""

    async def fetch() -> list[ApplicationSummary]:
        return (await store.client.applications.applications(limit=100)).items

    return store.query(APPLICATIONS, fetch)


def product(store: Store, product_id: UUID) -> Query[ProductOut]:
    """One version of a product."""
    return store.query(("product", product_id), store.read(lambda client: client.applications.product(product_id)))


def decision(store: Store, application_id: UUID) -> Query[DecisionOut]:
    """The latest decision on an application."""
    read = store.read(lambda client: client.underwriting.decision(application_id))
    return store.query(("decision", application_id), read)


def offers(store: Store, application_id: UUID) -> Query[OffersOut]:
    """What the lenders answered."""
    return store.query(("offers", application_id), store.read(lambda client: client.offers.compare(application_id)))


def agreement_of(store: Store, application_id: UUID) -> Query[AgreementSummary | None]:
    """The agreement of an application, once there is one."""

    async def fetch() -> AgreementSummary | None:
        page = await store.client.agreements.agreements(application_id=application_id, limit=1)
        return page.items[0] if page.items else None

    return store.query(("agreement of", application_id), fetch)


def agreement(store: Store, agreement_id: UUID) -> Query[AgreementOut]:
    """One agreement."""
    read = store.read(lambda client: client.agreements.agreement(agreement_id))
    return store.query(("agreement", agreement_id), read)


def evidence(store: Store, agreement_id: UUID) -> Query[EvidenceOut]:
    """What proves a signature."""
    return store.query(("evidence", agreement_id), store.read(lambda client: client.agreements.evidence(agreement_id)))


def payout(store: Store, loan_id: UUID) -> Query[DisbursementOut]:
    """Where a loan's money is."""
    return store.query(("payout", loan_id), store.read(lambda client: client.disbursement.of_loan(loan_id)))


def transactions_key(loan_id: UUID) -> object:
    """By what the movements of a loan are known."""
    return ("transactions", loan_id)


def transactions(store: Store, loan_id: UUID) -> Query[list[TransactionOut]]:
    """What happened to a loan's balance, the newest first."""
    key = transactions_key(loan_id)

    async def fetch() -> list[TransactionOut]:
        return await newest(store, key, partial(store.client.servicing.transactions, loan_id))

    return store.query(key, fetch)


def virtual_account(store: Store, loan_id: UUID) -> Query[VirtualAccountOut]:
    """The account that a loan is paid to."""
    read = store.read(lambda client: client.payments.virtual_account(loan_id))
    return store.query(("virtual account", loan_id), read)


def mandates(store: Store, loan_id: UUID) -> Query[list[MandateOut]]:
    """Who may be debited for a loan."""
    return store.query(("mandates", loan_id), store.read(lambda client: client.payments.mandates(loan_id)))


def debits(store: Store, mandate_id: UUID) -> Query[list[OrderOut]]:
    """What was or is being taken under a mandate lately, the newest first."""

    async def fetch() -> list[OrderOut]:
        return (await store.client.payments.debits(mandate_id, limit=20)).items

    return store.query(("debits", mandate_id), fetch)


def inbox(store: Store) -> Query[list[NotificationOut]]:
    """The borrower's messages, the newest first."""

    async def fetch() -> list[NotificationOut]:
        return await newest(store, INBOX, store.client.notifications.notifications)

    return store.query(INBOX, fetch)


def preferences(store: Store) -> Query[PreferencesOut]:
    """What the borrower wants to hear of."""
    return store.query(PREFERENCES, store.read(lambda client: client.notifications.preferences()))


def phones(store: Store) -> Query[list[PushRegistrationOut]]:
    """The borrower's phones that get notices."""
    return store.query(PHONES, store.read(lambda client: client.notifications.push_registrations()))


def sessions(store: Store) -> Query[list[SessionOut]]:
    """The devices that are signed in."""
    return store.query(SESSIONS, store.read(lambda client: client.identity.sessions()))


def passkeys(store: Store) -> Query[list[PasskeyOut]]:
    """One's passkeys."""
    return store.query(PASSKEYS, store.read(lambda client: client.passkeys.mine()))


def chats(store: Store) -> Query[list[ChannelLinkOut]]:
    """The chats of other apps that are linked; that of the app itself is none of them."""

    async def fetch() -> list[ChannelLinkOut]:
        found = await store.client.identity.channel_links()
        return [each for each in found if each.channel is not ChatChannel.IN_APP]

    return store.query(CHATS, fetch)


def chat_question(store: Store, step_up_id: UUID) -> Query[ChannelStepUpOut]:
    """What a chat asks to have confirmed."""
    read = store.read(lambda client: client.identity.channel_step_up(step_up_id))
    return store.query(("chat question", step_up_id), read)


def consents(store: Store) -> Query[list[ConsentOut]]:
    """What the borrower agreed to."""
    return store.query(CONSENTS, store.read(lambda client: client.identity.consents()))


def consent_texts(store: Store) -> Query[list[ConsentTextOut]]:
    """The texts in force, in the borrower's language."""
    read = store.read(lambda client: client.identity.consent_texts(store.look.language.value))
    return store.query("consent texts", read)


def schedules(store: Store, loan_id: UUID | None) -> Query[list[ScheduleOut]]:
    """The instalments of one loan, or of every loan that is being paid back."""

    async def fetch() -> list[ScheduleOut]:
        servicing = store.client.servicing
        if loan_id is not None:
            return [await servicing.schedule(loan_id)]
        owed = [each for each in (await servicing.loans(limit=20)).items if each.status in OWED]
        return list(await asyncio.gather(*(servicing.schedule(each.id) for each in owed)))

    return store.query(("schedules", loan_id), fetch)


def payoff(store: Store, loan_id: UUID, on: date | None) -> Query[PayoffQuoteOut]:
    """What closes a loan on a day, the business date where none is given."""
    read = store.read(lambda client: client.servicing.quote_payoff(loan_id, on=on))
    return store.query(("payoff", loan_id, on), read)


def exports(store: Store) -> Query[list[DataExportOut]]:
    """The copies of the borrower's data, the newest first."""
    return store.query(EXPORTS, store.read(lambda client: client.my_data.exports()))


def deletion(store: Store) -> Query[DeletionOut]:
    """What ending the account means, and the request if there is one."""
    return store.query(DELETION, store.read(lambda client: client.my_data.deletion()))
