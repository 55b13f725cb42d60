"""Notifications' tables. Where a message goes and what it says is sealed."""

from sqlalchemy import ARRAY, CheckConstraint, Column, Date, Index, LargeBinary, Text, Uuid, text

from backend.kernel.tables import Instant, one_of, tenant_table
from shared.api.notifications import Channel, PushService, Topic

# Those for a chat are handed to the bot, then accepted by the channel, and sent once they have arrived.
STATUSES = ("kept", "waiting", "handed", "accepted", "sent", "failed", "expired")


delivery = tenant_table(
    "delivery",
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid),
    Column("topic", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("about", Uuid),  # the loan that a reminder is about
    Column("origin", Uuid),  # what was told: the same for its messages by every channel, and for what stands in for one
    Column("nudge", Text),  # what a chat is told, as its template is named
    Column("handed_at", Instant),
    Column("destination", LargeBinary),
    Column("content", LargeBinary),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("read_at", Instant),
    CheckConstraint(one_of("topic", Topic), name="topic"),
    CheckConstraint(one_of("channel", Channel), name="channel"),
    CheckConstraint(one_of("status", STATUSES), name="status"),
    CheckConstraint("(status = 'kept') = (channel = 'in_app')", name="kept"),
    CheckConstraint("read_at IS NULL OR channel = 'in_app'", name="read_at"),
    Index("ix_delivery_user_id", "tenant_id", "user_id", "id", postgresql_where=text("channel = 'in_app'")),
    Index("ix_delivery_created_at", "created_at"),
    Index("ix_delivery_origin", "tenant_id", "origin"),
    context="notifications",
)

preference = tenant_table(
    "notification_preference",
    Column("user_id", Uuid, primary_key=True),
    Column("reminder", ARRAY(Text), nullable=False),
    Column("marketing", ARRAY(Text), nullable=False),
    Column("changed_at", Instant, nullable=False),
    context="notifications",
)

# Phones that get notices: one for each token, which belongs to one session. The token is sealed under its owner's key.
push_registration = tenant_table(
    "push_registration",
    Column("token_index", LargeBinary, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("service", Text, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    CheckConstraint(one_of("service", PushService), name="service"),
    Index("ix_push_registration_user_id", "tenant_id", "user_id"),
    Index("ix_push_registration_session_id", "tenant_id", "session_id"),
    context="notifications",
)

# Loans that nobody is reminded of, each for a reason that somebody else keeps: a hardship case, a promise, a dispute.
reminder_hold = tenant_table(
    "reminder_hold",
    Column("id", Uuid, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Index("ix_reminder_hold_loan_id", "tenant_id", "loan_id"),
    context="notifications",
)

# The one thing that somebody is reminded of on a day of theirs.
reminder_day = tenant_table(
    "reminder_day",
    Column("user_id", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("origin", Uuid, nullable=False),
    context="notifications",
)
