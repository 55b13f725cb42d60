"""Copies and ends of accounts: what is decided without storage."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from backend.compliance.domain.deletion import WINDOW, Deletion, require_free
from backend.compliance.domain.export import Export, packed
from backend.compliance.errors import DeletionHindered, DeletionNotFound
from shared.api.compliance import DeletionStatus, ExportStatus
from shared.ids import new_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
DUE = NOON + WINDOW


def asked() -> Deletion:
    return Deletion(id=new_id(), user_id=new_id(), status=DeletionStatus.WAITING, requested_at=NOON, due_at=DUE)


def test_what_is_still_open_hinders_and_is_tried_again_the_next_day() -> None:
    blocked = asked().carried_out(["open_loan"], None, now=DUE, today=TODAY)

    assert (blocked.status, blocked.hindered_by) == (DeletionStatus.BLOCKED, ("open_loan",))
    assert blocked.due_at == DUE + timedelta(days=1)
    freed = blocked.carried_out([], None, now=blocked.due_at, today=TODAY)
    assert (freed.status, freed.hindered_by) == (DeletionStatus.ERASED, ())


def test_what_the_law_has_us_keep_is_closed_first_and_erased_later() -> None:
    until = date(2031, 3, 2)

    closed = asked().carried_out([], until, now=DUE, today=TODAY)
    at_once = asked().carried_out([], TODAY, now=DUE, today=TODAY)

    assert (closed.status, closed.erase_on) == (DeletionStatus.CLOSED, until)
    assert closed.erased(DUE).status is DeletionStatus.ERASED
    assert at_once.status is DeletionStatus.ERASED


def test_a_request_is_taken_back_until_it_was_carried_out() -> None:
    assert asked().cancelled(NOON).status is DeletionStatus.CANCELLED
    with pytest.raises(DeletionNotFound):
        asked().carried_out([], None, now=DUE, today=TODAY).cancelled(DUE)


def test_every_hindrance_is_named_once() -> None:
    require_free([])
    with pytest.raises(DeletionHindered) as refusal:
        require_free(["open_loan", "open_dispute", "open_loan"])
    assert refusal.value.params["reasons"] == "open_dispute, open_loan"


def test_a_copy_is_a_zip_that_names_what_it_had_no_room_for() -> None:
    parts = [("b/large.pdf", b"x" * 100), ("a/profile.json", b"{}")]

    archive = packed(parts, max_bytes=50)
    names = zipfile.ZipFile(io.BytesIO(archive.content)).namelist()

    assert names == ["a/profile.json", "left-out.json"]
    assert archive.left_out == ("b/large.pdf",)
    told = zipfile.ZipFile(io.BytesIO(archive.content)).read("left-out.json")
    assert json.loads(told) == ["b/large.pdf"]
    assert packed(reversed(parts), max_bytes=50) == archive


def test_a_copy_expires_whoever_notices() -> None:
    ready = Export(id=new_id(), user_id=new_id(), status=ExportStatus.READY, requested_at=NOON, expires_at=NOON, size=1)

    assert ready.standing(NOON - timedelta(seconds=1)) is ExportStatus.READY
    assert ready.standing(NOON) is ExportStatus.EXPIRED
    assert replace(ready, status=ExportStatus.PREPARING).standing(NOON) is ExportStatus.PREPARING
