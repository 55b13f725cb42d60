"""What browsers are asked for and what they answer (Web Authentication Level 3), by the library that checks it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import webauthn
from msgspec import Struct
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from backend.identity.domain.passkeys import LIVES, RelyingParty

ALGORITHMS = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
CREDENTIAL_ID_MAX = 1023  # bytes (WebAuthn 3, 4)
_TIMEOUT_MS = int(LIVES.total_seconds()) * 1000
_TRANSPORTS = {each.value for each in AuthenticatorTransport}


class NotVerified(Exception):
    """What came is no proof. It says nothing more: whoever sent it is told nothing more."""


class Known(Struct, frozen=True, kw_only=True):
    """A credential that a person has, as far as options name it."""

    id: bytes
    transports: tuple[str, ...] = ()


class Made(Struct, frozen=True, kw_only=True):
    """A credential that was made just now."""

    id: bytes
    public_key: bytes
    aaguid: str
    sign_count: int
    backed_up: bool
    transports: tuple[str, ...]


class Used(Struct, frozen=True, kw_only=True):
    """A use of a credential whose signature is right."""

    sign_count: int
    backed_up: bool


class Claimed(Struct, frozen=True, kw_only=True):
    """Which credential an answer says that it is of; proven by nothing yet."""

    id: bytes
    user_handle: bytes | None


def creation_options(
    party: RelyingParty, *, tenant: str, challenge: bytes, user_handle: bytes, name: str, known: Sequence[Known]
) -> dict[str, Any]:
    """Asks for a discoverable credential with its user verified, of none of the makers that are `known` already."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=tenant,
        user_name=name,
        user_id=user_handle,
        user_display_name=name,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(known),
        supported_pub_key_algs=ALGORITHMS,
    )
    return _as_dict(options)


def request_options(party: RelyingParty, *, challenge: bytes, known: Sequence[Known] = ()) -> dict[str, Any]:
    """Asks for the use of a credential: any of this party's, or one of the `known`; its user verified."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        allow_credentials=_descriptors(known) or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_dict(options)


def check_made(party: RelyingParty, challenge: bytes, answer: Mapping[str, object]) -> Made:
    """The credential that `answer` says was made. Raises NotVerified."""
    try:
        _require_own_page(answer)
        found = webauthn.verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except Exception as error:  # whatever a stranger's bytes make it stumble over, they prove nothing
        raise NotVerified from error
    if len(found.credential_id) > CREDENTIAL_ID_MAX:
        raise NotVerified
    return Made(
        id=found.credential_id,
        public_key=found.credential_public_key,
        aaguid=found.aaguid,
        sign_count=found.sign_count,
        backed_up=found.credential_backed_up,
        transports=_transports(answer),
    )


def claimed(answer: Mapping[str, object]) -> Claimed:
    """Which credential an answer is of, to look its key up by. Raises NotVerified."""
    response = answer.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    try:
        return Claimed(
            id=base64url_to_bytes(str(answer["id"])),
            user_handle=base64url_to_bytes(handle) if isinstance(handle, str) else None,
        )
    except (KeyError, ValueError) as error:
        raise NotVerified from error


def check_used(party: RelyingParty, challenge: bytes, answer: Mapping[str, object], public_key: bytes) -> Used:
    """What `answer` proves of the credential with this key; its counter is for the caller to judge.

    Raises NotVerified.
    """
    try:
        _require_own_page(answer)
        found = webauthn.verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise NotVerified from error
    return Used(sign_count=found.new_sign_count, backed_up=found.credential_backed_up)


def _require_own_page(answer: Mapping[str, Any]) -> None:
    """Our page stands in nobody's frame (WebAuthn 3, 7.1 step 10 and 7.2 step 13), which the library leaves to us."""
    told = parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"]))
    if told.cross_origin:
        raise NotVerified


def _descriptors(known: Sequence[Known]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=each.id, transports=[AuthenticatorTransport(name) for name in each.transports] or None
        )
        for each in known
    ]


def _transports(answer: Mapping[str, object]) -> tuple[str, ...]:
    """How the browser says that its maker is reached; a hint for options, so what is unknown is dropped."""
    response = answer.get("response")
    said = response.get("transports") if isinstance(response, dict) else None
    if not isinstance(said, list):
        return ()
    return tuple(sorted({each for each in said if isinstance(each, str)} & _TRANSPORTS))


def _as_dict(options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return found
