"""Drafts the first SQL of a context from its tables: `python -m backend.migrations.draft servicing`.

A draft is read, completed with functions and triggers by hand, committed, and never generated again.
"""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from backend.kernel.tables import metadata

ROLE = "caas_app"
READER = "caas_relay"


def protect(table: Table) -> Iterator[str]:
    """The grants of a table and, where it belongs to tenants, its FORCEd row-level-security policy."""
    rights = "SELECT, INSERT" if table.info["append_only"] else "SELECT, INSERT, UPDATE, DELETE"
    yield f"GRANT {rights} ON {table.name} TO {ROLE};"
    if not table.info["tenant"]:
        return
    mine = "tenant_id = (SELECT current_tenant())"
    yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY;"
    yield f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY;"
    yield f"CREATE POLICY tenant_isolation ON {table.name} USING ({mine}) WITH CHECK ({mine});"
    if table.info["append_only"]:
        yield f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table.name}"
        yield "    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"


def draft(context: str) -> Iterator[str]:
    """The statements that make a context's tables, in the order of their foreign keys."""
    spoken = dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        if table.info["context"] != context:
            continue
        yield str(CreateTable(table).compile(dialect=spoken)).strip() + ";"
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=spoken)).strip() + ";"
        yield from protect(table)
        yield ""


if __name__ == "__main__":
    name = sys.argv[1]
    for tables in sorted((Path(__file__).parents[1] / name).glob("*tables.py")):
        importlib.import_module(f"backend.{name}.{tables.stem}")
    sys.stdout.write("\n".join(draft(name)))
