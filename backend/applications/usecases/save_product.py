"""Keeps products: each change is a new version, so that what was agreed under the old one stays what it was."""

from uuid import UUID

import holidays
from msgspec.structs import replace

from backend.applications import store
from backend.applications.domain.product import problems
from backend.applications.errors import ProductInvalid, ProductNotFound
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from shared.api.products import Channel, ProductIn, ProductKind, ProductOut, ProductState
from shared.loss_policy import LossPolicy


async def create_product(tx: Tx, terms: ProductIn) -> ProductOut:
    """Stores the first or next version of the product and puts it on the shelf.

    Raises ProductInvalid when the terms contradict themselves or break an app store's lending rules.
    """
    found = problems(terms)
    if terms.holidays is not None and terms.holidays not in holidays.list_supported_countries():
        found["holidays"] = f"there is no calendar of holidays for {terms.holidays}"
    if found:
        raise ProductInvalid(fields=found)
    version = await store.latest_version(tx, terms.code) + 1
    saved = await store.add_product(tx, terms, version)
    await audit.record(tx, "product.saved", f"product:{saved.id}", code=saved.code, version=saved.version)
    return saved


async def retire_product(tx: Tx, product_id: UUID) -> ProductOut:
    """Takes a product off the shelf; a version that is retired already stays as it is. Raises ProductNotFound."""
    found = await product(tx, product_id)
    if found.state is ProductState.ACTIVE:
        await store.retire_product(tx, found.code)
        await audit.record(tx, "product.retired", f"product:{found.id}", code=found.code, version=found.version)
    return await product(tx, product_id)


async def products(
    tx: ReadTx, *, kind: ProductKind | None, channel: Channel | None, currency: str | None, retired: bool
) -> list[ProductOut]:
    """What can be applied for, by code, as the caller sees it; with `retired`, every version."""
    found = await store.products(tx, kind=kind, channel=channel, currency=currency, retired=retired)
    return [shown(tx, each) for each in found]


def shown(tx: ReadTx, found: ProductOut) -> ProductOut:
    """A product as the caller sees it: how the lender provides for losses is for its staff alone."""
    principal = tx.scope.principal
    return found if principal is not None and principal.is_staff else replace(found, loss_policy=None)


async def loss_policy(tx: ReadTx, application_id: UUID) -> LossPolicy | None:
    """How the product that was applied for judges its loans; None where it doesn't, or there is no such application."""
    asked = await store.by_id(tx, application_id)
    return None if asked is None else (await product(tx, asked.product_id)).loss_policy


async def product(tx: ReadTx, product_id: UUID) -> ProductOut:
    """One version of a product, retired or not. Raises ProductNotFound."""
    found = await store.product_by_id(tx, product_id)
    if found is None:
        raise ProductNotFound
    return found
