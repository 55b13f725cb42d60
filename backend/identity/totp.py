"""Authenticator apps: secrets, their QR text, and which time step a typed code belongs to (RFC 6238)."""

import hmac
from datetime import datetime

import pyotp

STEP_S = 30
WINDOW = 1  # steps of clock drift allowed each way


def new_secret() -> str:
    """160 random bits in base 32, as authenticator apps take them."""
    return pyotp.random_base32(32)


def provisioning_uri(secret: str, *, account: str, issuer: str) -> str:
    """The `otpauth://` text that an app shows as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """The time step whose code was typed, or None. The caller refuses a step that was used before."""
    generator = pyotp.TOTP(secret, interval=STEP_S)
    now = int(at.timestamp()) // STEP_S
    found = None
    for step in range(now - WINDOW, now + WINDOW + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), code.encode()):
            found = step
    return found
