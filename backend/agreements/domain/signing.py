"""What a signature covers, and the evidence that it was given."""

import hashlib
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from shared.api.agreements import DocumentKind
from shared.i18n import Localizer, message

ACTION = "agreement.sign"
ONE_TIME_CODE, PASSKEY = "one_time_code", "passkey"  # how a signature was given
# A new version whenever the text below changes in any language: evidence names the version that was shown.
CONSENT_VERSION = "2026-11-b"
CONSENT = message(
    "I have read the key facts and the loan agreement,"
    " and I sign the agreement electronically, with the code that was sent to me or with my passkey."
)


def consent_text(loc: Localizer) -> str:
    """What a signer agrees to."""
    return loc.say(CONSENT)


def signing_hash(agreement_id: UUID, documents: dict[DocumentKind, bytes], consent_version: str) -> str:
    """SHA-256 in hexadecimal over the agreement, its documents' hashes and the consent: what the code is bound to."""
    assert set(documents) == set(DocumentKind), "a signature covers every document"
    assert all(len(sha256) == 32 for sha256 in documents.values()), "documents are known by their SHA-256"
    parts = [b"caas/agreement/1", agreement_id.bytes, consent_version.encode()]
    parts += [kind.value.encode() + b":" + documents[kind] for kind in DocumentKind]
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).hexdigest()


class Evidence(Struct, frozen=True, kw_only=True):
    """Everything about a signature that may have to be proven."""

    agreement_id: UUID
    user_id: UUID
    session_id: UUID
    signed_at: datetime
    method: str
    language: str
    signing_hash: str
    documents: dict[str, str]
    consent_version: str
    consent_text: str
    signer_name: str
    address: str
    user_agent: str

    def sha256(self) -> bytes:
        """The hash of the evidence in canonical JSON."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).digest()
