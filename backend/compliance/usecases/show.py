"""Copies and requests as the API shows them."""

from datetime import datetime

from backend.compliance.domain.deletion import Deletion
from backend.compliance.domain.export import Export
from shared.api.compliance import DataExportOut, DeletionRequestOut


def export_out(export: Export, now: datetime) -> DataExportOut:
    """One copy."""
    return DataExportOut(
        id=export.id,
        status=export.standing(now),
        requested_at=export.requested_at,
        ready_at=export.ready_at,
        expires_at=export.expires_at,
        size=export.size,
        sha256=None if export.sha256 is None else export.sha256.hex(),
    )


def request_out(request: Deletion) -> DeletionRequestOut:
    """One request to end an account."""
    return DeletionRequestOut(
        id=request.id,
        status=request.status,
        requested_at=request.requested_at,
        due_at=request.due_at,
        hindered_by=list(request.hindered_by),
        erase_on=request.erase_on,
    )
