"""What free texts are taken for: words that always work, the classifier on messages it never saw, amounts and dates."""

import time
from datetime import date

import pytest

from bot.understanding import learning
from bot.understanding.classifier import SURE_PER_MILLE, model
from bot.understanding.entities import amount_in, date_in
from bot.understanding.learning import digest
from bot.understanding.words import Word, word_in
from shared.money import Money

TODAY = date(2026, 11, 29)  # a Sunday
UNSEEN = {
    "en": {
        "pls i wan pay my loan today": "pay", "send me the link to pay": "pay", "how can i make repayment": "pay",
        "wats my outstandin balance": "balance", "i want to know what i owe u": "balance",
        "when do i pay next": "next_payment", "i cannot pay now, give me till month end": "hardship",
        "abeg no money, make una give me time": "hardship", "i lost my job last week": "hardship",
        "i have paid since yesterday but not showing": "dispute", "they debited me 2 times": "dispute",
        "i want to talk to customer service": "human", "get me a real human": "human",
        "please clear the whole loan at once": "payoff", "show me the payment schedule": "schedule",
        "send me my account statement please": "statement", "no more messages pls": "stop",
        "can we change the language": "language", "hello good morning": "menu",
    },
    "fr": {
        "je veux payer aujourd'hui": "pay", "combien je vous dois encore": "balance",
        "je ne peux pas payer cette semaine": "hardship", "on m'a débité deux fois": "dispute",
        "je voudrais parler à quelqu'un": "human", "envoyez-moi le relevé": "statement",
    },
    "ha": {
        "ina so in biya bashin yau": "pay", "nawa ake bina yanzu": "balance", "ba ni da kudi yanzu": "hardship",
        "ina so in yi magana da wakili": "human",
    },
    "yo": {
        "mo fe san owo mi": "pay", "elo ni mo je bayii": "balance", "mi o le san bayii": "hardship",
        "mo fe ba eniyan soro": "human",
    },
    "ig": {
        "achoro m ikwu ugwo": "pay", "ego ole ka m ji ugbu a": "balance", "enweghi m ego ugbu a": "hardship",
        "achoro m igwa mmadu okwu": "human",
    },
    "sw": {
        "nataka kulipa leo": "pay", "nadaiwa pesa ngapi": "balance", "siwezi kulipa sasa hivi": "hardship",
        "nataka kuongea na mtu": "human",
    },
    "ar": {
        "أريد أن أدفع اليوم": "pay", "كم باقي علي الآن": "balance", "لا أستطيع الدفع الآن": "hardship",
        "أريد التحدث مع شخص": "human",
    },
    "pt-BR": {
        "quero pagar hoje": "pay", "quanto eu ainda devo": "balance", "não consigo pagar agora": "hardship",
        "quero falar com uma pessoa": "human",
    },
}  # fmt: skip
ASIDE = ["what is the weather in lagos", "i want a bigger loan", "asdf qwer zxcv", "lol ok", "who are you married to"]


def test_the_model_was_learnt_from_the_present_phrases() -> None:
    assert model().learnt_from == digest()


@pytest.mark.parametrize("language", UNSEEN)
def test_most_of_what_it_never_saw_is_understood_and_hardly_anything_is_mistaken(language: str) -> None:
    guesses = {text: model().guess(text) for text in UNSEEN[language]}

    right = [text for text, guess in guesses.items() if guess and guess.flow == UNSEEN[language][text]]
    wrong = {text: guess.flow for text, guess in guesses.items() if guess and guess.flow != UNSEEN[language][text]}
    assert len(right) >= 0.75 * len(guesses), (guesses, wrong)
    assert len(wrong) <= 1, wrong


def test_what_is_none_of_its_errands_is_no_guess() -> None:
    taken = [text for text in ASIDE if model().guess(text) is not None]

    assert len(taken) <= 1, taken


