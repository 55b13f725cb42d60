"""What belongs to another person or another tenant does not exist, and nothing that strangers try changes it."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec

from backend.cli import papers
from backend.cli.waiting import until
from backend.underwriting.default_policies import default_policies
from shared.api.applications import ApplicationDetails, ApplicationStatus
from shared.api.arrears import AgreeIn, HardshipIn, HardshipKind, PaymentPlanned, PlanIn
from shared.api.channels import ChannelStepUpIn, LinkCodeIn, LinkIn, ServiceAccountIn, ServiceSignIn
from shared.api.conversations import FeedKind, FeedOut, WriteIn
from shared.api.desk import ClaimIn, MacroIn, ResolveIn
from shared.api.disbursement import RetryIn
from shared.api.disputes import DisputedKind, DisputeIn, DisputeReason
from shared.api.identity import TenantChange
from shared.api.ledger_posting import HoldIn, JournalIn
from shared.api.members import BusinessIn, InvitationIn
from shared.api.onboarding import SelfieIn
from shared.api.payments import DebitIn, MandateIn, MandateStatus, PaymentLinkIn
from shared.api.products import ProductKind
from shared.client import AsyncClient, Upload
from shared.client.errors import NotFound, NotPermitted
from shared.ids import new_id
from shared.roles import STAFF, Role
from tests.builders.bank import Bank
from tests.builders.houses import Applicant, House, Street
from tests.builders.intruders import Call, calls
from tests.builders.passkeys import APP_URL, SoftAuthenticator, passkey_of
from tests.journeys.abreast import journey

# A code decides about these, whoever holds the id.
BY_CODE = {"identity.sign_in", "identity.confirm_contact"}
# The shelf is open to everybody in the tenant.
OPEN = {"applications.product"}
STAFF_ONLY = {
    "applications.retire_product",
    "arrears.decline",
    "arrears.propose",
    "disbursement.cancel",
    "disbursement.retry",
    "disputes.ask",
    "disputes.resolve",
    "identity.end_service_account",
    "identity.person",
    "identity.renew_service_secret",
    "identity.set_staff_roles",
    "ledger.balance",
    "ledger.hold",
    "ledger.iterate_journals",
    "ledger.journal",
    "ledger.journals",
    "ledger.loan_accounts",
    "ledger.place_hold",
    "ledger.post",
    "ledger.post_hold",
    "ledger.reverse",
    "ledger.void_hold",
    "onboarding.approve_case",
    "onboarding.case_review",
    "onboarding.reject_case",
    "onboarding.reopen_case",
    "onboarding.return_case",
    "payments.assign",
    "payments.payout",
    "payments.refund",
    "reconciliation.resolve",
    "servicing.charge",
    "servicing.credit_goodwill",
    "servicing.refund_credit",
    "servicing.take_back",
    "servicing.waive",
    "servicing.write_off",
    "underwriting.activate_policy",
    "underwriting.confirm",
    "underwriting.decide",
    "underwriting.policy",
    "underwriting.referral",
    "underwriting.replay",
    "underwriting.send_back",
    "underwriting.trace",
}
# The ledger notes for whom something is posted, in the poster's own books, and looks nothing up by it.
NOTED = {"ledger.place_hold", "ledger.post"}
# Nobody calls these but a bot of the tenant's own, and nobody at the desk but its agents.
BOT_ONLY, DESK_ONLY = "bot.", "desk."
AT_ONCE = 8


class Victim:
    """Somebody who has one of everything, and what that is."""

    def __init__(self, bank: Bank, ada: Applicant) -> None:
        self.bank = bank
        self.house = bank.house
        self.ada = ada
        self.ids: dict[str, UUID] = {"challenge_id": new_id()}

    @classmethod
    async def prepared(cls, bank: Bank) -> "Victim":
        victim = cls(bank, await bank.house.applicant())
        await victim._has_a_business()
        await victim._has_a_loan()
        await victim._waits_for_a_person()
        await victim._is_known_to_the_staff()
        await victim._chats()
        await victim._has_a_passkey()
        return victim

    async def _has_a_business(self) -> None:
        client = self.ada.client
        business = await client.identity.register_business(BusinessIn(name="Pass Foods Ltd", country="NG"))
        guest = InvitationIn(role=Role.FINANCE_VIEWER, phone=papers.phone_number(self.house.country))
        invitation = await client.identity.invite(business.id, guest)
        case = await client.onboarding.open_kyb(business.id)
        self.ids |= {"business_id": business.id, "invitation_id": invitation.id, "kyb_case_id": case.id}

    async def _has_a_loan(self) -> None:
        client, loan = self.ada.client, await self.ada.borrows()
        wanted = await client.payments.create_mandate(MandateIn(loan_id=loan.id, bank_account_id=self.ada.account.id))
        link = await client.payments.create_link(PaymentLinkIn(loan_id=loan.id, amount_minor=1_000))
        await until(lambda: client.payments.mandate(wanted.id), lambda it: it.status is MandateStatus.ACTIVE, "mandate")
        debit = await client.payments.debit(wanted.id, DebitIn(amount_minor=500_000))
        await until(
            lambda: client.servicing.loan(loan.id), lambda it: it.outstanding != loan.outstanding, "first payment"
        )
        disbursement = await client.disbursement.of_loan(loan.id)
        assert loan.credit_line_id is not None
        self.ids |= {
            "loan_id": loan.id,
            "line_id": loan.credit_line_id,
            "agreement_id": loan.agreement_id,
            "account_id": self.ada.account.id,
            "mandate_id": wanted.id,
            "link_id": link.id,
            "debit_id": debit.id,
            "disbursement_id": disbursement.id,
            "payout_id": disbursement.payout_id,
        }

    async def _waits_for_a_person(self) -> None:
        client = self.ada.client
        details = ApplicationDetails(declared_monthly_income_minor=10**9)
        asked = await self.ada.decided(await self.ada.asks(details=details))
        assert asked.status is ApplicationStatus.REFERRED
        closed = (await client.applications.applications(status=ApplicationStatus.DISBURSED)).items[0]
        offers = await client.offers.compare(closed.id)
        waiting = self.house.operations.underwriting.iterate_referrals()
        (referral,) = [each async for each in waiting if each.application_id == asked.id]
        self.ids |= {
            "application_id": asked.id,
            "attachment_id": asked.attachments[0].id,
            "product_id": asked.product_id,
            "decision_id": (await client.underwriting.decision(asked.id)).id,
            "referral_id": referral.id,
            "offer_id": offers.offers[0].id,
        }

    async def _is_known_to_the_staff(self) -> None:
        client, operations = self.ada.client, self.house.operations
        stray = self.bank.credit(f"va_{new_id().hex}", 1_000)
        await self.bank.tell("credit.received", stray)
        suspense = await until(
            lambda: _all(operations.payments.iterate_suspense()), lambda found: found != [], "money in suspense"
        )
        policy = await operations.underwriting.save_policy(default_policies()[0])
        notifications = await client.notifications.notifications()
        documents = await client.onboarding.documents()
        self.ids |= {
            "user_id": (await client.identity.me()).id,
            "session_id": (await client.identity.sessions())[0].id,
            "kyc_case_id": (await client.onboarding.my_kyc()).id,
            "document_id": documents.items[0].id,
            "notification_id": notifications.items[0].id,
            "journal_id": (await operations.ledger.journals(loan_id=self.ids["loan_id"])).items[0].id,
            "hold_id": await self._held(),
            "party_id": (await client.identity.me()).id,
            "payment_id": suspense[0].id,
            "policy_id": policy.id,
        }

    async def _held(self) -> UUID:
        """A hold on some money of Ada's."""
        ledger, currency = self.house.operations.ledger, self.house.demo.currency
        legs = [("rail_cash", "debit"), ("borrower_credit", "credit")]
        lines = [{"account": a, "side": side, "amount_minor": 5, "currency": currency} for a, side in legs]
        journal = {"key": new_id().hex, "kind": "tests", "effective_on": "2026-01-05", "postings": lines}
        await ledger.post(msgspec.convert(journal, JournalIn))
        hold = {"key": new_id().hex, "account": "borrower_credit", "amount": {"amount_minor": 5, "currency": currency}}
        return (await ledger.place_hold(msgspec.convert(hold, HoldIn))).id

    async def _chats(self) -> None:
        client, house = self.ada.client, self.house
        admin = await house.staff(Role.TENANT_ADMIN)
        made = await admin.identity.create_service_account(ServiceAccountIn(name="Bot"))
        bot = house.client.as_user()
        await bot.identity.sign_in_service(ServiceSignIn(secret=made.secret))
        code = await client.identity.issue_link_code(LinkCodeIn())
        link = await bot.bot.link(LinkIn(channel=code.channel, subject="2348031234567", code=code.code))
        asked = await bot.bot.step_up(link.id, ChannelStepUpIn())
        written = await client.conversation.write(WriteIn(text="Hello", client_id="draft-1"))
        image = Upload(filename="me.png", content=papers.picture("me"), media_type="image/png")
        file = await client.conversation.attach(written.id, image)
        case = await client.arrears.open_case(self.ids["loan_id"], HardshipIn(kind=HardshipKind.CANNOT_PAY))
        proposed = [PaymentPlanned(on=case.review_on, amount_minor=1_000)]
        plans = (await house.operations.arrears.propose(case.id, PlanIn(payments=proposed))).plans
        agreed = await client.arrears.agree(case.id, AgreeIn(plan_id=plans[0].id))
        paid = (await client.servicing.transactions(self.ids["loan_id"])).items[0]
        wrong = DisputeIn(
            kind=DisputedKind.TRANSACTION, transaction_id=paid.id, reason=DisputeReason.OTHER, details="?"
        )
        dispute = await client.disputes.open(self.ids["loan_id"], wrong)
        export = await client.my_data.request_export()
        told = "The copy of your data is ready"
        await until(client.notifications.notifications, lambda page: told in [it.title for it in page.items], told)
        macro = await house.operations.desk.save_macro(MacroIn(name="Hello", language="en", text="Hello!"))
        rating_id = await self._asked_to_rate(bot, written.conversation_id)
        self.ids |= {
            "channel_link_id": link.id,
            "step_up_id": asked.id,
            "service_account_id": made.account.id,
            "conversation_id": written.conversation_id,
            "message_id": written.id,
            "file_id": file.id,
            "hardship_id": case.id,
            "plan_id": plans[0].id,
            "promise_id": agreed.promises[0].id,
            "macro_id": macro.id,
            "rating_id": rating_id,
            "dispute_id": dispute.id,
            "export_id": export.id,
            "transaction_id": paid.id,
        }

    async def _has_a_passkey(self) -> None:
        admin = await self.house.staff(Role.TENANT_ADMIN)
        await admin.identity.change_tenant(TenantChange(app_url=APP_URL))
        added = await passkey_of(self.ada.client, self.ada.phone, SoftAuthenticator())
        self.ids |= {"passkey_id": added.id}

    async def _asked_to_rate(self, bot: AsyncClient, conversation_id: UUID) -> UUID:
        """What the bot is to ask Ada, now that somebody has ended her conversation."""
        start = (await bot.bot.feed()).cursor
        await self.house.operations.desk.claim(conversation_id, ClaimIn())
        await self.house.operations.desk.resolve(conversation_id, ResolveIn(reason="answered"))

        def is_told(news: FeedOut) -> bool:
            return any(item.kind is FeedKind.RESOLVED for item in news.items)

        news = await until(lambda: bot.bot.feed(start), is_told, "that the conversation has ended")
        ended = next(item for item in news.items if item.kind is FeedKind.RESOLVED)
        return msgspec.convert(ended.data["rating_id"], UUID)

    async def everything(self) -> list[Any]:
        """All that there is to see of Ada, by herself and by the staff."""
        one, ids, staff = self.ada.client, self.ids, self.house.operations
        loan, business, application = ids["loan_id"], ids["business_id"], ids["application_id"]
        return await asyncio.gather(
            one.identity.me(),
            one.identity.sessions(),
            one.identity.businesses(),
            one.identity.members(business),
            one.identity.invitations_into(business),
            one.onboarding.my_kyc(),
            one.onboarding.kyb_of(business),
            one.onboarding.documents(),
            one.onboarding.bank_accounts(),
            one.applications.applications(),
            one.applications.application(application),
            one.applications.history(application),
            one.underwriting.decisions(application),
            one.agreements.agreement(ids["agreement_id"]),
            one.servicing.loans(),
            one.servicing.schedule(loan),
            one.servicing.transactions(loan),
            one.servicing.credit_line(ids["line_id"]),
            one.disbursement.get(ids["disbursement_id"]),
            one.payments.mandates(),
            one.payments.link(ids["link_id"]),
            _all(one.payments.iterate_received(loan)),
            one.notifications.notifications(),
            one.arrears.of_loan(loan),
            one.conversation.read(),
            one.conversation.messages(),
            one.disputes.dispute(ids["dispute_id"]),
            one.passkeys.mine(),
            one.identity.channel_links(),
            one.identity.channel_step_up(ids["step_up_id"]),
            staff.desk.macros(),
            staff.underwriting.referral(ids["referral_id"]),
            staff.underwriting.policies(),
            _all(staff.payments.iterate_suspense()),
            staff.ledger.trial_balance(),
            staff.ledger.journals(),
            one.applications.products(),
        )


