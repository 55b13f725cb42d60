"""What underwriting refuses, and what to do about it."""

from shared.errors import Conflict, InvalidInput, NotFound, NotPermitted


class ExpressionError(InvalidInput):
    """An expression can't be read, is of the wrong type, or is too large. `position` counts characters from 1."""

    code = "invalid_expression"
    message = "At character {position}: {problem}"

    def __init__(self, problem: str, at: int) -> None:
        self.problem = problem
        self.position = at + 1
        super().__init__(problem=problem, position=self.position)


class InvalidRuleSet(InvalidInput):
    """Some rules can't work; `fields` says which and why."""

    code = "invalid_rule_set"
    message = "These rules can't work as they stand. See `errors` for each of them, then correct and send them again."


class InvalidScorecard(InvalidInput):
    """A scorecard has gaps, overlaps or unknown names; `fields` says where."""

    code = "invalid_scorecard"
    message = "This scorecard can't work as it stands. See `errors` for each characteristic, then correct it."


class StatementTooLarge(InvalidInput):
    code = "statement_too_large"
    message = "The statement is too large: {limit} at most. Export fewer months and send it again."


class StatementNotRecognised(InvalidInput):
    code = "statement_not_recognised"
    message = "This is no bank statement that we can read: {problem}. Send a CSV or OFX export from your bank."


class StatementAmbiguous(InvalidInput):
    code = "statement_ambiguous"
    message = "The statement can be read in more than one way: {problem}. {remedy}"


class StatementCurrencyDiffers(InvalidInput):
    code = "statement_currency_differs"
    message = "The statement is in {found}, the loan in {wanted}. Send the statement of an account in {wanted}."


class StatementRowsUnreadable(InvalidInput):
    """`fields` names each row by its line (CSV) or place (OFX)."""

    code = "statement_rows_unreadable"
    message = (
        "{count} rows of the statement can't be read. See `errors` for each of them, correct them and send it again."
    )


class DecisionNotFound(NotFound):
    code = "decision_not_found"
    message = "There is no decision here yet. Submit the application, then look again in a moment."


class DecisionNotReplayable(Conflict):
    code = "decision_not_replayable"
    message = "This decision can't be made again: {problem}."


class PolicyNotFound(NotFound):
    code = "policy_not_found"
    message = "There is no such policy here. List the policies and choose one."


class PolicyNotDraft(Conflict):
    code = "policy_not_draft"
    message = "Only a draft can be activated; this version is {state}. Save it again as a new version."


class PolicyOwnDraft(NotPermitted):
    code = "policy_own_draft"
    message = "Somebody else has to activate what you wrote."


class ReferralNotFound(NotFound):
    code = "referral_not_found"
    message = "There is no such referral here. List the open ones and choose one."


class ReferralNotWaiting(Conflict):
    code = "referral_not_waiting"
    message = "This referral is {state}. Read it again, then decide."


class VerdictInvalid(InvalidInput):
    """`fields` says what contradicts what."""

    status = 422
    code = "verdict_invalid"
    message = "This can't be decided so. See `errors`."


class OwnApplication(NotPermitted):
    code = "own_application"
    message = "Somebody else has to decide on an application of yours or of your business."


class SameOfficer(NotPermitted):
    code = "same_officer"
    message = "A second officer has to confirm this, not the one who decided."
