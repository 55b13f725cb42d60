"""Rounds with a provider that is slow, silent, late or repeats itself; on PostgreSQL, without HTTP."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.kernel import business_date
from backend.kernel.jobs import JobContext
from backend.kernel.module import Services
from backend.kernel.scope import Principal, Role, Scope
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.onboarding import store
from backend.onboarding.domain.verdicts import Outcome
from backend.onboarding.errors import ProviderSilent
from backend.onboarding.imaging import CleanFile
from backend.onboarding.invariants import cases_match_their_history, waiting_cases_have_a_round
from backend.onboarding.ports import AccountQuestion, ProviderResult, ProviderState, VerificationRequest
from backend.onboarding.records import CaseRecord, CheckRecord, CheckState
from backend.onboarding.usecases import give_person_details as give
from backend.onboarding.usecases.apply_result import apply_result
from backend.onboarding.usecases.expire_cases import expire_cases
from backend.onboarding.usecases.follow_check import FollowCheck, follow_check
from backend.onboarding.usecases.open_case import open_person_case
from backend.onboarding.usecases.submit_case import submit_case
from backend.onboarding.usecases.upload_document import keep_document
from shared.api.onboarding import (
    AddressIn,
    CaseState,
    DocumentPurpose,
    IdentityDetailsIn,
    IdentityDocumentIn,
    IdentityDocumentKind,
    SelfieIn,
)
from shared.ids import new_id
from tests.builders.onboarding import fresh_bvn, passport_zone

CALLBACK = "http://platform.test/hook"


@dataclass
class ScriptedProvider:
    """Answers as it is told, and remembers what it was asked."""

    knows: ProviderResult | None = None
    silent_starts: int = 0
    silent_finds: int = 0
    started: list[VerificationRequest] = field(default_factory=list)
    found: list[UUID] = field(default_factory=list)

    async def start(self, request: VerificationRequest) -> None:
        self.started.append(request)
        if self.silent_starts:
            self.silent_starts -= 1
            raise ProviderSilent

    async def find(self, reference: UUID) -> ProviderResult | None:
        self.found.append(reference)
        if self.silent_finds:
            self.silent_finds -= 1
            raise ProviderSilent
        return self.knows

    async def account_holder(self, question: AccountQuestion) -> str | None:
        return question.claimed_holder

    def verify_notice(self, callback: str, headers: object, body: bytes) -> str:
        return "evt"

    def read_notice(self, body: bytes) -> ProviderResult:
        assert self.knows is not None
        return self.knows


@dataclass(frozen=True)
class Play:
    """One applicant's submitted case, and what can happen to it."""

    services: Services
    tenant: Tenant
    scope: Scope
    case_id: UUID

    async def case(self) -> CaseRecord:
        async with self.services.database.read(self.scope) as tx:
            record = await store.case(tx, self.case_id)
        assert record is not None
        return record

    async def check(self) -> CheckRecord:
        async with self.services.database.read(self.scope) as tx:
            return (await store.checks(tx, self.case_id))[-1]

    async def follow(self, provider: ScriptedProvider) -> None:
        context = JobContext(self.services.database, Scope.system(self.tenant.id, "test"))
        order = FollowCheck(check_id=(await self.check()).id)
        await follow_check(context, self.services.vault, provider, CALLBACK, order)

    async def hear(
        self, *states: ProviderState, outcome: Outcome = Outcome.PASSED, reference: UUID | None = None
    ) -> None:
        reference = reference or (await self.check()).id
        for state in states:
            final = outcome if state is ProviderState.DECIDED else None
            result = ProviderResult(reference=reference, state=state, outcome=final)
            async with self.services.database.write(Scope.system(self.tenant.id, "test")) as tx:
                await apply_result(tx, self.services.vault, result)

    async def topics(self) -> list[str]:
        async with self.services.database.read(self.scope) as tx:
            rows = await tx.all(select(outbox.c.topic).order_by(outbox.c.position))
        return [row.topic for row in rows]

    async def violations(self) -> list[str]:
        async with self.services.database.read(self.scope) as tx:
            return await cases_match_their_history(tx) + await waiting_cases_have_a_round(tx)


