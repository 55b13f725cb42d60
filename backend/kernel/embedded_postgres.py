"""Runs a private PostgreSQL 18 for development and tests, shared by every process that names the same folder.

The server outlives the process that started it. Each user holds a lease (a shared file lock, which the operating
system drops even after kill -9), and the last one to release it stops the server.
"""

import contextlib
import fcntl
import os
import re
import secrets
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self, TextIO

from backend.kernel.postgres_host import (
    HOST,
    PostgresNotStarted,
    account_for_postgres,
    any_free_port,
    find_programs,
    make_passable,
    port_is_free,
    program_of,
    reachable_home,
)

__all__ = ["EmbeddedPostgres", "PostgresNotStarted"]

_START_LIMIT_S = 60
_RETRY_S = 0.25
_LOG_LIMIT_BYTES = 16 * 1024 * 1024
_SOCKET_PATH_LIMIT = 107  # bytes in sockaddr_un.sun_path, without the closing zero
_IMPOSSIBLE_PID = 2**22 + 1  # above the highest that Linux hands out
_DATABASE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
# What a start says while processes of a killed server still go down, or when another program took the port.
_PASSES_BY_ITSELF = ("postmaster.pid", "pre-existing shared memory block", "could not create any TCP/IP sockets")
_SETTINGS = {
    "listen_addresses": HOST,
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",  # _PASSES_BY_ITSELF reads the log
    "log_checkpoints": "off",
}


