"""Ladders of delinquency that regulators set: buckets of days past due, their provisions, the end of accrual."""

from shared.loss_policy import LossBucket, LossPolicy

# Reserve Bank of India, Master Circular on income recognition, asset classification and provisioning, with the special
# mention accounts of 2014. What is a loss is judged there, not counted; the provisions are those of secured loans.
INDIA_IRACP = LossPolicy(
    buckets=(
        LossBucket(code="SMA-0", from_days=1),
        LossBucket(code="SMA-1", from_days=31),
        LossBucket(code="SMA-2", from_days=61),
        LossBucket(code="substandard", from_days=91, provision_bps=1_500),
        LossBucket(code="doubtful", from_days=456, provision_bps=2_500),
    ),
    non_accrual_after_days=90,
)
# Central Bank of Nigeria, Prudential Guidelines for Deposit Money Banks (2010): specific provisions.
NIGERIA_PRUDENTIAL = LossPolicy(
    buckets=(
        LossBucket(code="substandard", from_days=91, provision_bps=1_000),
        LossBucket(code="doubtful", from_days=181, provision_bps=5_000),
        LossBucket(code="lost", from_days=361, provision_bps=10_000),
    ),
    non_accrual_after_days=90,
)
