"""The bulk endpoint over HTTP, in processes of its own, with thousands of journals in each call."""

import asyncio
import itertools
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from subprocess import STDOUT

import httpx
import msgspec
import uvloop

from backend.kernel.postgres_host import HOST
from shared.ids import new_id
from shared.roles import Role
from tests.bench.books.ground import Ground, transfer
from tests.bench.http.load import Sample, load
from tests.builders import platform
from tests.builders.running import environ_of

JOURNALS = 2_500  # in one call
CONNECTIONS = 3
WORKERS = 1
_COUNT = "SELECT count(*) FROM ledger_journal WHERE kind = 'bulk'"


@asynccontextmanager
async def serving(on: Ground) -> AsyncIterator[None]:
    """The API on the ground's port."""
    command = (sys.executable, "-m", "backend.cli", "serve", "--port", f"{on.port}", "--workers", f"{WORKERS}")
    with (on.folder / "api.log").open("wb") as log:
        api = await asyncio.create_subprocess_exec(*command, env=environ_of(on.settings), stdout=log, stderr=STDOUT)
    try:
        async with httpx.AsyncClient() as client, asyncio.timeout(60):
            while True:
                with suppress(httpx.TransportError):
                    if (await client.get(f"{on.settings.public_url}/health/ready")).is_success:
                        break
                await asyncio.sleep(0.1)
        yield
    finally:
        api.terminate()
        await api.wait()


async def bulk(on: Ground, *, seconds: float) -> float:
    """Journals a second: those that stand in the books, by the time that all calls took."""
    calls = await asyncio.to_thread(_requests, on, max(4, round(seconds * 16)))
    before = int(await on.owner.fetchval(_COUNT))
    make = partial(next, calls)
    sample: Sample = await asyncio.to_thread(
        lambda: uvloop.run(load(on.port, make, connections=CONNECTIONS, seconds=seconds))
    )
    posted = int(await on.owner.fetchval(_COUNT)) - before
    if sample.errors or posted != len(sample.times_ms) * JOURNALS:
        raise RuntimeError(f"{len(sample.times_ms)} calls posted {posted} journals, with errors {sample.errors}")
    return posted / sample.seconds


def _requests(on: Ground, count: int) -> "itertools.chain[bytes]":
    """So many calls, made before anything is measured; another would be made while it is."""
    headers = platform.caller(on.services, on.tenant, Role.OPERATIONS).headers
    encoder = msgspec.json.Encoder()

    def request() -> bytes:
        journals = [msgspec.structs.replace(transfer(), kind="bulk") for _ in range(JOURNALS)]
        body = b'{"journals":' + encoder.encode(journals).replace(b'"source":"",', b"") + b"}"
        lines = {
            "host": HOST,
            "content-type": "application/json",
            "content-length": f"{len(body)}",
            "idempotency-key": new_id().hex,
            **headers,
        }
        head = "".join(f"{name.lower()}: {value}\r\n" for name, value in lines.items())
        return f"POST /v1/ledger/journals/bulk HTTP/1.1\r\n{head}\r\n".encode() + body

    made = [request() for _ in range(count)]
    more: Callable[[], bytes] = request
    return itertools.chain(made, iter(more, None))
