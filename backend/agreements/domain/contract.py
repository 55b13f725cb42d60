"""The loan agreement: the terms in full, as numbered clauses, with the repayment schedule."""

from backend.agreements.domain import wording
from backend.agreements.domain.brand import page_brand
from backend.agreements.domain.facts import Due, LoanFacts
from backend.agreements.domain.page import Page, Row, Schedule, Section
from shared.i18n import DateStyle, Language, Localizer, message
from shared.terms import RepaymentMethod

_METHODS = {
    RepaymentMethod.EQUAL_INSTALMENTS: message("You repay in equal instalments of principal and interest."),
    RepaymentMethod.EQUAL_PRINCIPAL: message(
        "Each instalment repays the same part of the principal, and the interest on what you still owe."
    ),
    RepaymentMethod.INTEREST_ONLY: message(
        "Each instalment pays the interest; the last one also repays the principal."
    ),
    RepaymentMethod.BULLET: message("You repay principal and interest in one payment at the end."),
    RepaymentMethod.PAY_IN_N: message("You repay in equal parts."),
}


def contract(facts: LoanFacts, loc: Localizer) -> Page:
    """The agreement in the localizer's language."""
    language, _, region = loc.language.partition("-")
    return Page(
        title=loc.say("Loan agreement"),
        subtitle=loc.say(
            "Between {lender} and {borrower}",
            lender=loc.verbatim(facts.lender.name),
            borrower=loc.verbatim(facts.borrower.name),
        ),
        drawn_up=loc.say("Drawn up on {date}", date=facts.drawn_up_on),
        drawn_up_on=facts.drawn_up_on,
        document_label=loc.say("Document"),
        document_id=f"{facts.agreement_id}/A",
        page_of=loc.say("Page {page} of {pages}", page="{page}", pages="{pages}"),
        language=language,
        region=region or None,
        rtl=loc.language.is_rtl,
        brand=page_brand(facts.brand),
        figures=wording.figures(facts, loc),
        sections=(
            _parties(facts, loc),
            _loan(facts, loc),
            _interest(facts, loc),
            _fees(facts, loc),
            _cost(facts, loc),
            _repayment(facts, loc),
            _allocation(facts, loc),
            Section(title=loc.say("Paying late"), paragraphs=wording.late(facts, loc)),
            Section(title=loc.say("Paying early"), paragraphs=wording.early(loc)),
            Section(title=loc.say("Your right to cancel"), paragraphs=(" ".join(wording.cancel(facts, loc)),)),
            *_conduct(facts, loc),
            *_law(facts, loc),
            _signature(loc),
        ),
        schedule=_schedule(facts, loc),
    )


def _parties(facts: LoanFacts, loc: Localizer) -> Section:
    lender, borrower = facts.lender, facts.borrower
    details = " · ".join(filter(None, (loc.verbatim(lender.licence), loc.verbatim(lender.address))))
    rows = [
        Row(label=loc.say("Lender (“we”)"), value=loc.verbatim(lender.name), note=details or None),
        Row(
            label=loc.say("Borrower (“you”)"),
            value=loc.verbatim(borrower.name),
            note=loc.verbatim(borrower.address) or None,
        ),
    ]
    if facts.brand.name != lender.name:
        rows.append(Row(label=loc.say("Arranged and serviced by"), value=loc.verbatim(facts.brand.name)))
    return Section(title=loc.say("The parties"), rows=tuple(rows))


def _loan(facts: LoanFacts, loc: Localizer) -> Section:
    rows = [
        Row(label=loc.say("Product"), value=loc.verbatim(facts.product_name)),
        Row(label=loc.say("Amount of the loan (principal)"), value=loc.money(facts.principal)),
    ]
    if facts.withheld:
        rows.append(Row(label=loc.say("Fees taken from the payout"), value=loc.money(facts.withheld)))
    rows.append(Row(label=loc.say("Amount that you receive"), value=loc.money(facts.received), strong=True))
    if facts.credit_limit is None:
        return Section(title=loc.say("The loan"), rows=tuple(rows))
    rows.append(Row(label=loc.say("Credit limit"), value=loc.money(facts.credit_limit)))
    again = loc.say("You may draw again while the line is open, up to its limit. Each draw has a schedule of its own.")
    return Section(title=loc.say("The loan"), rows=tuple(rows), after=(again,))


def _interest(facts: LoanFacts, loc: Localizer) -> Section:
    said = [wording.rate(facts, loc)]
    if facts.terms.annual_rate_pct:
        said.append(loc.say("Days are counted by the convention {convention}.", convention=facts.terms.day_count.value))
    return Section(title=loc.say("Interest"), paragraphs=(" ".join(said),))


def _fees(facts: LoanFacts, loc: Localizer) -> Section:
    none_other = loc.say("We may charge no fee that is not listed here.")
    if not facts.fees:
        return Section(title=loc.say("Fees"), paragraphs=(loc.say("There are no fees."),))
    return Section(title=loc.say("Fees"), rows=wording.fee_rows(facts, loc), after=(none_other,))


