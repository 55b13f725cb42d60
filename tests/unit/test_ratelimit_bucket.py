"""Rate limits: a burst, then a steady pace, in bounded memory."""

from backend.kernel.ratelimit import NANOSECONDS, Plan, RateLimiter, take

PLAN = Plan(name="public", limit=5, window_s=10)


class Monotonic:
    def __init__(self) -> None:
        self.ns = 1_000 * NANOSECONDS

    def __call__(self) -> int:
        return self.ns

    def wait(self, seconds: int) -> None:
        self.ns += seconds * NANOSECONDS


def test_a_full_burst_is_allowed_and_one_more_is_not() -> None:
    clock = Monotonic()
    limiter = RateLimiter(clock)

    verdicts = [limiter.check(PLAN, "ada") for _ in range(6)]

    assert [verdict.allowed for verdict in verdicts] == [True] * 5 + [False]
    assert [verdict.remaining for verdict in verdicts] == [4, 3, 2, 1, 0, 0]
    assert verdicts[-1].retry_after_s == 2
    assert verdicts[-1].reset_after_s == 10


def test_waiting_as_long_as_told_is_enough_and_a_denial_costs_nothing() -> None:
    clock = Monotonic()
    limiter = RateLimiter(clock)
    for _ in range(5):
        limiter.check(PLAN, "ada")
    denied = [limiter.check(PLAN, "ada") for _ in range(50)][-1]

    clock.wait(denied.retry_after_s)

    assert limiter.check(PLAN, "ada").allowed
    assert not limiter.check(PLAN, "ada").allowed


def test_callers_and_plans_do_not_share_a_bucket() -> None:
    limiter = RateLimiter(Monotonic())
    for _ in range(5):
        limiter.check(PLAN, "ada")

    assert limiter.check(PLAN, "obi").allowed
    assert limiter.check(Plan(name="partner", limit=5, window_s=10), "ada").allowed
    assert not limiter.check(PLAN, "ada").allowed


def test_a_caller_is_told_the_figures() -> None:
    limiter = RateLimiter(Monotonic())

    allowed = limiter.check(PLAN, "ada")
    denied = limiter.check(PLAN, "ada", cost=5)

    assert allowed.headers() == {"RateLimit-Policy": '"public";q=5;w=10', "RateLimit": '"public";r=4;t=2'}
    assert not denied.allowed
    assert denied.headers()["Retry-After"] == "2"


def test_memory_stays_bounded_and_rested_callers_go_first() -> None:
    clock = Monotonic()
    limiter = RateLimiter(clock, callers_max=100)
    limiter.check(PLAN, "loud", cost=5)
    for number in range(50):
        limiter.check(PLAN, f"early-{number}")
    clock.wait(4)

    for number in range(60):
        limiter.check(PLAN, f"late-{number}")

    assert len(limiter) <= 100
    assert limiter.check(PLAN, "loud", cost=5).allowed is False


def test_a_flood_of_addresses_never_passes_the_bound() -> None:
    limiter = RateLimiter(Monotonic(), callers_max=10)

    for number in range(1_000):
        limiter.check(PLAN, str(number))
        assert len(limiter) <= 11


def test_an_unseen_bucket_is_a_full_one() -> None:
    assert take(None, PLAN, 5)[1] == take(3, PLAN, 5)[1]
