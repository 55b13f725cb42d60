"""What the outside world remembers. It belongs to no tenant, as a bank belongs to none."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from backend.kernel.tables import Instant, platform_table

sandbox_record = platform_table(
    "sandbox_record",
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("data", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    context="sandbox",
)

sandbox_message = platform_table(
    "sandbox_message",
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("subject", Text),
    Column("text", Text, nullable=False),
    Column("language", Text),  # that a call is read out in
    Column("status", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Index("ix_sandbox_message_inbox", "address", "sent_at"),
    context="sandbox",
)

sandbox_webhook = platform_table(
    "sandbox_webhook",
    Column("id", Uuid, primary_key=True),
    Column("message_id", Text, nullable=False),  # the same for all copies of one event
    Column("url", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("last_outcome", Text),
    Column("ended_at", Instant),  # delivered, or given up
    Index("ix_sandbox_webhook_next_try_at", "next_try_at", postgresql_where=text("ended_at IS NULL")),
    context="sandbox",
)