async def _all(items: Any) -> list[Any]:
    return [each async for each in items]


async def tries_everything(intruder: AsyncClient, ids: dict[str, UUID], *, passed_over: set[str]) -> dict[str, Any]:
    """What an intruder gets for each call."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def tried(call: Call) -> tuple[str, Any]:
        async with limit:
            return call.name, await call.outcome()

    chosen = [call for call in calls(intruder, ids) if call.name not in passed_over]
    assert len(chosen) > 100, "most of the SDK takes ids"
    return dict(await asyncio.gather(*(tried(call) for call in chosen)))


async def a_bot(house: House) -> AsyncClient:
    """A bot of that tenant's."""
    admin = await house.staff(Role.TENANT_ADMIN)
    made = await admin.identity.create_service_account(ServiceAccountIn(name="Bot"))
    bot = house.client.as_user()
    await bot.identity.sign_in_service(ServiceSignIn(secret=made.secret))
    return bot


def leaks(outcomes: dict[str, Any], *, staff: bool) -> dict[str, Any]:
    """Calls that were answered by anything but not found, or by nothing at all in a list."""

    def is_nothing(name: str, outcome: Any) -> bool:
        if isinstance(outcome, NotFound) or outcome == []:
            return True
        kept_from_all = name.startswith(BOT_ONLY) or (not staff and name.startswith(DESK_ONLY))
        return (kept_from_all or (not staff and name in STAFF_ONLY)) and isinstance(outcome, NotPermitted)

    return {name: outcome for name, outcome in outcomes.items() if not is_nothing(name, outcome)}


