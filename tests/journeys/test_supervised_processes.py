import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from backend.devserver import PlatformNotReady, Program, Supervisor
from backend.kernel.postgres_host import any_free_port, port_is_free
from tests.builders.running import RunningPlatform


async def test_the_running_platform_answers_and_describes_itself(running_platform: RunningPlatform) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        ready = await client.get(f"{running_platform.url}/health/ready")
        sandbox = await client.get(f"{running_platform.sandbox_url}/health/ready")
        document = await client.get(f"{running_platform.url}/docs/openapi.json")

    assert (ready.status_code, ready.json()["status"]) == (200, "ok")
    assert sandbox.status_code == 200
    assert document.json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("name", ["api", "worker", "sandbox"])
async def test_a_process_that_is_killed_comes_back(running_platform: RunningPlatform, name: str) -> None:
    killed = running_platform.supervisor.pid(name)

    running_platform.kill(name)
    await until(lambda: running_platform.supervisor.pid(name) not in {None, killed})
    await running_platform.ready()

    assert running_platform.supervisor.pid(name) != killed


async def test_the_api_says_that_it_is_not_ready_while_its_database_is_away_and_recovers(
    running_platform: RunningPlatform,
) -> None:
    running_platform.kill("postgres")
    async with httpx.AsyncClient(timeout=20) as client:
        seen = (await client.get(f"{running_platform.url}/health/ready")).status_code
        alive = (await client.get(f"{running_platform.url}/health/live")).status_code
    await running_platform.ready()

    assert alive == 200
    assert seen in {200, 503}
    assert running_platform.postgres.pid is not None


async def test_a_program_that_can_not_start_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    program = Program("api", ("no-such-command",), f"http://127.0.0.1:{any_free_port()}/health/ready")
    said: list[str] = []
    supervisor = Supervisor([program], os.environ, tmp_path, say=said.append)

    with pytest.raises(PlatformNotReady, match="No such command 'no-such-command'"):
        async with supervisor.running():
            raise AssertionError("what can't start never gets ready")

    assert "api ended (exit 2)" in said[0]


async def test_nothing_is_left_running_and_the_next_start_recovers(place: Path) -> None:
    ports = any_free_port(), any_free_port(), any_free_port()

    code_when_killed = await start_and_end(place, ports, signal.SIGKILL)
    code_when_told = await start_and_end(place, ports, signal.SIGTERM)

    assert (code_when_killed, code_when_told) == (-signal.SIGKILL, 0)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Path]:
    """Where a platform keeps its data for the length of one test."""
    yield tmp_path / "home"
    down = await caas("down", "--remove-data", "--home", f"{tmp_path / 'home'}")
    assert await down.wait() == 0


async def start_and_end(home: Path, ports: tuple[int, int, int], how: signal.Signals) -> int:
    """Starts everything in `home`, ends its supervisor, waits until nothing answers; returns the exit code."""
    named = zip(("--port", "--sandbox-port", "--bot-port"), map(str, ports), strict=True)
    up = await caas("up", "--home", f"{home}", *(word for pair in named for word in pair))
    assert up.stdout is not None
    try:
        shown = await asyncio.wait_for(up.stdout.readuntil(b"Stop with Ctrl-C."), timeout=300)
    finally:
        up.send_signal(how)
    code = await asyncio.wait_for(up.wait(), timeout=20)
    assert re.search(rf"API +http://127\.0\.0\.1:{ports[0]}", shown.decode())
    await until(lambda: all(port_is_free(port) for port in ports))
    return code


async def caas(*arguments: str) -> asyncio.subprocess.Process:
    """The command, as somebody would call it who has set nothing."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CAAS_")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "backend.cli", *arguments), stdout=asyncio.subprocess.PIPE, env=environ
    )


async def until(holds: Callable[[], bool]) -> None:
    """Waits for it, for two minutes at most."""
    for _ in range(1_200):
        if holds():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not come true within two minutes")
