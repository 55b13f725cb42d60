"""Whoever gets past privileges and triggers is found out: each column of each kind of row, one after the other."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from backend import wiring
from backend.kernel.db import ReadTx
from backend.kernel.tables import metadata
from backend.ledger.usecases.prove import export, verify
from backend.ledger.verifier import Verifier, Wrong
from tests.builders import platform
from tests.builders.books import Books, fill

# What banks say is worked on by people; it is no part of the books.
TABLES = {
    name: table
    for name, table in metadata.tables.items()
    if name.startswith("ledger_") and table.info["tenant"] and not name.startswith("ledger_bank_")
}
COLUMNS = [(name, column.name) for name, table in sorted(TABLES.items()) for column in table.columns]
OTHER = {
    "uuid": "gen_random_uuid()",
    "text": "coalesce({0}, '') || 'x'",
    "bytea": "set_byte({0}, 3, get_byte({0}, 3) # 1)",
    "int8": "coalesce({0}, 0) + 1000",
    "int4": "coalesce({0}, 0) + 1000",
    "int2": "coalesce({0}, 0) + 10",
    "bool": "NOT {0}",
    "date": "coalesce({0}, '2026-01-01') - 1",
    "timestamptz": "coalesce({0}, now()) - interval '1 second'",
    "jsonb": """{0} || '{{"by": "night"}}'""",
    "xid8": "({0}::text::bigint + 1)::text::xid8",
}


@dataclass(frozen=True)
class Open:
    """Books in a database of their own, whose guards are down."""

    books: Books
    owner: "asyncpg.Connection[asyncpg.Record]"

    async def fault(self) -> Wrong | None:
        """What `verify` finds."""

        ring = await self.books.read(self.books.services.vault.keyring)

        async def check(tx: ReadTx) -> Verifier:
            return await verify(tx, ring)

        try:
            await self.books.read(check)
        except Wrong as wrong:
            return wrong
        return None


@pytest.fixture(scope="module")
async def opened() -> AsyncIterator[Open]:
    postgres, name = platform.server(), f"tampered_{os.getpid()}"
    await platform.fresh_database(postgres, name)
    services = wiring.build_services(platform.settings_for(postgres, name))
    books = Books(services, await platform.new_tenant(services))
    await fill(books)
    async with services.database.write(books.scope) as tx:
        await services.vault.keyring(tx)
    owner = await asyncpg.connect(postgres.url(name))
    for table in TABLES:
        await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for row in await owner.fetch(
            "SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'f'", table
        ):
            await owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {row['conname']}")
        for row in await owner.fetch(
            "SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'", table
        ):
            await owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {row['conname']}")
    yield Open(books, owner)
    await owner.close()
    await services.database.close()
    postgres.drop_database(name)


async def test_books_that_nobody_touched_hold(opened: Open) -> None:
    assert await opened.fault() is None


@pytest.mark.parametrize(("table", "column"), COLUMNS)
async def test_a_changed_column_is_found_in_every_row(opened: Open, table: str, column: str) -> None:
    # When and in which order an entry was written is first noted by its seal.
    order = {"posted_at", "xid", "position"} & {column}
    sealed = "WHERE id IN (SELECT entry_id FROM ledger_seal)" if order and table == "ledger_journal" else ""
    rows = await opened.owner.fetch(f"SELECT ctid FROM {table} {sealed} ORDER BY ctid")
    assert rows, f"the books have something in {table}"
    kind = await opened.owner.fetchval(
        "SELECT udt_name FROM information_schema.columns WHERE table_name = $1 AND column_name = $2", table, column
    )
    change = OTHER[kind].format(column)

    missed = []
    for number in range(len(rows)):
        await opened.owner.execute("CREATE TEMP TABLE kept AS SELECT * FROM " + table)
        picked = f"SELECT ctid FROM {table} {sealed} ORDER BY ctid OFFSET {number} LIMIT 1"
        changed = await opened.owner.fetchrow(
            f"UPDATE {table} SET {column} = {change} WHERE ctid = ({picked}) RETURNING *"
        )
        if await opened.fault() is None:
            missed.append(changed)
        await opened.owner.execute(f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept")

    assert missed == []
    assert await opened.fault() is None


@pytest.mark.parametrize("table", sorted(TABLES))
async def test_a_row_that_is_gone_is_found(opened: Open, table: str) -> None:
    await opened.owner.execute("CREATE TEMP TABLE kept AS SELECT * FROM " + table)
    await opened.owner.execute(f"DELETE FROM {table} WHERE ctid = (SELECT min(ctid) FROM {table})")
    found = await opened.fault()
    await opened.owner.execute(f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept")

    assert found is not None


async def exported(books: Books) -> str:
    async def whole(tx: ReadTx) -> str:
        return "".join([line + "\n" async for line in export(tx)])

    return await books.read(whole)


def checked(file: Path, *arguments: str) -> tuple[int, str]:
    """What the script says that stands alone, in a Python that sees nothing of the platform."""
    script = file.parent / "verifier.py"
    script.write_bytes((platform.ROOT / "backend/ledger/verifier.py").read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", script, file, *arguments], capture_output=True, text=True, check=False, cwd=file.parent
    )
    return done.returncode, done.stdout + done.stderr


async def test_a_stranger_needs_only_the_export_and_the_key(opened: Open, tmp_path: Path) -> None:
    file = tmp_path / "books.jsonl"
    file.write_text(await exported(opened.books))
    keys = [
        row["public_key"].hex() for row in await opened.owner.fetch("SELECT public_key FROM ledger_key ORDER BY number")
    ]
    head = await opened.owner.fetchrow("SELECT height, hash FROM ledger_seal ORDER BY height LIMIT 1")
    assert head is not None

    for key in keys:
        assert checked(file, "--key", key, "--anchor", f"{head['height']}:{head['hash'].hex()}")[0] == 0
    assert checked(file)[1].startswith("HOLDS")
    assert checked(file, "--key", "11" * 32)[0] == 1
    assert checked(file, "--anchor", f"1:{'11' * 32}")[0] == 1
    assert checked(file, "--anchor", f"9999:{'11' * 32}")[0] == 1
    lines = file.read_text().splitlines(keepends=True)
    for case in ("cut", "swapped", "amount", "empty"):
        changed = tmp_path / f"{case}.jsonl"
        if case == "cut":
            changed.write_text("".join(lines[:-1]))
        elif case == "swapped":
            changed.write_text("".join([*lines[:5], lines[6], lines[5], *lines[7:]]))
        elif case == "amount":
            changed.write_text("".join(lines).replace("1000,", "1001,", 1))
        else:
            changed.write_text("")
        code, said = checked(changed)
        assert (code, case) == (2 if case == "empty" else 1, case), said
    assert checked(tmp_path / "nowhere.jsonl")[0] == 2
