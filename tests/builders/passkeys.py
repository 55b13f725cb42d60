"""A software authenticator (Web Authentication Level 3), with real keys and signatures, and an app that uses one."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from msgspec.structs import replace

from backend.cli.phone import newest_at, read_code
from shared.api.identity import StepUpRequest
from shared.api.passkeys import PasskeyAddBegin, PasskeyIn, PasskeyOut
from shared.client import AsyncClient
from tests.builders.identity import NAIJA, Browser, any_phone

APP_URL = "https://app.example.com"
WITH_APP = replace(NAIJA, app_url=APP_URL)
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
ES256, EDDSA, RS256 = -7, -8, -257
_UP, _UV, _BACKUP_ELIGIBLE, _BACKED_UP, _ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verifier_pair() -> tuple[str, str]:
    """A verifier and its hash."""
    verifier = b64(secrets.token_bytes(32))
    return verifier, b64(hashlib.sha256(verifier.encode()).digest())


@dataclass
class Credential:
    """One key pair and what it is known by."""

    id: bytes
    key: Key
    user_handle: bytes
    rp_id: str
    count: int = 0


@dataclass
class SoftAuthenticator:
    """Makes and uses credentials. What it says besides may be bent, to see that it is refused."""

    origin: str = APP_URL
    algorithm: int = ES256
    verifies: bool = True
    synced: bool = False
    counts: bool = True
    framed: bool = False
    rp_id: str | None = None  # instead of what was asked for
    credentials: list[Credential] = field(default_factory=list)

    def create(self, options: dict[str, Any], **bent: Any) -> dict[str, Any]:
        """What `navigator.credentials.create` gives, as JSON."""
        assert any(each["alg"] == self.algorithm for each in options["pubKeyCredParams"])
        assert options["authenticatorSelection"]["userVerification"] == "required"
        excluded = {unb64(each["id"]) for each in options.get("excludeCredentials", [])}
        assert not excluded & {each.id for each in self.credentials}, "there is one of this account's already"
        made = Credential(
            secrets.token_bytes(32), _new_key(self.algorithm), unb64(options["user"]["id"]), options["rp"]["id"]
        )
        self.credentials.append(made)
        attested = bytes(16) + len(made.id).to_bytes(2, "big") + made.id + _cose(made.key)
        data = self._data(made, _ATTESTED, attested)
        statement = {"fmt": "none", "attStmt": {}, "authData": data}
        response = {
            "clientDataJSON": self._client_data("webauthn.create", bent.get("challenge", options["challenge"])),
            "attestationObject": b64(cbor2.dumps(statement)),
            "transports": ["internal", "telepathy"],
        }
        return self._credential(made, response)

    def get(self, options: dict[str, Any], **bent: Any) -> dict[str, Any]:
        """What `navigator.credentials.get` gives, as JSON."""
        assert options["userVerification"] == "required"
        allowed = {unb64(each["id"]) for each in options.get("allowCredentials", [])}
        used = next(each for each in reversed(self.credentials) if not allowed or each.id in allowed)
        used.count += 1
        data = self._data(used)
        client_data = self._client_data("webauthn.get", bent.get("challenge", options["challenge"]))
        signed = data + hashlib.sha256(unb64(client_data)).digest()
        signature = _sign(used.key, signed)
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": b64(data),
            "signature": b64(bent.get("signature", signature)),
            "userHandle": b64(bent.get("user_handle", used.user_handle)),
        }
        if "user_handle" in bent and bent["user_handle"] is None:
            del response["userHandle"]
        return self._credential(used, response)

    def _data(self, of: Credential, more: int = 0, attested: bytes = b"") -> bytes:
        flags = _UP | (_UV if self.verifies else 0) | more
        flags |= _BACKUP_ELIGIBLE | _BACKED_UP if self.synced else 0
        count = of.count if self.counts else 0
        rp_hash = hashlib.sha256((self.rp_id or of.rp_id).encode()).digest()
        return rp_hash + bytes([flags]) + count.to_bytes(4, "big") + attested

    def _client_data(self, kind: str, challenge: str) -> str:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.framed}
        return b64(json.dumps(said).encode())

    def _credential(self, of: Credential, response: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": b64(of.id),
            "rawId": b64(of.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "response": response,
            "clientExtensionResults": {},
        }


@dataclass
class Ceremony:
    """One ceremony on its way: the ticket of its page, and the verifier that its app keeps."""

    ticket: str
    verifier: str
    url: str

    @classmethod
    async def begin(cls, browser: Browser, path: str, **body: Any) -> "Ceremony":
        verifier, verifier_hash = verifier_pair()
        answer = await browser.post(path, {"verifier_hash": verifier_hash, **body})
        assert answer.status_code == 201, answer.text
        url = answer.json()["url"]
        return cls(parse_qs(urlsplit(url).fragment)["ticket"][0], verifier, url)

    @classmethod
    async def signing_in(cls, browser: Browser) -> "Ceremony":
        return await cls.begin(browser, "/auth/passkeys")

    @classmethod
    async def adding(cls, browser: Browser) -> "Ceremony":
        return await cls.begin(browser, "/me/passkeys/begin", step_up_code=await step_up_code(browser))

    async def options(self, browser: Browser) -> dict[str, Any]:
        answer = await browser.post("/auth/passkeys/options", {"ticket": self.ticket})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["options"]
        return found

    async def answer(self, browser: Browser, credential: dict[str, Any]) -> Any:
        return await browser.post("/auth/passkeys/answer", {"ticket": self.ticket, "credential": credential})


async def step_up_code(browser: Browser) -> str:
    """A code that was sent to confirm that a passkey is added."""
    me = (await browser.get("/me")).json()["id"]
    sent = await browser.post("/auth/step-up", {"action": "passkey.add", "subject": me})
    assert sent.status_code == 202, sent.text
    return await browser.code()


async def add_passkey(browser: Browser, authenticator: SoftAuthenticator, name: str = "My phone") -> dict[str, Any]:
    """The whole way to a passkey of one's own."""
    ceremony = await Ceremony.adding(browser)
    made = authenticator.create(await ceremony.options(browser))
    answered = await ceremony.answer(browser, made)
    assert answered.status_code == 200, answered.text
    body = {"code": answered.json()["code"], "verifier": ceremony.verifier, "name": name}
    added = await browser.post("/me/passkeys", body)
    assert added.status_code == 201, added.text
    found: dict[str, Any] = added.json()
    return found


