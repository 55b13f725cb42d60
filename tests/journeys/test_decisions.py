"""Decisions that are no plain yes: declined, left to a person, sent back for more."""

from collections import Counter
from datetime import timedelta

import pytest

from backend.cli import papers
from shared.api.applications import ApplicationDetails, ApplicationStatus
from shared.api.underwriting import ConfirmIn, PersonOutcome, ReferralOut, ReferralState, ReferralVerdictIn
from shared.client.errors import Conflict, NotFound, NotPermitted
from shared.events.underwriting import DecisionOutcome
from shared.roles import Role
from tests.builders.houses import Applicant, House, Street
from tests.journeys.abreast import journey


def overstated(applicant: Applicant) -> ApplicationDetails:
    """Three times the income that the bank statement shows: the engine leaves that to a person."""
    return ApplicationDetails(declared_monthly_income_minor=3 * applicant.country.monthly_income_minor)


async def referral_of(house: House, applicant: Applicant, units: int = 600, instalments: int = 3) -> ReferralOut:
    details = overstated(applicant)
    asked = await applicant.decided(
        await applicant.asks(amount=house.money(units), instalments=instalments, details=details)
    )
    assert asked.status is ApplicationStatus.REFERRED
    waiting = house.operations.underwriting.iterate_referrals(state=ReferralState.OPEN)
    (referral,) = [each async for each in waiting if each.application_id == asked.id]
    return referral


@journey
async def test_an_unhealthy_account_is_declined_with_reasons_in_plain_words(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    statement = papers.bank_statement(house.country, await house.today(), healthy=False)

    asked = await applicant.decided(await applicant.asks(statement=statement))
    decision = await applicant.client.underwriting.decision(asked.id)

    assert asked.status is ApplicationStatus.DECLINED
    assert (decision.outcome, decision.limit, decision.by_person) == (DecisionOutcome.DECLINE, None, False)
    assert 1 <= len(decision.reasons) <= 4
    for reason in decision.reasons:
        assert " " in reason.text
        assert reason.code not in reason.text
        assert reason.advice
    assert await applicant.history(asked.id) == Counter(["draft", "submitted", "declined"])
    steps = await applicant.client.applications.history(asked.id)
    assert steps[-1].reasons == [reason.code for reason in decision.reasons]
    with pytest.raises(NotFound):
        await applicant.client.offers.compare(asked.id)
    replayed = await house.operations.underwriting.replay(decision.id)
    assert replayed.same


@journey
async def test_a_person_approves_what_was_referred_and_it_becomes_a_loan(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    referral = await referral_of(house, applicant)
    assert "income_differs_from_statement" in {reason.code for reason in referral.reasons}
    limit = house.money(400)
    verdict = ReferralVerdictIn(
        outcome=PersonOutcome.APPROVE,
        note="Payslips seen, lent on what the account shows.",
        limit_minor=limit.amount_minor,
    )

    with pytest.raises(NotPermitted):
        await applicant.client.underwriting.decide(referral.id, verdict)
    decided = await house.operations.underwriting.decide(referral.id, verdict)
    with pytest.raises(Conflict):
        await house.operations.underwriting.decide(referral.id, verdict)

    assert decided.state is ReferralState.DECIDED
    offers = await applicant.offers((await applicant.status_is(referral.application_id, ApplicationStatus.OFFERED)).id)
    decision = await applicant.client.underwriting.decision(referral.application_id)
    assert (decision.outcome, decision.limit, decision.by_person) == (DecisionOutcome.APPROVE, limit, True)
    assert {offer.amount for offer in offers.offers} == {limit}
    assert (await applicant.history(referral.application_id))["referred"] == 1


@journey
async def test_a_person_declines_what_was_referred_with_a_reason(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    referral = await referral_of(house, applicant)
    verdict = ReferralVerdictIn(
        outcome=PersonOutcome.DECLINE, note="The payslips are not genuine.", reasons=("income_unverified",)
    )

    await house.operations.underwriting.decide(referral.id, verdict)

    await applicant.status_is(referral.application_id, ApplicationStatus.DECLINED)
    decision = await applicant.client.underwriting.decision(referral.application_id)
    assert [reason.code for reason in decision.reasons] == ["income_unverified"]
    assert decision.reasons[0].text
    assert "genuine" not in str(decision)


@journey
async def test_a_large_limit_takes_two_officers(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    referral = await referral_of(house, applicant, 2_500, 12)
    limit = house.money(2_400)
    verdict = ReferralVerdictIn(outcome=PersonOutcome.APPROVE, note="Seen.", limit_minor=limit.amount_minor)

    said = await house.operations.underwriting.decide(referral.id, verdict)

    assert (said.state, said.decided_at) == (ReferralState.AWAITING_SECOND, None)
    assert (
        await applicant.client.applications.application(referral.application_id)
    ).status is ApplicationStatus.REFERRED
    with pytest.raises(NotPermitted) as refusal:
        await house.operations.underwriting.confirm(referral.id, ConfirmIn(note="Seen twice."))
    assert refusal.value.code == "same_officer"
    second = await house.colleague(Role.OPERATIONS)
    confirmed = await second.underwriting.confirm(referral.id, ConfirmIn(note="Agreed."))
    assert confirmed.state is ReferralState.DECIDED
    await applicant.status_is(referral.application_id, ApplicationStatus.OFFERED)
    assert (await applicant.client.underwriting.decision(referral.application_id)).limit == limit


@journey
async def test_an_old_statement_is_asked_for_anew_and_the_application_handed_in_again(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    stale = papers.bank_statement(house.country, await house.today() - timedelta(days=70))

    asked = await applicant.decided(await applicant.asks(statement=stale))
    assert asked.status is ApplicationStatus.MORE_INFO
    decision = await applicant.client.underwriting.decision(asked.id)
    assert (decision.outcome, [each.code for each in decision.reasons]) == (
        DecisionOutcome.MORE_INFO,
        ["statement_out_of_date"],
    )
    await applicant.attach_statement(asked.id, papers.bank_statement(house.country, await house.today()))
    await applicant.client.applications.submit(asked.id)
    again = await applicant.decided(asked)

    assert (again.status, again.revision) == (ApplicationStatus.OFFERED, 2)
    outcomes = [each.outcome for each in await applicant.client.underwriting.decisions(asked.id)]
    assert outcomes == [DecisionOutcome.APPROVE, DecisionOutcome.MORE_INFO]
    assert await applicant.history(asked.id) == Counter(
        ["draft", "submitted", "more_info", "submitted", "approved", "offered"]
    )
