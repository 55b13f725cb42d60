"""Structs as JSON Schema, told by msgspec, which also reads and writes them: each limit is one that it enforces."""

import inspect as python_inspect
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import inspect

Json = dict[str, Any]

REF = "#/components/schemas/"
_TEXT: Json = {"type": "string"}
_DEEPEST = 12  # references within references, when an example is made


def describe(kinds: Iterable[Any]) -> tuple[tuple[Json, ...], Json]:
    """A schema for each of `kinds`, and by name those that they refer to below `REF`."""
    wanted = list(kinds)
    schemas, components = msgspec.json.schema_components(
        wanted, schema_hook=lambda _: {"description": "Any JSON value"}, ref_template=REF + "{name}"
    )
    instants = {
        (struct.cls.__name__, field.encode_name)
        for struct in _structs(inspect.multi_type_info(wanted))
        for field in struct.fields
        if any(isinstance(part, inspect.DateTimeType) for part in (field.type, *_parts(field.type)))
    }
    for component in components.values():
        if "description" in component:
            component["description"] = python_inspect.cleandoc(component["description"])
        for name, field in component.get("properties", {}).items():
            if (component["title"], name) in instants:
                _say_instant(field)
    return schemas, components


def used(part: Any, schemas: Json) -> set[str]:
    """The names of the schemas that `part` of a document leads to."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        match waiting.pop():
            case {"$ref": str(ref)} if ref.startswith(REF):
                name = ref.removeprefix(REF)
                if name not in found:
                    found.add(name)
                    waiting.append(schemas[name])
            case dict() as mapping:
                waiting.extend(mapping.values())
            case list() as items:
                waiting.extend(items)
            case _:
                pass
    return found


def _say_instant(field: Json) -> None:
    """A datetime that may be naive has no format in msgspec; ours never are."""
    for choice in (field, *field.get("anyOf", ())):
        if choice.get("type") == "string":
            choice.setdefault("format", "date-time")


def _structs(kinds: Iterable[inspect.Type]) -> Iterator[inspect.StructType]:
    seen: set[type] = set()
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, inspect.StructType):
            if kind.cls in seen:
                continue
            seen.add(kind.cls)
            yield kind
        waiting.extend(_parts(kind))


def _parts(kind: inspect.Type) -> Iterable[inspect.Type]:
    match kind:
        case inspect.StructType():
            return [field.type for field in kind.fields]
        case inspect.Metadata():
            return [kind.type]
        case inspect.UnionType():
            return kind.types
        case inspect.CollectionType():
            return [kind.item_type]
        case inspect.DictType():
            return [kind.value_type]
        case _:
            return []


def example_of(schema: Json, schemas: Json, depth: int = 0) -> Any:  # noqa: C901, PLR0911  (one return a kind of schema)
    """An example value that fits `schema`, from the examples of its fields."""
    if "$ref" in schema:
        target = schemas[schema["$ref"].removeprefix(REF)]
        return example_of(target, schemas, depth + 1) if depth < _DEEPEST else None
    if schema.get("examples"):
        return schema["examples"][0]
    for name in ("const", "default"):
        if schema.get(name) is not None:
            return schema[name]
    if schema.get("enum"):
        return schema["enum"][0]
    for name in ("oneOf", "anyOf"):
        if schema.get(name):
            return example_of(schema[name][0], schemas, depth)
    match schema.get("type"):
        case "object" if "properties" in schema:
            fields = schema["properties"].items()
            return {
                name: example_of(field, schemas, depth) for name, field in fields if name in schema.get("required", ())
            }
        case "object":
            key, value = schema.get("propertyNames", _TEXT), schema.get("additionalProperties")
            return {
                example_of(key, schemas, depth): example_of(value if isinstance(value, dict) else _TEXT, schemas, depth)
            }
        case "array" if "prefixItems" in schema:
            return [example_of(item, schemas, depth) for item in schema["prefixItems"]]
        case "array":
            return [example_of(schema.get("items", {}), schemas, depth)]
        case kind:
            return _scalar(kind, schema)


def _scalar(kind: Any, schema: Json) -> Any:
    by_format = {
        "uuid": "0193a6f2-5b1c-7d44-9a51-3f0c8f2b7e10",
        "date": "2026-12-01",
        "date-time": "2026-12-01T09:00:00Z",
        "decimal": "24.5",
    }
    if kind == "string":
        return by_format.get(schema.get("format", ""), "text".ljust(schema.get("minLength", 0), "x"))
    return {"integer": max(schema.get("minimum", 1), 1), "number": 1, "boolean": True}.get(kind)
