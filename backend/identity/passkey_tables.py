"""The tables of passkeys; with those in `tables.py` they are identity's."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    Uuid,
    text,
)

from backend.kernel.tables import Instant, one_of, tenant_table
from shared.api.passkeys import CeremonyBack, CeremonyPurpose

_PERSON = ["tenant_id", "person_id"], ["person.tenant_id", "person.id"]

passkey = tenant_table(
    "passkey",
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("credential_index", LargeBinary, nullable=False),
    Column("credential", LargeBinary, nullable=False),  # sealed: its id, public key, maker, and the person's handle
    Column("name", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("synced", Boolean, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    ForeignKeyConstraint(*_PERSON),
    CheckConstraint("sign_count >= 0", name="sign_count"),
    Index("uq_passkey_credential_index", "tenant_id", "credential_index", unique=True),
    Index("ix_passkey_person_id", "tenant_id", "person_id"),
    context="identity",
)

passkey_ceremony = tenant_table(
    "passkey_ceremony",
    Column("id", Uuid, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("back", Text, nullable=False),
    Column("person_id", Uuid),
    Column("session_id", Uuid),
    Column("action", Text, nullable=False, server_default=text("''")),
    Column("subject", Text, nullable=False, server_default=text("''")),
    Column("challenge", LargeBinary, nullable=False),
    Column("user_handle", LargeBinary),
    Column("verifier_hash", LargeBinary, nullable=False),
    Column("ticket_hash", LargeBinary, nullable=False),
    Column("code_hash", LargeBinary),
    Column("passkey_id", Uuid),
    Column("made", LargeBinary),  # sealed: a credential on its way to being a passkey
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("redeemed_at", Instant),
    ForeignKeyConstraint(*_PERSON),
    CheckConstraint(one_of("purpose", sorted(CeremonyPurpose)), name="purpose"),
    CheckConstraint(one_of("back", sorted(CeremonyBack)), name="back"),
    CheckConstraint("octet_length(verifier_hash) = 32", name="verifier_hash"),
    CheckConstraint("octet_length(ticket_hash) = 32", name="ticket_hash"),
    CheckConstraint("code_hash IS NULL OR answered_at IS NOT NULL", name="answered"),
    CheckConstraint("redeemed_at IS NULL OR code_hash IS NOT NULL", name="redeemed"),
    CheckConstraint("(purpose = 'sign_in') = (session_id IS NULL)", name="session_id"),
    Index("ix_passkey_ceremony_created_at", "created_at"),
    Index("ix_passkey_ceremony_person_id", "tenant_id", "person_id"),
    context="identity",
)
