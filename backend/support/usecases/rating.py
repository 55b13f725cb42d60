"""How somebody was helped: asked once when people end a conversation, answered by one tap or left alone."""

from datetime import timedelta
from uuid import UUID

from backend import identity
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.support.domain.conversation import Conversation
from backend.support.errors import ConversationNotFound, RatingNotAsked, RatingNotFound
from backend.support.store import conversations, desk, ratings
from backend.support.store.ratings import Rating
from shared.api.conversations import RatingAnswerIn, RatingIn
from shared.api.desk import RatingOut
from shared.ids import new_id

OPEN_FOR = timedelta(days=7)  # after that what somebody says is about something else
RESPITE = timedelta(days=30)  # in which somebody who would rather not is not asked again


async def ask(tx: Tx, ended: Conversation) -> UUID | None:
    """Asks how somebody was helped in a conversation that people ended just now; returns what the answer is to name.

    None where the tenant does not ask, or the borrower said of late that they would rather not.
    """
    assert ended.resolved_at is not None, "people ended it"
    if not (await desk.settings(tx)).ask_rating:
        return None
    if await ratings.declined_since(tx, ended.id, tx.now - RESPITE):
        return None
    new = Rating(
        id=new_id(),
        conversation_id=ended.id,
        agent_id=ended.assignee_id,
        resolved_at=ended.resolved_at,
        asked_at=tx.now,
    )
    return new.id if await ratings.ask(tx, new) else None


async def answer_by_bot(tx: Tx, vault: Vault, rating_id: UUID, given: RatingAnswerIn) -> None:
    """Keeps what was tapped in a chat. The same answer again changes nothing. Raises RatingNotFound, RatingNotAsked."""
    asked = await ratings.lock(tx, rating_id)
    if asked is None:
        raise RatingNotFound
    if asked.at is not None and asked.score == given.score:
        return
    await _answer(tx, vault, asked, score=given.score, comment=None)


async def rate_own(tx: Tx, vault: Vault, given: RatingIn) -> None:
    """Rates how the caller's conversation was that people ended last, once.

    Raises ConversationNotFound, RatingNotAsked.
    """
    mine = await conversations.of_user(tx, identity.caller(tx).user_id)
    if mine is None:
        raise ConversationNotFound
    last = await ratings.newest(tx, mine.id)
    asked = None if last is None else await ratings.lock(tx, last.id)
    await _answer(tx, vault, asked, score=given.score, comment=given.comment)


async def shown(tx: ReadTx, vault: Vault, of: Conversation) -> RatingOut | None:
    """What became of the last question, for the desk."""
    last = await ratings.newest(tx, of.id)
    return None if last is None else await _out(tx, vault, of, last)


async def given(tx: ReadTx, vault: Vault, of: Conversation) -> list[RatingOut]:
    """Every answer about a conversation, for whoever gave them."""
    return [await _out(tx, vault, of, each) for each in await ratings.answered(tx, of.id)]


async def _out(tx: ReadTx, vault: Vault, of: Conversation, each: Rating) -> RatingOut:
    return RatingOut(
        score=each.score,
        comment=await ratings.comment(tx, vault, of.user_id, each),
        declined=each.declined,
        agent_id=each.agent_id,
        asked_at=each.asked_at,
        at=each.at,
    )


async def _answer(tx: Tx, vault: Vault, asked: Rating | None, *, score: int | None, comment: str | None) -> None:
    if asked is None or asked.at is not None or tx.now - asked.asked_at > OPEN_FOR:
        raise RatingNotAsked
    of = await conversations.get(tx, asked.conversation_id)
    assert of is not None, "a rating has its conversation"
    await ratings.answer(tx, vault, of.user_id, asked, score=score, comment=comment)
