"""What the phone build's two descriptions must agree on."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PHONE_LIBRARIES = {"babel", "flet", "flet-camera", "flet-local-auth", "flet-secure-storage", "httpx", "msgspec"}


ALLOWED_PERMISSIONS = {"biometric", "camera"}


def disagreements(manifest: dict[str, Any], project: dict[str, Any], root: Path) -> Iterator[str]:
    """Where `flet.toml` and `pyproject.toml` differ, or name what is not below `root`."""
    app, flet = manifest["app"], project["tool"]["flet"]
    for name in ("org", "product", "bundle_id"):
        if app[name] != flet[name]:
            yield f"{name}: flet.toml says {app[name]}, [tool.flet] says {flet[name]}"
    for name in ("path", "module"):
        if app[name] != flet["app"][name]:
            yield f"app.{name}: flet.toml says {app[name]}, [tool.flet.app] says {flet['app'][name]}"
    asked = {each for names in manifest["permissions"].values() for each in names}
    if asked != set(flet["permissions"]):
        yield f"permissions: flet.toml asks for {sorted(asked)}, [tool.flet] for {sorted(flet['permissions'])}"
    if manifest["usage"] != flet["ios"]["info"]:
        yield "usage: flet.toml and [tool.flet.ios.info] must give the same reasons"
    banned = sorted(set(flet["permissions"]) - ALLOWED_PERMISSIONS)
    if banned:
        yield f"permissions: {banned} may not be asked for by a lender's app, or are not needed"
    declared = project["project"]["dependencies"] + project["dependency-groups"]["phone"]
    shipped = {re.split(r"[^\w-]", requirement)[0] for requirement in declared}
    if not set(manifest["dependencies"]["names"]) == shipped == PHONE_LIBRARIES:
        yield f"dependencies: flet.toml and pyproject.toml must both name {sorted(PHONE_LIBRARIES)}"
    if app["path"] not in manifest["contents"]["packages"]:
        yield f"contents: the app's own folder {app['path']} is not among the packages"
    yield from _missing(manifest, root)


def _missing(manifest: dict[str, Any], root: Path) -> Iterator[str]:
    contents, app = manifest["contents"], root / manifest["app"]["path"]
    needed = [root / each for part in ("packages", "leave_out", "assets") for each in contents[part]]
    needed += [root / contents["catalogs"], (app / manifest["app"]["module"]).with_suffix(".py")]
    for path in needed:
        # The manifest may be ahead of the app, never of one that is there.
        if not path.exists() and not (path.is_relative_to(app) and not app.exists()):
            yield f"contents: {path.relative_to(root)} is not there"
