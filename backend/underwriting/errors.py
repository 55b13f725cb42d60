"""What underwriting refuses, and what to do about it."""

from shared.errors import InvalidInput


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
