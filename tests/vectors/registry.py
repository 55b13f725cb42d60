"""Which kinds of vector there are, and running those of a folder over all cores."""

import importlib
import multiprocessing
import os
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import tests.vectors
from tests.vectors.folder import Folder, Vector, vectors_of

Differs = Callable[[Vector, Folder], str | None]
# Timelines take a hundred times as long as a rate: small parcels keep every core busy to the end.
PARCEL = 8


@dataclass(frozen=True)
class Failure:
    """A vector whose figures are not ours, with its first difference."""

    id: str
    difference: str


@dataclass(frozen=True)
class Result:
    """How one kind fared."""

    kind: str
    total: int
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> int:
        """The vectors of which every figure is equal."""
        return self.total - len(self.failures)


@cache
def kinds() -> Mapping[str, Differs]:
    """What judges the files of each kind, which their names begin with; every module below with `PREFIXES` is asked."""
    found: dict[str, Differs] = {}
    for module in pkgutil.walk_packages(tests.vectors.__path__, f"{tests.vectors.__name__}."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        for prefix in getattr(loaded, "PREFIXES", ()):
            kind = prefix.removesuffix("_")
            assert kind not in found, f"two modules judge {prefix}"
            found[kind] = loaded.differs
    return dict(sorted(found.items()))


def kind_of(file_name: str) -> str | None:
    """The kind that a file is of: the longest prefix of its name."""
    fitting = [kind for kind in kinds() if file_name.startswith(f"{kind}_")]
    return max(fitting, key=len, default=None)


def gather(folder: Folder, only: Iterable[str] = ()) -> dict[str, list[Vector]]:
    """The folder's vectors by kind, each once though several files may hold it. Raises NotVectors."""
    wanted = frozenset(only)
    found: dict[str, list[Vector]] = {}
    for path in folder.files():
        kind = kind_of(path.name)
        if kind is None or (wanted and kind not in wanted):
            continue
        gathered = found.setdefault(kind, [])
        known = {vector["id"]: vector for vector in gathered}
        gathered += [vector for vector in vectors_of(path) if known.get(vector["id"]) != vector]
    return dict(sorted(found.items()))


def run(folder: Folder, only: Iterable[str] = (), *, processes: int | None = None) -> Iterator[Result]:
    """Judges every vector of `folder`, kind by kind as they are done."""
    with multiprocessing.Pool(processes or _cores()) as pool:
        for kind, vectors in gather(folder, only).items():
            differences = pool.imap(_judge, ((folder, kind, vector) for vector in vectors), PARCEL)
            failures = [
                Failure(vector["id"], difference)
                for vector, difference in zip(vectors, differences, strict=True)
                if difference is not None
            ]
            yield Result(kind, len(vectors), tuple(failures))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _judge(job: tuple[Folder, str, Vector]) -> str | None:
    folder, kind, vector = job
    return first_difference(kinds()[kind], vector, Folder(folder.path))


def first_difference(differs: Differs, vector: Vector, folder: Folder) -> str | None:
    """What `differs` says; a vector on which it breaks has failed, the others have not."""
    try:
        return differs(vector, folder)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is this vector's failure
        return f"{type(error).__name__}: {error}"
