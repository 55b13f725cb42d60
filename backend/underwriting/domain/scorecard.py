"""A points scorecard as data, and the principal reasons that follow from the points lost.

Points, bins and a bin of its own for what is missing follow N. Siddiqi, "Credit Risk Scorecards" (2006). Reasons
follow Regulation B, 12 CFR 1002.9(b)(2). Comment 9(b)(2)-5 of its Official Interpretations names two methods: how far
each factor falls below its average among applicants at or slightly above the passing score, or among all applicants;
it accepts any other with substantially similar results. A characteristic that carries such an average as
`reference_points` is measured against it; one that doesn't, against the most points it can give.
"""

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from backend.underwriting.domain.expression import Kind
from backend.underwriting.domain.expression.syntax import Scalar
from backend.underwriting.domain.reasons import REASONS
from backend.underwriting.errors import InvalidScorecard
from shared.api.credit_policies import Characteristic, Scorecard


class ScoredCharacteristic(Struct, frozen=True, kw_only=True):
    """The points one characteristic earned, and how many it fell short of its reference and of its best."""

    name: str
    feature: str
    reason: str
    points: int
    lost: int
    below_best: int


class Score(Struct, frozen=True, kw_only=True):
    """A score with where it came from, in the card's order."""

    points: int
    band: str
    approve_from: int
    refer_from: int
    characteristics: tuple[ScoredCharacteristic, ...]

    @property
    def passes(self) -> bool:
        """Whether the score alone would approve."""
        return self.points >= self.approve_from

    @property
    def fails(self) -> bool:
        """Whether the score alone would decline."""
        return self.points < self.refer_from

    def principal_reasons(self) -> tuple[str, ...]:
        """Reason codes by points lost, largest first, ties in the card's order, each code once.

        Characteristics that lost nothing give no reason. Where none fell short of its reference, the best counts, so
        that a failing score is never without a reason.
        """
        lost = {scored.name: scored.lost for scored in self.characteristics}
        if not any(lost.values()):
            lost = {scored.name: scored.below_best for scored in self.characteristics}
        short = [scored for scored in self.characteristics if lost[scored.name] > 0]
        ordered = sorted(short, key=lambda scored: -lost[scored.name])
        return tuple(dict.fromkeys(scored.reason for scored in ordered))


def most_points(characteristic: Characteristic) -> int:
    """The most that any value earns, missing included."""
    listed = [band.points for band in characteristic.bands] + [group.points for group in characteristic.groups]
    other = [] if characteristic.other_points is None else [characteristic.other_points]
    return max([characteristic.missing_points, *listed, *other])


def check_scorecard(card: Scorecard, kinds: Mapping[str, Kind]) -> None:
    """Refuses a card on which a value could earn no points or two. Raises InvalidScorecard naming every problem."""
    problems: dict[str, str] = {}
    if card.refer_from > card.approve_from:
        problems["refer_from"] = "a person decides below the passing score, not above it"
    if any(lower >= higher for higher, lower in pairwise(card.bands_from)):
        problems["bands_from"] = "bands fall from A to D"
    seen: set[str] = set()
    for index, characteristic in enumerate(card.characteristics):
        place = f"characteristics[{index}]"
        if characteristic.name in seen:
            problems[f"{place}.name"] = f"{characteristic.name} stands twice; names are unique"
        seen.add(characteristic.name)
        if characteristic.reason not in REASONS:
            problems[f"{place}.reason"] = f"{characteristic.reason} is not a known reason code"
        kind = kinds.get(characteristic.feature)
        if kind is None:
            problems[f"{place}.feature"] = f"there is no feature named {characteristic.feature}"
        elif (
            problem := _number_problem(characteristic) if kind is Kind.NUMBER else _group_problem(characteristic, kind)
        ):
            problems[place] = problem
    if not problems and card.base_points + sum(map(most_points, card.characteristics)) < card.approve_from:
        problems["approve_from"] = "nobody can reach the passing score"
    if problems:
        raise InvalidScorecard(fields=problems)


def _number_problem(characteristic: Characteristic) -> str | None:
    bands = characteristic.bands
    if not bands or characteristic.groups or characteristic.other_points is not None:
        return "a number is scored by bands alone"
    if any(edge is not None and not edge.is_finite() for band in bands for edge in (band.at_least, band.below)):
        return "the edges of a band are numbers"
    if bands[0].at_least is not None or bands[-1].below is not None:
        return "the first band is open below and the last one open above"
    for earlier, later in pairwise(bands):
        if earlier.below is None or earlier.below != later.at_least:
            return "each band starts where the one before it ends"
    edges = [band.below for band in bands[:-1] if band.below is not None]
    if any(later <= earlier for earlier, later in pairwise(edges)):
        return "bands rise from the lowest to the highest"
    return None


def _group_problem(characteristic: Characteristic, kind: Kind) -> str | None:
    values = [value for group in characteristic.groups for value in group.values]
    if characteristic.bands or characteristic.other_points is None:
        return f"a {kind} is scored by groups and other_points"
    if len(values) != len(set(values)):
        return "a value belongs to one group"
    if kind is Kind.BOOLEAN and not set(values) <= {"true", "false"}:
        return 'the values of a boolean are "true" and "false"'
    return None


def score(card: Scorecard, kinds: Mapping[str, Kind], features: Mapping[str, Scalar | None]) -> Score:
    """The points that `features` earn on `card`; a feature that is absent or None earns its missing points.

    Raises InvalidScorecard.
    """
    check_scorecard(card, kinds)
    scored = tuple(
        _scored(characteristic, features.get(characteristic.feature)) for characteristic in card.characteristics
    )
    points = card.base_points + sum(each.points for each in scored)
    return Score(
        points=points,
        band=next((name for name, least in zip("ABCD", card.bands_from, strict=True) if points >= least), "E"),
        approve_from=card.approve_from,
        refer_from=card.refer_from,
        characteristics=scored,
    )


def _scored(characteristic: Characteristic, value: Scalar | None) -> ScoredCharacteristic:
    points = _points(characteristic, value)
    reference = characteristic.reference_points
    best = most_points(characteristic)
    return ScoredCharacteristic(
        name=characteristic.name,
        feature=characteristic.feature,
        reason=characteristic.reason,
        points=points,
        lost=max(0, (best if reference is None else reference) - points),
        below_best=best - points,
    )


def _points(characteristic: Characteristic, value: Scalar | None) -> int:
    if value is None:
        return characteristic.missing_points
    if characteristic.bands:
        assert isinstance(value, int | Decimal), "a feature scored by bands is a number"
        return next(band.points for band in characteristic.bands if band.below is None or value < band.below)
    text = str(value).lower() if isinstance(value, bool) else value
    earned = next(
        (group.points for group in characteristic.groups if text in group.values), characteristic.other_points
    )
    assert earned is not None, "a card with groups was checked to have other_points"
    return earned
