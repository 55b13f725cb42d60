"""The shelf: read by everyone, kept by those who run the tenant."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.applications.usecases.save_product import create_product, product, products, retire_product, shown
from backend.kernel.auth import requires
from backend.kernel.db import ReadTx
from backend.kernel.edge import Edge
from backend.kernel.scope import Role
from shared.api.products import Channel, ProductIn, ProductKind, ProductOut

Kind = Annotated[ProductKind | None, QueryParameter(name="kind", description="This kind alone")]
OnChannel = Annotated[Channel | None, QueryParameter(name="channel", description="Offered on this channel")]
InCurrency = Annotated[
    str | None, QueryParameter(name="currency", pattern="^[A-Z]{3}$", description="In this currency")
]
Retired = Annotated[bool, QueryParameter(name="retired", description="Versions that were replaced as well")]
KEEPERS = (Role.OPERATIONS, Role.TENANT_ADMIN)


async def _shown(tx: ReadTx, product_id: UUID) -> ProductOut:
    return shown(tx, await product(tx, product_id))


class ProductController(Controller):
    """Products by version."""

    path = "/v1/products"
    tags = ("Products",)

    @get("/", operation_id="listProducts", summary="Products on the shelf", opt={"public": True})
    async def shelf(
        self,
        edge: NamedDependency[Edge],
        *,
        kind: Kind = None,
        channel: OnChannel = None,
        currency: InCurrency = None,
        retired: Retired = False,
    ) -> list[ProductOut]:
        """What can be applied for at present; no sign-in is needed to look."""
        return await edge.read(lambda tx: products(tx, kind=kind, channel=channel, currency=currency, retired=retired))

    @get("/{product_id:uuid}", operation_id="getProduct", summary="One version of a product", opt={"public": True})
    async def one(self, product_id: FromPath[UUID], edge: NamedDependency[Edge]) -> ProductOut:
        """A version's terms, on the shelf or not."""
        return await edge.read(lambda tx: _shown(tx, product_id))

    @post("/", operation_id="saveProduct", summary="Save a product", guards=[requires(*KEEPERS)])
    async def save(self, data: JSONBody[ProductIn], edge: NamedDependency[Edge]) -> ProductOut:
        """Stores a new product, or the next version of one. Terms that break an app store's rules are refused."""
        return await edge.write(lambda tx: create_product(tx, data), ProductOut)

    @post(
        "/{product_id:uuid}/retire",
        operation_id="retireProduct",
        summary="Take a product off the shelf",
        status_code=200,
        guards=[requires(*KEEPERS)],
    )
    async def retire(self, product_id: FromPath[UUID], edge: NamedDependency[Edge]) -> ProductOut:
        """Nobody can apply for it any more; applications under it go on."""
        return await edge.write(lambda tx: retire_product(tx, product_id), ProductOut)
