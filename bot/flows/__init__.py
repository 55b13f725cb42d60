"""The errands that can be done in a chat, one a file."""

from bot.conversation.flow import Flow
from bot.flows import (
    balance,
    consent,
    dispute,
    hardship,
    help_,
    human,
    identity,
    language,
    menu,
    pay,
    payoff,
    rating,
    schedule,
    statement,
)

ALL: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        menu.flow,
        balance.flow,
        balance.next_payment,
        pay.flow,
        schedule.flow,
        payoff.flow,
        hardship.flow,
        dispute.flow,
        statement.flow,
        language.flow,
        human.flow,
        help_.flow,
        rating.flow,
        consent.stop,
        consent.start,
        identity.link,
        identity.step_up,
        identity.lock,
    )
}
