"""The demo tenants' lines on the sandbox's WhatsApp, each with a service account of its own. Refused in production."""

import asyncio
import base64
import os
import secrets
from pathlib import Path

import msgspec
from msgspec import Struct

from backend import identity, wiring
from backend.kernel.scope import Scope
from backend.sandbox.whatsapp.world import Number
from backend.seed import DEMO_TENANTS, DemoTenant
from backend.settings import Settings, SettingsError
from shared.api.channels import ServiceAccountIn


class LineSecrets(Struct, frozen=True, kw_only=True):
    """What one demo tenant's line is reached with."""

    phone_number_id: str
    token: str
    app_secret: str
    verify_token: str
    service_key: str


class BotSecrets(Struct, frozen=True, kw_only=True):
    """What production takes from a vault, made up once and kept in a file that only its owner reads."""

    role_password: str
    seal_keys: str
    lines: dict[str, LineSecrets]


async def bot_secrets(settings: Settings, file: Path) -> BotSecrets:
    """Those in `file`, made first where it is not there, with what they name. The demo tenants must be there."""
    if settings.is_production:
        raise SettingsError("demo lines have no place in production")
    kept = await asyncio.to_thread(_kept, file)
    if kept is not None:
        return kept
    made = BotSecrets(
        role_password=secrets.token_urlsafe(24),
        seal_keys=f"development:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        lines=await _lines(settings),
    )
    await asyncio.to_thread(_keep, file, made)
    return made


def _kept(file: Path) -> BotSecrets | None:
    return msgspec.json.decode(file.read_bytes(), type=BotSecrets) if file.exists() else None


def _keep(file: Path, made: BotSecrets) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        target.write(msgspec.json.encode(made))


async def _lines(settings: Settings) -> dict[str, LineSecrets]:
    services = wiring.build_services(settings)
    keys = identity.SessionKeys.of(services.tokens, services.masters)
    lines = {}
    try:
        for place, demo in enumerate(DEMO_TENANTS, 1):
            tenant = await services.tenants.by_slug(demo.slug)
            async with services.database.write(Scope.system(tenant.id, "seed")) as tx:
                account = ServiceAccountIn(name="WhatsApp bot (demo)")
                made = await identity.create_service_account(tx, services.vault, keys, account)
            lines[demo.slug] = LineSecrets(
                phone_number_id=f"10000000000000{place}",
                token=secrets.token_urlsafe(24),
                app_secret=secrets.token_hex(16),
                verify_token=secrets.token_urlsafe(16),
                service_key=made.secret,
            )
    finally:
        await services.database.close()
    return lines


def numbers_of(kept: BotSecrets, bot_url: str) -> list[Number]:
    """The lines as the sandbox's WhatsApp knows them."""
    return [
        Number(
            phone_number_id=line.phone_number_id,
            display="234" + line.phone_number_id[-10:],
            name=demo.name,
            waba_id=f"waba-{demo.slug}",
            token=line.token,
            app_secret=line.app_secret,
            webhook_url=f"{bot_url}/webhooks/whatsapp/{demo.slug}",
        )
        for demo, line in _with_lines(kept)
    ]


def lines_of(kept: BotSecrets, app_url: str) -> list[dict[str, str]]:
    """The lines as the bot's settings have them."""
    return [
        {
            **msgspec.to_builtins(line),
            "tenant": demo.slug,
            "brand": demo.name,
            "waba_id": f"waba-{demo.slug}",
            "app_url": app_url,
            "language": demo.locale,
            "time_zone": demo.time_zone,
        }
        for demo, line in _with_lines(kept)
    ]


def _with_lines(kept: BotSecrets) -> list[tuple[DemoTenant, LineSecrets]]:
    return [(demo, kept.lines[demo.slug]) for demo in DEMO_TENANTS if demo.slug in kept.lines]
