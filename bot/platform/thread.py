"""Tells the platform's one thread what was said here, and what became of what agents wrote."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx
import msgspec

from bot.channels.outgoing import Entry, StatusNote, Story, ThreadNote
from bot.channels.whatsapp import NotSent, Outcome
from bot.lines import LineAtWork
from bot.platform.session import Services
from bot.store.records import Claim, Outgoing
from shared.api.channels import ChatChannel
from shared.api.conversations import BotMessageIn, BotMessageOut, Direction, MessageStatus, MessageStatusIn
from shared.client import AsyncClient, Upload, errors

_notes: msgspec.json.Decoder[ThreadNote] = msgspec.json.Decoder(ThreadNote)
Know = Callable[[Claim, UUID], Awaitable[None]]


class ToThread:
    """Stories and statuses for the desk and the app. `know` notes which thread a conversation belongs to."""

    def __init__(self, services: Services, know: Know) -> None:
        self._services, self._know = services, know
        self._known: set[UUID] = set()

    async def deliver(self, line: LineAtWork, claim: Claim, outgoing: Outgoing, body: bytes) -> str:
        """Tells the platform; each part takes effect once, however often it is told. Raises NotSent."""
        note = _notes.decode(body)
        try:
            client = await self._services.service(line)
            if isinstance(note, StatusNote):
                given = MessageStatusIn(status=note.status, provider_id=note.provider_id, error_code=note.code)
                await client.bot.set_status(note.message_id, given)
                return str(outgoing.id)
            for entry in note.entries:
                answer = await self._tell(line, client, note, entry)
                if answer.conversation_id not in self._known:
                    await self._know(claim, answer.conversation_id)
                    self._known.add(answer.conversation_id)
            return str(outgoing.id)
        except errors.SessionExpired as failure:
            await self._services.forget(line)
            raise NotSent(Outcome.AGAIN) from failure
        except (errors.NotFound, errors.Conflict, errors.InvalidInput, errors.Unprocessable) as refusal:
            raise NotSent(Outcome.REFUSED) from refusal
        except errors.ClientError as failure:
            raise NotSent(Outcome.AGAIN) from failure

    async def _tell(self, line: LineAtWork, client: AsyncClient, story: Story, entry: Entry) -> BotMessageOut:
        message = BotMessageIn(
            channel=ChatChannel.WHATSAPP,
            subject=story.address,
            alternate=story.alternate,
            direction=Direction.OUTBOUND if entry.is_ours else Direction.INBOUND,
            external_id=entry.external_id,
            text=entry.text[:4096],
            language=story.language,
            sent_at=entry.sent_at,
        )
        answer = await client.bot.take_message(message)
        if entry.is_ours and answer.is_new:
            await client.bot.set_status(answer.message_id, MessageStatusIn(status=MessageStatus.SENT))
        if entry.media and answer.is_new:
            await self._attach(line, client, answer.message_id, entry)
        return answer

    async def _attach(self, line: LineAtWork, client: AsyncClient, message_id: UUID, entry: Entry) -> None:
        """Brings a file along; one that the platform does not take, or that Meta has no more, is left out."""
        try:
            content, media_type = await line.sender.fetch(entry.media)
            name = f"{entry.media}.{media_type.rpartition('/')[2]}"
            upload = Upload(filename=name, content=content, media_type=media_type)
            await client.bot.attach(message_id, upload, idempotency_key=f"bot:file:{entry.media}"[:200])
        except (errors.Unprocessable, errors.InvalidInput, NotSent, httpx.HTTPError):
            return
