"""Learns the classifier from the phrase files: `caas bot learn`, run by people after they changed a phrase.

Softmax regression by stochastic gradient descent with L2 regularisation, in a fixed order of shuffles, so that the same
phrases give the same model. It takes about a minute and needs nothing but Python.
"""

import gzip
import hashlib
import random
from collections import Counter
from collections.abc import Iterator
from math import exp, log
from pathlib import Path

import msgspec

from bot.understanding.classifier import MODEL, Model
from bot.understanding.features import features, weighted

PHRASES = Path(__file__).parent / "phrases"
EPOCHS, RATE, DECAY, KEPT_FROM = 50, 2.0, 1e-4, 2
Sample = tuple[dict[str, float], int]


def phrases() -> Iterator[tuple[str, str]]:
    """Every phrase with its intent."""
    for file in sorted(PHRASES.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            intent, colon, said = line.partition(":")
            if colon and not line.startswith("#"):
                yield from ((phrase.strip(), intent.strip()) for phrase in said.split("|"))


def digest() -> str:
    """Of all phrases: a model that was learnt from others is out of date."""
    return hashlib.sha256("\n".join(f"{intent}:{phrase}" for phrase, intent in phrases()).encode()).hexdigest()[:16]


def learn() -> Model:
    """The model of the present phrases."""
    known = list(phrases())
    classes = sorted({intent for _, intent in known})
    counted = [features(phrase) for phrase, _ in known]
    documents = Counter(name for counts in counted for name in counts)
    kept = sorted(name for name, count in documents.items() if count >= KEPT_FROM or name.startswith("w "))
    idf = {name: log((1 + len(known)) / (1 + documents[name])) + 1 for name in kept}
    samples = [
        (weighted(counts, idf), classes.index(intent)) for counts, (_, intent) in zip(counted, known, strict=True)
    ]
    weights, bias = _descend(samples, kept, len(classes))
    scale = max(abs(value) for row in weights.values() for value in row) / 127
    return Model(
        learnt_from=digest(),
        classes=classes,
        bias=[round(value, 4) for value in bias],
        features=kept,
        idf=[round(idf[name], 4) for name in kept],
        weights=bytes(round(value / scale) & 0xFF for name in kept for value in weights[name]),
        scale=scale,
    )


def _descend(samples: list[Sample], names: list[str], many: int) -> tuple[dict[str, list[float]], list[float]]:
    weights = {name: [0.0] * many for name in names}
    bias = [0.0] * many
    order = random.Random(7)  # noqa: S311 -- a shuffle, the same each time
    for epoch in range(EPOCHS):
        rate = RATE / (1 + 0.1 * epoch)
        order.shuffle(samples)
        for values, target in samples:
            gradient = _probabilities(values, weights, bias)
            gradient[target] -= 1
            for place, slope in enumerate(gradient):
                bias[place] -= 0.1 * rate * slope
            for name, value in values.items():
                row, step = weights[name], rate * value
                for place, slope in enumerate(gradient):
                    row[place] -= step * slope + rate * DECAY * row[place]
    return weights, bias


def _probabilities(values: dict[str, float], weights: dict[str, list[float]], bias: list[float]) -> list[float]:
    scores = list(bias)
    for name, value in values.items():
        for place, weight in enumerate(weights[name]):
            scores[place] += value * weight
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def save(learnt: Model, file: Path = MODEL) -> None:
    """Keeps a model where the bot reads it."""
    file.write_bytes(gzip.compress(msgspec.msgpack.encode(learnt), mtime=0))
