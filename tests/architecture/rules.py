"""The house rules that a linter can't know. Each takes one file and says where it breaks the rule."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import Source

FILE_LIMIT, TEST_FILE_LIMIT, FUNCTION_LIMIT = 300, 500, 60
MONEY_CONTEXTS = ("agreements", "applications", "arrears", "disbursement", "ledger", "offers", "payments", "servicing")
MONEY_PATHS = (
    *(
        f"backend/{context}/{part}"
        for context in MONEY_CONTEXTS
        for part in ("usecases", "store.py", "store", "*tables.py")
    ),
    "backend/*/domain",
    *(f"shared/{part}" for part in ("money.py", "currency.py", "rounding.py", "terms.py", "api", "events")),
)
CLOCKS = ("shared/clock.py", "shared/ids.py")  # an id of version 7 carries the time it was made at
STORES = (
    "backend/*/store.py",
    "backend/*/store",
    "backend/*/*tables.py",
    "backend/migrations",
    "backend/kernel",
    "bot/store",
)
DATABASE_LIBRARIES = {"asyncpg", "alembic", "pgqueuer", "psycopg", "sqlalchemy"}
VAGUE_NAMES = {"common", "helpers", "managers", "manager", "misc", "utils", "util"}

_INEXACT_MATH = {"acos", "exp", "fsum", "log", "log10", "log2", "pow", "sqrt"}
_CLOCK_READS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}
_SQL = re.compile(
    r"\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+table\s)",
    re.IGNORECASE | re.DOTALL,
)
_MARK = re.compile(r"(#|//|--|\*)\s*(TODO|FIXME|XXX|HACK)\b|\b(TODO|FIXME|XXX|HACK)\b\s*[:(]")
_EXCUSE = re.compile(
    r"\b(NotImplementedError|placeholder|for now|in a real|simplified|not (yet )?implemented)\b", re.IGNORECASE
)


def too_long(source: Source) -> Iterator[str]:
    """Files and functions over their budget."""
    limit = TEST_FILE_LIMIT if source.is_test else FILE_LIMIT
    if source.lines > limit:
        yield f"{source.path} has {source.lines} lines; the budget is {limit}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LIMIT:
                yield f"{source.path}:{node.lineno} {node.name} has {length} lines; the budget is {FUNCTION_LIMIT}"


def vaguely_named(source: Source) -> Iterator[str]:
    """Modules and packages whose name says nothing."""
    for part in (*source.path.parts[:-1], source.path.stem):
        if part in VAGUE_NAMES:
            yield f"{source.path} is called `{part}`: name it for what it does"


def uses_float(source: Source) -> Iterator[str]:
    """Floats, and functions that make them, where money is computed; and rounding outside its one place."""
    if not source.within(*MONEY_PATHS):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Constant(value=float()):
                yield f"{source.path}:{node.lineno} float literal {node.value!r}"
            case ast.Name(id="float"):
                yield f"{source.path}:{node.lineno} float"
            case ast.Call(func=ast.Name(id="round")):
                yield f"{source.path}:{node.lineno} round(): use shared.rounding"
            case ast.Attribute(attr="quantize") if not source.within("shared/rounding.py"):
                yield f"{source.path}:{node.lineno} quantize(): use shared.rounding"
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if name in _INEXACT_MATH:
                yield f"{source.path}:{node.lineno} math.{name} computes in floats"


def reads_clock(source: Source) -> Iterator[str]:
    """Reads of the wall clock, and the system's clock taken where a caller should hand one over."""
    if source.is_test or source.within(*CLOCKS):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Attribute() if (name := _last_two(node)) in _CLOCK_READS:
                yield f"{source.path}:{node.lineno} {name} reads the wall clock: take a Clock"
            case ast.ImportFrom(module="time", names=names) if any(each.name in {"time", "time_ns"} for each in names):
                yield f"{source.path}:{node.lineno} imports the wall clock from time"
            case ast.Name(id="SystemClock" as name) if source.within("backend/*/domain", "backend/*/usecases"):
                yield f"{source.path}:{node.lineno} {name}: the time is handed to {source.path.parts[2]}"


def _last_two(node: ast.Attribute) -> str:
    owner = node.value
    name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return f"{name}.{node.attr}"


def holds_sql(source: Source) -> Iterator[str]:
    """SQL, or a database library, outside the stores."""
    if not source.within("backend", "shared", "app", "bot") or source.within(*STORES):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Import(names=names):
                found = {each.name.split(".")[0] for each in names}
            case ast.ImportFrom(module=str(module)):
                found = {module.split(".")[0]}
            case ast.Constant(value=str(text)) if _SQL.match(text):
                yield f"{source.path}:{node.lineno} SQL belongs into the context's store.py"
                continue
            case _:
                continue
        for library in sorted(found & DATABASE_LIBRARIES):
            yield f"{source.path}:{node.lineno} imports {library}: only stores speak to the database"


def is_unfinished(source: Source) -> Iterator[str]:
    """Words that mark unfinished work."""
    if source.is_test or source.path.name == "CHANGELOG.md":
        return
    for number, line in enumerate(source.text.splitlines(), 1):
        if found := _MARK.search(line) or _EXCUSE.search(line):
            yield f"{source.path}:{number} says `{found[0]}`: finish it, or say what holds instead"
