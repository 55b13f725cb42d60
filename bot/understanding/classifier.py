"""Guesses which errand a free text asks for: multinomial logistic regression over TF-IDF of words and letters.

Trained by `caas bot learn` from the phrase files beside this module; here it is plain arithmetic over what was learnt,
a fraction of a millisecond a message and nothing to install. What it is not sure of is no guess: the bot then asks.
"""

import gzip
from functools import cache
from math import exp
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.conversation.turns import Guess, Meaning
from bot.understanding.features import features, weighted

MODEL = Path(__file__).parent / "model.msgpack.gz"
SURE_PER_MILLE = 400
AHEAD_PER_MILLE = 120  # of the second likeliest
KNOWN_SHARE = 0.35  # of what a text is made of; less is gibberish, or a language that nobody taught
NO_FLOW = "other"  # what people write that no errand here answers


class Model(Struct, frozen=True, kw_only=True):
    """What was learnt. `weights` holds a signed byte for each feature and class; times `scale` it is the weight."""

    learnt_from: str  # a digest of the phrases
    classes: list[str]
    bias: list[float]
    features: list[str]
    idf: list[float]
    weights: bytes
    scale: float


@cache
def model() -> "Classifier":
    """The model that lies beside this module, read once."""
    return Classifier(msgspec.msgpack.decode(gzip.decompress(MODEL.read_bytes()), type=Model))


class Classifier:
    """A trained model, ready to guess."""

    def __init__(self, learnt: Model) -> None:
        self.learnt_from = learnt.learnt_from
        self._classes, self._bias = learnt.classes, learnt.bias
        self._idf = dict(zip(learnt.features, learnt.idf, strict=True))
        many = len(learnt.classes)
        signed = [(byte - 256 if byte > 127 else byte) * learnt.scale for byte in learnt.weights]
        self._weights = {name: tuple(signed[at * many : (at + 1) * many]) for at, name in enumerate(learnt.features)}

    def probabilities(self, text: str) -> list[tuple[int, str]]:
        """Each class with its probability in thousandths, the likeliest first; nothing where no feature is known."""
        seen = features(text)
        known = weighted(seen, self._idf)
        if len(known) < KNOWN_SHARE * len(seen) or not known:
            return []
        scores = list(self._bias)
        for name, value in known.items():
            for place, weight in enumerate(self._weights[name]):
                scores[place] += value * weight
        top = max(scores)
        powers = [exp(score - top) for score in scores]
        total = sum(powers)
        shares = ((round(1000 * power / total), name) for power, name in zip(powers, self._classes, strict=True))
        return sorted(shares, reverse=True)

    async def __call__(self, said: Meaning) -> Guess | None:
        """The errand that somebody asks for; their text's own language counts, not that which they chose."""
        return self.guess(said.text)

    def guess(self, text: str) -> Guess | None:
        """The errand that `text` asks for, or none where that is not sure."""
        found = self.probabilities(text)
        if not found:
            return None
        (sure, name), (second, _) = found[0], found[1]
        if name == NO_FLOW or sure < SURE_PER_MILLE or sure - second < AHEAD_PER_MILLE:
            return None
        return Guess(flow=name, per_mille=sure)
