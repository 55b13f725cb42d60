"""Databases and platforms for tests: migrated once into a template, copied for each worker of the test run."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import asyncpg
import httpx
from litestar import Litestar

from backend import wiring
from backend.kernel import webhooks_in
from backend.kernel.crypto import new_master_key
from backend.kernel.embedded_postgres import EmbeddedPostgres
from backend.kernel.migrate import migrate
from backend.kernel.module import Module, Services
from backend.kernel.scope import Role
from backend.kernel.tenants import Tenant, TenantMode, create_tenant
from backend.kernel.tokens import Subject, generate_signing_keys
from backend.main import create_app
from backend.settings import Environment, Settings
from shared.client.webhooks import Webhook
from shared.ids import new_id

ROOT = Path(__file__).parents[2]
SANDBOX_SECRET = "whsec_c2FuZGJveC1zZWNyZXQtZm9yLXRlc3Rz"
APP_PASSWORD = "app-for-tests"
MASTER_KEYS = new_master_key("test")
TOKEN_KEYS = generate_signing_keys()


def schema_fingerprint() -> str:
    """Changes whenever a migration does, so that a stale template is never used."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "backend/migrations/versions").glob("*.*")):
        if path.suffix in {".sql", ".py"}:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def server() -> EmbeddedPostgres:
    """The PostgreSQL that all tests of this checkout share."""
    return EmbeddedPostgres(ROOT / ".caas" / "test").start()


@contextmanager
def own_server() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL that nobody else uses: to be killed, or to be measured. Gone after the block."""
    with tempfile.TemporaryDirectory(prefix="caas-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # root lends PostgreSQL another account, which has to pass through
        postgres = EmbeddedPostgres(Path(folder) / "postgres").start()
        try:
            yield postgres
        finally:
            postgres.stop()


async def fresh_database(postgres: EmbeddedPostgres, name: str) -> None:
    """Makes `name` anew as a copy of the migrated template."""
    template = f"template_{schema_fingerprint()}"
    admin = await asyncpg.connect(postgres.url("postgres"))
    try:
        await admin.execute("SELECT pg_advisory_lock(hashtext('caas.tests'))")
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", template):
            postgres.ensure_database(f"{template}_new")
            await migrate(asyncpg_url(postgres.url(f"{template}_new")))
            await admin.execute(f"ALTER ROLE caas_app PASSWORD '{APP_PASSWORD}'")
            await admin.execute(f"ALTER ROLE caas_relay PASSWORD '{APP_PASSWORD}'")
            await admin.execute(f"ALTER DATABASE {template}_new RENAME TO {template}")
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    finally:
        await admin.close()


def asyncpg_url(url: str) -> str:
    """The URL as SQLAlchemy spells it."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def settings_for(postgres: EmbeddedPostgres, database: str, **more: object) -> Settings:
    """Settings of a platform on `database`."""
    return Settings(
        environment=Environment.TEST,
        database_url=asyncpg_url(postgres.url(database, user="caas_app", password=APP_PASSWORD)),
        database_relay_url=asyncpg_url(postgres.url(database, user="caas_relay", password=APP_PASSWORD)),
        database_owner_url=asyncpg_url(postgres.url(database)),
        master_keys=MASTER_KEYS,
        token_keys=TOKEN_KEYS,
        sandbox_secret=SANDBOX_SECRET,
        **more,  # type: ignore[arg-type]
    )


def webhook_at(path: str) -> Webhook:
    """Signs as the sandbox does for the address with this path."""
    return Webhook(webhooks_in.endpoint_secret(SANDBOX_SECRET, path))


async def new_tenant(services: Services, slug: str | None = None) -> Tenant:
    """A sandbox tenant of its own for one test, so that tests never see each other's rows."""
    return await create_tenant(
        services.database,
        services.vault,
        slug=slug or f"t-{new_id().hex[-12:]}",
        plan="scale",
        mode=TenantMode.SANDBOX,
    )


@dataclass(frozen=True)
class Caller:
    """A signed-in person, by the headers that prove it."""

    user_id: UUID
    headers: dict[str, str]


def caller(services: Services, tenant: Tenant, *roles: Role, user_id: UUID | None = None, totp: bool = False) -> Caller:
    """Someone with these roles, holding a token as sign-in would issue it."""
    who = user_id or new_id()
    subject = Subject(
        id=who,
        client_id="tests",
        tenant_id=tenant.id,
        session_id=new_id(),
        roles=tuple(role.value for role in roles or (Role.BORROWER,)),
        amr=("otp", "totp") if totp else ("otp",),
    )
    token = services.tokens.issue(subject, services.database.clock.now())
    return Caller(user_id=who, headers={"Authorization": f"Bearer {token}", "X-Tenant": tenant.slug})


@asynccontextmanager
async def serve(settings: Settings, services: Services, modules: Sequence[Module]) -> AsyncIterator[httpx.AsyncClient]:
    """The application of `modules` in this process; each POST gets an Idempotency-Key unless it brings one."""

    async def give_key(request: httpx.Request) -> None:
        if request.method == "POST":
            request.headers.setdefault("Idempotency-Key", new_id().hex)

    app = create_app(wiring.assemble(settings, services, tuple(modules)))
    async with _living(app):
        transport = httpx.ASGITransport(app=cast(Any, app), raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", event_hooks={"request": [give_key]}
        ) as client:
            yield client


@asynccontextmanager
async def _living(app: Litestar) -> AsyncIterator[None]:
    """The application's life in a task of its own: a fixture's two halves may run in two tasks, its life must not."""
    started, ended = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await ended.wait()

    life = asyncio.create_task(live())
    await started.wait()
    try:
        yield
    finally:
        ended.set()
        await life
