"""Delinquency: which bucket days past due fall into, under the ladders that the sources set up."""

from shared.loss_policy import LossBucket, LossPolicy
from tests.vectors.folder import Folder, Vector

PREFIXES = ("dpd_buckets_",)

# A source's ladder is the product's setting, which a vector names and doesn't repeat: the first day of each bucket.
LADDERS = {
    "fineract e2e default bucket": {
        "range 1": 1,
        "range 3": 4,
        "range 30": 31,
        "range 60": 61,
        "range 90": 91,
        "range 120": 121,
        "range 150": 151,
        "range 180": 181,
        "range 240": 241,
    },
    "frappe/India IRAC test ranges": {
        "SMA-0": 0,
        "SMA-1": 31,
        "SMA-2": 61,
        "D1 Substandard": 91,
        "D2 Doubtful": 366,
        "D3 Loss": 1099,
    },
}


def differs(vector: Vector, _folder: Folder) -> str | None:
    """None where our bucket is the vector's."""
    steps = LADDERS[vector["scheme"]].items()
    ladder = LossPolicy(buckets=tuple(LossBucket(code=code, from_days=days) for code, days in steps))
    found = ladder.bucket_of(vector["dpd"])
    expected = vector["bucket"]
    if (found and found.code) == expected:
        return None
    return f"{vector['dpd']} days: {found and found.code}, not {expected}"
