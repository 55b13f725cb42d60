"""Truths about arrears."""

from backend.arrears.store import faults
from backend.kernel.module import Invariant

INVARIANTS = (Invariant("hardship cases and promises agree", faults),)
