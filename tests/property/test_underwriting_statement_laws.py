"""Laws of statements: what is written is what is read, to the minor unit, in any shape a bank may choose."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.underwriting.domain.statement import breaks_in_balance
from backend.underwriting.statements import read_statement
from backend.underwriting.statements.amounts import Figure, cut, decimal_mark, minor_units
from shared.currency import exponent_of
from shared.errors import InvalidInput
from tests.builders.statements import Entry, as_csv, as_ofx, decimals

currencies = st.sampled_from(["NGN", "JPY", "KWD"])
texts = st.text(alphabet="ABCDEFGHIJ klmno", min_size=1, max_size=20).map(lambda text: f"T {' '.join(text.split())}")


@st.composite
def plans(draw: st.DrawFn) -> list[Entry]:
    """A plan with money both ways, oldest first."""
    lines = draw(st.lists(st.tuples(st.integers(0, 200), st.integers(-(10**9), 10**9), texts), min_size=1, max_size=30))
    days = sorted(day for day, _, _ in lines)
    first = date(2026, 1, 13)
    entries = [
        Entry(on=first + timedelta(days=day), amount_minor=amount, text=text)
        for day, (_, amount, text) in zip(days, lines, strict=True)
    ]
    return [*entries, Entry(on=entries[-1].on + timedelta(days=1), amount_minor=-105, text="T LAST")]


@given(entries=plans(), currency=currencies, delimiter=st.sampled_from([",", ";", "\t"]), newest_first=st.booleans())
def test_a_csv_export_is_read_as_it_was_written(
    *, entries: list[Entry], currency: str, delimiter: str, newest_first: bool
) -> None:
    statement = read_statement(
        as_csv(entries, currency=currency, delimiter=delimiter, newest_first=newest_first),
        currency,
        decimal_mark=".",
    )

    assert [(t.booked_on, t.amount_minor) for t in statement.transactions] == [(e.on, e.amount_minor) for e in entries]
    assert not breaks_in_balance(statement.transactions)


@given(entries=plans(), currency=currencies, xml=st.booleans())
def test_an_ofx_export_is_read_as_it_was_written(*, entries: list[Entry], currency: str, xml: bool) -> None:
    statement = read_statement(as_ofx(entries, currency=currency, xml=xml), currency)

    assert [(t.booked_on, t.amount_minor) for t in statement.transactions] == [(e.on, e.amount_minor) for e in entries]


@given(st.integers(-(10**14), 10**14), currencies, st.sampled_from([(",", "."), (".", ","), (" ", "."), ("'", ",")]))
def test_an_amount_survives_any_banks_way_of_writing_it(minor: int, currency: str, marks: tuple[str, str]) -> None:
    group, mark = marks
    whole, _, part = decimals(abs(minor), currency).partition(".")
    grouped = f"{int(whole):,}".replace(",", group)
    text = f"{'-' if minor < 0 else ''}{grouped}{mark if part else ''}{part}"

    figure = cut(text, currency)

    assert figure is not None
    assert minor_units(figure, "." if mark == "." else ",", currency) == minor


@given(st.lists(st.integers(10**6, 10**12), min_size=1, max_size=10), st.sampled_from(["NGN", "EUR"]))
def test_the_decimal_mark_is_found_from_the_figures_alone(amounts: list[int], currency: str) -> None:
    for group, mark in ((",", "."), (".", ",")):
        figures = []
        for amount in amounts:
            whole, _, part = decimals(amount, currency).partition(".")
            figures.append(Figure(body=f"{int(whole):,}".replace(",", group) + mark + part))

        assert decimal_mark(figures, currency) == mark


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode), currencies)
def test_any_file_is_read_or_refused_and_never_breaks_the_reader(content: bytes, currency: str) -> None:
    for prefix in (b"", b"Date,Details,Amount,Balance\n", b"OFXHEADER:100\n"):
        try:
            statement = read_statement(prefix + content, currency)
        except InvalidInput:
            continue

        assert statement.transactions
        assert exponent_of(statement.currency) >= 0
