"""`caas doctor`: looks at everything that a platform needs here, and says how to mend what is missing."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
import httpx

from backend.development import API_PORT, DATABASE, SANDBOX_PORT, Secrets, as_role, embedded, home
from backend.kernel.crypto import MasterKeys
from backend.kernel.inspection import DatabaseUnusable, count_transactions, inspect
from backend.kernel.postgres_host import HOST, account_for_postgres, find_programs, port_is_free
from backend.kernel.postgres_roles import APP_ROLE, RELAY_ROLE
from backend.kernel.tokens import AccessTokens
from backend.settings import SettingsError, from_environ

FREE_BYTES = 1024**3
_PACKAGES = ("asyncpg", "cryptography", "litestar", "msgspec", "pgqueuer", "sqlalchemy", "typst", "uvicorn")
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` says what to do, and is there only when something is wrong."""

    subject: str
    state: str
    remedy: str | None = None


@click.command()
def doctor() -> None:
    """Says what is missing on this machine and how to mend it. Changes nothing; fails when something must be mended."""
    findings = [finding for look in _LOOKS for finding in look()]
    for finding in findings:
        click.echo(f"{'✗' if finding.remedy else '✓'} {finding.subject:<12} {finding.state}")
        if finding.remedy:
            click.echo(f"  {'':<12} → {finding.remedy}")
    wrong = sum(1 for finding in findings if finding.remedy)
    if wrong:
        click.echo(f"\n{wrong} of {len(findings)} need mending.")
        raise SystemExit(1)
    click.echo("\nAll is well.")


def _python() -> Iterator[Finding]:
    found = ".".join(str(part) for part in sys.version_info[:3])
    too_old = "Install Python 3.11 or newer, then run `make setup`." if sys.version_info < (3, 11) else None
    yield Finding("Python", f"{found} at {sys.executable}", too_old)


def _packages() -> Iterator[Finding]:
    missing = []
    for name in _PACKAGES:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    state = f"missing: {', '.join(missing)}" if missing else "installed"
    yield Finding("Packages", state, "Run `make setup`." if missing else None)


def _assets() -> Iterator[Finding]:
    missing = [each for each in ("assets/fonts", "assets/documents", "locales") if not (_ROOT / each).is_dir()]
    state = f"missing: {', '.join(missing)}" if missing else "fonts, document templates and languages are there"
    yield Finding("Assets", state, f"Run it from a complete checkout; {_ROOT} is none." if missing else None)


def _disk() -> Iterator[Finding]:
    folder = home()
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(existing).free
    yield Finding(
        "Disk", f"{free // 1024**2} MiB free", f"Free some space below {existing}." if free < FREE_BYTES else None
    )
    if not os.access(existing, os.W_OK):
        yield Finding("Folder", f"{existing} is not writable", f"Give this user the right to write to {existing}.")


def _ports() -> Iterator[Finding]:
    for name, port, option in (("API", API_PORT, "--port"), ("Sandbox", SANDBOX_PORT, "--sandbox-port")):
        if port_is_free(port):
            yield Finding(name, f"not running; port {port} is free for `caas up`")
            continue
        try:
            answer = httpx.get(f"http://{HOST}:{port}/health/ready", timeout=3)
        except httpx.HTTPError as failure:
            state = f"port {port} is taken by something that does not answer ({type(failure).__name__})"
            yield Finding(name, state, f"Stop it, or start the platform with `caas up {option} <port>`.")
            continue
        remedy = None if answer.is_success else f"Read {home() / 'logs'}, then restart `caas up`."
        yield Finding(name, f"answers {answer.status_code} on port {port}: {answer.text[:100]}", remedy)


def _database() -> Iterator[Finding]:
    chosen = os.environ.get("CAAS_DATABASE_URL")
    if chosen:
        yield from _look_into(chosen, os.environ.get("CAAS_DATABASE_RELAY_URL"))
    elif owner_url := os.environ.get("DATABASE_URL"):
        yield from _look_into(*_urls(owner_url))
    else:
        account = account_for_postgres()
        yield Finding(
            "PostgreSQL", f"programs in {find_programs(account)}, run as {account.name if account else 'you'}"
        )
        server = embedded(home())
        if server.pid is None:
            yield Finding("Database", "embedded, not running; `caas up` starts it")
        else:
            yield from _look_into(*_urls(server.url(DATABASE)))


def _urls(owner_url: str) -> tuple[str, str]:
    """How the application and the relay reach the database of `owner_url`."""
    file = home() / "secrets.json"
    kept = Secrets.kept_in(file) if file.exists() else None
    return (
        as_role(owner_url, APP_ROLE, kept.app_password if kept else ""),
        as_role(owner_url, RELAY_ROLE, kept.relay_password if kept else ""),
    )


def _look_into(url: str, relay_url: str | None) -> Iterator[Finding]:
    try:
        seen = asyncio.run(inspect(url))
    except DatabaseUnusable as failure:
        remedy = "Check its address, that it runs, and that it lets us in; `caas up` prepares a new one."
        yield Finding("Database", f"can't be used: {failure}", remedy)
        return
    yield Finding("Database", "answers")
    lacking = f"lacks {', '.join(sorted(seen.missing))}" if seen.missing else "up to date"
    yield Finding("Schema", lacking, "Run `caas migrate`." if seen.missing else None)
    for complaint in seen.complaints:
        yield Finding("Roles", complaint, "Point CAAS_DATABASE_URL to the application's role.")
    if not seen.complaints:
        yield Finding("Roles", "the application is bound by row-level security")
    if relay_url and not seen.missing:
        yield _order(relay_url)


def _order(relay_url: str) -> Finding:
    try:
        count = asyncio.run(count_transactions(relay_url))
    except DatabaseUnusable as failure:
        return Finding("Events", f"can't be seen: {failure}", "Point CAAS_DATABASE_RELAY_URL to the relay's role.")
    if not count.is_behind:
        return Finding("Events", "are delivered in the order of their transactions")
    state = f"stand still: the database comes from a server at transaction {count.stored}, this one is at {count.next}"
    return Finding("Events", state, "Stop the platform, run `caas migrate --after-restore`; docs/runbooks/restore.md.")


def _settings() -> Iterator[Finding]:
    if "CAAS_DATABASE_URL" not in os.environ:
        yield Finding("Settings", "none given: those of development are made up and kept")
        return
    try:
        settings = from_environ(os.environ)
        MasterKeys.parse(settings.master_keys)
        AccessTokens.parse(settings.token_keys, issuer=settings.public_url, audience=settings.public_url)
    except (SettingsError, ValueError) as refusal:
        yield Finding("Settings", str(refusal), "Correct these environment variables.")
        return
    yield Finding("Settings", f"complete, for {settings.environment}")


def _guarded(look: Callable[[], Iterator[Finding]]) -> Callable[[], Iterator[Finding]]:
    """One look that fails must not keep the others from being made."""

    def guarded() -> Iterator[Finding]:
        try:
            yield from look()
        except Exception as failure:  # noqa: BLE001 -- whatever it is, it is what the doctor was asked for
            yield Finding(look.__name__.strip("_").capitalize(), type(failure).__name__, str(failure))

    return guarded


_LOOKS = [_guarded(each) for each in (_python, _packages, _assets, _disk, _settings, _database, _ports)]
