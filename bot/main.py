"""One process of the bot: webhooks in, conversations on, messages out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from bot import telemetry
from bot.assembly import dispatcher_of, lines_of
from bot.feed import Feed
from bot.language_model import Assisted
from bot.platform.answers import Platform
from bot.platform.session import Services
from bot.seal import Seal
from bot.settings import Settings
from bot.store.rows import Rows
from bot.telegram.mirror import ToTopics
from bot.telegram.posts import ToTelegram
from bot.telegram.webhook import Topics, receive_telegram
from bot.understanding.classifier import model
from bot.webhook import create_app
from shared.clock import SystemClock


def create_bot(settings: Settings) -> Litestar:
    """The bot as `settings` describe it."""
    telemetry.configure(settings.log_level)
    clock = SystemClock()
    services = Services(settings.api_url, clock)
    assisted = Assisted(model(), settings.language_model, clock) if settings.language_model is not None else None
    lines = lines_of(settings, model(), assisted=assisted)
    rows = Rows(settings.database_url, settings.database_pool)
    telegram = ToTelegram(rows, base=settings.telegram_url)
    dispatcher = dispatcher_of(
        settings, rows, lines, Platform(services), services=services, telegram=telegram, clock=clock
    )
    mirror = ToTopics(rows, Seal(settings.seal_keys), services)
    feed = Feed(rows=rows, lines=lines, services=services, dispatcher=dispatcher, topics=mirror, clock=clock)
    topics = Topics(rows, services, telegram, clock)

    @asynccontextmanager
    async def life(_: Litestar) -> AsyncIterator[None]:
        await rows.open()
        await feed.begin()
        reading = asyncio.create_task(feed.run())
        try:
            yield
        finally:
            reading.cancel()
            await asyncio.wait([reading])
            await lines.close()
            if assisted is not None:
                await assisted.close()
            await services.close()
            await telegram.close()
            await rows.close()

    return create_app(lines, dispatcher, receive_telegram, given={"topics": topics}, life=life)
