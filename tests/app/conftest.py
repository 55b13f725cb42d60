"""What holds of every test of the app."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def nothing_is_logged_as_failed(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No handler and no component failed unseen: what the guard keeps from a session it logs."""
    yield
    # By phase: what `caplog.records` has at this point are those of the end alone.
    failed = [each for each in caplog.get_records("call") if _is_failure(each)]
    assert not failed, [each.exc_text or each.getMessage() for each in failed]


def _is_failure(record: logging.LogRecord) -> bool:
    """What an earlier test's window was still reading when it was given up is none."""
    given_up = "destroyed session" in (record.exc_text or "")
    return record.name == "caas.app" and record.levelno >= logging.ERROR and not given_up
