"""What can be refused about conversations."""

from shared.errors import Conflict, InvalidInput, NotFound, Unprocessable


class ConversationNotFound(NotFound):
    """No such conversation, or not the caller's."""

    code = "conversation_not_found"
    message = "There is no such conversation here. List the inbox to see those there are."


class MessageNotFound(NotFound):
    """No such message, or not the caller's."""

    code = "message_not_found"
    message = "There is no such message here. Read the thread to see those there are."


class MessageEmpty(InvalidInput):
    """Neither text nor template."""

    code = "message_empty"
    message = "A message has a text, or names the template that it was made from."


class WindowClosed(Conflict):
    """The channel takes approved templates only."""

    code = "window_closed"
    message = "The time to answer freely on {channel} ended at {closed_at}. Send a template, or answer in the app."


class ConversationNotOpen(Conflict):
    """It is not in the hands of people."""

    code = "conversation_not_open"
    message = "This conversation is {status}; that can't be done with it. Claim it first, or wait for the next message."


class AlreadyClaimed(Conflict):
    """Another agent was faster."""

    code = "already_claimed"
    message = "Another agent has this conversation. Read it again; take it over if that is right."


class TooManyFiles(Unprocessable):
    """More files than a message may have."""

    code = "too_many_files"
    message = "A message has {limit} files at most. Send the others with another message."


class RatingNotFound(NotFound):
    """No such question was ever asked here."""

    code = "rating_not_found"
    message = "There is no such question here. Take the id that the feed names when a conversation ends."


class RatingNotAsked(Conflict):
    """Nothing to rate, or rated before."""

    code = "rating_not_asked"
    message = "There is nothing to rate here at present."


class AgentUnknown(NotFound):
    """Not an agent of this tenant."""

    code = "agent_unknown"
    message = "There is no such agent. Only people in the role of a support agent can be given conversations."


class MacroNotFound(NotFound):
    """No such saved reply."""

    code = "macro_not_found"
    message = "There is no such saved reply. List them to see those there are."


class NewerMessage(Conflict):
    """Somebody wrote since the agent looked."""

    code = "newer_message"
    message = "There is a newer message in this conversation. Read it, then send the answer again."


class ChannelUnknown(InvalidInput):
    """The conversation was never had there."""

    code = "channel_unknown"
    message = "This conversation can't be answered on that channel. Choose one of its channels."


class NobodyToReveal(NotFound):
    """A stranger's thread."""

    code = "nobody_to_reveal"
    message = "Nobody is linked to this chat yet, so there is nothing to reveal."


class DisputeNotFound(NotFound):
    """No such dispute, or not the caller's."""

    code = "dispute_not_found"
    message = "There is no such dispute here. List your disputes to see those there are."


class DisputeExists(Conflict):
    """The same thing is disputed already."""

    code = "dispute_exists"
    message = "This is disputed already, as {number}. Add what you know to that one."


class DisputeNotLiving(Conflict):
    """It is over."""

    code = "dispute_not_living"
    message = "This dispute is {status}; that can't be done with it any more."


class DisputeNotEscalable(Conflict):
    """Nothing to look at again, or too late."""

    code = "dispute_not_escalable"
    message = "Another look can be asked for once, within 30 days of an outcome that was not wholly in your favour."


class SamePersonAgain(Conflict):
    """Whoever decided first does not look again."""

    code = "same_person_again"
    message = "You decided this dispute the first time. Somebody else has to look again."


class NothingDisputed(Unprocessable):
    """The loan has no such item, or the amount is more than it."""

    code = "nothing_disputed"
    message = "This loan has no such item, or the amount is more than the item's. Read the loan's transactions again."


class FileNotFound(NotFound):
    """No such file here."""

    code = "file_not_found"
    message = "There is no such file here."
