"""Keeps one JSON of every published struct, as it was when it was first published.

    python -m tests.contract.golden                 adds what is missing
    python -m tests.contract.golden Name …          rewrites these structs, after a change that was meant to break

`full` has every field, `least` only those without a default. A struct that can't read its own past breaks someone: a
phone that was not updated, a partner's service, an event that still waits in a queue.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, find, settings
from hypothesis import strategies as st
from msgspec import Struct, inspect

import shared.api
import shared.events

HERE = Path(__file__).parent / "golden"


def published() -> dict[str, dict[str, type[Struct]]]:
    """Every struct declared in `shared.api` and `shared.events`, by file and name."""
    found: dict[str, dict[str, type[Struct]]] = {}
    for package in (shared.api, shared.events):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            declared = vars(importlib.import_module(module.name))
            found[module.name.removeprefix("shared.")] = {
                name: kind
                for name, kind in declared.items()
                if isinstance(kind, type)
                and issubclass(kind, Struct)
                and kind.__module__ == module.name
                and not getattr(kind, "__parameters__", ())
            }
    return found


def path_of(module: str) -> Path:
    """The file of a module's golden JSON."""
    return HERE / f"{module}.json"


def stored(module: str) -> dict[str, dict[str, Any]]:
    """The golden JSON of a module, by struct."""
    path = path_of(module)
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def sample(kind: type[Struct], *, full: bool) -> Any:
    """A JSON value that `kind` reads: with all of its fields, or with those that it needs."""
    return _value(inspect.type_info(kind), full=full)


def read(value: Any, kind: type[Struct]) -> Any:
    """What `kind` makes of a JSON value, as JSON again. Raises msgspec.ValidationError."""
    return msgspec.json.decode(msgspec.json.encode(msgspec.json.decode(msgspec.json.encode(value), type=kind)))


def losses(golden: Any, present: Any, place: str = "$") -> Iterator[str]:
    """Where `present` lacks or changes what `golden` says; what is new in it is no loss."""
    if isinstance(golden, dict) and isinstance(present, dict):
        for name, value in golden.items():
            if name in present:
                yield from losses(value, present[name], f"{place}.{name}")
            else:
                yield f"{place}.{name} is gone"
    elif isinstance(golden, list) and isinstance(present, list) and len(golden) == len(present):
        for index, (old, new) in enumerate(zip(golden, present, strict=True)):
            yield from losses(old, new, f"{place}[{index}]")
    elif golden != present:
        yield f"{place} reads as {present!r}, not as {golden!r}"


def _value(node: Any, *, full: bool) -> Any:
    found = _SAMPLES.get(type(node))
    if found is None:
        raise TypeError(f"no sample for {node}")
    return found(node, full=full)


def _annotated(node: inspect.Metadata, *, full: bool) -> Any:
    examples = (node.extra_json_schema or {}).get("examples")
    return examples[0] if examples else _value(node.type, full=full)


def _fields(node: inspect.StructType, *, full: bool) -> dict[str, Any]:
    tag = {node.tag_field: node.tag} if node.tag_field else {}
    wanted = [field for field in node.fields if full or field.required]
    return {**tag, **{field.encode_name: _value(field.type, full=full) for field in wanted}}


def _either(node: inspect.UnionType, *, full: bool) -> Any:
    return _value(next(each for each in node.types if not isinstance(each, inspect.NoneType)), full=full)


def _items(node: inspect.CollectionType, *, full: bool) -> list[Any]:
    count = max(node.min_length or 0, 1)
    if isinstance(node.item_type, inspect.EnumType):  # often a set in all but name: no member twice
        return [member.value for member in node.item_type.cls][:count]
    return [_value(node.item_type, full=full)] * count


def _number(node: inspect.IntType, *, full: bool) -> int:
    del full
    least = node.ge if node.ge is not None else 0 if node.gt is None else node.gt + 1
    return max(least, 1 if node.le is None else min(1, node.le))


def _text(node: inspect.StrType, *, full: bool) -> str:
    del full
    low, high = node.min_length or 0, node.max_length or 10_000
    return "text".ljust(low, "x")[:high] if node.pattern is None else _fitting(node.pattern, low, high)


@cache
def _fitting(pattern: str, low: int, high: int) -> str:
    quiet = settings(database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    fits = st.from_regex(pattern, alphabet=st.characters(min_codepoint=33, max_codepoint=126))
    return find(fits, lambda text: low <= len(text) <= high, settings=quiet)


def _always(value: Any) -> Callable[..., Any]:
    return lambda *_, **__: value


_SAMPLES: dict[type, Callable[..., Any]] = {
    inspect.AnyType: _always({"any": "thing"}),
    inspect.BoolType: _always(True),
    inspect.BytesType: _always("AAEC"),
    inspect.CustomType: _always({"any": "thing"}),
    inspect.DateTimeType: _always("2026-03-02T12:00:00Z"),
    inspect.DateType: _always("2026-03-02"),
    inspect.DecimalType: _always("12.5"),
    inspect.DictType: lambda node, *, full: {_value(node.key_type, full=full): _value(node.value_type, full=full)},
    inspect.EnumType: lambda node, **_: next(iter(node.cls)).value,
    inspect.FrozenSetType: _items,
    inspect.IntType: _number,
    inspect.ListType: _items,
    inspect.LiteralType: lambda node, **_: node.values[0],
    inspect.Metadata: _annotated,
    inspect.RawType: _always({"any": "thing"}),
    inspect.StrType: _text,
    inspect.StructType: _fields,
    inspect.TimeDeltaType: _always("PT1H"),
    inspect.TupleType: lambda node, *, full: [_value(each, full=full) for each in node.item_types],
    inspect.UnionType: _either,
    inspect.UUIDType: _always("01890a5d-ac96-774b-bcce-b302099a8057"),
    inspect.VarTupleType: _items,
}


def write(rewritten: set[str]) -> list[str]:
    """Adds the structs that have no golden JSON, and makes `rewritten` anew. Returns what was written."""
    HERE.mkdir(exist_ok=True)
    written = []
    for module, structs in published().items():
        golden = {name: kept for name, kept in stored(module).items() if name in structs or name not in rewritten}
        for name, kind in structs.items():
            if name not in golden or name in rewritten:
                golden[name] = {"full": sample(kind, full=True), "least": sample(kind, full=False)}
                read(golden[name]["full"], kind)
                written.append(f"{module}.{name}")
        text = json.dumps(golden, indent=1, sort_keys=True, ensure_ascii=False)
        if golden:
            path_of(module).write_text(text + "\n", "utf-8")
    return written


if __name__ == "__main__":
    sys.stdout.write("".join(f"written: {name}\n" for name in write(set(sys.argv[1:]))))