@journey
async def test_strangers_find_nothing_and_change_nothing(road: Street) -> None:
    house, elsewhere = await asyncio.gather(road.house(), road.house())
    victim, neighbour, foreigner = await asyncio.gather(
        Victim.prepared(Bank(road, house)), house.applicant(), elsewhere.applicant()
    )
    staff = await elsewhere.colleague(*STAFF)
    disguised = house.client.as_user()
    tokens = await staff.tokens.load()
    assert tokens is not None
    await disguised.tokens.save(tokens)
    before = await victim.everything()

    by_neighbour = await tries_everything(neighbour.client, victim.ids, passed_over=BY_CODE | OPEN)
    by_foreigner = await tries_everything(foreigner.client, victim.ids, passed_over=BY_CODE)
    by_staff = await tries_everything(staff, victim.ids, passed_over=BY_CODE | NOTED)
    # Products are read without a token: there the tenant is the one that is named.
    by_disguised = await tries_everything(disguised, victim.ids, passed_over=BY_CODE | OPEN | NOTED)
    by_bot = await tries_everything(await a_bot(elsewhere), victim.ids, passed_over=BY_CODE | OPEN)

    assert leaks(by_neighbour, staff=False) == {}
    assert leaks(by_foreigner, staff=False) == {}
    assert leaks(by_staff, staff=True) == {}
    assert leaks(by_disguised, staff=True) == {}
    assert {name: got for name, got in by_bot.items() if not isinstance(got, NotFound | NotPermitted) and got} == {}
    assert await victim.everything() == before


