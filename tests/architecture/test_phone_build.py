import copy
import tomllib
from typing import Any

import pytest

from tests.architecture.phone import PHONE_LIBRARIES, disagreements
from tests.architecture.sources import ROOT

MANIFEST = tomllib.loads((ROOT / "flet.toml").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_manifest_and_flets_own_settings_agree_and_nothing_more_is_shipped_to_phones() -> None:
    assert list(disagreements(MANIFEST, PROJECT, ROOT)) == []


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        (("app", "bundle_id"), "other", "bundle_id"),
        (("app", "module"), "config", "app.module"),
        (("permissions", "android"), ["android.permission.READ_CONTACTS"], "permissions"),
        (("usage", "NSCameraUsageDescription"), "For fun.", "usage"),
        (
            ("dependencies", "names"),
            [*sorted(PHONE_LIBRARIES), "sqlalchemy"],
            "dependencies",
        ),
        (("contents", "packages"), ["shared"], "the app's own folder"),
        (("contents", "assets"), ["assets/absent"], "assets/absent is not there"),
    ],
)
def test_a_manifest_that_differs_is_noticed(place: tuple[str, str], value: object, complaint: str) -> None:
    manifest: dict[str, Any] = copy.deepcopy(MANIFEST)
    manifest[place[0]][place[1]] = value

    found = list(disagreements(manifest, PROJECT, ROOT))

    assert len(found) == 1
    assert complaint in found[0]


def test_a_library_added_for_phones_is_noticed() -> None:
    project: dict[str, Any] = copy.deepcopy(PROJECT)
    project["dependency-groups"]["phone"].append("cryptography>=49")

    complaint = f"dependencies: flet.toml and pyproject.toml must both name {sorted(PHONE_LIBRARIES)}"
    assert list(disagreements(MANIFEST, project, ROOT)) == [complaint]


def test_a_permission_that_stores_forbid_lenders_is_noticed_even_where_both_ask_for_it() -> None:
    manifest, project = copy.deepcopy(MANIFEST), copy.deepcopy(PROJECT)
    manifest["permissions"]["ios"] = [*manifest["permissions"]["ios"], "photo_library"]
    project["tool"]["flet"]["permissions"] = [*project["tool"]["flet"]["permissions"], "photo_library"]

    found = list(disagreements(manifest, project, ROOT))

    assert found == ["permissions: ['photo_library'] may not be asked for by a lender's app, or are not needed"]
