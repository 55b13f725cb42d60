"""Truths about agreements, checked while the platform runs."""

from backend.agreements import store
from backend.kernel.module import Invariant

INVARIANTS = (Invariant("agreements.signed_and_documented", store.faults),)
