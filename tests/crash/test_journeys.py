"""Many borrowers at once, while the API, the worker and the database are killed with signal 9.

As many as `CAAS_CRASH_JOURNEYS` says; `make crash` sends two hundred.
"""

import asyncio
import os
import signal
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import httpx

from backend import wiring
from backend.cli import papers
from backend.cli.throwaway import Throwaway, throwaway_platform
from backend.cli.walk import Borrower
from backend.kernel import audit
from backend.kernel.scope import Scope
from backend.settings import from_environ
from shared.api.applications import ApplicationStatus
from shared.api.products import ProductKind
from shared.api.servicing import LoanStatus
from shared.client import AsyncClient, ClientConfig
from shared.money import Money

JOURNEYS = int(os.environ.get("CAAS_CRASH_JOURNEYS", "24"))
PATIENCE_S = 400.0
PRINCIPAL_MINOR = 60_000_000
# Seconds after the first sign-up: who is killed then.
KILLS = ((6, ("worker",)), (12, ("api",)), (20, ("postgres",)), (40, ("api", "worker")), (60, ("postgres", "worker")))


class LoadBalancer(httpx.AsyncHTTPTransport):
    """Names the borrower's own address, and holds a call back while nobody listens; nothing was sent then."""

    def __init__(self, address: str) -> None:
        super().__init__(verify=False)
        self.address = address

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["X-Forwarded-For"] = self.address
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    return await super().handle_async_request(request)
                except httpx.ConnectError:
                    await asyncio.sleep(0.5)


@dataclass
class Told:
    """What borrowers were told, and so what must hold."""

    loans: list[UUID] = field(default_factory=list)
    paid: Counter[UUID] = field(default_factory=Counter)
    kills: int = 0


async def journey(config: ClientConfig, number: int, told: Told) -> None:
    """From sign-up to a closed loan, with one repayment and a payoff, by a phone that shares nothing."""
    async with AsyncClient(config, transport=LoadBalancer(f"10.0.{number // 250}.{number % 250 + 1}")) as client:
        await _walk(client, told)


async def _walk(client: AsyncClient, told: Told) -> None:
    borrower = Borrower(client, papers.NIGERIA, patience_s=PATIENCE_S)
    await borrower.sign_up()
    await borrower.pass_kyc()
    account = await borrower.add_bank_account()
    product = await borrower.product(ProductKind.LINE_OF_CREDIT)
    applied = await borrower.apply(product, account.id, amount_minor=PRINCIPAL_MINOR, instalments=6)
    await borrower.application_past(applied.id, ApplicationStatus.SUBMITTED, ApplicationStatus.APPROVED)
    offers = await borrower.offers(applied.id)
    signed = await borrower.sign(await borrower.accept(offers.offers[0]))
    told.loans.append(signed.loan_id)
    loan = await borrower.loan_in(signed.loan_id, LoanStatus.ACTIVE)
    assert loan.next_due is not None
    await _pay(borrower, loan.id, loan.next_due, told)
    quote = await client.servicing.quote_payoff(loan.id)
    if quote.total.amount_minor > 0:
        await _pay(borrower, loan.id, quote.total, told)
    await borrower.loan_in(loan.id, LoanStatus.CLOSED)


async def _pay(borrower: Borrower, loan_id: UUID, amount: Money, told: Told) -> None:
    await borrower.pay(loan_id, amount)
    told.paid[loan_id] += amount.amount_minor


async def kill(place: Throwaway, told: Told) -> None:
    """Kills by the plan; the supervisor brings each of them back."""
    began = asyncio.get_running_loop().time()
    for after_s, names in KILLS:
        await asyncio.sleep(max(0.0, began + after_s - asyncio.get_running_loop().time()))
        for name in names:
            pid = place.postgres.pid if name == "postgres" else place.supervisor.pid(name)
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
                told.kills += 1


async def run(place: Throwaway) -> Told:
    """All journeys, and the killing beside them."""
    told = Told()
    config = ClientConfig(
        base_url=place.api_url,
        tenant="demo",
        sandbox_url=place.sandbox_url,
        read_timeout_s=120,
        deadline_s=300,
        max_retries=10,
        backoff_base_s=1,
    )
    killing = asyncio.create_task(kill(place, told))
    try:
        outcomes = await asyncio.gather(
            *(journey(config, each, told) for each in range(JOURNEYS)), return_exceptions=True
        )
    finally:
        killing.cancel()
    failures = [outcome for outcome in outcomes if outcome is not None]
    if failures:
        _show_crashes(place)
    assert not failures, f"{len(failures)} of {JOURNEYS} journeys failed: {Counter(map(repr, failures))}"
    return told


