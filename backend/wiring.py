"""The composition root: the only place that knows every context and every adapter."""

from dataclasses import dataclass

from backend import (
    agreements,
    applications,
    arrears,
    disbursement,
    identity,
    ledger,
    notifications,
    offers,
    onboarding,
    payments,
    servicing,
    support,
    underwriting,
)
from backend.agreements.adapters.typst_typesetter import TypstTypesetter
from backend.kernel.auth import Authenticator, Revocations
from backend.kernel.crypto import MasterKeys
from backend.kernel.db import Database
from backend.kernel.live import LiveHub
from backend.kernel.maintenance import kernel_module
from backend.kernel.module import Module, Services
from backend.kernel.tenants import TenantDirectory
from backend.kernel.tokens import AccessTokens
from backend.kernel.vault import Vault
from backend.notifications.adapters.sandbox import SandboxMessenger
from backend.offers.adapters.sandbox import sandbox_lenders
from backend.onboarding.adapters.sandbox import SandboxVerification
from backend.payments.adapters.sandbox import SandboxRail
from backend.settings import Settings


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything that a process of ours is made of."""

    settings: Settings
    services: Services
    revocations: Revocations
    authenticator: Authenticator
    live: LiveHub
    modules: tuple[Module, ...]

    async def close(self) -> None:
        """Lets go of every connection."""
        await self.live.close()
        await self.services.database.close()


def build_services(settings: Settings) -> Services:
    """The kernel's services, from the settings."""
    database = Database(settings.database_url, pool=settings.database_pool)
    masters = MasterKeys.parse(settings.master_keys)
    return Services(
        database=database,
        vault=Vault(masters),
        masters=masters,
        tokens=AccessTokens.parse(settings.token_keys, issuer=settings.public_url, audience=settings.public_url),
        tenants=TenantDirectory(database),
        public_url=settings.public_url,
    )


def build(settings: Settings) -> Platform:
    """The whole platform."""
    services = build_services(settings)
    return assemble(settings, services, modules(settings, services))


def assemble(settings: Settings, services: Services, chosen: tuple[Module, ...]) -> Platform:
    """A platform of the chosen modules."""
    revocations = Revocations(services.database)
    return Platform(
        settings=settings,
        services=services,
        revocations=revocations,
        authenticator=Authenticator(services.tokens, services.database, revocations),
        live=LiveHub(Database(settings.database_relay_url, pool=1)),
        modules=(kernel_module(), *chosen),
    )


def modules(settings: Settings, services: Services) -> tuple[Module, ...]:
    """Every context, each with the adapters that the settings choose."""
    sandbox = (settings.sandbox_url, settings.sandbox_secret or "")
    lenders = sandbox_lenders(*sandbox)
    return (
        identity.module(services),
        ledger.module(services),
        notifications.module(services, SandboxMessenger(*sandbox)),
        onboarding.module(services, SandboxVerification(*sandbox)),
        applications.module(services, underwriting.check_statement),
        servicing.module(services),
        underwriting.module(services),
        offers.module(services, lenders),
        agreements.module(services, TypstTypesetter(), lenders),
        payments.module(services, SandboxRail(*sandbox)),
        disbursement.module(services),
        arrears.module(services),
        support.module(services),
    )
