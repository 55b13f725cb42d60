import base64
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from shared.client.errors import InvalidWebhook
from shared.client.webhooks import Webhook
from shared.clock import FixedClock, SystemClock

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"o" * 24).decode()
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BODY = b'{"type":"loan.disbursed","amount_minor":100}'


class Event(Struct, frozen=True, kw_only=True):
    type: str
    amount_minor: int


def hook(*secrets: str, at: datetime = AT) -> Webhook:
    return Webhook(*(secrets or (SECRET,)), clock=FixedClock(at))


def reason_of(receiver: Webhook, headers: dict[str, str], body: bytes = BODY) -> str:
    with pytest.raises(InvalidWebhook) as told:
        receiver.verify(headers, body)
    return told.value.reason


def test_the_example_of_the_specification_verifies() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    receiver = hook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", at=datetime.fromtimestamp(1614265330, UTC))

    assert receiver.verify(headers, b'{"test": 2432232314}') == "msg_p5jXN8AQM9LWM0D4loKWxJek"


@given(body=st.text(), secret=st.binary(min_size=1, max_size=64), message_id=st.text("abc_019", min_size=1))
def test_the_reference_library_and_ours_accept_each_other(body: str, secret: bytes, message_id: str) -> None:
    encoded = "whsec_" + base64.b64encode(secret).decode()
    now = SystemClock().now()
    ours, reference = Webhook(encoded), standardwebhooks.Webhook(encoded)

    headers = ours.sign(message_id, body.encode())
    reference.verify(body, headers, json_parse=False)

    theirs = headers | {"webhook-signature": reference.sign(message_id, now, body)}
    theirs["webhook-timestamp"] = str(int(now.timestamp()))
    assert ours.verify(theirs, body.encode()) == message_id


def test_header_names_may_have_any_case() -> None:
    headers = {name.title(): value for name, value in hook().sign("msg_1", BODY).items()}

    assert hook().verify(headers, BODY) == "msg_1"


def test_a_verified_body_is_decoded() -> None:
    headers = hook().sign("msg_1", BODY)

    assert hook().decode(headers, BODY, Event) == Event(type="loan.disbursed", amount_minor=100)
    with pytest.raises(msgspec.ValidationError):
        hook().decode(hook().sign("msg_2", b"{}"), b"{}", Event)


def test_while_a_secret_is_rolled_either_side_may_be_ahead() -> None:
    both = hook(SECRET, OLD_SECRET)

    assert hook(OLD_SECRET).verify(both.sign("msg_1", BODY), BODY) == "msg_1"
    assert hook(SECRET).verify(both.sign("msg_1", BODY), BODY) == "msg_1"
    assert both.verify(hook(OLD_SECRET).sign("msg_1", BODY), BODY) == "msg_1"


def test_signatures_of_other_versions_are_passed_over() -> None:
    headers = hook().sign("msg_1", BODY)
    mixed = headers | {"webhook-signature": f"v1a,AAAA v2 {headers['webhook-signature']}"}
    other = headers | {"webhook-signature": headers["webhook-signature"].replace("v1,", "v1a,")}

    assert hook().verify(mixed, BODY) == "msg_1"
    assert reason_of(hook(), other) == "no_match"


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body", "secret"])
def test_any_change_breaks_the_signature(changed: str) -> None:
    headers = hook().sign("msg_1", BODY)
    if changed == "webhook-id":
        headers["webhook-id"] = "msg_2"
    if changed == "webhook-timestamp":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)

    receiver = hook(OLD_SECRET) if changed == "secret" else hook()

    assert reason_of(receiver, headers, BODY + b" " if changed == "body" else BODY) == "no_match"


@pytest.mark.parametrize("signature", ["", "v1", "v1,", "v1,ùñ", "v1,AAAA", "nonsense", "v1,AAAA " * 40])
def test_no_signature_that_is_wrong_gets_through(signature: str) -> None:
    headers = hook().sign("msg_1", BODY) | {"webhook-signature": signature}

    assert reason_of(hook(), headers) in {"no_match", "missing_header"}


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_each_header_is_needed(missing: str) -> None:
    headers = hook().sign("msg_1", BODY)
    del headers[missing]

    assert reason_of(hook(), headers) == "missing_header"


@pytest.mark.parametrize(
    ("drift", "reason"),
    [
        (timedelta(minutes=5), None),
        (timedelta(minutes=5, seconds=1), "too_old"),
        (timedelta(minutes=-5), None),
        (timedelta(minutes=-5, seconds=-1), "too_new"),
    ],
)
def test_only_five_minutes_of_drift_are_tolerated(drift: timedelta, reason: str | None) -> None:
    headers = hook().sign("msg_1", BODY)
    receiver = hook(at=AT + drift)

    if reason is None:
        assert receiver.verify(headers, BODY) == "msg_1"
    else:
        assert reason_of(receiver, headers) == reason


@pytest.mark.parametrize("timestamp", ["soon", "-1", "1.5", "1e9", "99999999999999999999", "١٢٣"])
def test_a_timestamp_that_is_no_count_of_seconds_is_refused(timestamp: str) -> None:
    headers = hook().sign("msg_1", BODY) | {"webhook-timestamp": timestamp}

    assert reason_of(hook(), headers) == "bad_timestamp"


@pytest.mark.parametrize("secrets", [(), ("",), ("whsec_",), ("whsec_not base64!",)])
def test_a_secret_that_cannot_be_one_is_refused(secrets: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="secret"):
        Webhook(*secrets)


def test_the_unpadded_form_of_a_secret_is_the_same_secret() -> None:
    assert hook(OLD_SECRET.rstrip("=")).verify(hook(OLD_SECRET).sign("msg_1", BODY), BODY) == "msg_1"
