"""Which loan an errand is about: asked only where there are several."""

from uuid import UUID

from bot.conversation.flow import Asking, Context, Done, Go, Move, Step, Unclear, ask
from bot.conversation.inbound import Inbound
from bot.conversation.views import Option, Pick, Say, View
from bot.flows import options
from bot.queries import Loans
from shared.api.servicing import LoanOut
from shared.i18n import DateStyle

_MOST = 10
_KEY = "loan:"


def which(then: str) -> Step:
    """The first step of an errand about a loan; `then` is the next, and finds the loan by `chosen`."""

    def prompt(ctx: Context) -> Asking[tuple[View, ...] | Move]:
        loans = yield from ask(Loans())
        if not loans:
            text = ctx.tr.say("There is no loan with anything to pay.", context="bot")
            return Done((Say(text=text, options=(options.menu(ctx), options.person(ctx))),))
        if len(loans) == 1:
            return Go(then, {"loan": str(loans[0].id)})
        rows = tuple(_row(ctx, loan) for loan in loans[:_MOST])
        text = ctx.tr.say("Which loan is it about?", context="bot")
        return (Pick(text=text, opener=ctx.tr.say("Choose a loan", context="bot|opener"), options=rows),)

    def take(ctx: Context, inbound: Inbound) -> Asking[Move]:
        del ctx
        loans = yield from ask(Loans())
        wanted = inbound.choice.removeprefix(_KEY)
        if wanted not in {str(loan.id) for loan in loans}:
            return Unclear()
        return Go(then, {"loan": wanted})

    return Step(prompt, take)


def chosen(ctx: Context) -> Asking[LoanOut | None]:
    """The loan that the errand is about, or none where nothing is owed on it any more."""
    loans = yield from ask(Loans())
    wanted = UUID(ctx.data["loan"])
    return next((loan for loan in loans if loan.id == wanted), None)


def settled(ctx: Context) -> Done:
    """What is said where the chosen loan was paid off meanwhile."""
    text = ctx.tr.say("Nothing is owed on this loan any more. Thank you.", context="bot")
    return Done((Say(text=text, options=(options.menu(ctx),)),))


def _row(ctx: Context, loan: LoanOut) -> Option:
    title = ctx.tr.money(loan.outstanding)
    if loan.next_due_on is None:
        note = loan.lender
    else:
        on = ctx.tr.date(loan.next_due_on, DateStyle.SHORT)
        note = ctx.tr.say("{lender}, next on {date}", context="bot|note", lender=ctx.tr.verbatim(loan.lender), date=on)
    return Option(key=f"{_KEY}{loan.id}", title=title, note=note[:72])
