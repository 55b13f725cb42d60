"""A messenger that keeps what it is given, and what became of the messages of one's tenant."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from backend.kernel.scope import Scope
from backend.notifications import Message, MessengerSilent
from backend.notifications.tables import delivery
from shared.api.identity import TenantSettings
from shared.api.notifications import Channel
from tests.builders.identity import Browser

ALWAYS = TenantSettings(quiet_from_hour=0, quiet_until_hour=0)


@dataclass
class Postbox:
    """Keeps what it is given, each message once. It may be silent for a while, and bounce all or what goes to some."""

    taken: dict[UUID, Message] = field(default_factory=dict)
    handed_over: int = 0
    silent_for: int = 0
    bounces: bool = False
    gone: set[str] = field(default_factory=set)

    async def send(self, message: Message) -> bool:
        self.handed_over += 1
        self.taken[message.id] = message
        if self.handed_over <= self.silent_for:
            raise MessengerSilent
        return not self.bounces and message.to not in self.gone

    def texts(self, to: str) -> list[str]:
        return [message.text for message in self.taken.values() if message.to == to]

    def notices(self, who: Browser) -> list[Message]:
        """What went to phones of this tenant: the queue may hold what an earlier test left behind."""
        own = [each for each in self.taken.values() if each.to.endswith(who.tenant.slug)]
        return [each for each in own if each.channel is Channel.PUSH]


async def user_of(browser: Browser) -> UUID:
    """The signed-in person."""
    return UUID((await browser.get("/me")).json()["id"])


async def statuses(browser: Browser) -> list[tuple[str, str, str]]:
    """Template, channel and state of everything that anybody of the tenant was told, the oldest first."""
    columns = select(delivery.c.template, delivery.c.channel, delivery.c.status).order_by(delivery.c.id)
    async with browser.services.database.read(Scope.system(browser.tenant.id, "test")) as tx:
        return [(row.template, row.channel, row.status) for row in await tx.all(columns)]


async def settled(browser: Browser, template: str, status: str, times: int = 1) -> None:
    """Waits until so many deliveries of `template` have come to `status`."""
    for _ in range(400):
        found = [(name, state) for name, _, state in await statuses(browser)]
        if found.count((template, status)) >= times:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{template} never became {status}: {await statuses(browser)}")
