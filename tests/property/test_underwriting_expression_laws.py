"""Laws of the rule language that hold for every expression."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from backend.underwriting.domain.expression import Kind, check, evaluate, parse, render
from backend.underwriting.errors import ExpressionError

KINDS = {"n": Kind.NUMBER, "m": Kind.NUMBER, "t": Kind.TEXT, "f": Kind.BOOLEAN}

Known = dict[str, bool | int | Decimal | str | None]

numbers: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(
        st.integers(0, 10**12).map(str),
        st.decimals(0, 1000, places=3).map(lambda d: f"{d:f}"),
        st.sampled_from(["n", "m"]),
        st.tuples(numbers, st.sampled_from("+-*/"), numbers).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        numbers.map(lambda x: f"-{x}"),
        st.tuples(st.sampled_from(["min", "max"]), numbers, numbers).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
    )
)
booleans: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["true", "false", "f"]),
        st.tuples(numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
        st.tuples(booleans, st.sampled_from(["and", "or"]), booleans).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        booleans.map(lambda x: f"(not {x})"),
        numbers.map(lambda x: f"({x} is missing)"),
        st.just("(t in ['a', 'b'])"),
    )
)
facts = st.fixed_dictionaries(
    {
        "n": st.none() | st.integers(-(10**15), 10**15),
        "m": st.none() | st.decimals(-1000, 1000, places=4),
        "t": st.none() | st.sampled_from(["a", "c"]),
        "f": st.none() | st.booleans(),
    }
)


@given(booleans, facts)
def test_every_well_typed_expression_has_a_value(
    source: str, known: dict[str, bool | int | Decimal | str | None]
) -> None:
    tree = parse(source)
    assert check(tree, KINDS) is Kind.BOOLEAN

    assert evaluate(tree, known) in (True, False, None)


@given(booleans, facts)
def test_what_is_shown_means_the_same(source: str, known: Known) -> None:
    tree = parse(source)
    shown = render(tree)

    assert render(parse(shown)) == shown
    assert evaluate(parse(shown), known) == evaluate(tree, known)


@given(st.text(alphabet="abnt0123456789 .+-*/<>=!()[],'\"isnotmigadr\\\n", max_size=60))
def test_any_text_is_either_read_or_refused_with_a_place(source: str) -> None:
    try:
        parse(source)
    except ExpressionError as refusal:
        position = refusal.position
    else:
        position = 1

    assert 1 <= position <= len(source) + 1


@given(booleans, facts)
def test_knowing_more_never_turns_an_answer_round(
    source: str, known: dict[str, bool | int | Decimal | str | None]
) -> None:
    if "is missing" in source:
        return
    tree = parse(source)
    before = evaluate(tree, known)
    values: Known = {"n": 1, "m": 1, "t": "a", "f": True}
    filled: Known = {name: values[name] if value is None else value for name, value in known.items()}

    if before is not None:
        assert evaluate(tree, filled) == before
