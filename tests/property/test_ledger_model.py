"""Random lives of a ledger on a real PostgreSQL against a model of it that is a few dictionaries."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from backend import wiring
from backend.kernel.db import Tx
from backend.kernel.module import Services
from backend.ledger import store
from backend.ledger.domain.closing import Late
from backend.ledger.domain.holds import Hold
from backend.ledger.domain.journal import Journal, PostedJournal, credit, debit
from backend.ledger.errors import (
    AlreadyReversed,
    BalanceTooLow,
    HoldEnded,
    HoldTooSmall,
    JournalKeyReused,
    PeriodClosed,
)
from backend.ledger.invariants import is_balanced, is_whole
from backend.ledger.store import balances
from backend.ledger.usecases.close_period import close_period
from backend.ledger.usecases.hold import place_hold, post_hold, void_hold
from backend.ledger.usecases.post import post, post_each, reverse
from backend.ledger.usecases.prove import verify
from backend.settings import Settings
from shared.errors import CaasError
from shared.ids import new_id
from tests.builders import platform
from tests.builders.books import DAY, WALLET, Books

T = TypeVar("T")
PARTIES = [UUID(int=number) for number in (1, 2, 3)]
moves = st.tuples(st.sampled_from(PARTIES), st.integers(-80, 100).filter(bool), st.integers(-3, 3))


class Elsewhere:
    """An event loop in a thread of its own, for machines that Hypothesis drives without one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(timeout=60)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@dataclass
class Model:
    """What the ledger must show."""

    wallets: dict[UUID, int] = field(default_factory=lambda: dict.fromkeys(PARTIES, 0))
    held: dict[UUID, int] = field(default_factory=lambda: dict.fromkeys(PARTIES, 0))
    posted: dict[str, tuple[UUID, int, date]] = field(default_factory=dict)
    reversed: set[str] = field(default_factory=set)
    closed: date = date(2000, 1, 1)

    def refusal(self, key: str, party: UUID, amount: int, day: date) -> type[CaasError] | None:
        """Why a move is refused, if it is: amounts above zero come in."""
        if key in self.posted:
            return None if self.posted[key] == (party, amount, day) else JournalKeyReused
        refused_for_day = day <= self.closed
        too_low = self.wallets[party] + amount - self.held[party] < 0 and amount < 0
        return PeriodClosed if refused_for_day and not too_low else BalanceTooLow if too_low else None

    def post(self, key: str, party: UUID, amount: int, day: date) -> None:
        if key not in self.posted:
            self.posted[key] = (party, amount, day)
            self.wallets[party] += amount


def journal_of(key: str, party: UUID, amount: int, day: date) -> Journal:
    cash, wallet = (debit, credit) if amount > 0 else (credit, debit)
    legs = (cash("rail_cash", abs(amount), "NGN"), wallet("wallets", abs(amount), "NGN", party_id=party))
    return Journal(key=key, kind="move", effective_on=day, postings=legs)


