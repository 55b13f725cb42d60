"""The rows by which offers are compared: the same ones, in the same order, for every lender."""

from app.components.cost import when_early, when_late
from app.ui import Ui
from shared.api.offers import OfferOut
from shared.money import Money
from shared.terms import Frequency


def offer_rows(ui: Ui, offer: OfferOut) -> list[tuple[str, str, bool]]:
    """Each row's name and value, and whether it stands out."""
    return [
        (ui.say("You receive"), ui.money(offer.receive), False),
        (ui.say("Instalments"), ui.words.number(offer.instalments), False),
        (ui.say("You pay back in all"), ui.money(offer.total_repayable), True),
        (ui.say("Cost of the credit"), ui.money(offer.total_cost), True),
        (ui.say("Fees"), ui.money(offer.total_fees), False),
        (ui.say("Yearly rate with all costs (APR)"), ui.words.percent(offer.apr_pct), True),
        (ui.say("First payment"), ui.date(offer.first_due_on), False),
        (ui.say("Paying early"), when_early(ui, offer.terms), False),
        (ui.say("When late"), when_late(ui, offer.terms), False),
    ]


def example(ui: Ui, offer: OfferOut) -> str:
    """The representative example, in one sentence."""
    parts = {
        Frequency.MONTHLY: ui.say("monthly"),
        Frequency.WEEKLY: ui.say("weekly"),
        Frequency.FORTNIGHTLY: ui.say("fortnightly"),
    }
    return ui.say(
        "{amount} in {count} {frequency} instalments of {instalment}: {total} in all, APR {apr}.",
        amount=offer.amount,
        count=offer.instalments,
        frequency=parts.get(offer.terms.frequency, ui.say("regular")),
        instalment=offer.instalment,
        total=offer.total_repayable,
        apr=ui.words.percent(offer.apr_pct),
    )


def dearest(offers: list[OfferOut]) -> Money:
    """The highest total cost among them."""
    return max((offer.total_cost for offer in offers), key=lambda cost: cost.amount_minor)
