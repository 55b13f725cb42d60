"""The API's core endpoints under concurrent load, beside a bare endpoint that runs the same SQL.

Both sides are served by the same server in processes of their own, over the same database with pools of the same size,
and are loaded in turns. A ratio of 1 would mean that our layers cost nothing. `ratio_p50` and `ratio_throughput` are
geometric means over the endpoints that use the database; the simulation asks it nothing, so its bare side only answers.
"""

import asyncio
import itertools
import pickle
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import asyncpg
import msgspec
import uvloop

from backend import wiring
from backend.devserver import Program, Supervisor
from backend.kernel.module import Services
from backend.kernel.postgres_host import HOST, any_free_port
from backend.settings import Environment, Settings
from shared.api.applications import ApplicationPatch
from shared.api.servicing import SimulationIn
from shared.ids import new_id
from shared.roles import Role
from tests.bench.frame import Figures, Options, finish, geometric_mean, machine, options, percentile
from tests.bench.http.bare import CALLER_HEADER
from tests.bench.http.load import Sample, load
from tests.bench.http.recording import Plan, listening, record
from tests.bench.http.report import show
from tests.builders import platform
from tests.builders.population import Borrower, Population, application_for, populate
from tests.builders.running import environ_of
from tests.builders.servicing import TERMS

CONNECTIONS = 16
BORROWERS = 48
SLICE_S = 0.5  # one side's turn; short, so that a borrower does not reach the number of drafts that they may have
SIDES = ("ours", "bare")
_PUT_AWAY = "UPDATE application SET status = 'withdrawn' WHERE status = 'draft' AND id <> ALL($1)"


@dataclass(frozen=True)
class Endpoint:
    """One kind of request."""

    method: str
    path: str
    body: bytes = b""

    @property
    def name(self) -> str:
        """As people write it."""
        return f"{self.method} {self.path.format(loan='{id}', application='{id}')}"

    def path_of(self, borrower: Borrower) -> str:
        """The address for one borrower."""
        return self.path.format(loan=borrower.loan_id, application=borrower.application_id)


def endpoints(population: Population) -> tuple[Endpoint, ...]:
    """The core endpoints."""
    draft, patch = application_for(population.product_id), ApplicationPatch(amount_minor=60_000_00, instalments=9)
    return (
        Endpoint("GET", "/v1/me"),
        Endpoint("GET", "/v1/loans"),
        Endpoint("GET", "/v1/loans/{loan}"),
        Endpoint("GET", "/v1/loans/{loan}/schedule"),
        Endpoint("POST", "/v1/applications", msgspec.json.encode(draft)),
        Endpoint("PATCH", "/v1/applications/{application}", msgspec.json.encode(patch)),
        Endpoint("POST", "/v1/simulations/schedule", msgspec.json.encode(SimulationIn(terms=TERMS))),
    )


@dataclass(frozen=True)
class Ground:
    """Both sides, up and ready."""

    services: Services
    population: Population
    endpoints: Sequence[Endpoint]
    plans: Mapping[tuple[str, str, str], Plan]
    ports: Mapping[str, int]
    owner: asyncpg.Connection

    def requests(self, endpoint: Endpoint) -> Callable[[], bytes]:
        """Makes requests to one endpoint, the borrowers in turn, each POST with a key of its own."""
        heads = itertools.cycle([self._head(endpoint, *each) for each in enumerate(self.population.borrowers)])
        keys = itertools.count()
        prefix = new_id().hex

        def make() -> bytes:
            key = f"idempotency-key: {prefix}-{next(keys)}\r\n\r\n".encode() if endpoint.method == "POST" else b"\r\n"
            return next(heads) + key + endpoint.body

        return make

    def _head(self, endpoint: Endpoint, number: int, borrower: Borrower) -> bytes:
        token = platform.caller(self.services, self.population.tenant, Role.BORROWER, user_id=borrower.user_id)
        lines = [
            f"{endpoint.method} {endpoint.path_of(borrower)} HTTP/1.1",
            f"host: {HOST}",
            *(f"{name.lower()}: {value}" for name, value in token.headers.items()),
            f"{CALLER_HEADER.decode()}: {number}",
            *(["content-type: application/json", f"content-length: {len(endpoint.body)}"] if endpoint.body else []),
        ]
        return "".join(f"{line}\r\n" for line in lines).encode()

    async def put_drafts_away(self) -> None:
        """Lets every borrower begin new drafts."""
        await self.owner.execute(_PUT_AWAY, [each.application_id for each in self.population.borrowers])


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """A throwaway platform with its population, the recorded plans, and both servers."""
    with tempfile.TemporaryDirectory(prefix="caas-bench-") as logs, platform.own_server() as postgres:
        ports = {side: any_free_port() for side in SIDES}
        await platform.fresh_database(postgres, "bench")
        settings = msgspec.structs.replace(
            platform.settings_for(postgres, "bench", public_url=f"http://{HOST}:{ports['ours']}"),
            environment=Environment.DEVELOPMENT,  # with rate limits, which a test platform has not
        )
        services = wiring.build_services(settings)
        owner = await asyncpg.connect(postgres.url("bench"))
        try:
            population = await populate(services, "bench", BORROWERS)
            wanted = endpoints(population)
            plans = await recorded(settings, services, population, wanted)
            async with _serving(settings, plans, ports, Path(logs)):
                yield Ground(services, population, wanted, plans, ports, owner)
        finally:
            await owner.close()
            await services.database.close()


