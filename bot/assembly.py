"""Puts one process of the bot together from its settings: the only place that knows every part."""

from collections.abc import Callable
from datetime import timedelta

import httpx

from bot.channels.whatsapp import Sender
from bot.conversation.engine import Engine, Understanding
from bot.delivery import Delivery
from bot.dispatcher import Answering, Dispatcher
from bot.flows import ALL
from bot.lines import LineAtWork, Lines
from bot.seal import Seal
from bot.settings import Line, Settings
from bot.store.rows import Rows
from shared.clock import Clock, SystemClock
from shared.i18n import Language, Localizer, localizer


def speak(language: Language) -> Localizer:
    """The bot's own words in `language`."""
    return localizer(language, "bot")


def lines_of(
    settings: Settings, understand: Understanding, *, transport: httpx.AsyncBaseTransport | None = None
) -> Lines:
    """Every line of the settings, ready to speak; `transport` carries what is sent to Meta."""
    return Lines([_line(settings, line, understand, transport) for line in settings.lines])


def _line(
    settings: Settings, line: Line, understand: Understanding, transport: httpx.AsyncBaseTransport | None
) -> LineAtWork:
    engine = Engine(flows=ALL, speak=speak, understand=understand, brand=line.brand, app_url=line.app_url)
    return LineAtWork(line, engine, Sender(line, graph_url=settings.graph_url, transport=transport))


def dispatcher_of(
    settings: Settings,
    rows: Rows,
    lines: Lines,
    answering: Answering,
    *,
    clock: Clock | None = None,
    at: Callable[[str], None] = lambda _: None,
) -> Dispatcher:
    """The work of one process."""
    seal, clock = Seal(settings.seal_keys), clock or SystemClock()
    return Dispatcher(
        rows=rows,
        seal=seal,
        lines=lines,
        answering=answering,
        delivery=Delivery(rows, seal, clock),
        clock=clock,
        lease=timedelta(seconds=settings.lease_s),
        concurrency=settings.concurrency,
        at=at,
    )
