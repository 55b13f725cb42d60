"""Over any span of time, no more passes than a burst and what that span earns back."""

from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.ratelimit import NANOSECONDS, Plan, take

plans = st.builds(Plan, name=st.just("p"), limit=st.integers(1, 50), window_s=st.integers(1, 120))


@given(plans, st.lists(st.integers(0, 20 * NANOSECONDS), min_size=1, max_size=60))
def test_no_window_lets_more_through_than_the_plan(plan: Plan, gaps: list[int]) -> None:
    now, full_at, passed = 0, None, []
    for gap in gaps:
        now += gap
        full_at, verdict = take(full_at, plan, now)
        assert 0 <= verdict.remaining < plan.limit
        assert verdict.allowed == (verdict.retry_after_s == 0)
        if verdict.allowed:
            passed.append(now)

    for start, first in enumerate(passed):
        for last in passed[start:]:
            within = sum(first <= at <= last for at in passed)
            assert within <= plan.limit + (last - first) // plan.step_ns


@given(plans, st.integers(0, 10**12))
def test_after_the_told_wait_one_more_passes(plan: Plan, now: int) -> None:
    full_at, verdict = None, None
    for _ in range(plan.limit + 1):
        full_at, verdict = take(full_at, plan, now)

    assert verdict is not None
    assert not verdict.allowed
    assert take(full_at, plan, now + verdict.retry_after_s * NANOSECONDS)[1].allowed
