"""Identity's tables. Names, numbers and addresses are sealed, those of people under a key of their own."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
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

from backend.identity.domain.codes import Purpose
from backend.kernel.tables import Instant, one_of, tenant_table
from shared.api.channels import ChatChannel, StepUpMethod
from shared.api.consents import ConsentKind
from shared.roles import BUSINESS, Role


def _once_where_known(column: str) -> Index:
    known = text(f"{column} IS NOT NULL")
    return Index(f"uq_person_{column}", "tenant_id", column, unique=True, postgresql_where=known)


tenant_profile = tenant_table(
    "tenant_profile",
    Column("name", Text, nullable=False),
    Column("brand", JSONB, nullable=False),
    Column("settings", JSONB, nullable=False),
    Column("country", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("app_url", Text),
    CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    context="identity",
)

person = tenant_table(
    "person",
    Column("id", Uuid, primary_key=True),
    Column("name", LargeBinary),
    Column("phone", LargeBinary),
    Column("phone_index", LargeBinary),
    Column("email", LargeBinary),
    Column("email_index", LargeBinary),
    Column("locale", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("staff", Boolean, nullable=False),
    Column("registered_at", Instant, nullable=False),
    CheckConstraint("(phone IS NULL) = (phone_index IS NULL)", name="phone"),
    CheckConstraint("(email IS NULL) = (email_index IS NULL)", name="email"),
    CheckConstraint(f"roles <@ ARRAY[{', '.join(repr(role.value) for role in sorted(Role))}]", name="roles"),
    _once_where_known("phone_index"),
    _once_where_known("email_index"),
    Index("ix_person_staff", "tenant_id", "id", postgresql_where=text("staff")),
    context="identity",
)

challenge = tenant_table(
    "challenge",
    Column("id", Uuid, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("contact", LargeBinary, nullable=False),
    Column("contact_index", LargeBinary, nullable=False),
    Column("address_index", LargeBinary),  # where the request came from, only to count by
    Column("person_id", Uuid),
    Column("action", Text, nullable=False, server_default=text("''")),
    Column("subject", Text, nullable=False, server_default=text("''")),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("methods", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("tries", SmallInteger, nullable=False, server_default=text("0")),
    Column("sent", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("met", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("NOT met OR closed_at IS NOT NULL", name="met"),
    CheckConstraint(one_of("purpose", sorted(Purpose)), name="purpose"),
    CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash"),
    CheckConstraint("tries BETWEEN 0 AND 5", name="tries"),
    CheckConstraint("expires_at > created_at", name="expires_at"),
    Index("ix_challenge_contact_index_created_at", "tenant_id", "contact_index", "created_at"),
    Index("ix_challenge_address_index_created_at", "tenant_id", "address_index", "created_at"),
    Index("ix_challenge_person_id", "tenant_id", "person_id", "created_at"),
    Index("ix_challenge_created_at", "created_at"),
    context="identity",
)

session = tenant_table(
    "session",
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("origin_id", Uuid, nullable=False),
    Column("client", Text, nullable=False),
    Column("device", LargeBinary),
    Column("address", LargeBinary),
    Column("methods", ARRAY(Text), nullable=False),
    Column("staff", Boolean, nullable=False),  # staff sessions are short
    Column("generation", Integer, nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("refreshed_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_for", Text),
    ForeignKeyConstraint(["tenant_id", "person_id"], ["person.tenant_id", "person.id"]),
    CheckConstraint("generation >= 0", name="generation"),
    CheckConstraint("octet_length(token_hash) = 32", name="token_hash"),
    CheckConstraint("(revoked_at IS NULL) = (revoked_for IS NULL)", name="revoked"),
    Index("uq_session_origin_id", "tenant_id", "origin_id", unique=True),
    Index("ix_session_person_id", "tenant_id", "person_id", "started_at"),
    context="identity",
)

authenticator = tenant_table(
    "authenticator",
    Column("person_id", Uuid, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("confirmed_at", Instant),
    Column("last_step", BigInteger),
    Column("recovery_hashes", ARRAY(LargeBinary), nullable=False),
    Column("failures", SmallInteger, nullable=False, server_default=text("0")),
    Column("failed_at", Instant),
    Column("created_at", Instant, nullable=False),
    ForeignKeyConstraint(["tenant_id", "person_id"], ["person.tenant_id", "person.id"]),
    context="identity",
)

business = tenant_table(
    "business",
    Column("id", Uuid, primary_key=True),
    Column("name", LargeBinary, nullable=False),
    Column("country", Text, nullable=False),
    Column("registration_number", LargeBinary),
    Column("registered_by", Uuid, nullable=False),
    Column("registered_at", Instant, nullable=False),
    CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
    context="identity",
)

membership = tenant_table(
    "membership",
    Column("business_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("joined_at", Instant, nullable=False),
    ForeignKeyConstraint(["tenant_id", "business_id"], ["business.tenant_id", "business.id"]),
    ForeignKeyConstraint(["tenant_id", "person_id"], ["person.tenant_id", "person.id"]),
    CheckConstraint(one_of("role", sorted(BUSINESS)), name="role"),
    Index("ix_membership_person_id", "tenant_id", "person_id"),
    context="identity",
)

invitation = tenant_table(
    "invitation",
    Column("id", Uuid, primary_key=True),
    Column("business_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("contact", LargeBinary, nullable=False),
    Column("contact_index", LargeBinary, nullable=False),
    Column("invited_by", Uuid, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("accepted_at", Instant),
    Column("accepted_by", Uuid),
    Column("withdrawn_at", Instant),
    ForeignKeyConstraint(["tenant_id", "business_id"], ["business.tenant_id", "business.id"]),
    CheckConstraint(one_of("role", sorted(BUSINESS)), name="role"),
    CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted"),
    CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
    Index("ix_invitation_contact_index", "tenant_id", "contact_index"),
    Index("ix_invitation_business_id", "tenant_id", "business_id"),
    context="identity",
)

consent_text = tenant_table(
    "consent_text",
    Column("kind", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("locale", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("required", Boolean, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("published_at", Instant, nullable=False),
    CheckConstraint(one_of("kind", sorted(ConsentKind)), name="kind"),
    context="identity",
    append_only=True,
)

consent = tenant_table(
    "consent",
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("text_hash", LargeBinary, nullable=False),
    Column("address", LargeBinary),
    Column("given_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    ForeignKeyConstraint(["tenant_id", "person_id"], ["person.tenant_id", "person.id"]),
    ForeignKeyConstraint(
        ["tenant_id", "kind", "version", "locale"],
        ["consent_text.tenant_id", "consent_text.kind", "consent_text.version", "consent_text.locale"],
    ),
    Index("ix_consent_person_id", "tenant_id", "person_id", "kind"),
    context="identity",
)

service_account = tenant_table(
    "service_account",
    Column("person_id", Uuid, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    ForeignKeyConstraint(["tenant_id", "person_id"], ["person.tenant_id", "person.id"]),
    CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash"),
    context="identity",
)

_BY_SUBJECT, _BY_ALTERNATE = ("tenant_id", "channel", "subject_index"), ("tenant_id", "channel", "alternate_index")
_ALTERNATE = "alternate_index IS NOT NULL"
# A chat identity that belongs to a person. It is found by either of its provider's names for it.
channel_link = tenant_table(
    "channel_link",
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("subject_index", LargeBinary, nullable=False),
    Column("alternate_index", LargeBinary),
    Column("is_agent", Boolean, nullable=False),
    Column("linked_at", Instant, nullable=False),
    Column("active_at", Instant, nullable=False),
    Column("step_up_id", Uuid),
    Column("stepped_up_at", Instant),
    Column("ended_at", Instant),
    Column("ended_for", Text),
    ForeignKeyConstraint(["tenant_id", "person_id"], ["person.tenant_id", "person.id"]),
    CheckConstraint(one_of("channel", sorted(ChatChannel)), name="channel"),
    CheckConstraint("(ended_at IS NULL) = (ended_for IS NULL)", name="ended"),
    CheckConstraint("(step_up_id IS NULL) = (stepped_up_at IS NULL)", name="stepped_up"),
    Index("uq_channel_link_subject", *_BY_SUBJECT, unique=True, postgresql_where=text("ended_at IS NULL")),
    Index("ix_channel_link_alternate", *_BY_ALTERNATE, postgresql_where=text(f"ended_at IS NULL AND {_ALTERNATE}")),
    Index("ix_channel_link_person_id", "tenant_id", "person_id"),
    context="identity",
)

channel_link_code = tenant_table(
    "channel_link_code",
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    Column("code_index", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    ForeignKeyConstraint(["tenant_id", "person_id"], ["person.tenant_id", "person.id"]),
    Index("uq_channel_link_code_code_index", "tenant_id", "code_index", unique=True),
    Index("ix_channel_link_code_person_id", "tenant_id", "person_id", "created_at"),
    context="identity",
)

channel_step_up = tenant_table(
    "channel_step_up",
    Column("id", Uuid, primary_key=True),
    Column("link_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("method", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("refused_at", Instant),
    ForeignKeyConstraint(["tenant_id", "link_id"], ["channel_link.tenant_id", "channel_link.id"]),
    CheckConstraint(one_of("method", sorted(StepUpMethod)), name="method"),
    CheckConstraint("confirmed_at IS NULL OR refused_at IS NULL", name="one_end"),
    Index("ix_channel_step_up_link_id", "tenant_id", "link_id", "created_at"),
    context="identity",
)