@pytest.fixture
async def play(services: Services, tenant: Tenant) -> Play:
    principal = Principal(tenant_id=tenant.id, user_id=new_id(), session_id=new_id(), roles=frozenset({Role.BORROWER}))
    scope, vault = Scope.of(principal), services.vault
    async with services.database.write(scope) as tx:
        case_id = (await open_person_case(tx, vault)).id
    async with services.database.write(scope) as tx:
        details = IdentityDetailsIn(
            given_name="Ada", family_name="Pass", birth_date=date(1991, 5, 23), nationality="NG", bvn=fresh_bvn()
        )
        await give.give_identity_details(tx, vault, case_id, details)
        file = CleanFile(content=new_id().bytes, media_type="image/jpeg")
        front = await keep_document(tx, vault, DocumentPurpose.IDENTITY_FRONT, file)
        selfie = await keep_document(tx, vault, DocumentPurpose.SELFIE, file)
        document = IdentityDocumentIn(
            kind=IdentityDocumentKind.PASSPORT, issuing_country="NG", front_id=front.id, mrz=passport_zone()
        )
        await give.give_identity_document(tx, vault, case_id, document)
        await give.give_selfie(tx, vault, case_id, SelfieIn(document_id=selfie.id))
        await give.give_address(tx, vault, case_id, AddressIn(line_1="1 Marina", city="Lagos", country="NG"))
        await submit_case(tx, vault, case_id)
    return Play(services, tenant, scope, case_id)


async def test_what_is_handed_over_is_what_was_given(play: Play) -> None:
    provider = ScriptedProvider()

    await play.follow(provider)

    (request,) = provider.started
    assert request.person is not None
    assert (request.person.given_name, request.person.document_kind) == ("Ada", "passport")
    assert request.person.document_number is not None
    assert request.address == {"line_1": "1 Marina", "city": "Lagos", "country": "NG"}
    assert [file.purpose for file in request.evidence] == ["identity_front", "selfie"]
    assert (await play.case()).state is CaseState.IN_REVIEW
    assert (await play.check()).state is CheckState.SENT


async def test_a_time_out_is_resolved_by_asking_and_not_by_sending_again(play: Play) -> None:
    reference = (await play.check()).id
    decided = ProviderResult(reference=reference, state=ProviderState.DECIDED, outcome=Outcome.PASSED)
    provider = ScriptedProvider(silent_starts=1, knows=decided)

    await play.follow(provider)
    assert (await play.case()).state is CaseState.SUBMITTED
    await play.follow(provider)

    assert len(provider.started) == 1
    assert provider.found == [reference]
    assert (await play.case()).state is CaseState.PASSED


async def test_what_never_arrived_is_sent_again_under_the_same_reference(play: Play) -> None:
    provider = ScriptedProvider(silent_starts=1)

    await play.follow(provider)
    await play.follow(provider)

    assert [request.reference for request in provider.started] == [(await play.check()).id] * 2
    assert (await play.case()).state is CaseState.IN_REVIEW


async def test_a_provider_that_stays_silent_leaves_the_case_to_a_person(play: Play) -> None:
    provider = ScriptedProvider(silent_starts=1, silent_finds=99)

    for _ in range(9):
        await play.follow(provider)

    assert (await play.case()).state is CaseState.REFERRED
    assert (await play.check()).concerns == ("provider_silent",)
    assert len(provider.started) == 1
    assert await play.topics() == []
    assert await play.violations() == []


async def test_an_answer_that_comes_after_that_is_kept_and_decides_nothing(play: Play) -> None:
    provider = ScriptedProvider(silent_starts=99, silent_finds=99)
    for _ in range(9):
        await play.follow(provider)

    await play.hear(ProviderState.DECIDED)

    assert (await play.check()).outcome is Outcome.PASSED
    assert (await play.case()).state is CaseState.REFERRED
    assert await play.topics() == []


STATES = (ProviderState.PENDING, ProviderState.IN_PROGRESS, ProviderState.DECIDED)


