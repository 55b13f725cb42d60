"""The lenders' quoting services, with the amounts that make them late, broken or unwilling."""

import asyncio
from datetime import datetime

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from backend.sandbox.errors import OutOfOrder, ReferenceReused, Unknown
from backend.sandbox.pricing import LENDERS, Quote, QuoteRequest, Refusal, price
from backend.sandbox.store import World

KIND = "lender.quote"
_LATE, _BROKEN, _UNWILLING = 11, 12, 13


class QuoteRecord(Struct, frozen=True, kw_only=True):
    """A question that was answered."""

    asked: QuoteRequest
    at: datetime


@post("/lenders/{code:str}/quotes", operation_id="sandboxQuote", status_code=200)
async def quote(
    code: FromPath[str], data: JSONBody[QuoteRequest], world: NamedDependency[World]
) -> Response[Quote | Refusal]:
    """Prices a loan, once per reference, or answers 422 with the reason."""
    lender = LENDERS.get(code)
    if lender is None:
        raise Unknown(what="lender", key=code)
    async with world.open() as tx:
        key = f"{code} {data.reference}"
        await tx.add(KIND, key, QuoteRecord(asked=data, at=tx.now))
        record = await tx.get(KIND, key, QuoteRecord)
        assert record is not None, "it was just added, or was there"
    if record.asked != data:
        raise ReferenceReused(reference=data.reference)
    magic = data.amount_minor % 100
    if magic == _LATE and code == "meridian":
        await asyncio.sleep(world.pace.slow_s)
    if magic == _BROKEN and code == "quickline":
        raise OutOfOrder
    answer = Refusal(reason="not_lending_today") if magic == _UNWILLING else price(lender, data)
    return Response(answer, status_code=422 if isinstance(answer, Refusal) else 200)


routes = (quote,)
