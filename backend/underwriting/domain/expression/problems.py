"""What can be wrong with an expression, and where."""

from shared.errors import InvalidInput


class ExpressionError(InvalidInput):
    """An expression can't be read, is of the wrong type, or is too large. `position` counts characters from 1."""

    code = "invalid_expression"
    message = "At character {position}: {problem}"

    def __init__(self, problem: str, at: int) -> None:
        self.problem = problem
        self.position = at + 1
        super().__init__(problem=problem, position=self.position)
