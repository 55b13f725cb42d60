"""Support's tables. What people write is sealed, under their own key once they are known."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from backend.kernel.tables import Instant, Xid8, one_of, tenant_table
from shared.api.channels import ChatChannel
from shared.api.conversations import (
    Author,
    ConversationStatus,
    Direction,
    FeedKind,
    MessageStatus,
    Priority,
    Skill,
)
from shared.api.desk import Presence
from shared.api.disputes import DisputedKind, DisputeOutcome, DisputeReason, DisputeStatus, DisputeStep


def _once(name: str, *columns: str, where: str) -> Index:
    return Index(name, "tenant_id", *columns, unique=True, postgresql_where=text(where))


_LIVING_DISPUTE = "status IN ('open', 'needs_info', 'escalated')"
_IN_HANDS = "status IN ('open', 'snoozed')"
_OF_CONVERSATION = ("tenant_id", "conversation_id"), ("conversation.tenant_id", "conversation.id")

conversation = tenant_table(
    "conversation",
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid),
    Column("status", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("skill", Text, nullable=False),
    Column("labels", ARRAY(Text), nullable=False),
    Column("assignee_id", Uuid),
    Column("handoff_reason", Text),
    Column("summary", LargeBinary),
    Column("opened_at", Instant),
    Column("waiting_since", Instant),
    Column("first_replied_at", Instant),
    Column("first_due_at", Instant),
    Column("next_due_at", Instant),
    Column("resolve_due_at", Instant),
    Column("sla_breached", Boolean, nullable=False),
    Column("snoozed_until", Instant),
    Column("resolved_at", Instant),
    Column("resolved_reason", Text),
    Column("created_at", Instant, nullable=False),
    Column("last_message_at", Instant, nullable=False),
    CheckConstraint(one_of("status", ConversationStatus), name="status"),
    CheckConstraint(one_of("channel", ChatChannel), name="channel"),
    CheckConstraint(one_of("priority", Priority), name="priority"),
    CheckConstraint(one_of("skill", Skill), name="skill"),
    CheckConstraint("(status = 'snoozed') = (snoozed_until IS NOT NULL)", name="snoozed"),
    CheckConstraint("(status = 'resolved') = (resolved_at IS NOT NULL)", name="resolved"),
    CheckConstraint(f"({_IN_HANDS}) <= (opened_at IS NOT NULL)", name="opened"),
    CheckConstraint("waiting_since IS NULL OR status = 'open'", name="waiting"),
    _once("uq_conversation_user_id", "user_id", where="user_id IS NOT NULL"),
    Index("ix_conversation_in_hands", "tenant_id", "assignee_id", "id", postgresql_where=text(_IN_HANDS)),
    Index("ix_conversation_waiting", "tenant_id", "waiting_since", postgresql_where=text("waiting_since IS NOT NULL")),
    Index("ix_conversation_snoozed", "tenant_id", "snoozed_until", postgresql_where=text("status = 'snoozed'")),
    Index("ix_conversation_last_message_at", "tenant_id", "last_message_at"),
    context="support",
)

# Where a conversation can be answered. `subject_index` finds the thread of somebody who is not linked yet.
conversation_channel = tenant_table(
    "conversation_channel",
    Column("conversation_id", Uuid, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("link_id", Uuid),
    Column("subject_index", LargeBinary),
    Column("last_inbound_at", Instant),
    ForeignKeyConstraint(*_OF_CONVERSATION),
    CheckConstraint(one_of("channel", ChatChannel), name="channel"),
    Index("ix_conversation_channel_subject_index", "tenant_id", "channel", "subject_index"),
    Index("ix_conversation_channel_link_id", "tenant_id", "link_id"),
    context="support",
)

message = tenant_table(
    "message",
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_id", Uuid),
    Column("is_note", Boolean, nullable=False),
    Column("body", LargeBinary),
    Column("more", LargeBinary),  # what can be tapped under it, or was
    Column("template", Text),
    Column("external_id", Text),
    Column("provider_id", Text),
    Column("status", Text, nullable=False),
    Column("error_code", Text),
    Column("at", Instant, nullable=False),
    Column("stored_at", Instant, nullable=False),
    ForeignKeyConstraint(*_OF_CONVERSATION),
    CheckConstraint(one_of("channel", ChatChannel), name="channel"),
    CheckConstraint(one_of("direction", Direction), name="direction"),
    CheckConstraint(one_of("author", Author), name="author"),
    CheckConstraint(one_of("status", MessageStatus), name="status"),
    CheckConstraint("author <> 'agent' OR author_id IS NOT NULL", name="agent"),
    _once("uq_message_external_id", "channel", "external_id", where="external_id IS NOT NULL"),
    _once("uq_message_provider_id", "channel", "provider_id", where="provider_id IS NOT NULL"),
    Index("ix_message_conversation_id", "tenant_id", "conversation_id", "id"),
    context="support",
)

message_file = tenant_table(
    "message_file",
    Column("id", Uuid, primary_key=True),
    Column("message_id", Uuid, nullable=False),
    Column("blob_id", Uuid, nullable=False),
    Column("filename", LargeBinary, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    ForeignKeyConstraint(["tenant_id", "message_id"], ["message.tenant_id", "message.id"]),
    CheckConstraint("size > 0 AND octet_length(sha256) = 32", name="content"),
    Index("ix_message_file_message_id", "tenant_id", "message_id"),
    context="support",
)

# What bots hear of, read by a cursor over (xid, position) that leaves nothing out.
bot_feed = tenant_table(
    "bot_feed",
    Column("id", Uuid, primary_key=True),
    Column("xid", Xid8, nullable=False, server_default=text("pg_current_xact_id()")),
    Column("position", BigInteger, nullable=False, server_default=text("nextval('bot_feed_position')")),
    Column("kind", Text, nullable=False),
    Column("conversation_id", Uuid),
    Column("message_id", Uuid),
    Column("link_id", Uuid),
    Column("user_id", Uuid),
    Column("data", JSONB, nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint(one_of("kind", FeedKind), name="kind"),
    Index("ix_bot_feed_order", "tenant_id", "xid", "position"),
    Index("ix_bot_feed_at", "at"),
    context="support",
)

desk_settings = tenant_table(
    "desk_settings",
    Column("settings", JSONB, nullable=False),
    Column("changed_at", Instant, nullable=False),
    context="support",
)

support_agent = tenant_table(
    "support_agent",
    Column("user_id", Uuid, primary_key=True),
    Column("presence", Text, nullable=False),
    Column("languages", ARRAY(Text), nullable=False),
    Column("skills", ARRAY(Text), nullable=False),
    Column("capacity", SmallInteger, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("assigned_at", Instant),
    CheckConstraint(one_of("presence", Presence), name="presence"),
    CheckConstraint("capacity BETWEEN 0 AND 100", name="capacity"),
    context="support",
)

# Who has which conversation open on the screen; a minute after the last look it no longer counts.
conversation_reader = tenant_table(
    "conversation_reader",
    Column("conversation_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("seen_at", Instant, nullable=False),
    ForeignKeyConstraint(*_OF_CONVERSATION),
    context="support",
)

macro = tenant_table(
    "macro",
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("uq_macro_name_language", "tenant_id", "name", "language", unique=True),
    context="support",
)

# How somebody was helped: asked once for each time that people ended their conversation.
rating = tenant_table(
    "rating",
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
    Column("agent_id", Uuid),
    Column("score", SmallInteger),
    Column("comment", LargeBinary),
    Column("resolved_at", Instant, nullable=False),
    Column("at", Instant),
    Column("asked_at", Instant, nullable=False),
    Column("declined", Boolean, nullable=False),
    ForeignKeyConstraint(*_OF_CONVERSATION),
    CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    CheckConstraint("(at IS NOT NULL) = (score IS NOT NULL OR declined)", name="answered"),
    CheckConstraint("NOT declined OR score IS NULL", name="declined"),
    Index("uq_rating_episode", "tenant_id", "conversation_id", "resolved_at", unique=True),
    Index("ix_rating_at", "tenant_id", "at"),
    Index("ix_rating_asked_at", "tenant_id", "asked_at"),
    context="support",
)

dispute = tenant_table(
    "dispute",
    Column("id", Uuid, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("transaction_id", Uuid),
    Column("instalment", SmallInteger),
    Column("reason", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("answer_by", Date, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("outcome", Text),
    Column("reasons", LargeBinary),
    Column("found_minor", BigInteger),
    Column("resolved_at", Instant),
    Column("resolved_on", Date),
    Column("resolved_by", Text),
    Column("is_second_look", Boolean, nullable=False),
    CheckConstraint(one_of("kind", DisputedKind), name="kind"),
    CheckConstraint(one_of("reason", DisputeReason), name="reason"),
    CheckConstraint(one_of("status", DisputeStatus), name="status"),
    CheckConstraint(one_of("outcome", DisputeOutcome), name="outcome"),
    CheckConstraint("amount_minor > 0 AND (found_minor IS NULL OR found_minor BETWEEN 0 AND amount_minor)", name="sum"),
    CheckConstraint("(kind = 'instalment') = (instalment IS NOT NULL)", name="instalment"),
    CheckConstraint("(kind = 'instalment') = (transaction_id IS NULL)", name="transaction"),
    CheckConstraint("(status = 'resolved') = (outcome IS NOT NULL)", name="outcome_given"),
    Index("ix_dispute_user_id", "tenant_id", "user_id", "id"),
    Index("ix_dispute_loan_id", "tenant_id", "loan_id", "id"),
    Index("ix_dispute_living", "tenant_id", "answer_by", "id", postgresql_where=text(_LIVING_DISPUTE)),
    _once("uq_dispute_transaction", "loan_id", "transaction_id", where=f"{_LIVING_DISPUTE} AND kind <> 'instalment'"),
    _once("uq_dispute_instalment", "loan_id", "instalment", where=f"{_LIVING_DISPUTE} AND kind = 'instalment'"),
    context="support",
)

_OF_DISPUTE = ("tenant_id", "dispute_id"), ("dispute.tenant_id", "dispute.id")

dispute_entry = tenant_table(
    "dispute_entry",
    Column("id", Uuid, primary_key=True),
    Column("dispute_id", Uuid, nullable=False),
    Column("step", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("by_staff", Boolean, nullable=False),
    Column("note", LargeBinary),
    Column("at", Instant, nullable=False),
    ForeignKeyConstraint(*_OF_DISPUTE),
    CheckConstraint(one_of("step", DisputeStep), name="step"),
    Index("ix_dispute_entry_dispute_id", "tenant_id", "dispute_id", "id"),
    context="support",
    append_only=True,
)

dispute_file = tenant_table(
    "dispute_file",
    Column("id", Uuid, primary_key=True),
    Column("dispute_id", Uuid, nullable=False),
    Column("blob_id", Uuid, nullable=False),
    Column("filename", LargeBinary, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    ForeignKeyConstraint(*_OF_DISPUTE),
    Index("ix_dispute_file_dispute_id", "tenant_id", "dispute_id", "id"),
    context="support",
)
