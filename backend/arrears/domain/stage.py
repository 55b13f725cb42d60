"""How late a loan is."""

from shared.api.arrears import ArrearsStage

_LAST_DAYS = ((0, ArrearsStage.CURRENT), (30, ArrearsStage.DAYS_1_30), (60, ArrearsStage.DAYS_31_60))


def stage_of(days_past_due: int, recoverable_minor: int = 0) -> ArrearsStage:
    """The stage, in the thirty-day steps that lenders and regulators report by; another for what was written off."""
    assert days_past_due >= 0, "days past due are counted from zero"
    if recoverable_minor > 0:
        return ArrearsStage.RECOVERY
    for last_day, stage in _LAST_DAYS:
        if days_past_due <= last_day:
            return stage
    return ArrearsStage.DAYS_61_90 if days_past_due <= 90 else ArrearsStage.OVER_90
