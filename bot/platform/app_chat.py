"""Answers in the app's chat: a message of the thread, with what can be tapped under it, once by its outbox id."""

from typing import assert_never

import msgspec

from bot.channels.outgoing import Message, Template
from bot.channels.whatsapp import NotSent, Outcome
from bot.conversation.views import Copy, Document, Link, Pick, Say, View
from bot.lines import LineAtWork
from bot.platform.session import Services
from bot.store.records import Claim, Outgoing
from shared.api.channels import ChatChannel
from shared.api.conversations import BotMessageIn, ChatLink, ChatOption, Direction
from shared.client import errors

_messages = msgspec.json.Decoder(Message)


class ToApp:
    """Messages to people who are signed in to the app."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def deliver(self, line: LineAtWork, claim: Claim, outgoing: Outgoing, body: bytes) -> str:
        """Puts the message into the thread. Raises NotSent."""
        del claim
        message = _messages.decode(body)
        if isinstance(message.content, Template):
            raise NotSent(Outcome.REFUSED)
        options, link = _below(message.content)
        given = BotMessageIn(
            channel=ChatChannel.IN_APP,
            subject=message.address,
            direction=Direction.OUTBOUND,
            external_id=str(outgoing.id),
            text=message.content.text[:4096],
            options=options,
            link=link,
        )
        try:
            client = await self._services.service(line)
            return str((await client.bot.take_message(given)).message_id)
        except errors.SessionExpired as failure:
            await self._services.forget(line)
            raise NotSent(Outcome.AGAIN) from failure
        except (errors.NotFound, errors.Conflict, errors.InvalidInput, errors.Unprocessable) as refusal:
            raise NotSent(Outcome.REFUSED) from refusal
        except errors.ClientError as failure:
            raise NotSent(Outcome.AGAIN) from failure


def _below(view: View) -> tuple[list[ChatOption], ChatLink | None]:
    """What can be tapped under a view."""
    match view:
        case Say(options=options) | Pick(options=options):
            return [ChatOption(key=each.key, title=each.title, note=each.note) for each in options], None
        case Link(title=title, url=url) | Document(filename=title, url=url):
            return [], ChatLink(title=title[:60], url=url)
        case Copy():
            return [], None
    assert_never(view)
