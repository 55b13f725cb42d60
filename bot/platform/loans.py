"""What is asked about loans, answered in the borrower's own name."""

import asyncio
import contextlib
from typing import Any

from bot import queries as q
from bot.channels.whatsapp import NotSent
from bot.platform.session import Handler, Person
from shared.api.arrears import AgreeIn, Every, HardshipIn, PromiseIn
from shared.api.disputes import DisputeIn
from shared.api.payments import PaymentLinkIn, PaymentLinkOut
from shared.api.servicing import LoanOut, LoanStatus, TransactionKind
from shared.client import Upload, errors
from shared.money import Money

LINK_WAITS_S = (0.2, 0.4, 0.8, 1.6)  # the rail makes a payment link's address within seconds
_OPEN = {LoanStatus.ACTIVE, LoanStatus.OVERDUE}


async def _loans(person: Person, query: q.Loans, key: str) -> list[LoanOut]:
    del query, key
    page = await (await person.acting()).servicing.loans(limit=50)
    return sorted((loan for loan in page.items if loan.status in _OPEN), key=_next_due)


def _next_due(loan: LoanOut) -> tuple[bool, str]:
    return loan.next_due_on is None, str(loan.next_due_on)


async def _payment_link(person: Person, query: q.PaymentLink, key: str) -> PaymentLinkOut | None:
    payments = (await person.acting()).payments
    body = PaymentLinkIn(loan_id=query.loan_id, amount_minor=query.amount.amount_minor)
    link = await payments.create_link(body, idempotency_key=key)
    for pause in LINK_WAITS_S:
        if link.url is not None:
            return link
        await asyncio.sleep(pause)
        link = await payments.link(link.id)
    return link if link.url is not None else None


async def _virtual_account(person: Person, query: q.VirtualAccount, key: str) -> Any:
    del key
    try:
        return await (await person.acting()).payments.virtual_account(query.loan_id)
    except errors.NotFound:
        return None


async def _paid(person: Person, query: q.Paid, key: str) -> Money | None:
    del key
    page = await (await person.acting()).servicing.transactions(query.loan_id, limit=20)
    amounts = [
        each.amount
        for each in page.items
        if each.kind is TransactionKind.REPAYMENT and each.reversed_on is None and each.entered_at >= query.since
    ]
    return sum(amounts[1:], amounts[0]) if amounts else None


async def _hardship(person: Person, query: q.Hardship, key: str) -> Any:
    body = HardshipIn(
        kind=query.kind,
        can_pay_minor=query.monthly.amount_minor if query.monthly is not None else None,
        every=Every.MONTH,
        circumstances=query.words or None,
    )
    return await (await person.acting()).arrears.open_case(query.loan_id, body, idempotency_key=key)


async def _promise(person: Person, query: q.Promise, key: str) -> Any:
    body = PromiseIn(on=query.on, amount_minor=query.amount.amount_minor)
    return await (await person.acting()).arrears.promise(query.loan_id, body, idempotency_key=key)


async def _schedule(person: Person, query: q.Schedule, key: str) -> Any:
    del key
    return await (await person.acting()).servicing.schedule(query.loan_id)


async def _payoff(person: Person, query: q.PayoffQuote, key: str) -> Any:
    return await (await person.acting()).servicing.quote_payoff(query.loan_id, idempotency_key=key)


async def _movements(person: Person, query: q.Movements, key: str) -> Any:
    del key
    return (await (await person.acting()).servicing.transactions(query.loan_id, limit=8)).items


async def _case(person: Person, query: q.HardshipCase, key: str) -> Any:
    del key
    return await (await person.acting()).arrears.case(query.case_id)


async def _agree(person: Person, query: q.Agree, key: str) -> Any:
    body = AgreeIn(plan_id=query.plan_id)
    return await (await person.acting()).arrears.agree(query.case_id, body, idempotency_key=key)


async def _dispute(person: Person, query: q.Dispute, key: str) -> q.DisputeOpened:
    disputes = (await person.acting()).disputes
    body = DisputeIn(
        kind=query.kind,
        transaction_id=query.transaction_id,
        instalment=query.instalment,
        reason=query.reason,
        details=query.words or query.reason.value.replace("_", " "),
    )
    opened = await disputes.open(query.loan_id, body, idempotency_key=key)
    if query.media:
        with contextlib.suppress(errors.InvalidInput, errors.Unprocessable, NotSent):  # a file that can't be taken
            content, media_type = await person.line.sender.fetch(query.media)
            upload = Upload(filename=f"photo.{media_type.rpartition('/')[2]}", content=content, media_type=media_type)
            await disputes.add_evidence(opened.id, upload, idempotency_key=f"{key}:file"[:200])
    return q.DisputeOpened(reference=opened.number, answer_by=opened.answer_by)


HANDLERS: dict[type[Any], Handler] = {
    q.Loans: _loans,
    q.Schedule: _schedule,
    q.PayoffQuote: _payoff,
    q.Movements: _movements,
    q.VirtualAccount: _virtual_account,
    q.PaymentLink: _payment_link,
    q.Paid: _paid,
    q.Promise: _promise,
    q.Hardship: _hardship,
    q.HardshipCase: _case,
    q.Agree: _agree,
    q.Dispute: _dispute,
}
