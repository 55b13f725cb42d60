"""A folder of vectors, as files lie in it."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

Vector = dict[str, Any]


class NotVectors(Exception):
    """A folder or file that has no vectors in it; says which and why."""


@dataclass(frozen=True)
class Folder:
    """Where vectors are read from."""

    path: Path

    @cached_property
    def products(self) -> dict[str, dict[str, Any]]:
        """The parameters of each product, by name; a copy, which a vector may change by its own events."""
        return {name: dict(product) for name, product in _loan_products(self.path)["products"].items()}

    @cached_property
    def charge_types(self) -> list[dict[str, Any]]:
        """The charges that products may have."""
        return [dict(charge) for charge in _loan_products(self.path)["meta"]["charge_types"]]

    def files(self) -> Iterator[Path]:
        """Every file that may hold vectors, by name."""
        yield from sorted(path for path in self.path.iterdir() if path.name.endswith((".json", ".json.gz")))


def vectors_of(path: Path) -> list[Vector]:
    """The vectors of one file; figures that are numbers become Decimals. Raises NotVectors."""
    content = _json(path)
    vectors = content.get("vectors") if isinstance(content, dict) else None
    if not isinstance(vectors, list) or not all(isinstance(vector, dict) and "id" in vector for vector in vectors):
        raise NotVectors(f"{path} has no list of vectors with ids")
    return vectors


@cache
def _loan_products(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = _json(folder / "loan_products.json")
    return content


def _json(path: Path) -> Any:
    try:
        content = path.read_bytes()
        return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content, parse_float=Decimal)
    except (OSError, EOFError, ValueError) as error:
        raise NotVectors(f"{path} can't be read as JSON: {error}") from error
