"""Turns what the lenders answered into offers, and says that they are ready."""

from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from backend import applications, servicing
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.offers import store
from backend.offers.domain import terms as terms_rules
from backend.offers.domain.asking import Answer, Declined, LenderProfile, Quoted, Silent
from backend.offers.domain.offer import Offer
from backend.offers.store import Round, StoredAnswer
from shared.api.offers import LenderOutcome, OfferStatus, RoundStatus
from shared.api.products import ProductTerms
from shared.events.offers import OffersReady
from shared.ids import new_id

TOO_LITTLE = "amount_below_product_minimum"
NOT_SERVICEABLE = "terms_not_serviceable"


async def finish_round(
    tx: Tx, application_id: UUID, round_no: int, product: ProductTerms, answers: list[tuple[LenderProfile, Answer]]
) -> None:
    """Stores the answers and offers of a round and publishes OffersReady; does nothing for one that is over."""
    asked = await store.lock_latest_round(tx, application_id)
    if asked is None or asked.round_no != round_no or asked.status is not RoundStatus.ASKING:
        return
    desk = _Desk(asked=asked, product=product, now=tx.now, today=await business_date.current(tx))
    offers: list[Offer] = []
    stored: list[StoredAnswer] = []
    for lender, answer in answers:
        made = desk.weigh(lender, answer)
        if isinstance(made, Offer):
            offers.append(made)
            stored.append(_answer(lender, LenderOutcome.QUOTED))
        else:
            stored.append(made)
    await store.add_answers(tx, asked, stored)
    await store.add_offers(tx, offers)
    await store.set_round_status(tx, asked, RoundStatus.READY, ready_at=tx.now)
    subject = f"application:{application_id}"
    outcomes = {each.lender: each.reason or each.outcome.value for each in stored}
    await audit.record(tx, "offers.ready", subject, round_no=round_no, offers=len(offers), outcomes=outcomes)
    await outbox.add(tx, OffersReady(application_id=application_id, offers=len(offers), user_id=asked.user_id))


def _answer(lender: LenderProfile, outcome: LenderOutcome, reason: str | None = None) -> StoredAnswer:
    return StoredAnswer(lender=lender.code, lender_name=lender.name, outcome=outcome, reason=reason)


class _Desk(Struct, frozen=True, kw_only=True):
    """Where answers become offers."""

    asked: Round
    product: ProductTerms
    now: datetime
    today: date

    def weigh(self, lender: LenderProfile, answer: Answer) -> Offer | StoredAnswer:
        """The offer that an answer comes to, or the answer as a refusal."""
        match answer:
            case Declined(reason=reason):
                return _answer(lender, LenderOutcome.DECLINED, reason or "unspecified")
            case Silent(reason=silence):
                return _answer(lender, LenderOutcome.NO_ANSWER, silence.value)
            case Quoted():
                return self._price(lender, answer)

    def _price(self, lender: LenderProfile, quoted: Quoted) -> Offer | StoredAnswer:
        asked, product = self.asked, self.product
        amount = terms_rules.amount_on_offer(product, asked.amount_minor, asked.limit_minor, quoted.max_amount_minor)
        if amount is None:
            return _answer(lender, LenderOutcome.NOT_ELIGIBLE, TOO_LITTLE)
        terms = applications.terms(
            product,
            principal_minor=amount,
            instalments=asked.instalments,
            annual_rate_pct=quoted.rate_pct,
            fees=terms_rules.charged(quoted.fees),
        )
        try:
            price = servicing.quote(terms, self.today)
        except servicing.TermsNotServiceable:
            return _answer(lender, LenderOutcome.NOT_ELIGIBLE, NOT_SERVICEABLE)
        if refusal := terms_rules.too_dear(product, terms, price.apr_pct):
            return _answer(lender, LenderOutcome.NOT_ELIGIBLE, refusal)
        line = terms_rules.credit_limit(product, asked.limit_minor, quoted.max_amount_minor)
        return Offer(
            id=new_id(),
            application_id=asked.application_id,
            round_no=asked.round_no,
            lender=lender.code,
            lender_name=lender.name,
            status=OfferStatus.OPEN,
            terms=terms,
            receive_minor=price.paid_out_minor,
            instalment_minor=price.instalment_minor,
            total_repayable_minor=price.total_repayable_minor,
            total_interest_minor=price.total_interest_minor,
            total_fees_minor=price.total_fees_minor,
            total_cost_minor=price.total_cost_minor,
            apr_pct=price.apr_pct,
            effective_apr_pct=price.effective_apr_pct,
            first_due_on=price.first_due_on,
            last_due_on=price.last_due_on,
            credit_limit_minor=None if line is None else line.amount_minor,
            priced_on=self.today,
            created_at=self.now,
            expires_at=self.now + timedelta(seconds=quoted.expires_in_s),
        )
