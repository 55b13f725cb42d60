"""What the rules of onboarding refuse."""

from shared.errors import Conflict, InvalidInput, Unprocessable


class UnreadableMrz(InvalidInput):
    code = "mrz_unreadable"
    message = "The machine-readable zone can't be read: {reason}. Scan it again, or type it exactly as printed."


class IllegalCaseStep(Conflict):
    code = "case_step_not_allowed"
    message = "A case that is {state} can't {action}. It can: {allowed}."


class TasksOutstanding(Conflict):
    code = "case_tasks_outstanding"
    message = "The case can't be submitted yet. Complete first: {tasks}."


class UnknownCaseTask(InvalidInput):
    code = "case_task_unknown"
    message = "This case has no task called {task}. Its tasks are: {tasks}."


class ReasonsMissing(InvalidInput):
    code = "case_reasons_missing"
    message = "Say which tasks the applicant must do again, and why."


class ImplausibleOwnership(Unprocessable):
    code = "ownership_implausible"
    message = "The beneficial owners don't add up: {reason}."


class DocumentExpired(Unprocessable):
    code = "document_expired"
    message = "This document ran out on {expires_on}. Send one that is still valid."
