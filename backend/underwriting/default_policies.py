"""The platform's own policies, from data; a tenant decides by them until it activates its own."""

from functools import cache
from pathlib import Path

import msgspec

from shared.api.credit_policies import PolicyIn

_PATH = Path(__file__).with_name("default_policies.json")


@cache
def default_policies() -> tuple[PolicyIn, ...]:
    """One policy for every product, and one for each kind that needs its own."""
    return msgspec.json.decode(_PATH.read_bytes(), type=tuple[PolicyIn, ...])