class EmbeddedPostgres:
    """A PostgreSQL server whose files live in `home`; its superuser is `postgres`, reached by password only.

    `port` fixes the TCP port; otherwise a free one is chosen once and kept. `settings` override server parameters;
    they take effect when the server starts, not for one that runs already.
    """

    def __init__(self, home: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None) -> None:
        self._account = account_for_postgres()
        self._programs = find_programs(self._account)
        self.home = reachable_home(home, self._account)
        self._wanted_port = port
        self._settings = {**_SETTINGS, **(settings or {})}
        self._cluster = self.home / "cluster"
        self._data = self._cluster / "data"
        self._lease: TextIO | None = None

    @property
    def port(self) -> int:
        """The TCP port that the server listens on, as recorded for all processes."""
        return int((self.home / "port").read_text())

    @property
    def password(self) -> str:
        """The superuser's password."""
        return (self.home / "password").read_text().strip()

    @property
    def log(self) -> Path:
        """The server's log."""
        return self._cluster / "log"

    @property
    def socket_folder(self) -> Path | None:
        """Where the Unix socket lies; none when its path would be too long, and TCP is the only way in."""
        folder = self._cluster / "run"
        return folder if len(os.fsencode(folder / ".s.PGSQL.65535")) <= _SOCKET_PATH_LIMIT else None

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, or none when the server is down."""
        pid = self._recorded_pid()
        return pid if pid is not None and self._works_here(pid) else None

    def url(self, database: str, *, user: str = "postgres", password: str | None = None) -> str:
        """A `postgresql://` URL over TCP; `password` defaults to the superuser's."""
        return f"postgresql://{user}:{password or self.password}@{HOST}:{self.port}/{database}"

    def start(self) -> Self:
        """Takes a lease and brings the server up unless it runs. Idempotent, and safe from several processes at once.

        Raises PostgresNotStarted.
        """
        make_passable(self.home)
        self._require_owner(self.home, os.geteuid())
        with self._locked():
            if not (self._data / "PG_VERSION").exists():
                self._initialise()
            self._require_owner(self._data, self._account.uid if self._account else os.geteuid())
            if self.pid is None:
                self._launch()
            if self._lease is None:
                self._lease = (self.home / "leases").open("w")
                fcntl.flock(self._lease, fcntl.LOCK_SH)
        return self

    def release(self) -> bool:
        """Gives the lease back and stops the server if nobody else holds one; says whether it was stopped."""
        if self._lease is None:
            return False
        with self._locked():
            self._lease.close()
            self._lease = None
            with (self.home / "leases").open("w") as leases:
                try:
                    fcntl.flock(leases, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                self._shut_down("fast")
        return True

    def stop(self, mode: str = "fast") -> None:
        """Stops the server for everyone; `smart` waits for clients, `fast` cuts them off, `immediate` is a crash."""
        assert mode in {"smart", "fast", "immediate"}, "pg_ctl knows three ways to stop"
        if not self.home.exists():
            return
        with self._locked():
            self._shut_down(mode)
            if self._lease is not None:
                self._lease.close()
                self._lease = None

    def ensure_database(self, name: str, *, template: str = "template1") -> bool:
        """Creates the database `name` as a copy of `template` unless it is there; says whether it was created."""
        with self._locked():
            if self._query(f"select 1 from pg_database where datname = '{_checked(name)}'"):  # noqa: S608 -- checked
                return False
            self._query(f"create database {_checked(name)} template {_checked(template)}")
        return True

    def drop_database(self, name: str) -> None:
        """Removes the database `name` with all that is in it, and cuts off its users. Idempotent."""
        with self._locked():
            self._query(f"drop database if exists {_checked(name)} with (force)")

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _run(self, program: str, *arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
        options: dict[str, Any] = {}
        if self._account is not None:
            options = {"user": self._account.uid, "group": self._account.gid, "extra_groups": []}
        return subprocess.run(  # noqa: S603 -- our own programs with checked arguments
            [self._programs / program, *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment},
            **options,
        )

    def _own(self, path: Path) -> None:
        if self._account is not None:
            os.chown(path, self._account.uid, self._account.gid)

    def _initialise(self) -> None:
        """Makes a fresh cluster aside and renames it, so that a start cut short leaves nothing half done."""
        password = self.home / "password"
        if not password.exists():
            password.touch(mode=0o600)
            password.write_text(secrets.token_urlsafe(24) + "\n")
        self._cluster.mkdir(mode=0o755, exist_ok=True)
        self._own(self._cluster)
        unfinished = self._cluster / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.home) as handed_over:
            handed_over.write(password.read_text())
            handed_over.flush()
            self._own(Path(handed_over.name))
            access = ["-U", "postgres", "-A", "scram-sha-256", f"--pwfile={handed_over.name}"]
            format_ = ["-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums"]
            done = self._run("initdb", "-D", unfinished, *access, *format_, "--no-instructions")
        if done.returncode:
            raise PostgresNotStarted(f"initdb failed in {self._cluster}:\n{done.stdout}{done.stderr}")
        unfinished.rename(self._data)

    def _require_owner(self, path: Path, user_id: int) -> None:
        owner = path.stat().st_uid
        if owner != user_id:
            raise PostgresNotStarted(
                f"{path} belongs to user id {owner}, not to {user_id}. Run as the user that made it, "
                f"or remove {self.home} to start afresh (its data is lost)."
            )

    def _launch(self) -> None:
        run = self._cluster / "run"
        shutil.rmtree(run, ignore_errors=True)  # a killed server's socket and its lock
        run.mkdir(mode=0o755)
        self._own(run)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".1"))
        deadline = time.monotonic() + _START_LIMIT_S
        while True:
            self._forget_reused_pid()
            port = self._free_port()
            seen = self.log.stat().st_size if self.log.exists() else 0
            waiting = ["-w", "-t", f"{_START_LIMIT_S}"]
            done = self._run("pg_ctl", "start", "-D", self._data, *waiting, "-l", self.log, "-o", self._options(port))
            if done.returncode == 0:
                (self.home / "port").write_text(f"{port}\n")
                return
            said = self._log_from(seen)
            if time.monotonic() > deadline or not any(reason in said for reason in _PASSES_BY_ITSELF):
                raise PostgresNotStarted(f"PostgreSQL did not start. {self.log} ends with:\n{said}{done.stderr}")
            time.sleep(_RETRY_S)

    def _options(self, port: int) -> str:
        folder = self.socket_folder
        settings = {**self._settings, "port": f"{port}", "unix_socket_directories": f'"{folder}"' if folder else ""}
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())

    def _free_port(self) -> int:
        """The fixed port, else the recorded one while nobody else listens there, else any that is free."""
        fixed = self._wanted_port
        if fixed is not None and not port_is_free(fixed):
            raise PostgresNotStarted(f"Another program listens on port {fixed}. Stop it, or choose another port.")
        with contextlib.suppress(FileNotFoundError):
            fixed = fixed or (self.port if port_is_free(self.port) else None)
        return fixed or any_free_port()

    def _recorded_pid(self) -> int | None:
        try:
            return int((self._data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _works_here(self, pid: int) -> bool:
        """Whether process `pid` is this cluster's postmaster: the id alone may have passed to another program."""
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == self._data
        except PermissionError:  # root without the right to trace, as in many containers
            return program_of(pid) == "postgres"
        except (FileNotFoundError, ProcessLookupError):
            return not Path("/proc/self").exists() and program_of(pid) == "postgres"

    def _forget_reused_pid(self) -> None:
        """Lets a start pass when a dead postmaster's id is a zombie's or another program's, as in a container.

        Only the id is replaced: the rest of the file lets PostgreSQL find processes that still hold its memory.
        """
        pid = self._recorded_pid()
        if pid is not None and program_of(pid) != "postgres":
            record = self._data / "postmaster.pid"
            record.write_text(f"{_IMPOSSIBLE_PID}\n{record.read_text().partition(chr(10))[2]}")

    def _log_from(self, position: int) -> str:
        with contextlib.suppress(FileNotFoundError), self.log.open("rb") as log:
            log.seek(position)
            return log.read().decode(errors="replace")
        return ""

    def _shut_down(self, mode: str) -> None:
        if self.pid is not None:
            self._run("pg_ctl", "stop", "-D", self._data, "-m", mode, "-w", "-t", f"{_START_LIMIT_S}")

    def _query(self, sql: str) -> str:
        where = ["-h", HOST, "-p", f"{self.port}", "-U", "postgres", "-d", "postgres"]
        done = self._run("psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", *where, "-c", sql, PGPASSWORD=self.password)
        if done.returncode:
            raise PostgresNotStarted(f"PostgreSQL refused `{sql}`: {done.stderr.strip()}")
        return done.stdout.strip()


def _checked(name: str) -> str:
    if not _DATABASE_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a database: use lower-case letters, digits and underscores.")
    return name
