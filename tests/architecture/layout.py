"""What a bounded context is made of."""

from collections.abc import Iterator
from pathlib import Path

NO_CONTEXTS = {"appserver", "cli", "kernel", "migrations", "sandbox", "wiring"}
REQUIRED = ("__init__.py", "module.py", "errors.py", "routes.py", "store.py", "tables.py", "domain", "usecases")


def contexts(backend: Path) -> list[Path]:
    """The folders of the contexts below `backend`."""
    return sorted(
        each for each in backend.iterdir() if each.is_dir() and each.name not in NO_CONTEXTS and any(each.rglob("*.py"))
    )


def missing_parts(context: Path) -> Iterator[str]:
    """What `context` lacks of the house layout; a part may be a module or a package of that name."""
    for part in REQUIRED:
        stem = part.removesuffix(".py")
        if not ((context / f"{stem}.py").exists() or (context / stem / "__init__.py").exists()):
            yield f"{context.name} lacks {part}"
    if (context / "adapters").exists() and not (context / "ports.py").exists():
        yield f"{context.name} has adapters and no ports.py that says what they fulfil"