async def recorded(
    settings: Settings, services: Services, population: Population, wanted: Sequence[Endpoint]
) -> dict[tuple[str, str, str], Plan]:
    """What each request of each borrower asks of the database, by method, path and borrower."""
    own = wiring.build_services(settings)
    plans = {}
    async with platform.serve(settings, own, wiring.modules(settings, own)) as client:
        with listening(own.database):
            for (number, borrower), endpoint in itertools.product(enumerate(population.borrowers), wanted):
                path = endpoint.path_of(borrower)
                who = platform.caller(services, population.tenant, Role.BORROWER, user_id=borrower.user_id)
                headers = who.headers | ({"content-type": "application/json"} if endpoint.body else {})
                plans[endpoint.method, path, str(number)] = await record(
                    client, endpoint.method, path, endpoint.body, headers
                )
    return plans


@asynccontextmanager
async def _serving(
    settings: Settings, plans: Mapping[tuple[str, str, str], Plan], ports: Mapping[str, int], folder: Path
) -> AsyncIterator[None]:
    file = folder / "plans.pickle"
    file.write_bytes(pickle.dumps(plans))
    api = Program("api", ("serve", "--port", f"{ports['ours']}"), f"{settings.public_url}/health/ready")
    async with Supervisor([api], environ_of(settings), folder).running():
        bare = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.http.bare", f"{file}", f"{ports['bare']}"), env=environ_of(settings)
        )
        try:
            await _answers(ports["bare"])
            yield
        finally:
            bare.terminate()
            await bare.wait()


async def _answers(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection(HOST, port)
                writer.close()
                return
            await asyncio.sleep(0.1)


async def measure(on: Ground, seconds: float) -> dict[str, dict[str, Sample]]:
    """Loads both sides with each kind of request in turns; by endpoint and side."""
    samples = {endpoint.name: {side: Sample() for side in SIDES} for endpoint in on.endpoints}
    rounds = max(1, round(seconds / (len(on.endpoints) * len(SIDES) * SLICE_S)))
    for turn in range(rounds + 1):
        for endpoint in on.endpoints:
            for side in SIDES if turn % 2 else reversed(SIDES):
                make = on.requests(endpoint)
                turn_of_side = partial(load, on.ports[side], make, connections=CONNECTIONS, seconds=SLICE_S)
                sample = await asyncio.to_thread(_run, turn_of_side)
                if turn:  # the first round warms both sides up
                    samples[endpoint.name][side].add(sample)
                await on.put_drafts_away()
    return samples


def _run(turn: Callable[[], Coroutine[None, None, Sample]]) -> Sample:
    return uvloop.run(turn())


def figures_of(on: Ground, samples: Mapping[str, Mapping[str, Sample]]) -> Figures:
    """Everything that is told of a run."""
    each = {}
    for endpoint in on.endpoints:
        told = {side: _told(samples[endpoint.name][side]) for side in SIDES}
        plan = on.plans[endpoint.method, endpoint.path_of(on.population.borrowers[0]), "0"]
        each[endpoint.name] = {
            **told,
            "statements": len(plan.statements),
            "ratio_p50": told["bare"]["p50_ms"] / told["ours"]["p50_ms"],
            "ratio_p95": told["bare"]["p95_ms"] / told["ours"]["p95_ms"],
            "ratio_throughput": told["ours"]["rps"] / told["bare"]["rps"],
        }
    stored = [one for one in each.values() if one["statements"]]
    return {
        "benchmark": "api",
        **{
            name: geometric_mean(one[name] for one in stored) for name in ("ratio_p50", "ratio_p95", "ratio_throughput")
        },
        "errors": sum(one[side]["errors"] for one in each.values() for side in SIDES),
        "connections": CONNECTIONS,
        "pool": next(field.default for field in msgspec.structs.fields(Settings) if field.name == "database_pool"),
        "endpoints": each,
    }


def _told(sample: Sample) -> Figures:
    times = sorted(sample.times_ms)
    shares = {f"p{share}_ms": percentile(times, share / 100) for share in (50, 95, 99)}
    return {**shares, "rps": sample.rate, "requests": len(times), "errors": sample.errors.total()}


async def run(chosen: Options) -> Figures:
    """Prepares, measures, and tells."""
    before = machine()
    async with ground() as on:
        samples = await measure(on, chosen.seconds)
        return {**figures_of(on, samples), "machine": before}


def main() -> None:
    """The command."""
    chosen = options(__doc__ or "", seconds=30)
    figures = asyncio.run(run(chosen))
    show(figures)
    finish(chosen, figures)


if __name__ == "__main__":
    main()
