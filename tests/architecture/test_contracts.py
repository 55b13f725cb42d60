import tomllib
from typing import Any

import pytest
from grimp import ImportGraph

from tests.architecture.contracts import Faces, OnlyImports
from tests.architecture.sources import ROOT

LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def graph(*imports: str) -> ImportGraph:
    """A graph of lines such as `a.b -> c.d`."""
    built = ImportGraph()
    for line in imports:
        importer, _, imported = line.partition(" -> ")
        for module in (importer, imported):
            parts = module.split(".")
            for depth in range(1, len(parts) + 1):
                built.add_module(".".join(parts[:depth]))
        built.add_import(importer=importer, imported=imported)
    return built


def contract(kind: str, containing: str = "") -> Any:
    """The project's own contract of this kind whose name contains these words."""
    options = next(each for each in LINTER["contracts"] if each["type"] == kind and containing in each["name"])
    classes = {"only_imports": OnlyImports, "faces": Faces}
    return classes[kind](name=options["name"], session_options={}, contract_options=options)


def keeps(contract: Any, *imports: str) -> bool:
    return bool(contract.check(graph(*imports), verbose=False).kept)


def test_every_package_of_ours_is_under_contract() -> None:
    packages = {each.parent.name for each in ROOT.glob("*/__init__.py")} - {"tests"}

    assert packages == set(LINTER["root_packages"])


def test_every_folder_of_code_is_a_package_since_the_linter_sees_no_others() -> None:
    folders = {path.parent for name in LINTER["root_packages"] for path in (ROOT / name).rglob("*.py")}
    unseen = [str(each) for each in sorted(folders) if each.name != "versions" and not (each / "__init__.py").exists()]

    assert not unseen, "\n".join(unseen)


@pytest.mark.parametrize("imported", ["backend.kernel", "app.main", "sqlalchemy", "flet"])
def test_shared_may_import_neither_ours_nor_what_phones_lack(imported: str) -> None:
    shared = contract("only_imports", "shared imports none of ours")

    assert not keeps(shared, f"shared.money -> {imported}")
    assert keeps(shared, "shared.money -> shared.errors", "shared.api.loans -> msgspec", "shared.ids -> secrets")


@pytest.mark.parametrize("imported", ["backend.kernel.db", "backend.loans.store", "backend.ledger.errors", "holidays"])
def test_a_domain_may_not_import_what_is_not_pure(imported: str) -> None:
    domain = contract("only_imports", "A domain is pure")

    assert not keeps(domain, f"backend.loans.domain.schedule -> {imported}")
    assert keeps(
        domain,
        "backend.loans.domain.schedule -> backend.loans.domain.periods",
        "backend.loans.domain.schedule -> backend.loans.errors",
        "backend.loans.domain.schedule -> decimal",
        "backend.loans.usecases.pay -> backend.kernel.db",
    )


def test_the_sandbox_may_not_import_a_context() -> None:
    sandbox = contract("only_imports", "The sandbox")

    assert not keeps(sandbox, "backend.sandbox.rail -> backend.payments.domain.orders")
    assert keeps(sandbox, "backend.sandbox.rail -> backend.kernel.telemetry", "backend.sandbox.rail -> shared.money")


@pytest.mark.parametrize(
    "line",
    [
        "backend.loans.usecases.pay -> backend.ledger.usecases.post",
        "backend.loans.store -> backend.ledger.tables",
        "backend.main -> backend.ledger.routes",
        "backend.loans.usecases.pay -> backend.loans.adapters.rail",
        "backend.loans.module -> backend.loans.adapters.rail",
        "backend.wiring -> backend.loans.store",
    ],
)
def test_what_lies_below_a_contexts_face_may_not_be_imported(line: str) -> None:
    assert not keeps(contract("faces"), line, "backend.ledger -> backend.ledger.usecases.post")


def test_faces_their_own_insides_and_wiring_are_free() -> None:
    assert keeps(
        contract("faces"),
        "backend.loans.usecases.pay -> backend.ledger",
        "backend.ledger -> backend.ledger.usecases.post",
        "backend.loans.adapters.rail.client -> backend.loans.adapters.rail.signing",
        "backend.loans.adapters.rail.client -> backend.loans.ports",
        "backend.wiring -> backend.loans.module",
        "backend.wiring -> backend.loans.adapters.rail.client",
        "backend.loans.store -> backend.kernel.db",
        "backend.main -> backend.settings",
    )
