"""The files of the app, known by name at the start: nothing else can be asked for. Compressed once, kept on disk."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import brotli

_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".bin": "application/octet-stream",
    ".frag": "application/octet-stream",
}
_COMPRESSED = frozenset({".js", ".mjs", ".json", ".wasm", ".ttf", ".otf", ".svg", ".bin"})
# The browser's Python, debugging aids, and what our own page replaces.
_LEFT_OUT = re.compile(r"^pyodide/|^python|\.symbols$|\.map$|NOTICES|^index\.html$|^manifest\.json$|^favicon|^icons/")
_QUALITY = 9
_WORTH_IT = 1024  # bytes


@dataclass
class StaticFile:
    """One file. `compressed` is filled in once it is ready."""

    name: str
    path: Path
    media_type: str
    etag: str
    size: int
    compressed: bytes | None = field(default=None, repr=False)

    def content(self) -> bytes:
        """As it lies on disk."""
        return self.path.read_bytes()


class StaticFiles:
    """The files of `folders`, the first folder that has a name winning."""

    def __init__(self, *folders: Path) -> None:
        self.files: dict[str, StaticFile] = {}
        for folder in folders:
            for found in _files_in(folder):
                self.files.setdefault(found.name, found)
        digest = hashlib.sha256("".join(f"{name}{each.etag}" for name, each in sorted(self.files.items())).encode())
        self.version = digest.hexdigest()[:12]

    def get(self, name: str) -> StaticFile | None:
        """The file with this name, if there is one."""
        return self.files.get(name)

    def compress(self, cache: Path) -> None:
        """Compresses every file that gains by it, or takes an earlier start's work from `cache`. Takes seconds."""
        cache.mkdir(parents=True, exist_ok=True)
        for each in self.files.values():
            if each.path.suffix in _COMPRESSED and each.size > _WORTH_IT and each.compressed is None:
                each.compressed = _compressed(each, cache)


def _files_in(folder: Path) -> Iterator[StaticFile]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not _LEFT_OUT.search(name):
            content = path.read_bytes()
            yield StaticFile(
                name=name,
                path=path,
                media_type=_TYPES.get(path.suffix, "application/octet-stream"),
                etag=f'"{hashlib.sha256(content).hexdigest()[:20]}"',
                size=len(content),
            )


def _compressed(file: StaticFile, cache: Path) -> bytes:
    kept = cache / f"{file.etag.strip(chr(34))}.br"
    if kept.exists():
        return kept.read_bytes()
    made: bytes = brotli.compress(file.content(), quality=_QUALITY)
    draft = kept.with_suffix(".new")
    draft.write_bytes(made)
    draft.rename(kept)
    return made
