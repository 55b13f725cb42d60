"""The runner of vectors: what counts as passed, and what it says of folders that are none."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.folder import Folder, NotVectors
from tests.vectors.registry import first_difference, gather, kind_of, kinds, run

NAIRA = {"id": "NGN", "code": "NGN", "minor_units": "2"}
WRONG = {"id": "JPY", "code": "JPY", "minor_units": "2"}
BROKEN = {"id": "USD"}


def folder(path: Path, **files: list[dict[str, Any]]) -> Folder:
    for name, vectors in files.items():
        (path / f"{name}.json").write_text(json.dumps({"meta": {}, "vectors": vectors}))
    return Folder(path)


def vectors(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.vectors", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])


def test_every_kind_of_file_has_a_judge() -> None:
    names = ["loan_emi", "loan_classic", "loan_uk_level_schedules", "daycount", "apr", "dpd_buckets", "iso4217"]

    for name in names:
        assert kind_of(f"{name}_heldout.json") == name
    assert kind_of("sanctions_name_pairs_shared.json") is None


def test_a_kind_counts_what_passes_and_names_what_does_not(tmp_path: Path) -> None:
    (result,) = run(folder(tmp_path, iso4217_some=[NAIRA, WRONG, BROKEN]), processes=1)

    assert (result.kind, result.passed, result.total) == ("iso4217", 1, 3)
    assert [failure.id for failure in result.failures] == ["JPY", "USD"]
    assert result.failures[0].difference == "exponent 0, not 2"
    assert result.failures[1].difference.startswith("KeyError")


def test_a_judge_that_breaks_fails_its_vector_alone() -> None:
    def breaks(_vector: dict[str, Any], _folder: Folder) -> str | None:
        raise ZeroDivisionError("by nothing")

    assert first_difference(breaks, NAIRA, Folder(Path())) == "ZeroDivisionError: by nothing"


def test_a_vector_that_two_files_hold_counts_once(tmp_path: Path) -> None:
    found = gather(folder(tmp_path, iso4217_some=[NAIRA], iso4217_full=[NAIRA, WRONG]))

    assert [vector["id"] for vector in found["iso4217"]] == ["NGN", "JPY"]


def test_vectors_may_be_packed(tmp_path: Path) -> None:
    packed = gzip.compress(json.dumps({"vectors": [NAIRA]}).encode())
    (tmp_path / "iso4217_part.json.gz").write_bytes(packed)

    assert gather(Folder(tmp_path)) == {"iso4217": [NAIRA]}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"vectors": [{}]}', '{"vectors": {"id": 1}}'])
def test_a_file_without_vectors_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "iso4217_bad.json").write_text(content)

    with pytest.raises(NotVectors, match=r"iso4217_bad\.json"):
        gather(Folder(tmp_path))


def test_the_command_prints_a_line_a_kind_and_each_failure(tmp_path: Path) -> None:
    folder(tmp_path, iso4217_some=[NAIRA, WRONG], dpd_buckets_some=[])

    plain, verbose = vectors(tmp_path), vectors(tmp_path, "--verbose", "--kind", "iso4217")

    assert plain.stdout.splitlines() == ["dpd_buckets 0/0", "iso4217 1/2"]
    assert verbose.stdout.splitlines() == ["iso4217 1/2", "  JPY: exponent 0, not 2"]
    assert plain.returncode == verbose.returncode == 0


def test_the_command_refuses_what_is_no_folder_of_vectors(tmp_path: Path) -> None:
    nowhere, empty = vectors(tmp_path / "nowhere"), vectors(tmp_path)

    assert nowhere.returncode == empty.returncode == 2
    assert "is not a folder" in nowhere.stderr
    assert "has no vectors" in empty.stderr


def test_products_are_a_fresh_copy_for_each_folder(tmp_path: Path) -> None:
    content = {"meta": {"charge_types": [{"name": "FEE"}]}, "products": {"P": {"currency": "EUR"}}}
    (tmp_path / "loan_products.json").write_text(json.dumps(content))

    Folder(tmp_path).products["P"]["currency"] = "USD"

    assert Folder(tmp_path).products == {"P": {"currency": "EUR"}}
    assert Folder(tmp_path).charge_types == [{"name": "FEE"}]


def test_kinds_are_named_for_their_files() -> None:
    assert {"apr", "daycount", "loan_emi"} <= set(kinds())
