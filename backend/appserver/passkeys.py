"""The page on which passkeys are made and used, and the two questions that it puts to its own server.

Flet's client can't ask a browser for a passkey, and one belongs to an address of the web: so this page does, opened by
the app in its own window, or by a phone in the system's browser.
"""

import asyncio
import base64
import hashlib
import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from app.data import Connections
from app.design.palette import Mode, Palette, palette
from backend.appserver.sockets import Receive
from backend.kernel.ratelimit import Plan, RateLimiter
from shared.api.identity import Brand
from shared.api.passkeys import CeremonyAnswer, CeremonyBack, CeremonyTicket
from shared.client import AsyncClient, AsyncMemoryTokenStore
from shared.client.errors import ApiError, ClientError
from shared.i18n import Language, Localizer, localizer

BODY_MAX = 64 * 1024
BODY_WITHIN_S = 10
ASKING = Plan(name="passkey", limit=60, window_s=60)
# The only places that the page leads back to.
BACK = {CeremonyBack.WEB: ("/passkey/done", "#"), CeremonyBack.PHONE: ("caas://app/passkey/done", "?")}
_TEMPLATE = Path(__file__).with_name("passkey.html")
_PARTS = {kind: re.compile(rf"<{kind}>(.*?)</{kind}>", re.DOTALL) for kind in ("script", "style")}


class PasskeyPage:
    """The page of one tenant, in one language."""

    def __init__(self, version: str, language: Language, *, name: str, brand: Brand) -> None:
        words = localizer(language)
        filled = _TEMPLATE.read_text()
        for place, value in (
            ("language", language.value),
            ("direction", "rtl" if language.is_rtl else "ltr"),
            ("title", html.escape(name)),
            ("colour", brand.primary_colour),
            ("version", version),
            ("light", _colours(palette(Mode.LIGHT, brand.primary_colour))),
            ("dark", _colours(palette(Mode.DARK, brand.primary_colour))),
            ("contrast", _colours(palette(Mode.HIGH_CONTRAST, brand.primary_colour))),
            ("waiting", html.escape(words.say("Follow what your device asks."))),
            ("home", html.escape(words.say("To the app"))),
            ("noscript", html.escape(words.say("This page needs JavaScript."))),
            ("words", json.dumps(_words(words), ensure_ascii=False).replace("<", "\\u003c")),
        ):
            filled = filled.replace(f"%{place}%", value)
        self.html = filled.encode()
        self.policy = _policy(filled)


class PasskeyDesk:
    """Puts the page's questions to the platform: what to ask the browser for, and what to make of its answer."""

    def __init__(self, connections: Connections, clock_ns: Callable[[], int]) -> None:
        self._connections = connections
        self._asking = RateLimiter(clock_ns)

    def admits(self, address: str) -> bool:
        """Whether this address may ask now."""
        return self._asking.check(ASKING, address).allowed

    async def options(self, body: bytes, address: str) -> tuple[int, bytes]:
        """Status and JSON of what the page at `address` asks the browser for."""
        try:
            request = msgspec.json.decode(body, type=CeremonyTicket)
            found = await self._client(address).passkeys.options(request.ticket)
        except (msgspec.MsgspecError, ClientError) as error:
            return _refused(error)
        told = {"purpose": found.purpose, "back": BACK[found.back][0], "options": found.options}
        return 200, msgspec.json.encode(told)

    async def answer(self, body: bytes, address: str) -> tuple[int, bytes]:
        """Status and JSON of where the page at `address` goes with the code."""
        try:
            given = msgspec.json.decode(body, type=CeremonyAnswer)
            found = await self._client(address).passkeys.answer(given.ticket, given.credential)
        except (msgspec.MsgspecError, ClientError) as error:
            return _refused(error)
        place, mark = BACK[found.back]
        return 200, msgspec.json.encode({"to": f"{place}{mark}code={found.code}"})

    def _client(self, address: str) -> AsyncClient:
        return self._connections.client(Language.ENGLISH, AsyncMemoryTokenStore(), address)


async def small_body(receive: Receive) -> bytes | None:
    """The body of a request; None for one that is too large, or that doesn't come."""
    body = b""
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            while len(body) <= BODY_MAX:
                message = await receive()
                if message["type"] != "http.request":
                    return None
                body += message.get("body", b"")
                if not message.get("more_body"):
                    return body if len(body) <= BODY_MAX else None
    except TimeoutError:
        pass
    return None


def _refused(error: Exception) -> tuple[int, bytes]:
    """What the page is told: a status, and a code that it has words for."""
    match error:
        case ApiError():
            status, code = error.status, error.code
        case ClientError():
            status, code = 503, "unavailable"
        case _:
            status, code = 400, "invalid_input"
    return status, msgspec.json.encode({"code": code})


def _words(words: Localizer) -> dict[str, str]:
    return {
        "title_add": words.say("Add a passkey"),
        "title_sign_in": words.say("Sign in with a passkey"),
        "title_step_up": words.say("Confirm with a passkey"),
        "waiting": words.say("Follow what your device asks."),
        "checking": words.say("Checking it …"),
        "done": words.say("Done. Back to the app …"),
        "again": words.say("Try again"),
        "back": words.say("Back to the app"),
        "cancelled": words.say(
            "Nothing was done: it was cancelled, took too long, or there is no passkey on this device."
        ),
        "known": words.say("This device has a passkey of yours already."),
        "elsewhere": words.say("This is not the app's own address, so its passkeys can't be used here."),
        "unsupported": words.say("This browser can't use passkeys. Go back to the app and choose another way."),
        "ended": words.say("This took too long, or was done before. Go back to the app and begin again."),
        "refused": words.say(
            "This passkey could not be checked or is not known here. Go back to the app and choose another way."
        ),
        "offline": words.say("The connection is gone. Try again once it is back."),
        "failed": words.say("This did not work. Try again in a moment."),
    }


def _colours(of: Palette) -> str:
    shown = {
        "ground": of.ground,
        "text": of.text,
        "muted": of.muted,
        "brand": of.brand,
        "fill": of.fill,
        "on-fill": of.on_fill,
        "soft": of.soft,
        "on-soft": of.on_soft,
        "bad": of.bad,
    }
    return "; ".join(f"--{name}: {value}" for name, value in shown.items())


def _policy(page: str) -> str:
    """Its own script and style, known by hash, its own server, and nothing else (Content Security Policy 3)."""
    script, style = (
        " ".join(f"'sha256-{_hash(part)}'" for part in expression.findall(page)) for expression in _PARTS.values()
    )
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _hash(part: str) -> str:
    return base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
