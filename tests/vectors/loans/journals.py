"""Journals: the entries of each posting on the product's accounts, beside everything a timeline checks."""

from collections import Counter
from decimal import Decimal
from typing import Any

from backend.servicing.domain.living.earning import accrual_lines, amortisation_lines
from backend.servicing.domain.living.happenings import Charged, Kind, Moved
from backend.servicing.domain.living.journals import Account, Books, Line, Subject, journal, reversal
from backend.servicing.domain.living.state import PostingState
from tests.vectors.loans.figures import major, number
from tests.vectors.loans.story import Story
from tests.vectors.loans.timelines import CHECKS, first_failure

PREFIXES = ("loan_journal",)
ACCOUNTS = {
    "fundSourceAccountId": Account.FUND_SOURCE,
    "loanPortfolioAccountId": Account.PORTFOLIO,
    "receivableInterestAccountId": Account.INTEREST_RECEIVABLE,
    "receivableFeeAccountId": Account.FEE_RECEIVABLE,
    "receivablePenaltyAccountId": Account.PENALTY_RECEIVABLE,
    "interestOnLoanAccountId": Account.INTEREST_INCOME,
    "incomeFromFeeAccountId": Account.FEE_INCOME,
    "incomeFromPenaltyAccountId": Account.PENALTY_INCOME,
    "overpaymentLiabilityAccountId": Account.OVERPAYMENT,
    "incomeFromRecoveryAccountId": Account.RECOVERY_INCOME,
    "writeOffAccountId": Account.WRITE_OFF_LOSS,
    "goodwillCreditAccountId": Account.GOODWILL_EXPENSE,
    "incomeFromGoodwillCreditInterestAccountId": Account.GOODWILL_INTEREST,
    "incomeFromGoodwillCreditFeesAccountId": Account.GOODWILL_FEE,
    "incomeFromGoodwillCreditPenaltyAccountId": Account.GOODWILL_PENALTY,
    "chargeOffExpenseAccountId": Account.CHARGE_OFF_EXPENSE,
    "chargeOffFraudExpenseAccountId": Account.CHARGE_OFF_FRAUD_EXPENSE,
    "incomeFromChargeOffInterestAccountId": Account.CHARGE_OFF_INTEREST,
    "incomeFromChargeOffFeesAccountId": Account.CHARGE_OFF_FEE,
    "incomeFromChargeOffPenaltyAccountId": Account.CHARGE_OFF_PENALTY,
    "deferredIncomeLiabilityAccountId": Account.DEFERRED_INCOME,
    "incomeFromCapitalizationAccountId": Account.CAPITALISATION_INCOME,
    "buyDownExpenseAccountId": Account.BUY_DOWN_EXPENSE,
    "incomeFromBuyDownAccountId": Account.BUY_DOWN_INCOME,
}
KINDS = {
    "DISBURSEMENT": Kind.DISBURSEMENT,
    "REPAYMENT": Kind.REPAYMENT,
    "DOWN_PAYMENT": Kind.DOWN_PAYMENT,
    "REPAYMENT_AT_DISBURSEMENT": Kind.REPAYMENT_AT_DISBURSEMENT,
    "CHARGE_OFF": Kind.CHARGE_OFF,
    "CHARGEBACK": Kind.CHARGEBACK,
    "CREDIT_BALANCE_REFUND": Kind.CREDIT_REFUND,
    "BUY_DOWN_FEE": Kind.BUY_DOWN_FEE,
    "BUY_DOWN_FEE_ADJUSTMENT": Kind.BUY_DOWN_FEE_ADJUSTMENT,
    "CAPITALIZED_INCOME": Kind.CAPITALISED_INCOME,
    "CAPITALIZED_INCOME_ADJUSTMENT": Kind.CAPITALISED_INCOME_ADJUSTMENT,
    "PAYOUT_REFUND": Kind.PAYOUT_REFUND,
    "MERCHANT_ISSUED_REFUND": Kind.MERCHANT_REFUND,
    "INTEREST_PAYMENT_WAIVER": Kind.INTEREST_WAIVER,
    "GOODWILL_CREDIT": Kind.GOODWILL,
    "WRITE_OFF": Kind.WRITE_OFF,
    "CHARGE_ADJUSTMENT": Kind.CHARGE_ADJUSTMENT,
}

