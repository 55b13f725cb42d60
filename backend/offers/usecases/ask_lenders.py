"""Asks every lender at the same time; one that is slow or broken costs the others nothing."""

import asyncio
from collections.abc import Sequence

from backend.offers.domain.asking import Answer, LenderProfile, Question, Silent, SilentReason
from backend.offers.ports import Lender
from backend.offers.store import Round
from shared.api.products import ProductTerms

WAIT_S = 8  # each lender limits itself; this is the end of patience with all of them


def question_of(asked: Round, product: ProductTerms, country: str) -> Question:
    """What the lenders are asked in a round. No lender is told who asks."""
    return Question(
        reference=f"{asked.application_id}:{asked.round_no}",
        amount_minor=min(asked.amount_minor, asked.limit_minor),
        currency=asked.currency,
        instalments=asked.instalments,
        frequency=product.frequency,
        method=product.method,
        product_kind=asked.product_kind,
        score_band=asked.score_band,
        country=country,
    )


async def ask_lenders(
    lenders: Sequence[Lender], question: Question, *, wait_s: int = WAIT_S
) -> list[tuple[LenderProfile, Answer]]:
    """Each lender with its answer, in the order of `lenders`, after `wait_s` seconds at most."""

    async def ask(lender: Lender) -> Answer:
        try:
            async with asyncio.timeout(wait_s):
                return await lender.quote(question)
        except TimeoutError:
            return Silent(reason=SilentReason.TIMED_OUT)

    answers = await asyncio.gather(*(ask(lender) for lender in lenders))
    return [(lender.profile, answer) for lender, answer in zip(lenders, answers, strict=True)]
