"""The phrases that both documents share, so that they can't say different things about the same term."""

from backend.agreements.domain.facts import LoanFacts
from backend.agreements.domain.page import Figure, Row
from shared.i18n import Localizer, message, plural_message
from shared.terms import FeeWhen, Frequency, InAdvance, InterestKind, Part

_EVERY = {
    Frequency.DAILY: (1, plural_message("Every day", "Every {count} days")),
    Frequency.WEEKLY: (1, plural_message("Every week", "Every {count} weeks")),
    Frequency.FORTNIGHTLY: (2, plural_message("Every week", "Every {count} weeks")),
    Frequency.MONTHLY: (1, plural_message("Every month", "Every {count} months")),
    Frequency.QUARTERLY: (3, plural_message("Every month", "Every {count} months")),
    Frequency.YEARLY: (1, plural_message("Every year", "Every {count} years")),
}
_TWICE_A_MONTH = message("Twice a month")
_FEE_NAMES = {
    "origination": message("Origination fee"),
    "arrangement": message("Arrangement fee"),
    "processing": message("Processing fee"),
    "management": message("Management fee"),
    "service": message("Service fee"),
    "insurance": message("Insurance"),
    "stamp_duty": message("Stamp duty"),
    "drawdown": message("Drawdown fee"),
    "discount": message("Discount charge"),
}
_FEE_WHEN = {
    FeeWhen.DISBURSEMENT: message("Taken from the amount that is paid out"),
    FeeWhen.INSTALMENT: message("Part of each instalment"),
    FeeWhen.MATURITY: message("Paid with the last instalment"),
}
PARTS = {
    Part.PENALTY: message("charges for late payment"),
    Part.FEE: message("fees"),
    Part.INTEREST: message("interest"),
    Part.PRINCIPAL: message("principal"),
}
IN_ADVANCE = {
    InAdvance.NEXT_INSTALMENT: message("If you pay more than is due, the rest pays the next instalments."),
    InAdvance.LAST_INSTALMENT: message("If you pay more than is due, the rest pays the last instalments first."),
    InAdvance.CREDIT: message(
        "If you pay more than is due, we keep the rest for you and it pays each instalment on its day."
    ),
}


def every(facts: LoanFacts, loc: Localizer) -> str:
    """How far apart the instalments are."""
    if facts.terms.frequency is Frequency.SEMI_MONTHLY:
        return loc.say(_TWICE_A_MONTH)
    units, (one, other) = _EVERY[facts.terms.frequency]
    return loc.plural(one, other, facts.terms.every * units)


def fee_name(code: str, loc: Localizer) -> str:
    """A fee's name in words; a code that has none of its own is shown as it is."""
    known = _FEE_NAMES.get(code.removesuffix("_fee"))
    return loc.say(known) if known else loc.verbatim(code.replace("_", " ").capitalize())


def fee_rows(facts: LoanFacts, loc: Localizer) -> tuple[Row, ...]:
    """One row for each fee."""
    return tuple(
        Row(
            label=fee_name(fee.code, loc),
            value=loc.money(facts.money(fee.amount_minor)),
            note=loc.say(_FEE_WHEN[fee.when]),
        )
        for fee in facts.fees
    )


def rate(facts: LoanFacts, loc: Localizer) -> str:
    """What interest is charged, and on what."""
    terms = facts.terms
    if not terms.annual_rate_pct:
        return loc.say("No interest is charged.")
    pct = loc.percent(terms.annual_rate_pct)
    if terms.interest is InterestKind.FLAT:
        return loc.say("{rate} a year on the full amount of the loan, for the whole term.", rate=pct)
    return loc.say("{rate} a year on the principal that you still owe.", rate=pct)


def late(facts: LoanFacts, loc: Localizer) -> tuple[str, ...]:
    """What late payment costs, and a payment that is returned."""
    fee = facts.terms.returned_payment_fee_minor
    if not fee:
        return _late(facts, loc)
    returned = loc.say("A payment that your bank returns unpaid costs {amount}.", amount=loc.money(facts.money(fee)))
    return (*_late(facts, loc), returned)


def _late(facts: LoanFacts, loc: Localizer) -> tuple[str, ...]:
    terms = facts.terms
    if not terms.penalty_rate_pct:
        return (loc.say("There is no charge for late payment."),)
    pct = loc.percent(terms.penalty_rate_pct)
    charge = loc.say("Late payment costs {rate} a year on the principal and interest that are overdue.", rate=pct)
    if not terms.grace_days:
        return (charge,)
    grace = loc.plural(
        "You have {count} day of grace after a due date before it is charged.",
        "You have {count} days of grace after a due date before it is charged.",
        terms.grace_days,
    )
    return (f"{charge} {grace}",)


def early(loc: Localizer) -> tuple[str, ...]:
    """The right to pay early."""
    return (
        loc.say("You may pay back all or part of the loan at any time before it is due. There is no charge for it."),
        loc.say("Ask for a payoff quote: it states exactly what closes the loan on a given day."),
    )


def cancel(facts: LoanFacts, loc: Localizer) -> tuple[str, ...]:
    """The right to cancel."""
    rule = facts.cooling_off
    if not rule.days:
        return (loc.say("You may cancel free of charge until the money is paid out."),)
    return (
        loc.plural(
            "You may cancel within {count} day of signing, without giving a reason.",
            "You may cancel within {count} days of signing, without giving a reason.",
            rule.days,
        ),
        loc.say("If the money has not been paid out yet, you owe nothing."),
        loc.plural(
            "If it has, pay the loan off within {count} day; interest runs only for the days that you had the money.",
            "If it has, pay the loan off within {count} days; interest runs only for the days that you had the money.",
            rule.return_days,
        ),
    )


def instalment(facts: LoanFacts, loc: Localizer) -> tuple[Row, ...]:
    """The amount of each instalment; of the last one too, where only that one differs."""
    amounts = [due.total_minor for due in facts.schedule]
    label = loc.say("Each instalment")
    low, high = (facts.money(pick(amounts)) for pick in (min, max))
    if low == high:
        return (Row(label=label, value=loc.money(low)),)
    if len(set(amounts[:-1])) == 1:
        last = Row(label=loc.say("Last instalment"), value=loc.money(facts.money(amounts[-1])))
        return (Row(label=label, value=loc.money(facts.money(amounts[0]))), last)
    return (Row(label=label, value=loc.say("From {low} to {high}", low=low, high=high)),)


def figures(facts: LoanFacts, loc: Localizer) -> tuple[Figure, ...]:
    """The four figures at the head of both documents."""
    return (
        Figure(label=loc.say("You borrow"), value=loc.money(facts.principal)),
        Figure(label=loc.say("You receive"), value=loc.money(facts.received)),
        Figure(label=loc.say("You repay in total"), value=loc.money(facts.repaid)),
        Figure(label=loc.say("Yearly cost (APR)"), value=loc.percent(facts.apr_pct)),
    )
