"""Cancelling, expiring and following the loan, on a real database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from backend.agreements import store
from backend.agreements.domain.agreement import RETURN_DAYS, Agreement
from backend.agreements.domain.facts import LoanFacts
from backend.agreements.invariants import INVARIANTS
from backend.agreements.tables import agreement, agreement_document, agreement_signature
from backend.agreements.usecases.end_agreements import expire_agreements, lapse_cancellations, resume_setting
from backend.agreements.usecases.follow_loan import note_given_up, note_payoff, note_payout, withdraw
from backend.agreements.usecases.gather_facts import gather_facts
from backend.kernel import business_date, outbox
from backend.kernel.db import Tx
from backend.kernel.module import Services
from backend.kernel.tables import blob
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.api.agreements import AgreementStatus
from shared.events.agreements import AgreementCancelled, AgreementExpired, AgreementReady, AgreementSigned
from shared.events.disbursement import DisbursementCancelled, LoanDisbursed
from shared.events.servicing import LoanClosed
from shared.ids import new_id
from shared.money import Money
from shared.terms import FeeWhen
from tests.builders.signing import Notary, module, notary
from tests.builders.worker import working

_S = AgreementStatus


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Notary]:
    async with notary(settings, services, tenant) as opened:
        yield opened


async def pay_out(desk: Notary) -> None:
    async def note(tx: Tx) -> None:
        event = LoanDisbursed(
            loan_id=desk.agreement.loan_id,
            application_id=desk.application_id,
            payout_id=new_id(),
            amount=Money.of(29_250_000, "NGN"),
            disbursed_on=await business_date.current(tx),
        )
        await note_payout(tx, event)

    await desk.write(note)


async def close_loan(desk: Notary) -> None:
    async def note(tx: Tx) -> None:
        event = LoanClosed(
            loan_id=desk.agreement.loan_id,
            application_id=desk.application_id,
            user_id=desk.user_id,
            on=await business_date.current(tx),
            credit=Money.zero("NGN"),
        )
        await note_payoff(tx, event)

    await desk.write(note)


async def pass_days(desk: Notary, days: int) -> None:
    async def move(tx: Tx) -> None:
        await business_date.move(tx, await business_date.current(tx) + timedelta(days=days))

    await desk.write(move)


async def cancel(desk: Notary) -> tuple[int, str]:
    answer = await desk.call("POST", f"{desk.path}/cancel", {"reason": "better_offer"})
    return answer.status_code, answer.json().get("status") if answer.status_code == 200 else answer.json()["code"]


async def violations(desk: Notary) -> list[str]:
    return [each for truth in INVARIANTS for each in await desk.write(truth.violations)]


async def test_before_the_payout_a_cancellation_ends_everything_at_once(desk: Notary) -> None:
    await desk.signed()

    assert await cancel(desk) == (200, "cancelled")

    (event,) = await desk.events(AgreementCancelled)
    assert (event.loan_id, event.reason) == (desk.agreement.loan_id, "better_offer")
    assert (await desk.shown()).may_cancel is False
    assert await cancel(desk) == (409, "agreement_not_cancellable")
    assert len(await desk.events(AgreementCancelled)) == 1
    assert await violations(desk) == []


async def test_an_agreement_whose_payout_is_given_up_ends(desk: Notary) -> None:
    await desk.signed()
    given_up = DisbursementCancelled(
        loan_id=desk.agreement.loan_id,
        application_id=desk.application_id,
        user_id=desk.user_id,
        payout_id=new_id(),
        reason_code="account_closed",
    )

    for event in (replace(given_up, loan_id=new_id()), given_up, given_up):
        await desk.write(partial(note_given_up, cancelled=event))

    shown = await desk.shown()
    assert (shown.status, shown.cancel_reason, shown.may_cancel) == (AgreementStatus.CANCELLED, "not_paid_out", False)
    assert await desk.events(AgreementCancelled) == []
    assert await violations(desk) == []


async def test_after_the_payout_a_cancellation_waits_for_the_loan_to_be_paid_off(desk: Notary) -> None:
    await desk.signed()
    await pay_out(desk)

    assert await cancel(desk) == (200, "cancelling")

    shown = await desk.shown()
    assert shown.cancelled_on is not None
    assert shown.return_by == shown.cancelled_on + timedelta(days=RETURN_DAYS)
    assert await desk.events(AgreementCancelled) == []
    await close_loan(desk)
    assert (await desk.shown()).status is _S.CANCELLED


async def test_after_the_cooling_off_days_it_can_not_be_cancelled(desk: Notary) -> None:
    await desk.signed()
    await pay_out(desk)
    await pass_days(desk, 14)
    assert (await desk.shown()).may_cancel is True

    await pass_days(desk, 1)

    assert await cancel(desk) == (409, "agreement_not_cancellable")
    assert (await desk.shown()).status is _S.SIGNED
    assert await desk.events(AgreementCancelled) == []


async def test_a_payout_that_crosses_the_cancellation_is_to_be_paid_off(desk: Notary) -> None:
    await desk.signed()
    await cancel(desk)

    await pay_out(desk)
    await pay_out(desk)

    assert (await desk.shown()).status is _S.CANCELLING
    await close_loan(desk)
    assert (await desk.shown()).status is _S.CANCELLED


async def test_a_cancellation_lapses_when_the_money_does_not_come_back(desk: Notary) -> None:
    await desk.signed()
    await pay_out(desk)
    await cancel(desk)

    await pass_days(desk, RETURN_DAYS)
    await desk.write(lapse_cancellations)
    assert (await desk.stored()).status is _S.CANCELLING

    await pass_days(desk, 1)
    await desk.write(lapse_cancellations)
    assert (await desk.stored()).status is _S.SIGNED


async def test_declining_to_sign_ends_the_agreement_without_a_loan(desk: Notary) -> None:
    await desk.ready()

    assert await cancel(desk) == (200, "cancelled")

    (event,) = await desk.events(AgreementExpired)
    assert (event.agreement_id, event.reason) == (desk.agreement.id, "declined")
    assert await desk.events(AgreementCancelled) == []


async def test_what_nobody_signs_expires(desk: Notary) -> None:
    await desk.ready()
    assert await desk.write(expire_agreements) == 0

    await desk.write(age)
    assert await desk.write(expire_agreements) == 1
    assert await desk.write(expire_agreements) == 0

    assert (await desk.stored()).status is _S.EXPIRED
    assert [event.reason for event in await desk.events(AgreementExpired)] == ["ran_out"]
    assert await cancel(desk) == (409, "agreement_not_cancellable")


async def age(tx: Tx) -> None:
    await tx.execute(update(agreement).values(expires_at=tx.now - timedelta(seconds=1)))


async def test_an_offer_has_one_agreement_however_often_it_is_announced(desk: Notary) -> None:
    from backend.agreements.usecases.draft_agreement import draft_agreement

    event = desk.accepted()
    for _ in range(2):
        await desk.write(partial(draft_agreement, accepted=event))

    assert len(await desk.write(lambda tx: store.lock_of_application(tx, desk.application_id))) == 1


async def test_the_documents_are_set_once(desk: Notary) -> None:
    shown = await desk.ready()

    await desk.set_documents()

    assert [each.sha256 for each in (await desk.shown()).documents] == [each.sha256 for each in shown.documents]
    assert len(await desk.events(AgreementReady)) == 1
    assert await desk.write(lambda tx: tx.scalar(select(func.count()).select_from(blob))) == 2


async def test_documents_of_a_withdrawn_application_are_not_set(desk: Notary) -> None:
    await desk.draft()
    await desk.write(lambda tx: withdraw(tx, desk.application_id))

    await desk.set_documents()

    assert await desk.events(AgreementReady) == []
    assert (await desk.stored()).status is _S.CANCELLED


async def test_setting_that_was_given_up_is_taken_up_again(desk: Notary) -> None:
    await desk.draft()
    assert await desk.write(resume_setting) == 0

    async def later(tx: Tx) -> int:
        tx.now += timedelta(minutes=3)
        return await resume_setting(tx)

    assert await desk.write(later) == 1


@pytest.mark.parametrize("table", [agreement_document, agreement_signature])
async def test_documents_and_signatures_can_only_be_added(desk: Notary, table: object) -> None:
    await desk.signed()

    for change in (update(table).values(agreement_id=new_id()), delete(table)):  # type: ignore[arg-type]
        with pytest.raises(DBAPIError, match="permission denied"):
            await desk.write(lambda tx, change=change: tx.execute(change))  # type: ignore[misc]

    assert (await desk.call("GET", f"{desk.path}/evidence")).json()["is_intact"] is True


async def test_the_facts_are_those_of_the_offer_on_the_business_date(desk: Notary) -> None:
    await desk.draft()
    await pass_days(desk, 3)

    async def gather(tx: Tx) -> LoanFacts:
        profiles = [lender.profile for lender in desk.lenders]
        return await gather_facts(tx, desk.services.vault, desk.agreement, profiles)

    facts: LoanFacts = await desk.write(gather)

    assert facts.drawn_up_on == await desk.write(business_date.current)
    assert facts.received == Money.of(29_250_000, "NGN")
    assert [(fee.code, fee.amount_minor) for fee in facts.fees] == [("origination", 750_000), ("service", 300_000)]
    assert sum(fee.amount_minor for fee in facts.fees if fee.when is FeeWhen.INSTALMENT) == sum(
        due.fees_minor for due in facts.schedule
    )


async def test_a_lender_that_is_gone_is_named_as_it_was_accepted(desk: Notary) -> None:
    found: Agreement = await desk.draft(lender="vanished", lender_name="Vanished Bank")

    facts = await desk.write(lambda tx: gather_facts(tx, desk.services.vault, found, []))

    assert facts.lender.name == "Vanished Bank"


async def test_the_worker_takes_it_from_acceptance_to_ready(
    desk: Notary, settings: Settings, services: Services
) -> None:
    event = desk.accepted()
    async with working(settings, services, [module(services, desk.lenders)], desk.tenant):
        await desk.write(lambda tx: outbox.add(tx, event))
        for _ in range(1_200):
            if await desk.events(AgreementReady):
                break
            await asyncio.sleep(0.05)

    (ready,) = await desk.events(AgreementReady)
    assert ready.application_id == desk.application_id


async def test_two_signatures_at_the_same_moment_make_one(desk: Notary) -> None:
    await desk.ready()
    code = await desk.code()

    answers = await asyncio.gather(*(desk.sign(code) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert len(await desk.events(AgreementSigned)) == 1
    assert await violations(desk) == []


async def test_a_signature_and_a_cancellation_at_the_same_moment_end_in_one_story(desk: Notary) -> None:
    await desk.ready()
    code = await desk.code()

    answer, _ = await asyncio.gather(desk.sign(code), cancel(desk))

    stored = await desk.stored()
    signed, cancelled = await desk.events(AgreementSigned), await desk.events(AgreementCancelled)
    assert stored.status is _S.CANCELLED
    assert len(signed) == len(cancelled) == (1 if answer.status_code == 200 else 0)
    assert (stored.signed_at is not None) == bool(signed)
    assert await violations(desk) == []
