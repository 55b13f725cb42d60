import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from backend.kernel import postgres_host
from backend.kernel.embedded_postgres import EmbeddedPostgres, PostgresNotStarted

GIVEN_AWAY = Path("/proc/sys/net/ipv4/ip_local_port_range")  # to outgoing connections

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that other accounts may pass through, unlike pytest's own temporary ones."""
    with tempfile.TemporaryDirectory(prefix="caas-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def small_server(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(home, settings={"shared_buffers": "16MB"})


@pytest.fixture(scope="module")
def shared_server() -> Iterator[EmbeddedPostgres]:
    with tempfile.TemporaryDirectory(prefix="caas-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        server = small_server(Path(folder) / "postgres")
        yield server
        server.stop("immediate")


@pytest.fixture
def server(shared_server: EmbeddedPostgres) -> EmbeddedPostgres:
    """A running server; a test may stop or kill it."""
    return shared_server.start()


@pytest.fixture
def new_server(place: Path) -> Iterator[EmbeddedPostgres]:
    server = small_server(place / "postgres")
    yield server
    server.stop("immediate")


async def write_until_cut_off(url: str, *, kill: int, after: int) -> int:
    """Inserts numbers into `entry`, kills the process `kill` on the way, and returns how many were acknowledged."""
    writer = await asyncpg.connect(url)
    for number in range(1_000_000):
        try:
            await writer.execute(f"insert into entry values ({number})")
        except (asyncpg.PostgresConnectionError, asyncpg.InternalClientError, OSError):
            return number
        if number == after:
            os.kill(kill, signal.SIGKILL)
    raise AssertionError("the server outlived being killed")


def in_another_process(home: Path, code: str) -> "subprocess.Popen[str]":
    program = f"""
from pathlib import Path
from backend.kernel.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path({str(home)!r}))
{code}
"""
    return subprocess.Popen([sys.executable, "-c", program], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


async def test_a_new_server_is_version_18_with_checksums_and_lets_nobody_in_without_the_password(
    server: EmbeddedPostgres,
) -> None:
    connection = await asyncpg.connect(server.url("postgres"))
    shown = [
        await connection.fetchval(f"show {name}") for name in ("data_checksums", "password_encryption", "timezone")
    ]
    version = connection.get_server_version().major
    collations = await connection.fetchval("select datlocale from pg_database where datname = 'template1'")
    await connection.close()

    assert (version, shown, collations) == (18, ["on", "scram-sha-256", "UTC"], "C.UTF-8")
    for host in filter(None, ("127.0.0.1", server.socket_folder)):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(host=str(host), port=server.port, user="postgres", password="guess")


def test_processes_that_start_at_once_share_one_server(new_server: EmbeddedPostgres) -> None:
    code = "server.start(); print(server.pid, server.port, flush=True); input()"
    started = [in_another_process(new_server.home, code) for _ in range(3)]
    answers = {process.stdout.readline() for process in started if process.stdout}

    new_server.start()
    for process in started:
        process.communicate("\n")

    assert answers == {f"{new_server.pid} {new_server.port}\n"}


async def test_nothing_acknowledged_is_lost_when_the_server_is_killed(server: EmbeddedPostgres) -> None:
    server.ensure_database("bank")
    busy = await asyncpg.connect(server.url("bank"))
    await busy.execute("create table entry (id int primary key)")
    port, killed = server.port, server.pid
    assert killed is not None

    # A busy backend does not notice that its postmaster is gone, and holds the shared memory until it is through.
    orphan = asyncio.create_task(busy.fetchval("select count(*) from generate_series(1, 8000000)"))
    acknowledged = await write_until_cut_off(server.url("bank"), kill=killed, after=300)
    await asyncio.to_thread(server.start)
    await asyncio.gather(orphan, return_exceptions=True)

    reader = await asyncpg.connect(server.url("bank"))
    kept = await reader.fetchval("select count(*) from entry")
    await reader.close()
    assert kept >= acknowledged > 300
    assert server.port == port
    assert server.pid != killed


def test_a_dead_servers_process_id_that_passed_to_another_program_does_not_hinder_a_start(
    server: EmbeddedPostgres,
) -> None:
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    record = next(server.home.rglob("postmaster.pid"))
    record.write_text(record.read_text().replace(str(pid), str(os.getpid()), 1))

    seen = server.pid
    server.start()

    assert seen is None
    assert server.pid not in {None, pid, os.getpid()}


def test_the_last_one_to_release_the_server_stops_it(server: EmbeddedPostgres) -> None:
    other = in_another_process(server.home, "server.start(); print('up', flush=True); input()")
    assert other.stdout is not None
    other.stdout.readline()

    stopped_for_other = server.release()
    still_up = server.pid is not None
    other.kill()
    other.communicate()
    server.start()
    stopped = server.release()

    assert (stopped_for_other, still_up, stopped, server.pid) == (False, True, True, None)
    assert server.release() is False


def test_a_stopped_server_comes_back_on_its_port_with_its_data(server: EmbeddedPostgres) -> None:
    server.ensure_database("kept")
    port = server.port

    server.stop()
    stopped = server.pid is None
    server.start()

    assert stopped
    assert server.port == port
    assert server.ensure_database("kept") is False


def test_a_database_is_created_once_by_many_and_copied_from_a_template(server: EmbeddedPostgres) -> None:
    with ThreadPoolExecutor(4) as pool:
        created = list(pool.map(server.ensure_database, ["shop"] * 4))

    assert sorted(created) == [False, False, False, True]
    assert server.ensure_database("copy", template="shop") is True
    server.drop_database("copy")
    server.drop_database("copy")
    assert server.ensure_database("copy") is True


@pytest.mark.parametrize("name", ["", "Shop", "a-b", "x; drop database postgres", "1st", "a" * 64])
def test_a_name_that_would_need_quoting_is_refused(server: EmbeddedPostgres, name: str) -> None:
    with pytest.raises(ValueError, match="no name for a database"):
        server.drop_database(name)


async def test_a_folder_too_deep_for_a_socket_is_served_over_tcp(place: Path) -> None:
    server = small_server(place / ("deep" * 20) / "postgres")
    try:
        server.start()
        connection = await asyncpg.connect(server.url("postgres"))
        sockets = await connection.fetchval("show unix_socket_directories")
        await connection.close()
    finally:
        server.stop("immediate")

    assert (server.socket_folder, sockets) == (None, "")


@pytest.mark.skipif(not GIVEN_AWAY.exists(), reason="only Linux says which ports outgoing connections take")
def test_a_server_gets_no_port_that_an_outgoing_connection_may_take() -> None:
    first, last = map(int, GIVEN_AWAY.read_text().split())

    ports = {postgres_host.any_free_port() for _ in range(200)}

    assert len(ports) > 150
    assert ports.isdisjoint(range(first, last + 1))


def test_a_taken_port_is_avoided_unless_it_was_asked_for(server: EmbeddedPostgres) -> None:
    server.stop()
    with socket.socket() as other_program:
        other_program.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other_program.bind(("127.0.0.1", server.port))
        other_program.listen()
        taken = server.port

        server.start()
        chosen = server.port
        server.stop()
        with pytest.raises(PostgresNotStarted, match="Another program listens"):
            EmbeddedPostgres(server.home, port=taken).start()

    assert chosen != taken


def test_a_start_that_was_cut_short_leaves_nothing_in_the_way(new_server: EmbeddedPostgres) -> None:
    half_done = new_server.home / "cluster" / "data.new"
    half_done.mkdir(parents=True)
    (half_done / "PG_VERSION").write_text("18\n")

    new_server.start()

    assert new_server.pid is not None
    assert not half_done.exists()


def test_a_parameter_that_postgresql_does_not_know_fails_at_once_with_its_words(place: Path) -> None:
    server = EmbeddedPostgres(place / "postgres", settings={"no_such_thing": "1"})
    began = time.monotonic()

    with pytest.raises(PostgresNotStarted, match="no_such_thing"):
        server.start()

    assert time.monotonic() - began < 20


def test_programs_of_another_version_are_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = place / "postgres"
    program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.18'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PG_BIN_DIR", str(place))

    with pytest.raises(PostgresNotStarted, match=r"holds PostgreSQL 15; the platform needs 18"):
        EmbeddedPostgres(place / "data")

    monkeypatch.setenv("PG_BIN_DIR", str(place / "empty"))
    with pytest.raises(PostgresNotStarted, match="holds no PostgreSQL"):
        EmbeddedPostgres(place / "data")


@as_root
def test_files_of_another_user_are_left_alone(new_server: EmbeddedPostgres) -> None:
    new_server.home.mkdir()
    os.chown(new_server.home, 12345, 12345)

    with pytest.raises(PostgresNotStarted, match="belongs to user id 12345"):
        new_server.start()

    assert list(new_server.home.iterdir()) == []


@as_root
def test_what_lies_below_a_closed_folder_is_put_where_the_other_account_can_reach_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_host, "PUBLIC_HOME", place / "public")
    packaged = postgres_host._packaged_programs().parents[2]
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        subprocess.run(["cp", "-r", packaged / part, closed / part], check=True)
    monkeypatch.setattr(postgres_host, "_packaged_programs", lambda: closed / "embedded_postgres/pginstall/bin")

    server = small_server(closed / "postgres").start()
    running = server.pid
    seen_again = small_server(closed / "postgres").pid
    (place / "other").mkdir(mode=0o700)
    small_server(place / "other" / "postgres")
    survived = server.pid
    server.stop("immediate")

    assert running is not None
    assert running == seen_again == survived
    assert server.home.is_relative_to(place / "public")
    assert closed.stat().st_mode & 0o777 == 0o700

    subprocess.run(["rm", "-rf", closed], check=True)
    (place / "another").mkdir(mode=0o700)
    small_server(place / "another" / "postgres")
    assert not server.home.exists()


@as_root
def test_data_that_became_unreachable_is_not_replaced_in_silence(place: Path) -> None:
    kept = place / "closed" / "postgres"
    kept.mkdir(parents=True)
    kept.parent.chmod(0o700)

    with pytest.raises(PostgresNotStarted, match="may not enter"):
        small_server(kept)

    assert kept.is_dir()
