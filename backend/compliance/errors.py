"""What can be refused about copies of data and the end of an account."""

from shared.errors import Conflict, NotFound, TooManyRequests


class ExportNotFound(NotFound):
    """No such copy, or not the caller's."""

    code = "export_not_found"
    message = "There is no such copy of your data. Ask for one, or list those there are."


class ExportNotReady(Conflict):
    """It is being prepared, failed, or is gone."""

    code = "export_not_ready"
    message = "This copy of your data is {status}. Ask for a new one if it does not become ready."


class ExportTooSoon(TooManyRequests):
    """Enough copies for today."""

    code = "export_too_soon"
    message = "A copy is being prepared, or you had enough for today. Wait {retry_after_s} seconds, then ask again."


class DeletionHindered(Conflict):
    """An open loan and the like."""

    code = "deletion_hindered"
    message = "The account can't be ended yet: {reasons}. Settle that first, then ask again."


class DeletionExists(Conflict):
    """Asked for already."""

    code = "deletion_exists"
    message = "You asked for the end of your account already. It can be taken back until {due_at}."


class DeletionNotFound(NotFound):
    """Nothing to take back."""

    code = "deletion_not_found"
    message = "There is no request to end this account that could be taken back."