def _cost(facts: LoanFacts, loc: Localizer) -> Section:
    return Section(
        title=loc.say("What the loan costs in total"),
        rows=(
            Row(label=loc.say("Interest over the whole loan"), value=loc.money(facts.interest)),
            Row(label=loc.say("Fees over the whole loan"), value=loc.money(facts.cost - facts.interest)),
            Row(label=loc.say("Total cost of credit"), value=loc.money(facts.cost), strong=True),
            Row(label=loc.say("Total to repay"), value=loc.money(facts.repaid), strong=True),
            Row(
                label=loc.say("Annual percentage rate (APR)"),
                value=loc.percent(facts.apr_pct),
                note=loc.say("The whole cost as a yearly rate, when every payment is made on its day"),
                strong=True,
            ),
        ),
    )


def _repayment(facts: LoanFacts, loc: Localizer) -> Section:
    counted = loc.plural(
        "There is {count} instalment. The schedule at the end of this agreement shows it.",
        "There are {count} instalments. The schedule at the end of this agreement shows each one.",
        len(facts.schedule),
    )
    moved = loc.say(
        "If the money is paid out on another day than the schedule assumes, we send you the "
        "schedule with its new dates and amounts."
    )
    return Section(
        title=loc.say("How you repay"),
        paragraphs=(f"{loc.say(_METHODS[facts.terms.method])} {counted}", moved),
    )


def _allocation(facts: LoanFacts, loc: Localizer) -> Section:
    return Section(
        title=loc.say("What each payment pays first"),
        paragraphs=(loc.say("We apply each payment in this order:"),),
        steps=tuple(loc.say(wording.PARTS[part]) for part in facts.terms.allocation),
        after=(loc.say(wording.IN_ADVANCE[facts.terms.in_advance]),),
    )


def _conduct(facts: LoanFacts, loc: Localizer) -> tuple[Section, ...]:
    help_said = loc.say(
        "Tell us as soon as paying becomes difficult. We look for a plan with you before we take any other step."
    )
    privacy = loc.say(
        "We do not contact your family, friends or employer about this loan, and we do not threaten or shame."
    )
    data = loc.say(
        "We use your data to run this loan, as the privacy notice says. The law may require us to "
        "report how you repay to a credit bureau."
    )
    sections = [
        Section(title=loc.say("If you cannot pay"), paragraphs=(f"{help_said} {privacy}",)),
        Section(title=loc.say("Your data"), paragraphs=(data,)),
    ]
    if facts.brand.support:
        where = loc.say("Reach us at {contact}.", contact=loc.verbatim(facts.brand.support))
        sections.append(Section(title=loc.say("Questions and complaints"), paragraphs=(where,)))
    return tuple(sections)


def _law(facts: LoanFacts, loc: Localizer) -> tuple[Section, ...]:
    said = []
    if facts.country:
        country = loc.territory(facts.country)
        said.append(
            loc.say(
                "The law of {country} applies. It may give you rights that this agreement cannot take away.",
                country=country,
            )
        )
    if loc.language is not Language.ENGLISH:
        said.append(
            loc.say(
                "You may ask for this agreement in English. Where the two differ, the reading that is "
                "better for you holds."
            )
        )
    return (Section(title=loc.say("Law and language"), paragraphs=(" ".join(said),)),) if said else ()


def _signature(loc: Localizer) -> Section:
    return Section(
        title=loc.say("Signature"),
        paragraphs=(
            loc.say(
                "You sign with a one-time code that is sent to you. Your signature covers this document "
                "exactly as it is, by its fingerprint (SHA-256)."
            ),
            loc.say(
                "As evidence we keep the time, the device, the network address and the fingerprint. You "
                "can read and download this document at any time."
            ),
        ),
    )


def _schedule(facts: LoanFacts, loc: Localizer) -> Schedule:
    def money(amount_minor: int) -> str:
        return loc.money(facts.money(amount_minor))

    def line(due: Due) -> tuple[str, ...]:
        parts = (due.principal_minor, due.interest_minor, due.fees_minor, due.total_minor, due.balance_minor)
        return (loc.number(due.number), loc.date(due.due_on, DateStyle.SHORT), *map(money, parts))

    fees = sum(due.fees_minor for due in facts.schedule)
    return Schedule(
        title=loc.say("Repayment schedule"),
        note=loc.say("Drawn up as if the money were paid out on {date}.", date=facts.payout_on),
        columns=(
            loc.say("No."),
            loc.say("Due on"),
            loc.say("Principal"),
            loc.say("Interest"),
            loc.say("Fees"),
            loc.say("To pay"),
            loc.say("Still owed"),
        ),
        rows=tuple(line(due) for due in facts.schedule),
        totals=(
            "",
            loc.say("Total"),
            loc.money(facts.principal),
            loc.money(facts.interest),
            money(fees),
            loc.money(facts.repaid),
            "",
        ),
    )
