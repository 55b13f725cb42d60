"""Probes a running API with requests made from its own OpenAPI document, and collects where the two part."""

import contextlib
import gc
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import schemathesis
import schemathesis.specs.openapi.schemas  # now: it is loaded late otherwise, in a thread that compiles beside others
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from backend.kernel.edge import KEY_HEADER
from shared.ids import new_id

SEED: Final = 20261101
# Hypothesis moves the interpreter's recursion limit, which fails a module that another thread is compiling just then.
WORKERS: Final = 1
_CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "unsupported_method",
)
_PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
_EVENTS_A_COLLECTION: Final = 100  # after each, a third of the time would go into collecting
_KEY: Final = re.compile(r"[!-~]{8,200}")
# The document says that a decimal is a string, as every answer has it; a number is taken as well.
_NUMBER_FOR_A_DECIMAL: Final = re.compile(r"\b\w+_pct: Incorrect type")


@dataclass(frozen=True)
class Findings:
    """What a probe saw: requests by status, the operations that it reached, and each kind of failure once."""

    statuses: Counter[int] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    failures: dict[tuple[str, str, str], str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found, by a probe that worked."""
        return not self.failures and not self.errors

    def __str__(self) -> str:
        told = [f"{operation}: {kind}\n{sample}" for (operation, kind, _), sample in self.failures.items()]
        return "\n\n".join([*self.errors, *told])


def probe(
    url: str,
    headers: Mapping[str, str],
    known: Mapping[str, UUID],
    *,
    phase: str,
    examples: int = 1,
    mode: str = "all",
) -> Findings:
    """Runs one phase of schemathesis against the API at `url`.

    `known` holds by the name of a path parameter an id that is there; every other request with an id uses it.
    The coverage phase tries each limit of each field; the fuzzing phase draws `examples` requests an operation.
    """
    generation = {"mode": mode, "deterministic": True, "no-shrink": True, "database": "none"}
    config = SchemathesisConfig.from_dict(
        {
            "base-url": url,
            "headers": dict(headers),
            "seed": SEED,
            "workers": WORKERS,
            "continue-on-failure": True,
            "request-timeout": 20,
            "generation": generation | ({"max-examples": examples} if phase == "fuzzing" else {}),
            "phases": {
                name: {"enabled": name == phase} | ({"unexpected-methods": ["trace"]} if name == "coverage" else {})
                for name in _PHASES
            },
            "checks": {"enabled": False, **{check: {"enabled": True} for check in _CHECKS}},
        }
    )
    findings = Findings()
    with _sensible_requests(known), _garbage_kept():
        schema = schemathesis.openapi.from_url(f"{url}/docs/openapi.json", config=config)
        with_ends = schema.exclude(path="/v1/live")  # a stream has no end to wait for
        for number, event in enumerate(from_schema(with_ends).execute()):
            _note(findings, event)
            if number % _EVENTS_A_COLLECTION == 0:
                gc.collect()
    return findings


@contextlib.contextmanager
def _garbage_kept() -> Iterator[None]:
    """Collects no garbage by itself: a finalizer in the middle of Python's parser lets other threads into it.

    Before 3.13 all threads' parsers count their depth as one, and end in a SystemError then.
    """
    gc.disable()
    gc.freeze()  # what is there already is not looked through again and again
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


@contextlib.contextmanager
def _sensible_requests(known: Mapping[str, UUID]) -> Iterator[None]:
    """Keeps requests from ending at the first gate: a key that was used, an id that nothing has."""
    turn = itertools.count()

    def before_call(_: Any, case: Any, **__: Any) -> None:
        key = case.headers.get(KEY_HEADER)
        if isinstance(key, str) and _KEY.fullmatch(key):
            case.headers[KEY_HEADER] = new_id().hex
        for name, value in known.items():
            with contextlib.suppress(ValueError):
                UUID(str(case.path_parameters.get(name)))
                if next(turn) % 2:
                    case.path_parameters[name] = str(value)

    schemathesis.hook("before_call")(before_call)
    try:
        yield
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)


def _note(findings: Findings, event: events.EngineEvent) -> None:
    match event:
        case events.ScenarioFinished(recorder=recorder, label=label):
            for interaction in recorder.interactions.values():
                if interaction.response is not None:
                    findings.statuses[interaction.response.status_code] += 1
                    findings.operations.add(str(label))
            for checks in recorder.checks.values():
                for check in checks:
                    if check.failure_info is not None:
                        _note_failure(findings, str(label), check.failure_info)
        case events.NonFatalError(label=label, value=value):
            findings.errors.append(f"{label}: {value!r}")
        case events.FatalError(exception=exception):
            findings.errors.append(repr(exception))
        case _:
            pass


def _note_failure(findings: Findings, label: str, info: Any) -> None:
    failure = info.failure
    if _NUMBER_FOR_A_DECIMAL.search(failure.message):
        return
    kind = (label, type(failure).__name__, str(failure._unique_key))
    findings.failures.setdefault(kind, f"{failure.message[:800]}\n{info.code_sample[:1200]}")
