"""Keeps the processes of one platform alive: starts them, waits until they answer, brings back what dies, ends all.

A killed supervisor takes its processes with it: each watches its standard input, which closes with its parent.
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from backend.kernel.embedded_postgres import EmbeddedPostgres, PostgresNotStarted

READY_LIMIT_S = 180  # a slow machine under load; a process that can't start is noticed long before
STOP_LIMIT_S = 10
LOG_TAIL_LINES = 15
_LOOK_EVERY_S = 0.25
_PAUSES_S = (0, 0.5, 1, 2, 5)  # before a process that keeps dying is started again
_STEADY_S = 10
_HOPELESS = 3  # failed starts in a row; no use in waiting for an answer


class PlatformNotReady(Exception):
    """The platform's processes did not come up; the message says which, and what it said last."""


@dataclass(frozen=True, slots=True)
class Program:
    """One process of the platform: `caas <arguments>`, and the address that answers once it can work."""

    name: str
    arguments: tuple[str, ...]
    ready_url: str | None = None


class Supervisor:
    """Runs `programs` with `environ`, their output in `logs`, and `postgres` beside them when it is ours."""

    def __init__(
        self,
        programs: Sequence[Program],
        environ: Mapping[str, str],
        logs: Path,
        *,
        postgres: EmbeddedPostgres | None = None,
        say: Callable[[str], None] = print,
        ready_limit_s: int = READY_LIMIT_S,
    ) -> None:
        self._programs = programs
        self._environ = dict(environ)
        self._logs = logs
        self._postgres = postgres
        self._say = say
        self._ready_limit_s = ready_limit_s
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._failures: dict[str, int] = {}  # starts in a row that soon ended
        self._keepers: list[asyncio.Task[None]] = []

    def pid(self, name: str) -> int | None:
        """The process id of the program `name`, or none while it is down."""
        process = self._running.get(name)
        return process.pid if process is not None and process.returncode is None else None

    def log(self, name: str) -> Path:
        """Where the program `name` writes."""
        return self._logs / f"{name}.log"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything runs inside the block and is ready at its start. Raises PlatformNotReady."""
        await asyncio.to_thread(self._fresh_logs)
        self._keepers = [asyncio.create_task(self._keep(program), name=program.name) for program in self._programs]
        if self._postgres is not None:
            self._keepers.append(asyncio.create_task(self._keep_postgres(self._postgres), name="postgres"))
        try:
            await self.ready()
            yield
        finally:
            await self._end()

    async def ready(self) -> None:
        """Waits until every program answers. Raises PlatformNotReady."""
        async with httpx.AsyncClient(timeout=2) as client:
            for program in self._programs:
                if program.ready_url is not None:
                    await self._answer_of(client, program, program.ready_url)

    async def _answer_of(self, client: httpx.AsyncClient, program: Program, url: str) -> None:
        last = "no answer"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._ready_limit_s):
                while self._failures.get(program.name, 0) < _HOPELESS:
                    with contextlib.suppress(httpx.TransportError):
                        answer = await client.get(url)
                        if answer.is_success:
                            return
                        last = f"{answer.status_code} {answer.text}"
                    await asyncio.sleep(_LOOK_EVERY_S)
        raise PlatformNotReady(f"{program.name} is not ready at {url}: {last}\n{self._tail(program.name)}")

    async def _keep(self, program: Program) -> None:
        """Runs `program` again whenever it ends; the pause grows while it ends soon after its start."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            process = await self._spawn(program)
            self._running[program.name] = process
            code = await process.wait()
            failures = 0 if loop.time() - began > _STEADY_S else self._failures.get(program.name, 0) + 1
            self._failures[program.name] = failures
            pause = _PAUSES_S[min(failures, len(_PAUSES_S) - 1)]
            self._say(f"{program.name} ended ({_how(code)}); starting it again in {pause} s. {self.log(program.name)}")
            if failures > 1:
                self._say(self._tail(program.name))
            await asyncio.sleep(pause)

    async def _spawn(self, program: Program) -> asyncio.subprocess.Process:
        with self.log(program.name).open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "backend.cli", *program.arguments, "--end-with-parent"),
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                env=self._environ,
                process_group=0,  # a terminal's interrupt reaches us alone, and we end them in order
            )

    async def _keep_postgres(self, postgres: EmbeddedPostgres) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if postgres.pid is None:
                self._say(f"PostgreSQL ended; starting it again. {postgres.log}")
                try:
                    await asyncio.to_thread(postgres.start)
                except PostgresNotStarted as refusal:
                    self._say(str(refusal))
                    await asyncio.sleep(_PAUSES_S[-1])

    async def _end(self) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        alive = [process for process in self._running.values() if process.returncode is None]
        for process in alive:
            process.terminate()
        waiting = [asyncio.create_task(process.wait()) for process in alive]
        if waiting:
            await asyncio.wait(waiting, timeout=STOP_LIMIT_S)
        for process in alive:
            if process.returncode is None:
                process.kill()
        await asyncio.gather(*waiting)

    def _fresh_logs(self) -> None:
        self._logs.mkdir(parents=True, exist_ok=True)
        for program in self._programs:
            log = self.log(program.name)
            if log.exists():
                log.replace(log.with_suffix(".log.1"))

    def _tail(self, name: str) -> str:
        try:
            lines = self.log(name).read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(f"  {line}" for line in lines[-LOG_TAIL_LINES:])


def _how(code: int) -> str:
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name