@pytest.mark.parametrize("order", [*itertools.permutations(STATES), STATES * 2, STATES[::-1] * 2])
async def test_notices_in_any_order_and_number_come_to_the_same_end(play: Play, order: Sequence[ProviderState]) -> None:
    await play.hear(*order)

    assert (await play.case()).state is CaseState.PASSED
    assert (await play.check()).state is CheckState.DECIDED
    assert await play.topics() == ["onboarding.kyc_passed"]
    assert await play.violations() == []


async def test_notices_at_the_same_moment_decide_once(play: Play) -> None:
    await asyncio.gather(*(play.hear(ProviderState.DECIDED) for _ in range(6)))

    assert await play.topics() == ["onboarding.kyc_passed"]
    assert await play.violations() == []


async def test_a_second_other_verdict_changes_nothing(play: Play) -> None:
    await play.hear(ProviderState.DECIDED, outcome=Outcome.FAILED)
    await play.hear(ProviderState.DECIDED, outcome=Outcome.PASSED)

    assert (await play.case()).state is CaseState.FAILED
    assert (await play.check()).outcome is Outcome.FAILED
    assert await play.topics() == ["onboarding.kyc_failed"]


async def test_a_reference_that_is_not_ours_moves_nothing(play: Play) -> None:
    await play.hear(ProviderState.DECIDED, reference=new_id())

    assert (await play.case()).state is CaseState.SUBMITTED


async def test_an_answer_to_an_earlier_attempt_moves_nothing(play: Play) -> None:
    first = (await play.check()).id
    await play.hear(ProviderState.DECIDED, outcome=Outcome.NEEDS_ACTION)
    async with play.services.database.write(play.scope) as tx:
        file = CleanFile(content=b"again", media_type="image/jpeg")
        front = await keep_document(tx, play.services.vault, DocumentPurpose.IDENTITY_FRONT, file)
        again = IdentityDocumentIn(
            kind=IdentityDocumentKind.PASSPORT, issuing_country="NG", front_id=front.id, mrz=passport_zone()
        )
        await give.give_identity_document(tx, play.services.vault, play.case_id, again)
        await submit_case(tx, play.services.vault, play.case_id)

    await play.hear(ProviderState.DECIDED, reference=first)

    case = await play.case()
    assert (case.state, case.attempt) == (CaseState.SUBMITTED, 2)
    assert (await play.check()).state is CheckState.CREATED


async def test_a_passed_case_runs_out_when_the_business_date_has_passed_its_last_day(play: Play) -> None:
    await play.hear(ProviderState.DECIDED)
    last_day = (await play.case()).expires_on
    assert last_day is not None
    context = JobContext(play.services.database, Scope.system(play.tenant.id, "test"))

    for on, state in [(last_day, CaseState.PASSED), (last_day + timedelta(days=1), CaseState.EXPIRED)]:
        async with play.services.database.write(Scope.system(play.tenant.id, "test")) as tx:
            await business_date.move(tx, on)
        await expire_cases(context, play.services.vault)
        assert (await play.case()).state is state

    assert await play.violations() == []


async def test_a_person_erased_while_in_review_stops_nobody(play: Play) -> None:
    async with play.services.database.write(Scope.system(play.tenant.id, "test")) as tx:
        await play.services.vault.erase_subject(tx, (await play.case()).user_id)
    provider = ScriptedProvider()

    await play.follow(provider)
    await play.hear(ProviderState.DECIDED)

    assert provider.started == []
    assert (await play.case()).state is CaseState.PASSED


async def test_two_openings_at_once_are_one_case(services: Services, tenant: Tenant) -> None:
    principal = Principal(tenant_id=tenant.id, user_id=new_id(), session_id=new_id(), roles=frozenset({Role.BORROWER}))

    async def open_case() -> UUID:
        async with services.database.write(Scope.of(principal)) as tx:
            return (await open_person_case(tx, services.vault)).id

    opened = await asyncio.gather(*(open_case() for _ in range(6)))

    assert len(set(opened)) == 1