def test_marks_case_and_punctuation_make_no_difference() -> None:
    assert model().probabilities("ENWEGHỊ M EGO!")[0] == model().probabilities("enweghi m ego")[0]


def test_a_guess_takes_less_than_five_milliseconds() -> None:
    model().guess("warm")
    began = time.perf_counter()
    for _ in range(50):
        model().guess("please i want to pay a part of my loan today")

    assert (time.perf_counter() - began) / 50 < 0.005


def test_learning_twice_gives_the_same_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "EPOCHS", 1)
    learnt = learning.learn()

    assert learnt == learning.learn()
    assert 1000 // len(learnt.classes) < SURE_PER_MILLE


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("STOP", Word.STOP), ("Arrêtez !", Word.STOP), ("توقف", Word.STOP), ("kwusi", Word.STOP), ("kwụsị", Word.STOP),
        ("tsaya", Word.STOP), ("duro", Word.STOP), ("parar", Word.STOP), ("acha", Word.STOP),
        ("Menu", Word.MENU), ("القائمة", Word.MENU), ("akojọ", Word.MENU), ("nhoro", Word.MENU),
        ("agent", Word.AGENT), ("ènìyàn", Word.AGENT), ("mmadu", Word.AGENT), ("شخص", Word.AGENT), ("mtu", Word.AGENT),
        ("retour", Word.BACK), ("koma", Word.BACK), ("رجوع", Word.BACK), ("help", Word.HELP), ("msaada", Word.HELP),
        ("langue", Word.LANGUAGE), ("verrouiller", Word.LOCK), ("i want to pay", None), ("stop the world", None),
    ],
)  # fmt: skip
def test_words_that_always_work(text: str, word: Word | None) -> None:
    assert word_in(text) is word


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("5000", 5000_00), ("5,000", 5000_00), ("5.000", 5000_00), ("5,000.50", 5000_50), ("5.000,5", 5000_50),
        ("₦15 000", 15_000_00), ("50k", 50_000_00), ("1.5m", 1_500_000_00), ("pay 2k now", 2_000_00),
        ("٥٠٠٠", 5000_00), ("NGN 100", 100_00), ("12 345,67", 12_345_67), ("0", None), ("5.000.50", None),
        ("abc", None), ("10 or 20", None), ("1.2345", None), ("", None), ("99999999999999999999", None),
    ],
)  # fmt: skip
def test_amounts(text: str, minor: int | None) -> None:
    assert amount_in(text, "NGN") == (None if minor is None else Money.of(minor, "NGN"))


def test_an_amount_has_no_more_decimals_than_its_currency() -> None:
    assert amount_in("1000.50", "JPY") is None
    assert amount_in("1,000", "JPY") == Money.of(1000, "JPY")
    assert amount_in("10.55", "KWD") == Money.of(10_550, "KWD")


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("2026-12-05", date(2026, 12, 5)), ("5/12", date(2026, 12, 5)), ("5.12.2026", date(2026, 12, 5)),
        ("5/12/26", date(2026, 12, 5)), ("3 January", date(2027, 1, 3)), ("le 3 janvier", date(2027, 1, 3)),
        ("tomorrow", date(2026, 11, 30)), ("kesho kutwa", date(2026, 12, 1)), ("in 5 days", date(2026, 12, 4)),
        ("friday", date(2026, 12, 4)), ("vendredi", date(2026, 12, 4)), ("sunday", date(2026, 12, 6)),
        ("next week", date(2026, 12, 6)), ("غدا", date(2026, 11, 30)), ("amanhã", date(2026, 11, 30)),
        ("gobe", date(2026, 11, 30)), ("echi", date(2026, 11, 30)), ("lola", date(2026, 11, 30)),
        ("31/2", None), ("2026-11-01", None), ("soon", None), ("", None), ("29 feb 2027", None),
    ],
)  # fmt: skip
def test_dates(text: str, on: date | None) -> None:
    assert date_in(text, TODAY) == on
