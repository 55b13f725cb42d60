"""The key facts: what one gets, what one pays, what happens when late."""

import flet as ft

from app.components.cost import per_period, when_early, when_late
from app.components.layout import card, column, fact, hairline
from app.components.text import amount, heading, muted
from app.design.tokens import FIGURE, LABEL, STRONG, Space
from app.stores.signing import SigningFlow
from app.ui import Ui
from shared.api.agreements import AgreementOut
from shared.i18n import Language


def key_facts(ui: Ui, flow: SigningFlow, found: AgreementOut) -> ft.Control:
    """One card; the costs are there once they are reckoned."""
    cost, terms = flow.cost, found.terms
    label = ui.say("Loan")
    facts: list[ft.Control] = [fact(ui, ui.say("Lender"), ui.words.verbatim(found.lender_name))]
    if cost is not None:
        facts += [
            fact(ui, ui.say("You receive"), cost.paid_out),
            fact(ui, per_period(ui, terms.frequency), cost.instalment, strong=True),
            fact(ui, ui.say("Instalments"), ui.words.number(terms.instalments)),
            fact(ui, ui.say("You pay back in all"), cost.total_repayable, strong=True),
            fact(ui, ui.say("Cost of the credit"), cost.total_cost),
            fact(ui, ui.say("Fees"), cost.total_fees),
            fact(ui, ui.say("Yearly rate with all costs (APR)"), ui.words.percent(cost.apr_pct)),
            fact(ui, ui.say("First payment"), ui.date(cost.first_due_on)),
            fact(ui, ui.say("Last payment"), ui.date(cost.last_due_on)),
        ]
    facts += [
        fact(ui, ui.say("Interest a year"), ui.words.percent(terms.annual_rate_pct)),
        fact(ui, ui.say("Paying early"), when_early(ui, terms)),
        fact(ui, ui.say("When late"), when_late(ui, terms)),
    ]
    if found.credit_limit is not None:
        facts.append(fact(ui, ui.say("Limit of the line"), found.credit_limit))
    if found.cooling_off_until is not None:
        facts.append(fact(ui, ui.say("You may cancel until"), ui.date(found.cooling_off_until)))
    if found.language is not None:
        facts.append(fact(ui, ui.say("Language of the documents"), language_name(ui, found.language)))
    return card(
        ui,
        heading(ui, ui.say("Key facts"), 2, STRONG),
        column(muted(ui, label, LABEL), amount(ui, found.amount, FIGURE, label=label), gap=Space.XXS),
        hairline(ui),
        column(*facts, gap=0),
    )


def language_name(ui: Ui, tag: str) -> str:
    """A language by the name it has for itself."""
    return ui.words.verbatim(Language.match(tag).endonym)
