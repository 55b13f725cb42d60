"""What a context plugs into the platform: `wiring` is the only place that collects these."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar.types import ControllerRouterHandler

from backend.kernel.crypto import MasterKeys
from backend.kernel.db import Database, ReadTx
from backend.kernel.jobs import Job, Tick
from backend.kernel.outbox import Subscriber
from backend.kernel.personal import PersonalData
from backend.kernel.tenants import TenantDirectory
from backend.kernel.tokens import AccessTokens
from backend.kernel.vault import Vault


@dataclass(frozen=True, slots=True)
class Services:
    """What the kernel gives to every context's `module(services, ...)`."""

    database: Database
    vault: Vault
    masters: MasterKeys
    tokens: AccessTokens
    tenants: TenantDirectory
    public_url: str


@dataclass(frozen=True, slots=True)
class Invariant:
    """A truth about one tenant's data. `violations` names what breaks it; an empty list is health."""

    name: str
    violations: Callable[[ReadTx], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Module:
    """One context's routes, background work and truths.

    `dependencies` are objects that its routes ask for by parameter name, such as a provider behind a port.
    """

    name: str
    routes: tuple[ControllerRouterHandler, ...] = ()
    jobs: tuple[Job[Any], ...] = ()
    subscribers: tuple[Subscriber[Any], ...] = ()
    ticks: tuple[Tick, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    dependencies: Mapping[str, object] = field(default_factory=dict)
    personal: PersonalData | None = None
