"""Conversations, windows, hours, assignment: what is decided without storage."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from backend.support.domain.assignment import Agent, chosen
from backend.support.domain.conversation import Conversation, Targets
from backend.support.domain.delivery import after
from backend.support.domain.hours import Clockwork
from backend.support.domain.window import closes_at, is_template_only, require_open
from backend.support.errors import ConversationNotOpen, WindowClosed
from shared.api.channels import ChatChannel
from shared.api.conversations import ConversationStatus, Direction, HandoffIn, MessageStatus, Priority, Skill
from shared.api.desk import BusinessHours, Presence, Strategy
from shared.ids import new_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LAGOS = Clockwork(zone="Africa/Lagos", hours=BusinessHours())
TARGETS = Targets(first_due_at=NOON + HOUR, resolve_due_at=NOON + 8 * HOUR)
WANTED = HandoffIn(reason="asked_for_person")
_S = ConversationStatus


def thread(**changes: Any) -> Conversation:
    begun = Conversation(
        id=new_id(),
        user_id=new_id(),
        status=_S.PENDING,
        channel=ChatChannel.WHATSAPP,
        language="en",
        created_at=NOON,
        last_message_at=NOON,
    )
    return replace(begun, **changes)


def agent(**changes: Any) -> Agent:
    there = Agent(user_id=new_id(), presence=Presence.ONLINE, languages=("en",), seen_at=NOON)
    return replace(there, **changes)


def test_the_bot_keeps_a_thread_until_it_hands_it_over() -> None:
    heard = thread().heard(ChatChannel.IN_APP, NOON + MINUTE, None)
    open_ = heard.handed_off(WANTED, NOON + MINUTE, TARGETS)

    assert (heard.status, heard.channel, heard.waiting_since) == (_S.PENDING, ChatChannel.IN_APP, None)
    assert (open_.status, open_.waiting_since, open_.first_due_at) == (_S.OPEN, NOON + MINUTE, NOON + HOUR)


def test_an_answer_ends_the_wait_and_a_further_word_begins_the_next() -> None:
    open_ = thread().handed_off(WANTED, NOON, TARGETS)

    replied = open_.replied(NOON + MINUTE)
    again = replied.heard(ChatChannel.WHATSAPP, NOON + 2 * MINUTE, NOON + 3 * HOUR)
    more = again.heard(ChatChannel.WHATSAPP, NOON + 3 * MINUTE, NOON + 9 * HOUR)

    assert (replied.waiting_since, replied.first_due_at, replied.resolve_due_at) == (None, None, NOON + 8 * HOUR)
    assert (again.waiting_since, again.next_due_at) == (NOON + 2 * MINUTE, NOON + 3 * HOUR)
    assert (more.waiting_since, more.next_due_at) == (again.waiting_since, again.next_due_at)


def test_a_word_before_the_first_answer_moves_nothing() -> None:
    open_ = thread().handed_off(WANTED, NOON, TARGETS)

    more = open_.heard(ChatChannel.WHATSAPP, NOON + MINUTE, NOON + 9 * HOUR)

    assert (more.first_due_at, more.next_due_at, more.waiting_since) == (NOON + HOUR, None, NOON)


def test_a_snoozed_thread_wakes_by_a_word_or_by_its_time() -> None:
    snoozed = thread().handed_off(WANTED, NOON, TARGETS).replied(NOON).snoozed(NOON + HOUR)

    by_word = snoozed.heard(ChatChannel.WHATSAPP, NOON + MINUTE, NOON + 2 * HOUR)
    by_time = snoozed.woken(NOON + HOUR)

    assert (by_word.status, by_word.snoozed_until, by_word.next_due_at) == (_S.OPEN, None, NOON + 2 * HOUR)
    assert (by_time.status, by_time.waiting_since) == (_S.OPEN, NOON + HOUR)


def test_a_word_after_the_end_goes_to_the_bot_again() -> None:
    resolved = thread().handed_off(WANTED, NOON, TARGETS).assigned(new_id()).resolved("answered", NOON)

    again = resolved.heard(ChatChannel.WHATSAPP, NOON + MINUTE, None)

    assert (resolved.status, resolved.resolve_due_at, resolved.assignee_id is None) == (_S.RESOLVED, None, False)
    assert (again.status, again.assignee_id, again.opened_at, again.resolved_at) == (_S.PENDING, None, None, None)


def test_what_people_do_needs_a_thread_in_their_hands() -> None:
    pending = thread()

    acts: list[Callable[[], Conversation]] = [
        lambda: pending.replied(NOON),
        lambda: pending.assigned(new_id()),
        lambda: pending.snoozed(NOON),
        lambda: pending.resolved("answered", NOON),
        pending.returned,
    ]
    for act in acts:
        with pytest.raises(ConversationNotOpen):
            act()


def test_a_second_handoff_gains_in_urgency_only() -> None:
    open_ = thread().handed_off(WANTED, NOON, TARGETS)
    later = Targets(first_due_at=NOON + 9 * HOUR, resolve_due_at=NOON + 9 * HOUR)

    urgent = open_.handed_off(HandoffIn(reason="angry", priority=Priority.URGENT), NOON + MINUTE, later)
    low = urgent.handed_off(HandoffIn(reason="calm", priority=Priority.LOW), NOON + MINUTE, later)

    assert (urgent.priority, low.priority) == (Priority.URGENT, Priority.URGENT)
    assert (urgent.first_due_at, urgent.handoff_reason, urgent.waiting_since) == (NOON + HOUR, "asked_for_person", NOON)


def test_free_text_goes_out_for_a_day_on_whatsapp_and_always_in_the_app() -> None:
    day = timedelta(hours=24)

    assert closes_at(ChatChannel.WHATSAPP, NOON) == NOON + day
    assert not is_template_only(ChatChannel.WHATSAPP, NOON, NOON + day - MINUTE)
    assert is_template_only(ChatChannel.WHATSAPP, NOON, NOON + day)
    assert is_template_only(ChatChannel.WHATSAPP, None, NOON)
    assert not is_template_only(ChatChannel.IN_APP, None, NOON)
    with pytest.raises(WindowClosed):
        require_open(ChatChannel.WHATSAPP, NOON, NOON + day)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        (NOON, 60, NOON + HOUR),
        (datetime(2026, 3, 2, 16, 30, tzinfo=UTC), 60, datetime(2026, 3, 3, 7, 30, tzinfo=UTC)),  # past 18:00 in Lagos
        (datetime(2026, 3, 6, 18, tzinfo=UTC), 30, datetime(2026, 3, 9, 7, 30, tzinfo=UTC)),  # over a weekend
        (datetime(2026, 3, 2, 3, tzinfo=UTC), 600, datetime(2026, 3, 2, 17, tzinfo=UTC)),  # a whole day of service
    ],
)
def test_only_hours_of_service_count(start: datetime, minutes: int, due: datetime) -> None:
    assert LAGOS.after(start, timedelta(minutes=minutes)) == due


def test_the_desk_is_open_by_the_tenants_own_clock() -> None:
    assert LAGOS.is_open(datetime(2026, 3, 2, 7, tzinfo=UTC))
    assert not LAGOS.is_open(datetime(2026, 3, 2, 6, 59, tzinfo=UTC))
    assert not LAGOS.is_open(datetime(2026, 3, 2, 17, tzinfo=UTC))
    assert not LAGOS.is_open(datetime(2026, 3, 7, 12, tzinfo=UTC))


def give(
    agents: list[Agent],
    strategy: Strategy = Strategy.LEAST_BUSY,
    language: str = "en",
    skill: Skill = Skill.GENERAL,
) -> Agent | None:
    return chosen(agents, strategy=strategy, now=NOON, language=language, skill=skill)


def test_whoever_is_there_and_has_room_is_given_the_next_one() -> None:
    away, full, stale, free = (
        agent(presence=Presence.AWAY),
        agent(load=5),
        agent(seen_at=NOON - HOUR),
        agent(load=4),
    )

    assert give([away, full, stale, free]) == free
    assert give([away, full, stale]) is None
    assert give([free], Strategy.BY_HAND) is None


def test_language_comes_before_subject_and_subject_before_load() -> None:
    busy_expert = agent(languages=("ha",), skills=(Skill.HARDSHIP,), load=3)
    hausa, expert, idle = agent(languages=("ha",), load=1), agent(skills=(Skill.HARDSHIP,)), agent()

    def wanted(*agents: Agent) -> Agent | None:
        return give([*agents], language="ha", skill=Skill.HARDSHIP)

    assert wanted(idle, expert, hausa, busy_expert) == busy_expert
    assert wanted(idle, expert, hausa) == hausa
    assert wanted(idle, expert) == expert
    assert wanted(idle) == idle


def test_turns_go_round_or_to_the_least_busy() -> None:
    first, second = agent(load=2, assigned_at=NOON - HOUR), agent(load=1, assigned_at=NOON)

    assert give([first, second], Strategy.ROUND_ROBIN) == first
    assert give([first, second], Strategy.LEAST_BUSY) == second


def test_a_message_only_ever_comes_further() -> None:
    out = Direction.OUTBOUND
    said = [MessageStatus.READ, MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.FAILED]

    status = MessageStatus.QUEUED
    for each in said:
        status = after(out, status, each)

    assert status is MessageStatus.READ
    assert after(out, MessageStatus.SENT, MessageStatus.FAILED) is MessageStatus.FAILED
    assert after(out, MessageStatus.FAILED, MessageStatus.SENT) is MessageStatus.SENT
    assert after(Direction.INBOUND, MessageStatus.RECEIVED, MessageStatus.READ) is MessageStatus.RECEIVED
