"""Assembles the folder that `flet build` is run in: `python -m deploy.flet.stage TARGET --api URL --tenant SLUG`.

What goes in is what `flet.toml` says: the app, the shared package, fonts, catalogs. Nothing of the server does.
"""

import argparse
import json
import shutil
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.config import AppConfig

ROOT = Path(__file__).parents[2]
_MAIN = '''"""What Flet starts on a phone."""

import flet as ft

from app.main import main

ft.run(main, assets_dir="assets")
'''


def stage(target: Path, *, api: str, tenant: str, push_app_id: str = "", root: Path = ROOT) -> Path:
    """Fills `target`, which must be empty or not there; with `push_app_id` the build carries a push service.

    Raises FileExistsError, ValueError for a bad address.
    """
    AppConfig(api_url=api, tenant=tenant).client("en")  # refuses an address that a phone may not use
    if target.exists() and any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty. Name a new folder.")
    manifest = tomllib.loads((root / "flet.toml").read_text())
    left_out = {root / each for each in manifest["contents"]["leave_out"]}
    source = target / "src"
    for package in manifest["contents"]["packages"]:
        _copy(root / package, source / package, left_out)
    _copy(root / manifest["contents"]["catalogs"], source / "shared" / "i18n" / "locales", left_out)
    for assets in manifest["contents"]["assets"]:
        _copy(root / assets, source / "assets", left_out)
    (source / "main.py").write_text(_MAIN)
    (source / "app" / "endpoint.json").write_text(json.dumps(_endpoint(api, tenant, push_app_id)))
    project = tomllib.loads((root / "pyproject.toml").read_text())
    groups = ("phone", "push") if push_app_id else ("phone",)
    (target / "pyproject.toml").write_text(_project(manifest, project, groups))
    return target


def _endpoint(api: str, tenant: str, push_app_id: str) -> dict[str, str]:
    return {"api_url": api, "tenant": tenant, **({"push_app_id": push_app_id} if push_app_id else {})}


def _copy(source: Path, target: Path, left_out: set[Path]) -> None:
    def skipped(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if name == "__pycache__" or Path(folder) / name in left_out}

    shutil.copytree(source, target, ignore=skipped, dirs_exist_ok=True)


def _project(manifest: dict[str, Any], project: dict[str, Any], groups: Sequence[str]) -> str:
    """The `pyproject.toml` that Flet's builder reads."""
    app, flet = manifest["app"], project["tool"]["flet"]
    needs = project["project"]["dependencies"] + [
        each for name in groups for each in project["dependency-groups"][name]
    ]
    lines = [
        "[project]",
        'name = "caas-app"',
        f'version = "{project["project"]["version"]}"',
        f'requires-python = ">={min(app["python"], key=_number)}"',
        f"dependencies = {json.dumps(sorted(needs))}",
        "",
        "[tool.flet]",
        f'org = "{app["org"]}"',
        f'product = "{app["product"]}"',
        f'bundle_id = "{app["bundle_id"]}"',
        f"permissions = {json.dumps(flet['permissions'])}",
        "",
        "[tool.flet.ios.info]",
        *(f"{name} = {json.dumps(words)}" for name, words in flet["ios"]["info"].items()),
        "",
        "[tool.flet.app]",
        'path = "src"',
        'module = "main"',
        "",
        "[tool.flet.deep_linking]",
        'scheme = "caas"',
        'host = "app"',
    ]
    return "\n".join(lines) + "\n"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def main(arguments: list[str]) -> int:
    """Stages, and says what comes next."""
    parser = argparse.ArgumentParser(description="Assembles the folder that a phone build is made from.")
    parser.add_argument("target", type=Path)
    parser.add_argument("--api", required=True, help="Address of the API, https")
    parser.add_argument("--tenant", required=True, help="The tenant's slug")
    parser.add_argument("--push-app-id", default="", help="The tenant's app at OneSignal, to send notices to phones")
    given = parser.parse_args(arguments)
    try:
        stage(given.target, api=given.api, tenant=given.tenant, push_app_id=given.push_app_id)
    except (FileExistsError, ValueError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    sys.stdout.write(f"Staged in {given.target}. Next: cd {given.target} && flet build apk (or aab, ipa)\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
