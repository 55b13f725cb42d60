"""What closes the loan today."""

from uuid import UUID

from bot.conversation.flow import Asking, Begin, Context, Flow, Level, Move, Step, Unclear, ask
from bot.conversation.inbound import Inbound
from bot.conversation.views import Option, Say, View
from bot.flows import loans, options
from bot.queries import PayoffQuote


def _prompt(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    quote = yield from ask(PayoffQuote(UUID(ctx.data["loan"])))
    if quote.total.amount_minor <= 0:
        return loans.settled(ctx)
    say = ctx.tr.say
    lines = [
        say("{amount} closes this loan if it is paid on {date}.", context="bot", amount=quote.total, date=quote.on)
    ]
    saved = loan.outstanding - quote.total
    if saved.amount_minor > 0:
        lines.append(say("That is {amount} less than by the schedule.", context="bot", amount=saved))
    shown = (
        Option(key="pay", title=say("Pay it all off", context="bot|button")),
        options.person(ctx),
        options.menu(ctx),
    )
    return (Say(text="\n".join(lines), options=shown),)


def _take(ctx: Context, inbound: Inbound) -> Asking[Move]:
    if inbound.choice != "pay":
        yield from ()
        return Unclear()
    quote = yield from ask(PayoffQuote(UUID(ctx.data["loan"])))
    if quote.total.amount_minor <= 0:
        return loans.settled(ctx)
    amount = {"loan": ctx.data["loan"], "minor": str(quote.total.amount_minor), "currency": quote.total.currency}
    return Begin("pay", amount, at="method")


flow = Flow(
    name="payoff",
    version=1,
    level=Level.STEPPED_UP,
    steps={"which": loans.which("quote"), "quote": Step(_prompt, _take)},
)