class LedgerMachine(RuleBasedStateMachine):
    """Posts, replays, reverses, holds, closes, seals and signs, in any order."""

    elsewhere: Elsewhere
    services: Services
    journals: "Bundle[tuple[PostedJournal, str]]" = Bundle("journals")
    holds: "Bundle[tuple[UUID, UUID, int]]" = Bundle("holds")

    @initialize()
    def open(self) -> None:
        tenant = self.elsewhere.run(platform.new_tenant(self.services))
        self.books, self.model, self.ended = Books(self.services, tenant), Model(), set[UUID]()
        self.elsewhere.run(self.books.open_wallets())
        for party in PARTIES:
            self.elsewhere.run(self.books.fund(party, 150, f"fund {party}"))
            self.model.wallets[party] = 150

    def outcome(self, use: Callable[[Tx], Coroutine[Any, Any, T]]) -> T | CaasError:
        try:
            return self.elsewhere.run(self.books.write(use))
        except CaasError as refusal:
            return refusal

    @rule(target=journals, move=moves, again=st.booleans())
    def posts(self, *, move: tuple[UUID, int, int], again: bool) -> Any:
        party, amount, days = move
        day = DAY + timedelta(days=days)
        key = next(iter(self.model.posted), "first") if again else new_id().hex
        expected = self.model.refusal(key, party, amount, day)
        answer = self.outcome(lambda tx: post(tx, journal_of(key, party, amount, day)))
        if expected is not None:
            assert type(answer) in {expected, PeriodClosed} - ({PeriodClosed} if day > self.model.closed else set())
            return hypothesis.stateful.multiple()
        assert isinstance(answer, PostedJournal), answer
        assert answer.replayed == (key in self.model.posted)
        self.model.post(key, party, amount, day)
        return answer, key

    @rule(many=st.lists(moves, min_size=2, max_size=6))
    def posts_a_batch(self, many: list[tuple[UUID, int, int]]) -> None:
        asked = [(new_id().hex, party, amount, DAY + timedelta(days=days)) for party, amount, days in many]
        answers = self.elsewhere.run(self.books.write(lambda tx: post_each(tx, [journal_of(*each) for each in asked])))
        for each, answer in zip(asked, answers, strict=True):
            expected = self.model.refusal(*each)
            if expected is None:
                assert isinstance(answer, PostedJournal), (each, answer)
                self.model.post(*each)
            else:
                assert isinstance(answer, BalanceTooLow | PeriodClosed), (each, answer)

    @rule(which=journals)
    def reverses(self, which: tuple[PostedJournal, str]) -> None:
        posted, key = which
        party, amount, _ = self.model.posted[key]
        day = DAY + timedelta(days=10)
        answer = self.outcome(lambda tx: reverse(tx, posted.id, key=f"undo {key} {new_id().hex}", effective_on=day))
        if key in self.model.reversed:
            assert isinstance(answer, AlreadyReversed), answer
        elif amount > 0 and self.model.wallets[party] - amount - self.model.held[party] < 0:
            assert isinstance(answer, BalanceTooLow), answer
        else:
            assert isinstance(answer, PostedJournal), answer
            self.model.reversed.add(key)
            self.model.wallets[party] -= amount

    @rule(target=holds, party=st.sampled_from(PARTIES), amount=st.integers(1, 60))
    def holds_money(self, party: UUID, amount: int) -> Any:
        asked = Hold(key=new_id().hex, account="wallets", amount_minor=amount, currency="NGN", party_id=party)
        answer = self.outcome(lambda tx: place_hold(tx, asked))
        if self.model.wallets[party] - self.model.held[party] < amount:
            assert isinstance(answer, BalanceTooLow)
            return hypothesis.stateful.multiple()
        assert not isinstance(answer, CaasError), answer
        self.model.held[party] += amount
        return answer.id, party, amount

    @rule(which=holds, taken=st.integers(1, 70), void=st.booleans())
    def ends_a_hold(self, *, which: tuple[UUID, UUID, int], taken: int, void: bool) -> None:
        hold_id, party, amount = which
        day = DAY + timedelta(days=10)
        out = journal_of(new_id().hex, party, -taken, day)
        answer: Any = self.outcome(
            (lambda tx: void_hold(tx, hold_id)) if void else (lambda tx: post_hold(tx, hold_id, out))
        )
        if hold_id in self.ended:
            assert isinstance(answer, HoldEnded) or (void and not isinstance(answer, CaasError)), answer
        elif not void and taken > amount:
            assert isinstance(answer, HoldTooSmall), answer
        else:
            assert not isinstance(answer, CaasError), answer
            self.ended.add(hold_id)
            self.model.held[party] -= amount
            if not void:
                self.model.post(out.key, party, -taken, day)

    @rule(days=st.integers(-4, 2))
    def closes(self, days: int) -> None:
        self.model.closed = DAY + timedelta(days=days)
        self.elsewhere.run(self.books.write(lambda tx: close_period(tx, self.model.closed, Late.REFUSE)))

    @rule()
    def seals_and_signs(self) -> None:
        self.elsewhere.run(self.books.seal())
        self.elsewhere.run(self.books.sign())

    @invariant()
    def shows_what_the_model_has(self) -> None:
        if not hasattr(self, "books"):
            return

        async def shown(tx: Any) -> Any:
            kept = [await balances.kept(tx, WALLET.code, loan_id=None, party_id=party) for party in PARTIES]
            totals = await store.volumes(tx, until=None, account=WALLET.code)
            return kept, -sum(each.net_debit_minor for each in totals), await is_whole(tx), await is_balanced(tx)

        kept, total, *faults = self.elsewhere.run(self.books.read(shown))
        found = {
            party: (rows[0].balance_minor, rows[0].held_minor) if rows else (0, 0)
            for party, rows in zip(PARTIES, kept, strict=True)
        }
        assert found == {party: (self.model.wallets[party], self.model.held[party]) for party in PARTIES}
        assert total == sum(self.model.wallets.values())
        assert faults == [[], []]

    def teardown(self) -> None:
        if hasattr(self, "books"):
            ring = self.elsewhere.run(self.books.read(self.services.vault.keyring))
            self.elsewhere.run(self.books.read(lambda tx: verify(tx, ring)))


def test_a_ledger_lives_as_its_model_does(settings: Settings) -> None:
    elsewhere = Elsewhere()
    services = wiring.build_services(settings)
    machine = type("Machine", (LedgerMachine,), {"elsewhere": elsewhere, "services": services})
    few = hypothesis.settings(max_examples=40, stateful_step_count=30, deadline=None)
    try:
        run_state_machine_as_test(machine, settings=few)
    finally:
        elsewhere.run(services.database.close())
        elsewhere.end()


pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
