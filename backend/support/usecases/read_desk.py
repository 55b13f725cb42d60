"""What agents see: their inbox, a conversation with its borrower, who else reads it, and how the desk does."""

from datetime import timedelta
from uuid import UUID

from backend import arrears, identity, servicing
from backend.identity import Person
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.support.domain.conversation import Conversation
from backend.support.errors import ConversationNotFound, NobodyToReveal
from backend.support.store import conversations, desk, disputes, inbox, messages, ratings
from backend.support.usecases import rating, show
from backend.support.usecases.show import conversation_out
from shared.api.desk import (
    BorrowerPanel,
    DeskReport,
    InboxItem,
    InboxView,
    RevealedOut,
    ThreadOut,
)
from shared.errors import InvalidInput
from shared.paging import Page

AT_RISK_WITHIN = timedelta(minutes=15)
RATED_WITHIN = timedelta(days=30)
DEEPEST = 10_000


async def read_inbox(tx: Tx, vault: Vault, *, view: InboxView, cursor: str | None, limit: int) -> Page[InboxItem]:
    """Conversations of a view, the most pressing first, without their summaries. Looking says that the agent is there.

    Raises InvalidInput.
    """
    me, offset = identity.caller(tx).user_id, _offset(cursor)
    await desk.see_agent(tx, me)
    found = await inbox.listed(tx, view, me=me, soon=tx.now + AT_RISK_WITHIN, offset=offset, limit=limit + 1)
    shown = found[:limit]
    last = await messages.last_of(tx, vault, {each.id: each.user_id for each in shown})
    ids = [each.id for each in shown]
    reading, channels = await desk.readers(tx, ids, but=me), await conversations.channels_of_many(tx, ids)
    items = [
        InboxItem(
            conversation=show.shown(tx, each, channels[each.id], None),
            last=last.get(each.id),
            reading=reading.get(each.id, []),
        )
        for each in shown
    ]
    return Page(items=items, next_cursor=str(offset + limit) if len(found) > limit else None)


async def read_thread(tx: Tx, vault: Vault, conversation_id: UUID) -> ThreadOut:
    """A conversation with its borrower; others see that the caller reads it. Raises ConversationNotFound."""
    me = identity.caller(tx).user_id
    found = await conversations.get(tx, conversation_id)
    if found is None:
        raise ConversationNotFound
    await desk.note_reader(tx, found.id, me)
    await desk.see_agent(tx, me)
    return ThreadOut(
        conversation=await conversation_out(tx, vault, found),
        borrower=await _panel(tx, vault, found),
        reading=(await desk.readers(tx, [found.id], but=me)).get(found.id, []),
        rating=await rating.shown(tx, vault, found),
    )


async def reveal(tx: Tx, vault: Vault, conversation_id: UUID, reason: str) -> RevealedOut:
    """The borrower's contacts in full, for a reason that is kept. Raises ConversationNotFound, NobodyToReveal."""
    found = await conversations.get(tx, conversation_id)
    if found is None:
        raise ConversationNotFound
    if found.user_id is None:
        raise NobodyToReveal
    person = await identity.person(tx, vault, found.user_id)
    await audit.record(tx, "person.revealed", f"person:{person.id}", conversation_id=found.id, reason=reason)
    return RevealedOut(user_id=person.id, name=person.name, phone=person.phone, email=person.email)


async def report(tx: ReadTx) -> DeskReport:
    """How the desk does just now."""
    open_, unassigned, waiting, breached = await inbox.counts(tx)
    asked, rated, total = await ratings.since(tx, tx.now - RATED_WITHIN)
    online = sum(agent.is_here(tx.now) for agent in await desk.agents(tx))
    return DeskReport(
        open=open_,
        unassigned=unassigned,
        waiting=waiting,
        breached=breached,
        agents_online=online,
        ratings=rated,
        rating_sum=total,
        ratings_asked=asked,
    )


async def _panel(tx: ReadTx, vault: Vault, found: Conversation) -> BorrowerPanel | None:
    if found.user_id is None:
        return None
    person = await identity.person(tx, vault, found.user_id)
    loans = await servicing.loans_of(tx, person.id)
    masked = {"phone" if each.phone else "email": each.masked for each in person.contacts}
    return BorrowerPanel(
        user_id=person.id,
        name=_short(person),
        phone=masked.get("phone"),
        email=masked.get("email"),
        language=person.locale,
        loan_ids=[loan.id for loan in loans],
        open_hardship_ids=await arrears.living_cases(tx, [loan.id for loan in loans]),
        open_dispute_ids=await disputes.living_of(tx, person.id),
        days_past_due=max((loan.days_past_due for loan in loans), default=0),
    )


def _short(person: Person) -> str | None:
    """The first name and an initial: enough to be polite."""
    if person.name is None:
        return None
    first, _, last = person.name.partition(" ")
    return f"{first} {last[:1]}." if last else first


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and int(cursor) <= DEEPEST):
        raise InvalidInput({"cursor": "Pass `next_cursor` of the page before, unchanged."})
    return int(cursor)
