"""A folder of vectors, as files lie in it."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
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
    def products(self) -> dict[str, Any]:
        """`loan_products.json` whole, read when first asked for."""
        content: dict[str, Any] = _json(self.path / "loan_products.json")
        return content

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


def _json(path: Path) -> Any:
    try:
        content = path.read_bytes()
        return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content, parse_float=Decimal)
    except (OSError, EOFError, ValueError) as error:
        raise NotVectors(f"{path} can't be read as JSON: {error}") from error
