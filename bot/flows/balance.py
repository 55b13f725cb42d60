"""What is owed, and what is next."""

from uuid import UUID

from bot.conversation.flow import Asking, Context, Done, Flow, Level, Move, Step, ask
from bot.conversation.views import Say, View
from bot.flows import loans, options
from bot.queries import Schedule
from shared.api.servicing import InstalmentOut, InstalmentStatus, LoanOut


def _balance(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    say = ctx.tr.say
    lines = [say("You owe {amount} in all.", context="bot", amount=loan.outstanding), *_next_lines(ctx, loan)]
    shown = (options.pay(ctx), options.schedule(ctx), options.menu(ctx))
    return Done((Say(text="\n".join(lines), options=shown),))


def _next_lines(ctx: Context, loan: LoanOut) -> list[str]:
    say, lines = ctx.tr.say, []
    if loan.past_due.amount_minor > 0:
        lines.append(
            ctx.tr.plural(
                "{amount} of it has been due for {count} day.",
                "{amount} of it has been due for {count} days.",
                loan.days_past_due,
                amount=loan.past_due,
            )
        )
    if loan.next_due is not None and loan.next_due_on is not None:
        text = say("Next: {amount} on {date}.", context="bot", amount=loan.next_due, date=loan.next_due_on)
        lines.append(text)
    return lines


def _next(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    schedule = yield from ask(Schedule(UUID(ctx.data["loan"])))
    due = next((row for row in schedule.rows if row.status is not InstalmentStatus.PAID), None)
    if due is None:
        return loans.settled(ctx)
    shown = (options.pay(ctx), options.schedule(ctx), options.menu(ctx))
    return Done((Say(text="\n".join(_instalment_lines(ctx, loan, due)), options=shown),))


def _instalment_lines(ctx: Context, loan: LoanOut, due: InstalmentOut) -> list[str]:
    say = ctx.tr.say
    if due.status is InstalmentStatus.OVERDUE:
        head = say("{amount} was due on {date}.", context="bot", amount=due.open, date=due.due_on)
    else:
        head = say("Your next payment is {amount} on {date}.", context="bot", amount=due.open, date=due.due_on)
    covers = say(
        "It covers {principal} of the loan and {interest} of interest.",
        context="bot",
        principal=due.principal,
        interest=due.interest,
    )
    lines = [head, covers]
    extra = due.fee + due.penalty
    if extra.amount_minor > 0:
        lines.append(say("Fees and penalties in it: {amount}.", context="bot", amount=extra))
    if loan.past_due > due.open:
        lines.append(say("In all, {amount} is due by now.", context="bot", amount=loan.past_due))
    return lines


flow = Flow(
    name="balance",
    version=1,
    level=Level.STEPPED_UP,
    steps={"which": loans.which("show"), "show": Step(_balance)},
)
next_payment = Flow(
    name="next_payment",
    version=1,
    level=Level.STEPPED_UP,
    steps={"which": loans.which("show"), "show": Step(_next)},
)