@journey
async def test_nobody_mixes_anothers_things_into_their_own(road: Street) -> None:
    house = await road.quiet_house()
    ada, eve = await asyncio.gather(house.applicant(), house.applicant(ending="0001"))
    line = await eve.product(ProductKind.LINE_OF_CREDIT)
    face = (await ada.client.onboarding.documents()).items[0]
    signed = await eve.signs()
    await eve.status_is(signed.application_id, ApplicationStatus.DISBURSEMENT_FAILED)
    failed = await house.operations.disbursement.of_loan(signed.loan_id)
    other = house.newcomer(given="Eve")
    await other.sign_up()
    case = await other.client.onboarding.open_kyc()

    refused = await asyncio.gather(
        eve.apply(line, ada.account.id, amount_minor=house.money(100).amount_minor, instalments=3),
        eve.client.payments.create_mandate(MandateIn(loan_id=signed.loan_id, bank_account_id=ada.account.id)),
        other.client.onboarding.give_selfie(case.id, SelfieIn(document_id=face.id)),
        house.operations.disbursement.retry(failed.id, RetryIn(payout_account_id=ada.account.id)),
        return_exceptions=True,
    )

    assert [type(each) for each in refused] == [NotFound] * len(refused), refused
    assert [each.status async for each in eve.client.applications.iterate_applications()] == [
        ApplicationStatus.DRAFT,
        ApplicationStatus.DISBURSEMENT_FAILED,
    ]
    assert await house.operations.disbursement.of_loan(signed.loan_id) == failed
    assert await eve.client.payments.mandates() == []
    assert await other.client.onboarding.my_kyc() == case
