"""The background work of payments, closed over the rail that the platform was given."""

from datetime import timedelta
from typing import Any

from backend.kernel import webhooks_in
from backend.kernel.jobs import Job, JobContext, Tick
from backend.kernel.vault import Vault
from backend.kernel.webhooks_in import InboundEvent
from backend.payments.ports import Rail
from backend.payments.usecases.mandates import ASK_JOB, END_JOB, EndMandate, MandateOrder, ask_mandate, end_mandate
from backend.payments.usecases.order_payout import SEND_JOB, SendOrder
from backend.payments.usecases.payment_links import MAKE_JOB, MakeLink, make_link
from backend.payments.usecases.resolve_orders import resolve_orders
from backend.payments.usecases.send_order import send_order
from backend.payments.usecases.virtual_accounts import OPEN_JOB, OpenAccount, open_account
from backend.payments.usecases.work_notice import PROVIDER, WORK_JOB, work_notice

_ASK_EVERY = timedelta(seconds=2)


def jobs_with(rail: Rail, vault: Vault, public_url: str) -> tuple[Job[Any], ...]:
    """Everything that speaks to the rail, or works on what it said."""

    def callback(context: JobContext) -> str:
        return webhooks_in.callback_url(public_url, PROVIDER, context.scope.tenant_id)

    async def send(context: JobContext, order: SendOrder) -> None:
        await send_order(context, vault, rail, callback(context), order.order_id)

    async def open_(context: JobContext, order: OpenAccount) -> None:
        await open_account(context, vault, rail, callback(context), order)

    async def make(context: JobContext, order: MakeLink) -> None:
        await make_link(context, rail, callback(context), order)

    async def ask(context: JobContext, order: MandateOrder) -> None:
        await ask_mandate(context, vault, rail, callback(context), order)

    async def end(context: JobContext, order: EndMandate) -> None:
        await end_mandate(context, rail, order)

    async def work(context: JobContext, event: InboundEvent) -> None:
        await work_notice(context, vault, rail, event)

    return (
        Job(SEND_JOB, SendOrder, send),
        Job(OPEN_JOB, OpenAccount, open_),
        Job(MAKE_JOB, MakeLink, make),
        Job(ASK_JOB, MandateOrder, ask),
        Job(END_JOB, EndMandate, end),
        Job(WORK_JOB, InboundEvent, work),
    )


def ticks_with(rail: Rail) -> tuple[Tick, ...]:
    """The asking about orders of which nobody has heard."""

    async def resolve(context: JobContext) -> None:
        await resolve_orders(context, rail)

    return (Tick("payments.resolve_orders", _ASK_EVERY, resolve),)