async def answered_sign_in(browser: Browser, authenticator: SoftAuthenticator) -> dict[str, str]:
    """What is redeemed once the page has ended."""
    ceremony = await Ceremony.signing_in(browser)
    answered = await ceremony.answer(browser, authenticator.get(await ceremony.options(browser)))
    assert answered.status_code == 200, answered.text
    return {"code": answered.json()["code"], "verifier": ceremony.verifier}


async def passkey_of(client: AsyncClient, phone: str, authenticator: SoftAuthenticator) -> PasskeyOut:
    """The whole way by the SDK, for somebody whose codes arrive in the outside world's inbox."""
    verifier, verifier_hash = verifier_pair()
    before = await newest_at(client, phone)
    await client.identity.request_step_up(
        StepUpRequest(action="passkey.add", subject=str((await client.identity.me()).id))
    )
    code = await read_code(client, phone, since=before)
    begun = await client.passkeys.begin_adding(PasskeyAddBegin(verifier_hash=verifier_hash, step_up_code=code))
    ticket = parse_qs(urlsplit(begun.url).fragment)["ticket"][0]
    made = authenticator.create((await client.passkeys.options(ticket)).options)
    answered = await client.passkeys.answer(ticket, made)
    return await client.passkeys.add(PasskeyIn(code=answered.code, verifier=verifier, name="My phone"))


def stranger(browser: Browser) -> Browser:
    """A window at the same app where nobody is signed in."""
    return Browser(browser.http, browser.services, browser.tenant, {"phone": any_phone()})


def _new_key(algorithm: int) -> Key:
    match algorithm:
        case -8:
            return ed25519.Ed25519PrivateKey.generate()
        case -257:
            return rsa.generate_private_key(65537, 2048)
        case _:
            return ec.generate_private_key(ec.SECP256R1())


def _cose(key: Key) -> bytes:
    """The public key as COSE writes it (RFC 9053)."""
    match key:
        case ec.EllipticCurvePrivateKey():
            at = key.public_key().public_numbers()
            said = {1: 2, 3: ES256, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")}
        case ed25519.Ed25519PrivateKey():
            said = {1: 1, 3: EDDSA, -1: 6, -2: key.public_key().public_bytes_raw()}
        case _:
            numbers = key.public_key().public_numbers()
            said = {1: 3, 3: RS256, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
    return cbor2.dumps(said)


def _sign(key: Key, data: bytes) -> bytes:
    match key:
        case ec.EllipticCurvePrivateKey():
            return key.sign(data, ec.ECDSA(hashes.SHA256()))
        case ed25519.Ed25519PrivateKey():
            return key.sign(data)
        case _:
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
