"""Paying: how much, by which way, and what comes after."""

from datetime import timedelta
from uuid import UUID

from bot.conversation.flow import Asking, Begin, Context, Done, Flow, Go, Level, Move, Stay, Step, Unclear, ask
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.views import Copy, Link, Option, Say, View
from bot.flows import loans, options
from bot.flows.references import reference_of
from bot.queries import Paid, PaymentLink, VirtualAccount
from bot.understanding.entities import amount_in
from shared.api.channels import ChatChannel
from shared.api.servicing import LoanOut
from shared.money import Money

_LATELY = timedelta(hours=24)


def _amount(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    say, due = ctx.tr.say, _due(loan)
    if ctx.state.channel is ChatChannel.IN_APP:  # one tap from where it is done
        there = f"{ctx.app_url}/loans/{loan.id}/pay"
        text = say("How much would you like to pay?", context="bot")
        return Done((Link(text=text, title=say("Pay now", context="bot|link"), url=there),))
    lines = [say("How much would you like to pay?", context="bot")]
    if due is not None:
        lines.append(say("Due now or next: {amount}.", context="bot", amount=due))
    paid = yield from ask(Paid(loan.id, ctx.now - _LATELY))
    if paid is not None:
        lines.append(say("We got {amount} from you in the last 24 hours.", context="bot", amount=paid))
    shown = [
        Option(key="other", title=say("Another amount", context="bot|button")),
        Option(key="payoff", title=say("Pay it all off", context="bot|button")),
    ]
    if due is not None:
        shown.insert(0, Option(key="due", title=say("The amount due", context="bot|button")))
    return (Say(text="\n".join(lines), options=tuple(shown)),)


def _take_amount(ctx: Context, inbound: Inbound) -> Asking[Move]:
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    match inbound.choice:
        case "due" if (due := _due(loan)) is not None:
            return Go("method", _kept(due))
        case "other":
            return Go("other")
        case "payoff":
            return Begin("payoff")
    return _typed(ctx, inbound, loan) or Unclear()


def _other(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    example = ctx.tr.number(15_000)
    text = ctx.tr.say(
        "Type the amount in {currency}, for example {example}.",
        context="bot",
        currency=loan.outstanding.currency,
        example=example,
    )
    return (Say(text=text),)


def _take_other(ctx: Context, inbound: Inbound) -> Asking[Move]:
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    return _typed(ctx, inbound, loan) or Unclear()


def _typed(ctx: Context, inbound: Inbound, loan: LoanOut) -> Move | None:
    """Where a typed amount leads: to its confirmation, or back with what is wrong with it."""
    amount = amount_in(inbound.text, loan.outstanding.currency) if inbound.kind is Kind.TEXT else None
    if amount is None:
        return None
    if amount > loan.outstanding:
        text = ctx.tr.say(
            "That is more than the {amount} that you owe. Nothing was done.", context="bot", amount=loan.outstanding
        )
        return Stay((Say(text=text),))
    return Go("confirm", _kept(amount))


def _confirm(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    text = ctx.tr.say("You would like to pay {amount}. Is that right?", context="bot", amount=_of(ctx))
    return (Say(text=text, options=(options.yes(ctx), options.change(ctx), options.menu(ctx))),)


def _take_confirm(ctx: Context, inbound: Inbound) -> Asking[Move]:
    yield from ()
    return {"yes": Go("method"), "change": Go("other")}.get(inbound.choice, Unclear())


def _method(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    account = yield from ask(VirtualAccount(UUID(ctx.data["loan"])))
    say = ctx.tr.say
    shown = [Option(key="link", title=say("Pay by link", context="bot|button"))]
    if account is not None:
        shown.append(Option(key="transfer", title=say("Bank transfer", context="bot|button")))
    text = say("How would you like to pay {amount}?", context="bot", amount=_of(ctx))
    return (Say(text=text, options=(*shown, options.menu(ctx))),)


def _take_method(ctx: Context, inbound: Inbound) -> Asking[Move]:
    yield from ()
    return {"link": Go("link"), "transfer": Go("transfer")}.get(inbound.choice, Unclear())


def _link(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    amount = _of(ctx)
    link = yield from ask(PaymentLink(UUID(ctx.data["loan"]), amount))
    say = ctx.tr.say
    if link is None or link.url is None:
        text = say("A payment link can't be made at the moment. A bank transfer works.", context="bot")
        return (Say(text=text, options=(_paid_option(ctx), options.person(ctx), options.menu(ctx))),)
    text = say(
        "Pay {amount} here. The link works until {instant}. Reference {reference}.",
        context="bot",
        amount=amount,
        instant=ctx.moment(link.expires_at),
        reference=reference_of(link.id),
    )
    after = say("We write to you as soon as the payment is in.", context="bot")
    return (
        Link(text=text, title=say("Pay now", context="bot|link"), url=link.url),
        Say(text=after, options=(_paid_option(ctx), options.menu(ctx))),
    )


def _transfer(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    account = yield from ask(VirtualAccount(UUID(ctx.data["loan"])))
    if account is None:
        return Go("link")
    say = ctx.tr.say
    text = say(
        "Send {amount} to this account at {bank}, in the name of {holder}. It belongs to this loan alone.",
        context="bot",
        amount=_of(ctx),
        bank=ctx.tr.verbatim(account.bank_name),
        holder=ctx.tr.verbatim(account.holder_name),
    )
    after = say("We write to you as soon as the payment is in.", context="bot")
    return (
        Say(text=text),
        Copy(text=account.account_number),
        Say(text=after, options=(_paid_option(ctx), options.menu(ctx))),
    )


def _take_paid(ctx: Context, inbound: Inbound) -> Asking[Move]:
    if inbound.choice != "paid":
        return Unclear()
    paid = yield from ask(Paid(UUID(ctx.data["loan"]), ctx.now - _LATELY))
    say = ctx.tr.say
    if paid is not None:
        text = say("Thank you. We got {amount} from you in the last 24 hours.", context="bot", amount=paid)
        return Done((Say(text=text, options=(_balance_option(ctx), options.menu(ctx))),))
    text = say(
        "Thank you. It is not in yet; banks need some minutes. You hear from us when it is. Please do not pay twice.",
        context="bot",
    )
    return Done((Say(text=text, options=(options.menu(ctx), options.person(ctx))),))


def _paid_option(ctx: Context) -> Option:
    return Option(key="paid", title=ctx.tr.say("I have paid", context="bot|button"))


def _balance_option(ctx: Context) -> Option:
    return Option(key="go:balance", title=ctx.tr.say("Balance", context="bot|button"))


def _due(loan: LoanOut) -> Money | None:
    """What is due by now, or else next."""
    return loan.past_due if loan.past_due.amount_minor > 0 else loan.next_due


def _kept(amount: Money) -> dict[str, str]:
    return {"minor": str(amount.amount_minor), "currency": amount.currency}


def _of(ctx: Context) -> Money:
    return Money.of(int(ctx.data["minor"]), ctx.data["currency"])


flow = Flow(
    name="pay",
    version=1,
    level=Level.STEPPED_UP,
    steps={
        "which": loans.which("amount"),
        "amount": Step(_amount, _take_amount),
        "other": Step(_other, _take_other),
        "confirm": Step(_confirm, _take_confirm),
        "method": Step(_method, _take_method),
        "link": Step(_link, _take_paid),
        "transfer": Step(_transfer, _take_paid),
    },
)
