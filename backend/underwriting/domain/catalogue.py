"""The features by name: what each one is and means. A published name keeps its kind and meaning for ever."""

from types import MappingProxyType

from msgspec import Struct

from backend.underwriting.domain.expression import Kind


class FeatureSpec(Struct, frozen=True, kw_only=True):
    """One feature as rule authors see it. Names that end in `_minor` are minor units, in `_pct` per cent."""

    name: str
    kind: Kind
    meaning: str


def _specs(kind: Kind, meanings: dict[str, str]) -> tuple[FeatureSpec, ...]:
    return tuple(FeatureSpec(name=name, kind=kind, meaning=meaning) for name, meaning in meanings.items())


CATALOGUE: tuple[FeatureSpec, ...] = (
    *_specs(
        Kind.NUMBER,
        {
            "requested_minor": "the amount asked for",
            "instalments": "the number of repayments asked for",
            "monthly_cost_minor": "what the amount asked for costs a month at the product's highest rate",
            "age_years": "completed years of age; for the capacity to contract only",
            "declared_income_minor": "monthly income as the applicant gives it",
            "open_loans": "loans with this lender that are not yet repaid",
            "closed_loans": "loans with this lender that are repaid",
            "days_past_due": "days that the oldest unpaid instalment with this lender is late today",
            "missed_repayments": "instalments with this lender that were not paid within their days of grace",
            "statement_days": "days from the first to the last day of the statement",
            "statement_age_days": "days since the statement ended",
            "months_of_history": "whole calendar months that the statement covers",
            "transactions": "lines on the statement",
            "balance_breaks": "lines whose balance does not follow from the one before",
            "income_monthly_median_minor": "median monthly income; for a business, turnover",
            "income_monthly_lowest_minor": "income of the poorest whole month",
            "income_volatility": "standard deviation of monthly income over its mean",
            "income_regular_pct": "share of whole months with at least four fifths of the median income",
            "salary_monthly_median_minor": "median monthly salary",
            "outgoings_monthly_minor": "mean monthly money out, own savings apart",
            "obligations_monthly_minor": "mean monthly loans, housing, utilities, insurance, tax and subscriptions",
            "loan_repayments_monthly_minor": "mean monthly repayments of other loans",
            "free_cash_monthly_minor": "median income less mean outgoings",
            "free_cash_after_cost_minor": "free cash less the monthly cost of the amount asked for",
            "cost_to_free_cash_pct": "monthly cost as a share of free cash; missing when nothing is free",
            "debt_to_income_pct": "loan repayments and monthly cost as a share of median income",
            "amount_to_income_pct": "the amount asked for as a share of median monthly income",
            "declared_to_seen_income_pct": "declared income as a share of the median income on the statement",
            "gambling_pct": "mean monthly betting as a share of median income",
            "returned_payments": "payments returned unpaid on the whole statement",
            "returned_payments_90d": "payments returned unpaid in the statement's last 90 days",
            "loan_inflows_90d": "loans paid in during the statement's last 90 days",
            "lowest_balance_minor": "lowest balance at the end of a day",
            "lowest_balance_to_income_pct": "lowest balance at the end of a day as a share of median income",
            "days_negative": "days that ended below zero",
        },
    ),
    *_specs(
        Kind.TEXT,
        {
            "product": "the product's code",
            "channel": "the channel that the application came through",
            "identity": "identity check: none, pending, passed or failed",
            "business_check": "business check: none, pending, passed or failed",
            "account_owner": "check that the bank account is the applicant's: none, pending, passed or failed",
            "screening": "sanctions and watch lists: none, pending, passed or failed",
        },
    ),
    *_specs(
        Kind.BOOLEAN,
        {
            "is_business": "whether a business applies",
            "statement_required": "whether the product asks for a bank statement",
            "statement_seen_elsewhere": "whether somebody else attached the very same statement",
        },
    ),
)

KINDS: MappingProxyType[str, Kind] = MappingProxyType({spec.name: spec.kind for spec in CATALOGUE})
