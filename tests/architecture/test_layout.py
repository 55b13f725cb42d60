from pathlib import Path

import pytest

from tests.architecture.layout import contexts, missing_parts
from tests.architecture.sources import ROOT


def test_every_context_has_the_house_layout() -> None:
    complaints = [each for context in contexts(ROOT / "backend") for each in missing_parts(context)]

    assert not complaints, "\n".join(complaints)


@pytest.fixture
def loans(tmp_path: Path) -> Path:
    for name in ("__init__", "module", "errors", "routes", "store", "tables", "domain/__init__", "usecases/__init__"):
        path = tmp_path / "loans" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "loans"


def test_a_complete_context_has_nothing_to_complain_about(loans: Path) -> None:
    assert contexts(loans.parent) == [loans]
    assert list(missing_parts(loans)) == []


@pytest.mark.parametrize("part", ["module.py", "errors.py", "store.py", "tables.py", "domain/__init__.py"])
def test_a_context_without_one_of_its_parts_is_noticed(loans: Path, part: str) -> None:
    (loans / part).unlink()

    assert list(missing_parts(loans)) == [f"loans lacks {part.removesuffix('/__init__.py')}"]


def test_a_store_may_be_a_package(loans: Path) -> None:
    (loans / "store.py").unlink()
    (loans / "store").mkdir()
    (loans / "store" / "__init__.py").touch()

    assert list(missing_parts(loans)) == []


def test_adapters_without_a_port_are_noticed(loans: Path) -> None:
    (loans / "adapters").mkdir()
    (loans / "adapters" / "__init__.py").touch()

    assert list(missing_parts(loans)) == ["loans has adapters and no ports.py that says what they fulfil"]
