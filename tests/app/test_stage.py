"""The folder of a phone build: complete, without anything of the server, and alive on what phones have."""

import json
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from deploy.flet.stage import main, stage
from tests.architecture.phone import PHONE_LIBRARIES
from tests.builders.platform import ROOT

# Packages that those of a phone bring along, by the names they are imported by.
_BROUGHT = (
    "anyio", "babel", "certifi", "flet", "flet_camera", "flet_local_auth",
    "flet_secure_storage", "h11", "httpcore", "httpx", "idna", "msgpack", "msgspec",
    "oauthlib", "repath", "six", "typing_extensions",
)  # fmt: skip


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stage(tmp_path_factory.mktemp("stage") / "build", api="https://api.example.com", tenant="demo")


def test_what_is_staged_is_what_the_manifest_says(staged: Path) -> None:
    manifest = tomllib.loads((ROOT / "flet.toml").read_text())
    source = staged / "src"

    assert {each.name for each in source.iterdir()} == {"app", "assets", "main.py", "shared"}
    assert (source / "assets" / "fonts" / "Inter.ttf").exists()
    assert (source / "shared" / "i18n" / "locales" / "ar" / "LC_MESSAGES" / "messages.po").exists()
    assert not any((source / each).exists() for each in manifest["contents"]["leave_out"])
    assert json.loads((source / "app" / "endpoint.json").read_text()) == {
        "api_url": "https://api.example.com",
        "tenant": "demo",
    }


def test_the_project_of_the_build_names_phone_libraries_alone_and_asks_for_camera_and_face_with_reasons(
    staged: Path,
) -> None:
    project = tomllib.loads((staged / "pyproject.toml").read_text())

    assert {each.split(">")[0] for each in project["project"]["dependencies"]} == PHONE_LIBRARIES
    assert project["tool"]["flet"]["permissions"] == ["biometric", "camera"]
    assert set(project["tool"]["flet"]["ios"]["info"]) == {"NSCameraUsageDescription", "NSFaceIDUsageDescription"}


def test_a_tenant_with_a_push_service_has_it_built_in_and_nobody_else(tmp_path: Path) -> None:
    given = ["--api", "https://api.example.com", "--tenant", "demo", "--push-app-id", "b2f7f966-d8cc-11e4"]
    assert main([str(tmp_path / "with"), *given]) == 0

    project = tomllib.loads((tmp_path / "with" / "pyproject.toml").read_text())
    names = {each.split(">")[0].split("=")[0] for each in project["project"]["dependencies"]}
    assert names == PHONE_LIBRARIES | {"flet-onesignal"}
    endpoint = json.loads((tmp_path / "with" / "src" / "app" / "endpoint.json").read_text())
    assert endpoint["push_app_id"] == "b2f7f966-d8cc-11e4"


def test_it_starts_where_nothing_but_the_libraries_of_a_phone_is_installed(staged: Path, tmp_path: Path) -> None:
    clean = tmp_path / "phone"
    venv.create(clean, with_pip=False)
    site = next((clean / "lib").glob("python*")) / "site-packages"
    here = Path(sys.prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    for name in _BROUGHT:
        found = here / name if (here / name).exists() else here / f"{name}.py"
        (site / found.name).symlink_to(found)
    script = (
        "import sys, app.main, app.config, app.platform.push, shared.client, shared.i18n;"
        "assert not app.platform.push.is_built_in();"
        "from shared.client import AsyncClient;"
        "from shared.i18n import localizer, Language;"
        "assert app.config.built_in().tenant == 'demo';"
        "assert localizer(Language.ARABIC).say('Back') != 'Back';"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )

    ran = subprocess.run(
        [clean / "bin" / "python", "-I", "-c", f"import sys; sys.path.insert(0, {str(staged / 'src')!r}); {script}"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert not {"backend", "litestar", "sqlalchemy", "flet_web", "uvicorn", "fastapi"} & set(ran.stdout.split())


def test_a_folder_that_is_in_use_or_an_address_that_a_phone_may_not_use_is_refused(
    staged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(staged), "--api", "https://api.example.com", "--tenant", "demo"]) == 1
    assert main([str(tmp_path / "new"), "--api", "http://api.example.com", "--tenant", "demo"]) == 1

    told = capsys.readouterr().err
    assert "is not empty" in told
    assert "plain http" in told
    assert not (tmp_path / "new").exists()
