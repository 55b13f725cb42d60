"""Truths about disbursements, checked while the platform runs."""

from backend.disbursement import store
from backend.kernel.module import Invariant

INVARIANTS = (Invariant("disbursement.status_is_where_the_timeline_ends", store.off_their_timeline),)
