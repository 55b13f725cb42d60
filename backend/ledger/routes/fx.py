"""Foreign exchange over HTTP."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from backend.kernel.auth import requires
from backend.kernel.db import Tx
from backend.kernel.edge import Edge
from backend.kernel.scope import Role
from backend.ledger.usecases import exchange
from shared.api.fx import ExchangeIn, PositionOut, RevaluationIn

Base = Annotated[
    str, QueryParameter(name="base", pattern="^[A-Z]{3}$", description="The currency that gains are counted in")
]


class FxController(Controller):
    """Exchanges, revaluations and positions."""

    path = "/v1/ledger/fx"
    tags = ("Ledger",)
    guards = (requires(Role.OPERATIONS, Role.TENANT_ADMIN),)

    @post("/exchanges", operation_id="postExchange", summary="Exchange currencies")
    async def exchanges(self, edge: NamedDependency[Edge], data: JSONBody[ExchangeIn]) -> PositionOut:
        """Posts an exchange through the currency's position, with the gain that it realises; the position after it."""

        async def use(tx: Tx) -> PositionOut:
            await exchange.exchange(tx, data)
            foreign = data.bought.currency if data.sold.currency == data.base else data.sold.currency
            return await exchange.position(tx, foreign, data.base)

        return await edge.write(use, PositionOut)

    @post("/revaluations", operation_id="revaluePosition", summary="Value a position")
    async def revaluations(self, edge: NamedDependency[Edge], data: JSONBody[RevaluationIn]) -> PositionOut:
        """Values a position at a rate and posts what that adds to what was added before; the position after it."""

        async def use(tx: Tx) -> PositionOut:
            await exchange.revalue(tx, data)
            return await exchange.position(tx, data.currency, data.base)

        return await edge.write(use, PositionOut)

    @get("/positions", operation_id="listPositions", summary="Positions in foreign currencies")
    async def positions(self, edge: NamedDependency[Edge], base: Base) -> list[PositionOut]:
        """Every currency that was exchanged against the base currency."""
        return await edge.read(lambda tx: exchange.positions(tx, base))