def _show_crashes(place: Throwaway) -> None:
    """What the processes said of crashes; the logs are gone with the platform."""
    for log in sorted(place.logs.glob("*.log")):
        crashes = [line for line in log.read_text().splitlines() if '"request_crashed"' in line or "Error" in line]
        print(f"{log.name}: {len(crashes)} crashes", *crashes[:5], sep="\n")


async def test_nothing_acknowledged_is_lost_or_doubled_when_everything_is_killed() -> None:
    async with throwaway_platform() as place:
        told = await run(place)
        await asyncio.sleep(5)  # what is still on its way arrives

        assert told.kills >= 3
        assert len(told.loans) == JOURNEYS
        await _check_ledger(place, told)
        await _check_rail(place, told)
        await _check_invariants(place)


async def _check_ledger(place: Throwaway, told: Told) -> None:
    """Each loan was booked with what its borrower was told, once."""
    connection = await _owner(place)
    try:
        booked = await connection.fetch(
            "SELECT loan_id, sum(amount_minor) FILTER (WHERE account = 'loans_principal' AND amount_minor > 0) AS lent,"
            " -sum(amount_minor) FILTER (WHERE account = 'unallocated_receipts' AND amount_minor < 0) AS received,"
            " sum(amount_minor) AS net FROM ledger_posting WHERE loan_id IS NOT NULL GROUP BY loan_id"
        )
        unbalanced = await connection.fetchval(
            "SELECT count(*) FROM (SELECT 1 FROM ledger_posting GROUP BY journal_id, currency"
            " HAVING sum(amount_minor) <> 0) broken"
        )
        open_ends = await connection.fetchval(
            "SELECT count(*) FROM (SELECT 1 FROM ledger_posting WHERE account IN ('payouts_in_transit',"
            " 'unallocated_receipts') GROUP BY account, loan_id HAVING sum(amount_minor) <> 0) open"
        )
        held = await connection.fetch("SELECT entrypoint FROM pgqueuer WHERE status = 'failed'")
    finally:
        await connection.close()
    assert unbalanced == 0
    assert open_ends == 0
    assert [row["entrypoint"] for row in held] == []
    by_loan = {row["loan_id"]: row for row in booked}
    assert {UUID(str(loan)) for loan in by_loan} == set(told.loans)
    assert all(row["lent"] == PRINCIPAL_MINOR for row in booked)
    assert {UUID(str(loan)): int(row["received"]) for loan, row in by_loan.items()} == dict(told.paid)


async def _check_rail(place: Throwaway, told: Told) -> None:
    """The rail has paid each loan out exactly once."""
    connection = await _owner(place)
    try:
        orders = await connection.fetch("SELECT reference, loan_id FROM rail_order WHERE kind = 'payout'")
    finally:
        await connection.close()
    secret = place.environ["CAAS_SANDBOX_SECRET"]
    settled: Counter[UUID] = Counter()
    async with httpx.AsyncClient(base_url=place.sandbox_url, headers={"Authorization": f"Bearer {secret}"}) as rail:
        for order in orders:
            answer = await rail.get(f"/rail/payouts/{order['reference']}")
            if answer.status_code == httpx.codes.OK and answer.json()["status"] == "settled":
                settled[UUID(str(order["loan_id"]))] += 1
    assert settled == Counter(told.loans)


async def _check_invariants(place: Throwaway) -> None:
    """Every context's own truths hold, and so does the audit chain."""
    platform = wiring.build(from_environ(place.environ))
    try:
        tenant = await platform.services.tenants.by_slug("demo")
        scope = Scope.system(tenant.id, "test")
        async with platform.services.database.read(scope) as tx:
            assert await audit.verify(tx) == []
            for module in platform.modules:
                for invariant in module.invariants:
                    assert (invariant.name, await invariant.violations(tx)) == (invariant.name, [])
    finally:
        await platform.close()


async def _owner(place: Throwaway) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(place.environ["CAAS_DATABASE_OWNER_URL"].replace("+asyncpg", ""))
