"""A platform on this machine with nothing to set up: PostgreSQL, roles, keys and secrets of its own, all below `.caas`.

`DATABASE_URL` names another server, reached as its owner, and turns the embedded one off.
"""

import asyncio
import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from backend.kernel.crypto import new_master_key
from backend.kernel.embedded_postgres import EmbeddedPostgres
from backend.kernel.migrate import migrate
from backend.kernel.postgres_host import HOST, make_passable
from backend.kernel.postgres_roles import APP_ROLE, RELAY_ROLE, set_passwords
from backend.kernel.tokens import generate_signing_keys

API_PORT, SANDBOX_PORT, APP_PORT, BOT_PORT = 8000, 8001, 8002, 8003
DATABASE = "caas"
_CHECKOUT = Path(__file__).parents[1]


def app_address(port: int) -> str:
    """Where browsers find the borrower's app on this machine: by a name, since no passkey can belong to a number."""
    return f"http://localhost:{port}"


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """What production takes from a vault, made up once and kept in a file that only its owner reads."""

    master_keys: str
    token_keys: str
    sandbox_secret: str
    app_password: str
    relay_password: str

    @classmethod
    def fresh(cls) -> "Secrets":
        """New ones, from the system's randomness."""
        return cls(
            master_keys=new_master_key("development"),
            token_keys=generate_signing_keys(),
            sandbox_secret="whsec_" + base64.b64encode(secrets.token_bytes(24)).decode(),
            app_password=secrets.token_urlsafe(24),
            relay_password=secrets.token_urlsafe(24),
        )

    @classmethod
    def kept_in(cls, file: Path) -> "Secrets":
        """Those in `file`, made first when it is not there. Of several processes at once, one makes them for all."""
        if not file.exists():
            draft = file.with_name(f".{file.name}.{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_bytes(msgspec.json.encode(cls.fresh()))
            try:
                os.link(draft, file)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return msgspec.json.decode(file.read_bytes(), type=cls)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a platform needs before its processes can start: its settings as an environment, and its own PostgreSQL."""

    environ: dict[str, str]
    postgres: EmbeddedPostgres | None


def home() -> Path:
    """The folder of everything that is made here: `.caas` in the checkout, or in the working folder without one."""
    return (_CHECKOUT if (_CHECKOUT / "pyproject.toml").exists() else Path.cwd()) / ".caas"


def embedded(folder: Path) -> EmbeddedPostgres:
    """The PostgreSQL of the platform in `folder`, running or not. Raises PostgresNotStarted."""
    return EmbeddedPostgres(folder / "postgres")


async def prepare(
    folder: Path, environ: Mapping[str, str], *, api_port: int = API_PORT, sandbox_port: int = SANDBOX_PORT
) -> Ground:
    """Starts PostgreSQL, brings the schema up to date, lets the roles in. Idempotent, and keeps all data.

    What `environ` sets of `CAAS_*` stays as it is. Raises PostgresNotStarted.
    """
    await asyncio.to_thread(make_passable, folder)
    if owner_url := environ.get("DATABASE_URL"):
        settings = await _settle(folder, owner_url)
        return Ground(environ={**settings, **_addresses(api_port, sandbox_port), **environ}, postgres=None)
    postgres = await asyncio.to_thread(_start, folder)
    try:
        settings = await _settle(folder, postgres.url(DATABASE))
    except BaseException:
        await asyncio.to_thread(postgres.release)
        raise
    return Ground(environ={**settings, **_addresses(api_port, sandbox_port), **environ}, postgres=postgres)


async def _settle(folder: Path, owner_url: str) -> dict[str, str]:
    """Migrates, lets the roles in, and says as settings how the database is reached."""
    kept = Secrets.kept_in(folder / "secrets.json")
    owner_url = as_role(owner_url)
    await migrate(owner_url)
    await set_passwords(owner_url, {APP_ROLE: kept.app_password, RELAY_ROLE: kept.relay_password})
    return {
        "CAAS_DATABASE_URL": as_role(owner_url, APP_ROLE, kept.app_password),
        "CAAS_DATABASE_RELAY_URL": as_role(owner_url, RELAY_ROLE, kept.relay_password),
        "CAAS_DATABASE_OWNER_URL": owner_url,
        "CAAS_MASTER_KEYS": kept.master_keys,
        "CAAS_TOKEN_KEYS": kept.token_keys,
        "CAAS_SANDBOX_SECRET": kept.sandbox_secret,
    }


def _addresses(api_port: int, sandbox_port: int) -> dict[str, str]:
    return {"CAAS_PUBLIC_URL": f"http://{HOST}:{api_port}", "CAAS_SANDBOX_URL": f"http://{HOST}:{sandbox_port}"}


def _start(folder: Path) -> EmbeddedPostgres:
    postgres = embedded(folder).start()
    postgres.ensure_database(DATABASE)
    return postgres


def as_role(url: str, role: str | None = None, password: str = "") -> str:
    """`url` as the driver takes it, with another role's name and password when one is given."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    netloc = parts.netloc if role is None else f"{role}:{quote(password, safe='')}@{place}"
    return parts._replace(scheme="postgresql+asyncpg", netloc=netloc).geturl()
