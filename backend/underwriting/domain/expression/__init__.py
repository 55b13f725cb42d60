"""The language that underwriting rules are written in: small, typed, total and data, never code.

Grammar, loosest binding first:

    either     = both { "or" both }
    both       = denied { "and" denied }
    denied     = "not" denied | test
    test       = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum
                     | ["not"] "in" "[" literal { "," literal } "]"
                     | "is" ["not"] "missing" ]
    sum        = product { ("+" | "-") product }
    product    = factor { ("*" | "/") factor }
    factor     = "-" factor | number | "text" | true | false | feature | "(" either ")"
               | ("min" | "max" | "abs") "(" either { "," either } ")"

What an expression means when a feature is missing:

- arithmetic, `min`, `max`, `abs`, comparisons and `in` give missing as soon as one of their operands is missing;
- `and`, `or` and `not` follow Kleene's three-valued logic: `false and missing` is false, `true or missing` is true,
  every other combination with missing is missing;
- `is missing` and `is not missing` are never missing themselves;
- division by zero, and a result outside the range of IEEE 754 decimal128, are missing as well.

So every well-typed expression has a value: there are no run-time failures, no loops and no names besides features.
Numbers are decimals of 34 significant digits, rounded half to even; `1 == 1.00` holds. Text compares exactly.
"""

from backend.underwriting.domain.expression.check import Kind, check
from backend.underwriting.domain.expression.evaluate import Value, evaluate
from backend.underwriting.domain.expression.parser import parse
from backend.underwriting.domain.expression.syntax import Expression, features_in, render

__all__ = [
    "Expression",
    "Kind",
    "Value",
    "check",
    "evaluate",
    "features_in",
    "parse",
    "render",
]
