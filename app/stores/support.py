"""What screens read about help: how a loan stands with what can't be paid, what is disputed, what was written."""

from dataclasses import dataclass
from uuid import UUID

from app.stores.pages import newest
from app.stores.query import Query
from app.stores.reads import present
from app.stores.root import Store
from shared.api.arrears import ArrearsOut
from shared.api.conversations import Author, ConversationOut, MessageOut
from shared.api.disputes import DisputeOut, DisputeSummary

THREAD = "thread"


@dataclass(frozen=True)
class Thread:
    """The borrower's one conversation: where it stands, None before its first word; its messages, the oldest first."""

    conversation: ConversationOut | None
    messages: list[MessageOut]
    goes_on: bool = False  # whether there are messages before these

    @property
    def is_unread(self) -> bool:
        """Whether something was written to the borrower that the platform does not know as read."""
        return any(each.author is Author.AGENT and each.status.value in {"sent", "delivered"} for each in self.messages)


def arrears(store: Store, loan_id: UUID) -> Query[ArrearsOut]:
    """How a loan stands with what is past due, with its living or newest hardship case."""
    return store.query(("arrears", loan_id), store.read(lambda client: client.arrears.of_loan(loan_id)))


def disputes_key(loan_id: UUID) -> object:
    """By what the disputes of a loan are known."""
    return ("disputes", loan_id)


def dispute_key(dispute_id: UUID) -> object:
    """By what one dispute is known."""
    return ("dispute", dispute_id)


def disputes(store: Store, loan_id: UUID) -> Query[list[DisputeSummary]]:
    """What is or was disputed about a loan, the newest first."""

    async def fetch() -> list[DisputeSummary]:
        return [each async for each in store.client.disputes.iterate(loan_id=loan_id)]

    return store.query(disputes_key(loan_id), fetch)


def dispute(store: Store, dispute_id: UUID) -> Query[DisputeOut]:
    """One dispute."""
    return store.query(dispute_key(dispute_id), store.read(lambda client: client.disputes.dispute(dispute_id)))


def thread(store: Store) -> Query[Thread]:
    """The conversation, its newest messages."""

    async def fetch() -> Thread:
        client = store.client
        conversation = await present(client.conversation.read())
        if conversation is None:
            return Thread(None, [])
        found = await newest(store, THREAD, client.conversation.messages)
        return Thread(conversation, found[::-1], found.goes_on)

    return store.query(THREAD, fetch)
