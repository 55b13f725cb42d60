from collections.abc import Callable, Iterator

import pytest

from tests.architecture import rules, sources
from tests.architecture.sources import Source, sample

Rule = Callable[[Source], Iterator[str]]
TEXTS = (".md", ".po", ".py", ".sol", ".sql", ".toml", ".ts", ".yml")
RULES = (rules.too_long, rules.vaguely_named, rules.uses_float, rules.reads_clock, rules.holds_sql)


def test_the_project_keeps_the_rules() -> None:
    broken = [each for source in sources.python() for rule in RULES for each in rule(source)]

    assert not broken, "\n".join(broken)


def test_no_words_mark_unfinished_work() -> None:
    marks = [each for source in sources.files(*TEXTS) for each in rules.is_unfinished(source)]

    assert not marks, "\n".join(marks)


def broken_by(rule: Rule, path: str, text: str) -> int:
    return len(list(rule(sample(path, text))))


def test_a_file_over_its_budget_is_noticed_and_a_test_has_more_room() -> None:
    assert broken_by(rules.too_long, "backend/x.py", "a = 1\n" * 300) == 0
    assert broken_by(rules.too_long, "backend/x.py", "a = 1\n" * 301) == 1
    assert broken_by(rules.too_long, "tests/x.py", "a = 1\n" * 500) == 0
    assert broken_by(rules.too_long, "tests/x.py", "a = 1\n" * 501) == 1


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_function_over_its_budget_is_noticed(kind: str) -> None:
    assert broken_by(rules.too_long, "backend/x.py", f"{kind} f():\n" + "    a = 1\n" * 59) == 0
    assert broken_by(rules.too_long, "backend/x.py", f"{kind} f():\n" + "    a = 1\n" * 60) == 1


@pytest.mark.parametrize("path", ["backend/utils.py", "shared/helpers/x.py", "backend/loans/manager.py"])
def test_a_name_that_says_nothing_is_noticed(path: str) -> None:
    assert broken_by(rules.vaguely_named, path, "") == 1


@pytest.mark.parametrize(
    "code",
    [
        "rate = 0.1",
        "def f(a: float): ...",
        "a = float(b)",
        "a = round(b, 2)",
        "a = b.quantize(c)",
        "a = math.sqrt(b)",
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "backend/underwriting/domain/x.py",
        "backend/ledger/store.py",
        "backend/servicing/usecases/pay.py",
        "shared/money.py",
    ],
)
def test_a_float_where_money_is_computed_is_noticed(path: str, code: str) -> None:
    assert broken_by(rules.uses_float, path, code) == 1


@pytest.mark.parametrize("code", ["a = math.gcd(b, c)", "a = Decimal('0.1')", "a = b // 2"])
def test_exact_arithmetic_is_left_alone(code: str) -> None:
    assert broken_by(rules.uses_float, "backend/servicing/domain/x.py", code) == 0


def test_a_float_elsewhere_is_left_alone() -> None:
    assert broken_by(rules.uses_float, "backend/kernel/jobs.py", "pause_s = 0.05") == 0


@pytest.mark.parametrize(
    "code",
    [
        "a = datetime.now(UTC)",
        "a = datetime.datetime.utcnow()",
        "a = date.today()",
        "a = time.time()",
        "a = map(datetime.fromtimestamp, [time.time_ns])",
        "from time import time",
    ],
)
def test_a_read_of_the_wall_clock_is_noticed(code: str) -> None:
    assert broken_by(rules.reads_clock, "backend/loans/usecases/x.py", code) == 1
    assert broken_by(rules.reads_clock, "shared/clock.py", code) == 0


@pytest.mark.parametrize("code", ["a = SystemClock()", "a = [SystemClock()]"])
def test_a_use_case_that_takes_the_systems_clock_is_noticed(code: str) -> None:
    assert broken_by(rules.reads_clock, "backend/loans/usecases/x.py", code) == 1
    assert broken_by(rules.reads_clock, "backend/kernel/db.py", code) == 0


def test_measuring_how_long_something_takes_is_no_wall_clock() -> None:
    assert broken_by(rules.reads_clock, "backend/kernel/x.py", "a = time.monotonic() + time.perf_counter()") == 0


@pytest.mark.parametrize(
    "code",
    [
        "from sqlalchemy import select",
        "import sqlalchemy as sa",
        "from asyncpg.pool import Pool",
        "a = 'SELECT id FROM loan'",
        "a = f'delete from loan where id = {b}'",
        '''a = """
            insert into loan values (1)
        """''',
        "a = 'update loan set x = 1'",
    ],
)
def test_sql_outside_a_store_is_noticed(code: str) -> None:
    assert broken_by(rules.holds_sql, "backend/loans/usecases/x.py", code) == 1
    assert broken_by(rules.holds_sql, "backend/loans/routes.py", code) == 1
    assert broken_by(rules.holds_sql, "backend/loans/store.py", code) == 0
    assert broken_by(rules.holds_sql, "backend/loans/store/rows.py", code) == 0
    assert broken_by(rules.holds_sql, "backend/kernel/outbox.py", code) == 0
    assert broken_by(rules.holds_sql, "bot/dispatcher.py", code) == 1
    assert broken_by(rules.holds_sql, "bot/store/rows.py", code) == 0


def test_prose_that_begins_like_sql_is_left_alone() -> None:
    assert broken_by(rules.holds_sql, "backend/loans/routes.py", "a = 'Select the loan, then update it.'") == 0


@pytest.mark.parametrize(
    "line",
    ["# TODO tidy", "a = 1  # FIXME", "raise NotImplementedError", "// XXX", "This is simplified.", "ok for now"],
)
def test_a_word_that_marks_unfinished_work_is_noticed(line: str) -> None:
    assert broken_by(rules.is_unfinished, "docs/x.md", line) == 1


def test_data_that_looks_like_a_mark_is_left_alone() -> None:
    assert broken_by(rules.is_unfinished, "backend/x.py", 'codes = "XXA XXX"\nTODO = "todo"') == 0
