"""The WhatsApp bot under load: from a signed webhook to the answer that the Graph API accepts, 40 chats at once.

Two worker processes of the bot on one database; the phones and the Graph API (the sandbox's own) share one process with
this program, and so the machine. The messages are errands that ask nothing of the platform, for its API has a benchmark
of its own. Beside it, in turns, the raw path: the same webhooks verified and stored by one statement, two workers as
well. `ratio_to_raw` is what is left of its rate once there is a conversation, an answer and its sending; order and loss
are checked as it goes.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import msgspec
import uvloop

from backend.kernel.embedded_postgres import EmbeddedPostgres
from backend.kernel.postgres_host import HOST, any_free_port
from backend.sandbox.whatsapp.world import Number
from bot.settings import Line
from bot.store.schema import migrate
from tests.bench.chat.phones import Score, WatchedWhatsApp, chat, serving
from tests.bench.frame import Figures, Options, finish, machine, options, percentile, table
from tests.builders import platform
from tests.builders.bot import KEYS, PASSWORD, line_of, number_of

CHATS, WORKERS, SLICE_S = 40, 2, 3.0
SIDES = ("ours", "raw")


@dataclass(frozen=True)
class Ground:
    """Both sides, up and ready."""

    whatsapp: WatchedWhatsApp
    number: Number
    ports: dict[str, int]

    async def turn(self, side: str, seconds: float) -> Score:
        """Has every phone chat with one side for `seconds`."""
        people = [self.whatsapp.chat(self.number.phone_number_id, f"NG.{n}", None) for n in range(CHATS)]
        began = time.perf_counter()
        scores = await asyncio.gather(
            *(
                chat(self.whatsapp, self.number, person, self.ports[side], began + seconds, answered=side == "ours")
                for person in people
            )
        )
        total = Score()
        for score in scores:
            total.add(score)
        total.seconds = time.perf_counter() - began
        return total


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """A database of its own, both servers with their workers, and the world around the bot."""
    ports = {side: any_free_port() for side in SIDES}
    graph = any_free_port()
    line = line_of("bench", "100000000000001")
    number = number_of(line, f"http://{HOST}:{ports['ours']}")
    whatsapp = WatchedWhatsApp([number])
    with platform.own_server() as postgres, tempfile.TemporaryDirectory(prefix="caas-bench-") as logs:
        environ = await _environ(postgres, line, graph)
        async with serving(whatsapp, graph), _processes(environ, ports, Path(logs)):
            yield Ground(whatsapp, number, ports)
    await whatsapp.close()


async def _environ(postgres: EmbeddedPostgres, line: Line, graph: int) -> dict[str, str]:
    postgres.ensure_database("bench")
    await migrate(postgres.url("bench"))
    owner = await asyncpg.connect(postgres.url("bench"))
    await owner.execute(f"ALTER ROLE caas_bot PASSWORD '{PASSWORD}'")
    await owner.close()
    return {
        **os.environ,
        "CAAS_BOT_DATABASE_URL": postgres.url("bench", user="caas_bot", password=PASSWORD),
        "CAAS_BOT_SEAL_KEYS": KEYS,
        "CAAS_BOT_LINES": msgspec.json.encode([line]).decode(),
        "CAAS_BOT_GRAPH_URL": f"http://{HOST}:{graph}/graph",
        "CAAS_BOT_LOG_LEVEL": "WARNING",
    }


@asynccontextmanager
async def _processes(environ: dict[str, str], ports: dict[str, int], logs: Path) -> AsyncIterator[None]:
    workers = ("--workers", str(WORKERS))
    commands = {
        "ours": ("-m", "backend.cli", "bot", "--port", str(ports["ours"]), *workers),
        "raw": ("-m", "uvicorn", "--factory", "tests.bench.chat.bare:application", "--port", str(ports["raw"]),
                "--no-access-log", "--log-level", "error", *workers),
    }  # fmt: skip
    running = []
    for side, command in commands.items():
        with (logs / f"{side}.log").open("wb") as log:
            running.append(
                await asyncio.create_subprocess_exec(sys.executable, *command, env=environ, stdout=log, stderr=log)
            )
    try:
        await _answering(ports)
        yield
    finally:
        for process in running:
            process.terminate()
        await asyncio.gather(*(process.wait() for process in running))


async def _answering(ports: dict[str, int]) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(90):
        for port in ports.values():
            while True:
                try:
                    await client.get(f"http://{HOST}:{port}/health/live")
                except httpx.TransportError:
                    await asyncio.sleep(0.2)
                else:
                    break
    await asyncio.sleep(1)  # until the second worker is there as well


async def measure(seconds: float) -> dict[str, Score]:
    """Loads both sides in turns, after each was warmed up."""
    scores = {side: Score() for side in SIDES}
    async with ground() as on:
        for side in SIDES:
            await on.turn(side, 1.5)
        for turn in range(max(1, round(seconds / (len(SIDES) * SLICE_S)))):
            for side in SIDES if turn % 2 else reversed(SIDES):
                scores[side].add(await on.turn(side, SLICE_S))
    return scores


def figures_of(scores: dict[str, Score]) -> Figures:
    """What is told of them."""
    ours, raw = scores["ours"], scores["raw"]
    times = sorted(ours.times_ms)
    return {
        "messages_per_s": ours.rate,
        "ratio_to_raw": ours.rate / raw.rate if raw.rate else 0.0,
        "raw_per_s": raw.rate,
        "p50_ms": percentile(times, 0.5),
        "p95_ms": percentile(times, 0.95),
        "messages": len(times),
        "out_of_order": ours.misplaced,
        "lost": ours.lost,
        "chats": CHATS,
        "workers": WORKERS,
    }


def main() -> None:
    """Measures and tells."""
    chosen: Options = options("The WhatsApp bot under load, beside the raw webhook-plus-insert path.", seconds=24)
    before = machine()
    figures = figures_of(uvloop.run(measure(chosen.seconds)))
    print(table(("figure", "value"), [(name, value) for name, value in figures.items()]))
    if figures["out_of_order"] or figures["lost"]:
        sys.exit("messages were answered out of order, or not at all")
    finish(chosen, {**figures, "machine": before})


if __name__ == "__main__":
    main()
