"""Import-linter contracts that its own kinds can't state once for all contexts."""

import re
import sys
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DirectImports(Contract):
    """A contract broken by single imports; a kind says which."""

    @abstractmethod
    def broken_by(self, graph: ImportGraph, importer: str, imported: str) -> bool:
        """Whether `importer` may not import `imported`."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 -- the library's signature
        """Looks at every import once."""
        del verbose
        broken = [
            f"{importer} imports {imported}"
            for importer in sorted(graph.modules)
            if not graph.is_module_squashed(importer)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self.broken_by(graph, importer, imported)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Prints each import that breaks the contract."""
        for line in check.metadata["broken"]:
            output.print_error(f"- {line}", bold=False)
        output.new_line()


class OnlyImports(DirectImports):
    """`importers` import themselves, `allowed` packages, the standard library, and nothing else.

    A name such as `backend.{context}.domain` stands for one package per context, the same one in `allowed`.
    """

    importers: Any = fields.ListField(subfield=fields.StringField())
    allowed: Any = fields.ListField(subfield=fields.StringField(), required=False)

    def broken_by(self, graph: ImportGraph, importer: str, imported: str) -> bool:
        """Whether `imported` is outside what `importer`'s rule allows."""
        del graph
        return any(
            not _is_within(imported, allowed) for allowed in self._rules_for(importer) if not _is_standard(imported)
        )

    def _rules_for(self, importer: str) -> Iterator[list[str]]:
        for pattern in self.importers:
            found = re.fullmatch(_expression(pattern), importer)
            if found:
                names = found.groupdict()
                yield [each.format_map(names) for each in (pattern, *(self.allowed or ()))]


class Faces(DirectImports):
    """Contexts meet only at their face: from outside, `backend.loans` may be imported, and nothing below it.

    Contexts are the packages below `container` that are not in `no_contexts`. `exceptions` are lines such as
    `backend.wiring -> backend.{context}.module`. Only an exception reaches adapters, even from their own context.
    """

    container: Any = fields.StringField()
    no_contexts: Any = fields.SetField(subfield=fields.StringField(), required=False)
    exceptions: Any = fields.ListField(subfield=fields.StringField(), required=False)

    def broken_by(self, graph: ImportGraph, importer: str, imported: str) -> bool:
        """Whether `imported` lies below the face of a context that `importer` is outside of, or is an adapter."""
        context = self._context_of(graph, imported)
        if context is None or imported == context or self._is_excepted(importer, imported):
            return False
        adapters = f"{context}.adapters"
        if _is_within(imported, [adapters]):
            return not _is_within(importer, [adapters])
        return not _is_within(importer, [context])

    def _context_of(self, graph: ImportGraph, module: str) -> str | None:
        head = f"{self.container}."
        if not module.startswith(head):
            return None
        name = module.removeprefix(head).split(".")[0]
        context = head + name
        is_package = context in graph.modules and bool(graph.find_children(context))
        return context if is_package and name not in (self.no_contexts or ()) else None

    def _is_excepted(self, importer: str, imported: str) -> bool:
        for line in self.exceptions or ():
            left, _, right = line.partition(" -> ")
            if re.fullmatch(_expression(left), importer) and re.fullmatch(_expression(right), imported):
                return True
        return False


def _expression(pattern: str) -> str:
    """The regular expression of a package and all that is in it, each `{name}` one component."""
    escaped = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\w+)", re.escape(pattern))
    return rf"{escaped}(\..*)?"


def _is_within(module: str, packages: list[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _is_standard(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in sys.stdlib_module_names
