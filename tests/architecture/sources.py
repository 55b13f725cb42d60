"""The project's files as the rules read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
_NOT_OURS = {"__pycache__", "artifacts", "build", "dist", "node_modules"}
_GENERATED = ("backend/migrations/versions/", "shared/client/_sync/")


@dataclass(frozen=True)
class Source:
    """One text file; `path` is relative to the project's root."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The file's syntax tree, if it is Python."""
        return ast.parse(self.text, str(self.path))

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.text.splitlines())

    @property
    def is_test(self) -> bool:
        """Whether it belongs to the tests."""
        return self.path.parts[0] == "tests"

    def within(self, *folders: str) -> bool:
        """Whether it is one of these files or lies in one of these folders; `*` stands for one name."""
        parts = self.path.parts
        for folder in folders:
            wanted = PurePosixPath(folder).parts
            if len(parts) >= len(wanted) and all(
                PurePosixPath(p).match(w) for p, w in zip(parts, wanted, strict=False)
            ):
                return True
        return False


def sample(path: str, text: str) -> Source:
    """A file that does not exist, to show that a rule can be broken."""
    return Source(PurePosixPath(path), text)


def files(*suffixes: str) -> Iterator[Source]:
    """Every file of ours with one of these suffixes, without what tools generate."""
    for path in sorted(_walk(ROOT)):
        relative = path.relative_to(ROOT).as_posix()
        if path.suffix in suffixes and not relative.startswith(_GENERATED):
            yield Source(PurePosixPath(relative), path.read_text())


def python() -> Iterator[Source]:
    """Every Python file of ours, tests among them."""
    return files(".py")


def _walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith(".") and entry.name not in _NOT_OURS:
            yield from _walk(entry)
        elif entry.is_file():
            yield entry
