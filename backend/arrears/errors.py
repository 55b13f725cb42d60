"""What can be refused about promises and hardship."""

from shared.errors import Conflict, InvalidInput, NotFound, Unprocessable


class HardshipNotFound(NotFound):
    """No such case, or not the caller's."""

    code = "hardship_not_found"
    message = "There is no such hardship case here. Read the loan's arrears to see whether there is one."


class PlanNotFound(NotFound):
    """Not a plan of this case."""

    code = "plan_not_found"
    message = "This case has no such plan. Read the case again and choose one of its plans."


class PromiseNotFound(NotFound):
    """No such promise, or not the caller's."""

    code = "promise_not_found"
    message = "There is no such promise here. Read the loan's arrears to see those there are."


class HardshipExists(Conflict):
    """A loan has one living case at most."""

    code = "hardship_exists"
    message = "There is a hardship case for this loan already. Go on with that one, or withdraw it first."


class HardshipNotOpen(Conflict):
    """The case is agreed or over."""

    code = "hardship_not_open"
    message = "This hardship case is {status}; nothing can be agreed in it any more."


class PlanOutdated(Conflict):
    """The figures of a plan hold for a few days only."""

    code = "plan_outdated"
    message = "This plan was worked out too long ago. Ask for the plans again and choose one of them."


class PromiseExists(Conflict):
    """One promise at a time."""

    code = "promise_exists"
    message = "There is an open promise for this loan already, for {on}. Keep or withdraw it first."


class PromiseNotOpen(Conflict):
    """It is kept, broken or taken back."""

    code = "promise_not_open"
    message = "This promise is {status} and can't be taken back."


class PromiseTooFar(Unprocessable):
    """Outside of the days that a promise may be about."""

    code = "promise_too_far"
    message = "Promise a day from {first} to {last}. If that is too soon, ask for a plan instead."


class PromiseTooMuch(Unprocessable):
    """More than there is to pay."""

    code = "promise_too_much"
    message = "The promise is for more than there is to pay on this loan. Promise less, or ask for a payoff quote."


class PlanUnfit(InvalidInput):
    """Days or amounts that make no plan."""

    code = "plan_unfit"
    message = "These payments make no plan. See `errors` for each field."


class NothingToPlan(Unprocessable):
    """Nothing is open that a plan could cover."""

    code = "nothing_to_plan"
    message = "Nothing falls due on this loan within the next month, so there is nothing to plan yet."
