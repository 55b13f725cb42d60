"""Puts one process of the bot together from its settings: the only place that knows every part."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import httpx

from bot.channels.outgoing import THREAD, WHATSAPP
from bot.channels.whatsapp import Sender
from bot.clocks import zone_of
from bot.conversation.engine import Engine
from bot.conversation.turns import Understanding
from bot.delivery import Delivery, Outlet, ToWhatsApp
from bot.dispatcher import Answering, Dispatcher
from bot.flows import ALL
from bot.lines import LineAtWork, Lines
from bot.platform.app_chat import ToApp
from bot.platform.session import Services
from bot.platform.thread import ToThread
from bot.seal import Seal
from bot.settings import Line, Settings
from bot.store.records import Claim
from bot.store.rows import Rows
from bot.telegram.mirror import CHANNEL
from bot.telegram.posts import ToTelegram
from shared.api.channels import ChatChannel
from shared.clock import Clock, SystemClock
from shared.i18n import Language, Localizer, localizer


def speak(language: Language) -> Localizer:
    """The bot's own words in `language`."""
    return localizer(language, "bot")


def lines_of(
    settings: Settings,
    understand: Understanding,
    *,
    assisted: Understanding | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Lines:
    """Every line of the settings, ready to speak; `transport` carries what is sent to Meta.

    What is written to a line that wants the language model is read by `assisted`.
    """
    readers = [assisted if line.language_model and assisted else understand for line in settings.lines]
    return Lines(
        [_line(settings, line, reader, transport) for line, reader in zip(settings.lines, readers, strict=True)]
    )


def _line(
    settings: Settings, line: Line, understand: Understanding, transport: httpx.AsyncBaseTransport | None
) -> LineAtWork:
    clock_of = partial(zone_of, fallback=line.time_zone)
    engine = Engine(flows=ALL, speak=speak, brand=line.brand, app_url=line.app_url, zone_of=clock_of)
    return LineAtWork(line, engine, Sender(line, graph_url=settings.graph_url, transport=transport), understand)


def dispatcher_of(
    settings: Settings,
    rows: Rows,
    lines: Lines,
    answering: Answering,
    *,
    services: Services | None = None,
    telegram: ToTelegram | None = None,
    clock: Clock | None = None,
    at: Callable[[str], None] = lambda _: None,
) -> Dispatcher:
    """The work of one process. Without `services` nothing of it is told to the platform's thread."""
    seal, clock = Seal(settings.seal_keys), clock or SystemClock()
    outlets: dict[str, Outlet] = {WHATSAPP: ToWhatsApp()}
    if services is not None:

        async def know(claim: Claim, thread_id: UUID) -> None:
            await rows.know(claim.tenant, thread_id, claim.conversation_id, claim.line)

        outlets[THREAD] = ToThread(services, know)
        outlets[ChatChannel.IN_APP.value] = ToApp(services)
    if telegram is not None:
        outlets[CHANNEL] = telegram
    return Dispatcher(
        rows=rows,
        seal=seal,
        lines=lines,
        answering=answering,
        delivery=Delivery(rows, seal, clock, outlets, at=at),
        clock=clock,
        lease=timedelta(seconds=settings.lease_s),
        concurrency=settings.concurrency,
        at=at,
    )
