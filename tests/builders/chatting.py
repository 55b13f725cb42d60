"""The bot in a process of its own beside the running platform, with a number on WhatsApp for one house."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import httpx
import msgspec

from backend.cli.up import bot_program
from backend.devserver import Supervisor
from backend.kernel.postgres_host import HOST, any_free_port
from bot.settings import TELEGRAM, Line, Telegram
from bot.store.schema import migrate
from shared.api.channels import ServiceAccountIn
from shared.roles import Role
from tests.builders import platform
from tests.builders.bot import KEYS, PASSWORD, number_of
from tests.builders.houses import House
from tests.builders.running import DATABASE, RunningPlatform


@dataclass(frozen=True)
class ChattingHouse:
    """A house that answers on WhatsApp."""

    house: House
    line: Line
    supervisor: Supervisor
    phone_url: str
    bot_url: str
    graph_url: str

    def phone(self, user_id: str, number: str) -> str:
        """The address of somebody's phone in the simulator."""
        who = f"number={self.line.phone_number_id}&user={user_id}&phone={number.lstrip('+')}"
        return f"{self.phone_url}?{who}"


@asynccontextmanager
async def chatting(
    running: RunningPlatform, house: House, *, forum: Telegram | None = None, telegram_url: str = TELEGRAM
) -> AsyncIterator[ChattingHouse]:
    """Has a bot answer for `house` as long as the block lasts, with its agents in `forum`."""
    port = any_free_port()
    admin = await house.staff(Role.TENANT_ADMIN)
    made = await admin.identity.create_service_account(ServiceAccountIn(name="Bot"))
    slug = house.client.config.tenant
    line = Line(
        tenant=slug, brand="Kola Credit", phone_number_id=f"1{slug[-6:]}", waba_id=f"w{slug}", token=f"token-{slug}",
        app_secret=f"secret-{slug}", verify_token=f"verify-{slug}", app_url="http://app.test",
        service_key=made.secret, telegram=forum,
    )  # fmt: skip
    number = number_of(line, f"http://{HOST}:{port}")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {platform.SANDBOX_SECRET}"}) as client:
        answer = await client.post(
            f"{running.sandbox_url}/dev/whatsapp/api/numbers", content=msgspec.json.encode(number)
        )
        assert answer.status_code == 201, answer.text
    environ = {**await _environ(running, line), "CAAS_BOT_TELEGRAM_URL": telegram_url}
    supervisor = Supervisor([bot_program(port)], environ, running.logs)
    async with supervisor.running():
        url = f"http://{HOST}:{port}"
        yield ChattingHouse(
            house, line, supervisor, f"{running.sandbox_url}/dev/whatsapp", url, environ["CAAS_BOT_GRAPH_URL"]
        )


async def _environ(running: RunningPlatform, line: Line) -> dict[str, str]:
    owner_url = running.postgres.url(DATABASE)
    await migrate(owner_url)
    owner = await asyncpg.connect(owner_url)
    await owner.execute(f"ALTER ROLE caas_bot PASSWORD '{PASSWORD}'")
    await owner.close()
    return {
        **os.environ,
        "CAAS_BOT_DATABASE_URL": running.postgres.url(DATABASE, user="caas_bot", password=PASSWORD),
        "CAAS_BOT_SEAL_KEYS": KEYS,
        "CAAS_BOT_LINES": msgspec.json.encode([line]).decode(),
        "CAAS_BOT_API_URL": running.url,
        "CAAS_BOT_GRAPH_URL": f"{running.sandbox_url}/graph",
    }
