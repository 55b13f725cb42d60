"""The key facts sheet: what a borrower should know before reading anything else."""

from backend.agreements.domain import wording
from backend.agreements.domain.brand import page_brand
from backend.agreements.domain.facts import LoanFacts
from backend.agreements.domain.page import Page, Row, Section
from shared.i18n import Localizer
from shared.money import Money


def key_facts(facts: LoanFacts, loc: Localizer) -> Page:
    """The sheet in the localizer's language."""
    language, _, region = loc.language.partition("-")
    return Page(
        title=loc.say("Key facts about your loan"),
        subtitle=loc.say("Prepared for {name}", name=loc.verbatim(facts.borrower.name)),
        drawn_up=loc.say("Drawn up on {date}", date=facts.drawn_up_on),
        drawn_up_on=facts.drawn_up_on,
        document_label=loc.say("Document"),
        document_id=f"{facts.agreement_id}/K",
        page_of=loc.say("Page {page} of {pages}", page="{page}", pages="{pages}"),
        language=language,
        region=region or None,
        rtl=loc.language.is_rtl,
        brand=page_brand(facts.brand),
        figures=wording.figures(facts, loc),
        sections=(
            _cost(facts, loc),
            _when(facts, loc),
            Section(title=loc.say("If you pay early"), paragraphs=wording.early(loc)),
            Section(title=loc.say("If you pay late"), paragraphs=wording.late(facts, loc)),
            Section(title=loc.say("If you change your mind"), paragraphs=(" ".join(wording.cancel(facts, loc)),)),
            _who(facts, loc),
        ),
        closing=loc.say("This sheet sums up the main terms. The loan agreement states them in full."),
    )


def _cost(facts: LoanFacts, loc: Localizer) -> Section:
    def row(label: str, amount: Money, note: str | None = None, *, strong: bool = False) -> Row:
        return Row(label=label, value=loc.money(amount), note=note, strong=strong)

    return Section(
        title=loc.say("What it costs"),
        rows=(
            row(loc.say("Interest over the whole loan"), facts.interest, wording.rate(facts, loc)),
            *wording.fee_rows(facts, loc),
            row(loc.say("Total cost of credit"), facts.cost, strong=True),
        ),
    )


def _when(facts: LoanFacts, loc: Localizer) -> Section:
    first, last = (loc.date(facts.schedule[at].due_on) for at in (0, -1))
    title = loc.say("How you pay it back")
    count = Row(label=loc.say("Number of instalments"), value=loc.number(len(facts.schedule)))
    amounts = wording.instalment(facts, loc)
    if len(facts.schedule) == 1:
        return Section(title=title, rows=(count, *amounts, Row(label=loc.say("Due on"), value=last)))
    return Section(
        title=title,
        rows=(
            count,
            Row(label=loc.say("How often"), value=wording.every(facts, loc)),
            *amounts,
            Row(label=loc.say("First payment due"), value=first),
            Row(label=loc.say("Last payment due"), value=last),
        ),
    )


def _who(facts: LoanFacts, loc: Localizer) -> Section:
    rows = [
        Row(
            label=loc.say("Lender"),
            value=loc.verbatim(facts.lender.name),
            note=loc.verbatim(facts.lender.licence) or None,
        )
    ]
    if facts.brand.name != facts.lender.name:
        rows.append(Row(label=loc.say("Arranged and serviced by"), value=loc.verbatim(facts.brand.name)))
    if facts.brand.support:
        rows.append(Row(label=loc.say("Questions and complaints"), value=loc.verbatim(facts.brand.support)))
    return Section(title=loc.say("Who you deal with"), rows=tuple(rows))
