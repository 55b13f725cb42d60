"""Answers the flows' questions through the platform's API."""

import contextlib
from typing import Any
from uuid import UUID

from bot import queries as q
from bot.conversation.driving import Answer, Refused
from bot.conversation.flow import Query
from bot.conversation.inbound import Inbound
from bot.conversation.state import State
from bot.lines import LineAtWork
from bot.platform import loans
from bot.platform.session import Handler, Person, Services
from shared.api.channels import (
    ChannelStepUpIn,
    ChatIdentityIn,
    LinkEnd,
    LinkEndIn,
    LinkIn,
    LinkLocaleIn,
    StepUpAnswerIn,
    StepUpMethod,
)
from shared.api.conversations import BotMessageIn, Direction, HandoffIn, RatingAnswerIn
from shared.api.notifications import Channel, PreferencesIn
from shared.assurance import Assurance
from shared.client import errors

_REFUSALS = (errors.NotFound, errors.NotPermitted, errors.Conflict, errors.Unprocessable, errors.InvalidInput)


class Platform:
    """Answers for everybody who writes, each in their own name."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def of(self, line: LineAtWork, conversation_id: UUID, state: State, inbound: Inbound) -> Answer:
        """Answers for whoever wrote `inbound`. Raises Refused; anything else may be tried again."""
        del conversation_id
        person = Person(self._services, line, state, inbound)

        async def answer(query: Query[Any], key: str) -> Any:
            try:
                return await _HANDLERS[type(query)](person, query, key)
            except errors.SessionExpired:
                await self._services.forget(line)
                raise
            except _REFUSALS as refusal:
                raise Refused(refusal.code) from refusal

        return answer


async def _identity(person: Person, query: q.Identity, key: str) -> UUID | None:
    del query, key
    subject, other = person.names()
    body = ChatIdentityIn(channel=person.state.channel, subject=subject, alternate=other)
    try:
        link = await (await person.bot()).bot.look_up(body)
    except errors.NotFound:
        return None
    person.linked_as(link.id)
    return link.id


async def _link_by_code(person: Person, query: q.LinkByCode, key: str) -> UUID | None:
    subject, other = person.names()
    body = LinkIn(channel=person.state.channel, subject=subject, alternate=other, code=query.code)
    try:
        link = await (await person.bot()).bot.link(body, idempotency_key=key)
    except (errors.NotFound, errors.InvalidInput):
        return None
    person.linked_as(link.id)
    return link.id


async def _step_up_start(person: Person, query: q.StepUpStart, key: str) -> str:
    del query
    body = ChannelStepUpIn(method=StepUpMethod.APP)
    asked = await (await person.bot()).bot.step_up(person.link_id, body, idempotency_key=key)
    return asked.url or person.line.line.app_url


async def _is_proven(person: Person, query: q.IsProven, key: str) -> bool:
    del query, key
    link = await (await person.bot()).bot.linked(person.link_id)
    return link.assurance is Assurance.STEPPED_UP


async def _send_code(person: Person, query: q.SendCode, key: str) -> q.CodeSent:
    del query
    body = ChannelStepUpIn(method=StepUpMethod.CODE)
    asked = await (await person.bot()).bot.step_up(person.link_id, body, idempotency_key=key)
    return q.CodeSent(challenge=str(asked.id), sent_to=asked.sent_to or "")


async def _step_up_check(person: Person, query: q.StepUpCheck, key: str) -> q.StepUpOutcome:
    del key
    try:
        await (await person.bot()).bot.answer_step_up(UUID(query.challenge), StepUpAnswerIn(code=query.code))
    except errors.NotFound:
        return q.StepUpOutcome(passed=False, is_over=True)
    except errors.NotPermitted:
        return q.StepUpOutcome(passed=False)
    return q.StepUpOutcome(passed=True)


async def _lock(person: Person, query: q.Lock, key: str) -> None:
    del query, key
    if person.state.link_id is not None:
        await (await person.bot()).bot.lock_link(person.state.link_id)


async def _keep_language(person: Person, query: q.KeepLanguage, key: str) -> None:
    del key
    await (await person.bot()).bot.set_locale(person.link_id, LinkLocaleIn(locale=query.language))


async def _set_messages(person: Person, query: q.SetMessages, key: str) -> None:
    """Takes WhatsApp out of what the person wants to hear by, or puts it back; without a link nothing is to do."""
    del key
    if person.state.link_id is None:
        return
    notifications = (await person.acting()).notifications
    now = await notifications.preferences()
    marketing = now.marketing if query.on else _without(now.marketing)
    if query.kind == "reminders":
        marketing = now.marketing
    reminder = [*_without(now.reminder), Channel.WHATSAPP] if query.on else _without(now.reminder)
    await notifications.set_preferences(PreferencesIn(reminder=reminder, marketing=marketing))


def _without(channels: list[Channel]) -> list[Channel]:
    return [channel for channel in channels if channel is not Channel.WHATSAPP]


async def _end_link(person: Person, query: q.EndLink, key: str) -> None:
    del query, key
    await (await person.bot()).bot.end_link(person.link_id, LinkEndIn(reason=LinkEnd.IDENTITY_CHANGED))


async def _thread(person: Person) -> UUID:
    """The thread that this chat belongs to, with the message that is being answered in it."""
    subject, other = person.names()
    name = person.inbound.event_id.removeprefix("m:")
    message = BotMessageIn(
        channel=person.state.channel,
        subject=subject,
        alternate=other,
        direction=Direction.INBOUND,
        external_id=name,
        text=person.inbound.text or "[…]",
        language=person.state.language.value,
        sent_at=person.inbound.at,
    )
    answer = await (await person.bot()).bot.take_message(message)
    return answer.conversation_id


async def _hand_off(person: Person, query: q.Handoff, key: str) -> q.Waiting:
    thread_id = await _thread(person)
    wanted = HandoffIn(reason=query.reason, summary=query.summary, language=person.state.language.value)
    given = await (await person.bot()).bot.hand_off(thread_id, wanted, idempotency_key=key)
    wait = given.expected_by - person.inbound.at
    return q.Waiting(
        open_now=given.is_within_hours,
        wait_min=max(1, int(wait.total_seconds() // 60)),
        answer_by=given.expected_by,
    )


async def _back_to_bot(person: Person, query: q.BackToBot, key: str) -> None:
    """Takes the thread back; where people had let go of it already, that is as well."""
    del query
    thread_id = await _thread(person)
    with contextlib.suppress(errors.Conflict):
        await (await person.bot()).bot.take_back(thread_id, idempotency_key=key)


async def _rate(person: Person, query: q.Rate, key: str) -> bool:
    del key  # the question itself is answered once
    try:
        await (await person.bot()).bot.rate(query.question, RatingAnswerIn(score=query.score))
    except (errors.NotFound, errors.Conflict):
        return False
    return True


_HANDLERS: dict[type[Any], Handler] = {
    **loans.HANDLERS,
    q.Identity: _identity,
    q.LinkByCode: _link_by_code,
    q.StepUpStart: _step_up_start,
    q.IsProven: _is_proven,
    q.SendCode: _send_code,
    q.StepUpCheck: _step_up_check,
    q.Lock: _lock,
    q.EndLink: _end_link,
    q.KeepLanguage: _keep_language,
    q.SetMessages: _set_messages,
    q.Handoff: _hand_off,
    q.BackToBot: _back_to_bot,
    q.Rate: _rate,
}
