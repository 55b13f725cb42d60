"""How often one caller may ask: a token bucket per plan and caller, in this process only, in bounded memory.

It shields a process from one loud caller. What must hold across processes (sends of a code, attempts at it) is counted
in the database by its owner.
"""

from collections import OrderedDict
from collections.abc import Callable

from msgspec import Struct

NANOSECONDS = 1_000_000_000


class Plan(Struct, frozen=True, kw_only=True):
    """`limit` requests per `window_s` seconds on the long run, and the same number at once after a rest."""

    name: str
    limit: int
    window_s: int

    @property
    def step_ns(self) -> int:
        """How long one request takes to be earned back, rounded up so that the limit is never passed."""
        return -(-self.window_s * NANOSECONDS // self.limit)


class Verdict(Struct, frozen=True, kw_only=True):
    """The answer for one request, with the figures that the caller is told."""

    allowed: bool
    plan: Plan
    remaining: int
    reset_after_s: int  # until the bucket is full again
    retry_after_s: int  # 0 when allowed

    def headers(self) -> dict[str, str]:
        """`RateLimit-Policy`, `RateLimit` (draft-ietf-httpapi-ratelimit-headers) and, on a denial, `Retry-After`."""
        told = {
            "RateLimit-Policy": f'"{self.plan.name}";q={self.plan.limit};w={self.plan.window_s}',
            "RateLimit": f'"{self.plan.name}";r={self.remaining};t={self.reset_after_s}',
        }
        return told if self.allowed else told | {"Retry-After": str(self.retry_after_s)}


def take(full_at_ns: int | None, plan: Plan, now_ns: int, cost: int = 1) -> tuple[int, Verdict]:
    """Asks a bucket for `cost` requests; returns the instant at which it will be full again, and the verdict.

    The instant is all the state there is (the generic cell rate algorithm, ITU-T I.371): a bucket that is full by now
    equals one that was never seen. A denial costs nothing.
    """
    assert 1 <= cost <= plan.limit, "a cost above the limit could never be met"
    step, capacity = plan.step_ns, plan.step_ns * plan.limit
    before = max(full_at_ns or now_ns, now_ns)
    after = before + step * cost
    wait_ns = after - capacity - now_ns
    allowed = wait_ns <= 0
    kept = after if allowed else before
    return kept, Verdict(
        allowed=allowed,
        plan=plan,
        remaining=max(0, (capacity - (kept - now_ns)) // step),
        reset_after_s=-(-(kept - now_ns) // NANOSECONDS),
        retry_after_s=0 if allowed else max(1, -(-wait_ns // NANOSECONDS)),
    )


class RateLimiter:
    """The buckets of this process. Above `callers_max` those that are full go first, then the longest unseen."""

    def __init__(self, monotonic_ns: Callable[[], int], *, callers_max: int = 50_000) -> None:
        """`monotonic_ns` is the clock, such as `time.monotonic_ns`."""
        self._now_ns = monotonic_ns
        self._callers_max = callers_max
        self._full_at: OrderedDict[tuple[str, str], int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def check(self, plan: Plan, caller: str, cost: int = 1) -> Verdict:
        """Counts one request of `caller` (a principal or an address) against `plan`."""
        now, key = self._now_ns(), (plan.name, caller)
        full_at, verdict = take(self._full_at.get(key), plan, now, cost)
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._callers_max:
            self._shed(now)
        return verdict

    def _shed(self, now_ns: int) -> None:
        """Frees a tenth at once, so that a flood of new callers does not pay for a sweep each time."""
        rested = [key for key, full_at in self._full_at.items() if full_at <= now_ns]
        for key in rested:
            del self._full_at[key]
        while len(self._full_at) > self._callers_max * 9 // 10:
            self._full_at.popitem(last=False)