EARNINGS = {
    "ACCRUAL": None,
    "BUY_DOWN_FEE_AMORTIZATION": Kind.BUY_DOWN_FEE,
    "CAPITALIZED_INCOME_AMORTIZATION": Kind.CAPITALISED_INCOME,
}
Entry = tuple[str, Decimal]


def differs(vector: dict[str, Any], shared: Any) -> str | None:
    """The first figure or journal that is not the expected one."""
    checks = {**CHECKS, "journal": _journal, "journal_multi": _journal}
    return first_failure(vector, shared, checks, keeps_books=True)


def books_of(product: dict[str, Any]) -> Books:
    """The product's accounts, named as the vectors' entries name them."""
    return Books(
        accrual=product.get("accountingRule") != "CASH_BASED",
        accounts={account: product.get(name) or "" for name, account in ACCOUNTS.items()},
        expense_by_reason=_expenses(product),
        merchant_buys_down=product.get("merchantBuyDownFee") is not False,
    )


def _expenses(product: dict[str, Any]) -> dict[str, str]:
    """A product that maps reasons of charge-off books the delinquent and the fraudulent as such, flagged or not."""
    if not product.get("chargeOffReasonToExpenseAccountMappings"):
        return {}
    return {"DELINQUENT": product["chargeOffExpenseAccountId"], "FRAUD": product["chargeOffFraudExpenseAccountId"]}


def _journal(story: Story, entry: dict[str, Any]) -> str | None:
    books = books_of(story.product)
    name = entry["transaction_type"]
    if name in KINDS:
        have = _posted(story, KINDS[name], entry["date"], books)
    elif name.removesuffix("_ADJUSTMENT") in EARNINGS:
        have = _earned(story, name, entry["date"], books)
    else:
        return f"journal {name} is not kept"
    want: Counter[Entry] = Counter()
    for line in entry["entries"]:
        account = "".join(c if c.isalnum() else "_" for c in line["account"].upper())
        want[account, number(line["debit"] or 0) - number(line["credit"] or 0)] += 1
    if want == have:
        return None
    return f"journal {name} {_text(want)} is {_text(have)}"


def _earned(story: Story, name: str, day: str, books: Books) -> Counter[Entry]:
    """What was booked on a day; a booking that takes back more than it adds is an adjustment."""
    have: Counter[Entry] = Counter()
    kind = EARNINGS[name.removesuffix("_ADJUSTMENT")]
    for on, earned in story.bookings:
        if on.isoformat() == day:
            lines = amortisation_lines(earned, kind, books) if kind else accrual_lines(earned, books)
            adds = sum(line.amount_minor for line in lines[::2])
            if (adds < 0) == name.endswith("_ADJUSTMENT"):
                have.update(_plain(lines))
    return have


def _posted(story: Story, kind: Kind, day: str, books: Books) -> Counter[Entry]:
    have: Counter[Entry] = Counter()
    for posting, gone in [(p, False) for p in story.state.postings] + [(p, True) for p in story.reversed]:
        if posting.kind is kind and posting.on.isoformat() == day and not posting.void:
            lines = journal(_subject(story, posting), books)
            have.update(_plain(lines))
            if gone:
                have.update(_plain(reversal(lines)))
    return have


def _plain(lines: tuple[Line, ...]) -> list[Entry]:
    return [(line.account, major(line.amount_minor)) for line in lines]


def _text(entries: Counter[Entry]) -> str:
    return ", ".join(f"{name} {amount}" for name, amount in sorted(entries.elements()))


def _subject(story: Story, posting: PostingState) -> Subject:
    event = next(each for each in story.events if each.seq == posting.seq)
    charge_offs = [p for p in story.state.postings if p.kind is Kind.CHARGE_OFF and not p.void]
    before = [p for p in charge_offs if (p.on, p.seq) < (posting.on, posting.seq)]
    reason, channel, penalty = "", "", False
    fraud = story.fraud
    if isinstance(event, Moved):
        reason, channel = event.reason, event.channel
        charges = [e for e in story.events if isinstance(e, Charged) and e.seq == event.charge]
        penalty = bool(charges) and charges[0].penalty
        if posting.kind is Kind.CHARGE_OFF:
            fraud = event.fraud
    return Subject(
        kind=posting.kind,
        amount=posting.amount,
        split=posting.split,
        over=posting.over,
        settled=posting.settled,
        charged_off=bool(before),
        fraud=fraud,
        penalty_charge=penalty,
        channel=channel,
        reason=reason,
    )
