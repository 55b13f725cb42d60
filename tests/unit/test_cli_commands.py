import fcntl
import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backend.cli import main
from backend.development import Secrets, as_role
from backend.kernel.crypto import MasterKeys
from backend.kernel.tokens import AccessTokens


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("CAAS_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)


def caas(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_every_command_explains_itself() -> None:
    listed = caas("--help")
    commands = [line.split()[0] for line in listed.output.partition("Commands:")[2].splitlines() if line[2:3].strip()]

    assert {"up", "serve", "worker", "migrate", "seed", "doctor", "sandbox"} <= set(commands)
    for command in commands:
        shown = caas(command, "--help")
        assert shown.exit_code == 0, shown.output
        assert f"caas {command}" in shown.output.replace("main", "caas", 1)


def test_an_unknown_command_is_refused() -> None:
    assert caas("fly").exit_code == 2


def test_settings_that_can_not_work_are_refused_with_each_thing_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAAS_ENVIRONMENT", "production")

    refused = caas("serve")

    assert refused.exit_code == 1
    assert "CAAS_DATABASE_URL: must be set" in refused.output
    assert "CAAS_MASTER_KEYS: must be set" in refused.output


def test_production_is_never_given_an_embedded_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CAAS_ENVIRONMENT", "production")
    monkeypatch.setattr("backend.cli.ground.home", lambda: tmp_path)

    assert caas("seed").exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        refused = caas("up", "--port", f"{port}")

    assert refused.exit_code == 1
    assert f"Port {port} is taken" in refused.output
    assert "--port" in refused.output


def test_two_platforms_do_not_run_on_one_folder(tmp_path: Path) -> None:
    with (tmp_path / "up.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        up = caas("up", "--home", f"{tmp_path}", "--port", "0", "--sandbox-port", "0")
        down = caas("down", "--remove-data", "--home", f"{tmp_path}")

    assert (up.exit_code, down.exit_code) == (1, 1)
    assert "runs already" in up.output
    assert "runs already" in down.output


def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAAS_DATABASE_URL", "postgresql+asyncpg://caas_app:x@127.0.0.1:1/caas")

    told = caas("doctor")

    assert told.exit_code == 1
    assert "✓ Python" in told.output
    assert "✗ Settings     CAAS_" in told.output
    assert "→ Correct these environment variables." in told.output
    assert "✗ Database     can't be used" in told.output


def test_the_secrets_of_development_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"

    made = Secrets.kept_in(file)

    assert Secrets.kept_in(file) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secrets.json"]
    MasterKeys.parse(made.master_keys)
    AccessTokens.parse(made.token_keys, issuer="a", audience="a")


@pytest.mark.parametrize(
    ("given", "role", "expected"),
    [
        ("postgres://me:pw@db:5432/caas", None, "postgresql+asyncpg://me:pw@db:5432/caas"),
        (
            "postgresql://me:p%40@db/caas?ssl=require",
            "caas_app",
            "postgresql+asyncpg://caas_app:a%2Fb@db/caas?ssl=require",
        ),
    ],
)
def test_a_database_url_is_turned_into_that_of_another_role(given: str, role: str | None, expected: str) -> None:
    assert as_role(given, role, "a/b") == expected
