"""A handoff from WhatsApp to agents in a Telegram forum and back, over the wire on every side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import uvicorn
from litestar import Litestar
from litestar.di import Provide

from backend.cli.waiting import until
from backend.kernel.postgres_host import HOST, any_free_port
from backend.sandbox.telegram import Telegram, telegram_call
from bot.settings import Telegram as Forum
from shared.api.channels import ChatChannel, LinkCodeIn
from shared.api.conversations import ConversationStatus
from shared.api.desk import InboxView
from shared.roles import Role
from tests.builders.chatting import ChattingHouse, chatting
from tests.builders.houses import Street
from tests.builders.running import RunningPlatform

AGENT = 700_001
PATIENCE_S = 60.0


@asynccontextmanager
async def telegram_on(port: int, telegram: Telegram) -> AsyncIterator[None]:
    """The sandbox's Bot API on a socket: aiogram speaks to nothing less."""
    app = Litestar(
        [telegram_call],
        dependencies={"telegram": Provide(lambda: telegram, sync_to_thread=False)},
        openapi_config=None,
    )
    server = uvicorn.Server(uvicorn.Config(app, host=HOST, port=port, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await task


class Phone:
    """A phone of the simulator, without its screen."""

    def __init__(self, bot: ChattingHouse, client: httpx.AsyncClient) -> None:
        self._who = {"number": bot.line.phone_number_id, "user_id": "NG.teleg1"}
        self._url, self._client = f"{bot.phone_url}/api", client

    async def write(self, text: str) -> None:
        answer = await self._client.post(f"{self._url}/messages", json={**self._who, "wa_id": None, "text": text})
        assert answer.status_code == 202, answer.text

    async def reads(self, text: str) -> None:
        """Waits until the chat holds this text."""

        async def chat() -> str:
            return (await self._client.get(f"{self._url}/chat", params=self._who)).text

        await until(chat, lambda shown: text in shown, f"{text!r} on the phone", patience_s=PATIENCE_S)


async def test_agents_answer_from_a_telegram_topic(running_platform: RunningPlatform, road: Street) -> None:
    house = await road.house()
    telegram, port = Telegram(token="42:TEST", group=-1001), any_free_port()
    forum = Forum(token=telegram.token, group=telegram.group, webhook_secret="a-secret-of-sixteen")
    agent = await house.staff(Role.SUPPORT_AGENT)
    async with (
        telegram_on(port, telegram),
        chatting(running_platform, house, forum=forum, telegram_url=f"http://{HOST}:{port}/telegram") as bot,
        httpx.AsyncClient(timeout=30) as client,
    ):

        async def types(text: str, topic: int | None = None, *, secret: str = forum.webhook_secret) -> httpx.Response:
            body = msgspec.json.encode(telegram.typed(text, by=AGENT, topic=topic))
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            return await client.post(
                f"{bot.bot_url}/webhooks/telegram/{bot.line.tenant}", content=body, headers=headers
            )

        phone = Phone(bot, client)
        await phone.write("hello")
        await phone.reads("automated assistant")
        telegram.puts_off = 1  # Telegram's rate limit: the post waits, and is not lost
        await phone.write("agent")
        await phone.reads("A person of our team answers you here")
        topic = await opened(telegram)
        assert "A person is wanted" in telegram.topics[topic].posts[0]

        await phone.write("my number is 08031234567 and my mail ada@example.com")
        await told(telegram, topic, "Borrower: my number is •••67 and my mail •••@•••")
        assert (await types("hi", topic, secret="wrong-wrong-wrong")).status_code == 401
        await types("Good morning", topic)
        await told(telegram, topic, "I do not know you yet")

        code = await agent.identity.issue_link_code(LinkCodeIn(channel=ChatChannel.TELEGRAM))
        assert (await types(f"/link {code.code}")).status_code == 200
        await types("/assign", topic)
        await told(telegram, topic, "It is yours.")
        await types("Good morning, I am Bola", topic)
        await phone.reads("Good morning, I am Bola")
        await types("//she sounds worried", topic)
        await types("/snooze soon", topic)
        await told(telegram, topic, "/snooze 30m")
        await types("/resolve", topic)
        await phone.reads("you talk to the automated assistant again")
        await told(telegram, topic, "Ended")

        async with asyncio.timeout(30):
            while not telegram.topics[topic].is_closed:  # noqa: ASYNC110 -- it is closed by a call after the words
                await asyncio.sleep(0.05)
        assert not any("I am Bola" in post for post in telegram.topics[topic].posts)
        inbox = [each.conversation async for each in agent.desk.iterate_inbox(view=InboxView.ALL)]
        assert [each.status for each in inbox] in ([ConversationStatus.RESOLVED], [])


async def opened(telegram: Telegram) -> int:
    """The topic, once there is one with a post in it."""

    async def read() -> dict[int, Any]:
        return {number: topic for number, topic in telegram.topics.items() if topic.posts}

    found: int = next(iter(await until(read, bool, "a topic", patience_s=PATIENCE_S)))
    return found


async def told(telegram: Telegram, topic: int, text: str) -> None:
    """Waits until a post of the topic begins with or holds `text`."""

    async def read() -> list[str]:
        return telegram.topics[topic].posts

    await until(
        read, lambda posts: any(text in post for post in posts), f"{text!r} in the topic", patience_s=PATIENCE_S
    )
