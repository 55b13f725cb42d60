"""Every screen in every state that it can be in: none is blank, none brings Flet's own error up."""

import flet as ft
import pytest
from msgspec.structs import replace

from shared.api.agreements import AgreementStatus
from shared.api.applications import ApplicationStatus
from shared.api.disbursement import DisbursementStatus
from shared.api.onboarding import CaseState, TaskState
from shared.api.servicing import LoanStatus, TransactionKind
from shared.paging import Page
from tests.builders import app_samples as samples
from tests.builders import app_support_samples as help_samples
from tests.builders.app_business_samples import BUSINESS, KYB_CASE, kyb_case
from tests.builders.app_paper_samples import REFUSED, SIGNED
from tests.builders.app_stage import BROKEN, NEVER, OFFLINE, DeviceInMemory, Table, show

DISPUTE = help_samples.DISPUTE
LOAN, APPLICATION, AGREEMENT = samples.LOAN, samples.APPLICATION, samples.AGREEMENT
LINE = samples.LINE.id
# Where the screen is, what it reads, and words that show when that was read.
SCREENS = {
    "home": ("/", "GET /v1/loans", "Available to borrow"),
    "loans": ("/loans", "GET /v1/loans", "₦420,000.00"),
    "loan": (f"/loans/{LOAN}", f"GET /v1/loans/{LOAN}", "Still to pay"),
    "calendar": (f"/calendar?loan_id={LOAN}", f"GET /v1/loans/{LOAN}/schedule", "Add to my calendar"),
    "pay": (f"/loans/{LOAN}/pay", f"GET /v1/loans/{LOAN}", "How much?"),
    "pay's schedule": (f"/loans/{LOAN}/pay", f"GET /v1/loans/{LOAN}/schedule", "How much?"),
    "payoff": (f"/loans/{LOAN}/payoff", f"POST /v1/loans/{LOAN}/payoff-quotes", "You save"),
    "payoff's loan": (f"/loans/{LOAN}/payoff", f"GET /v1/loans/{LOAN}", "You save"),
    "payout": (f"/loans/{LOAN}/payout", f"GET /v1/loans/{LOAN}/disbursement", "Agreement signed"),
    "auto-debit": (f"/loans/{LOAN}/auto-debit", "GET /v1/mandates", "Turn it off"),
    "auto-debit's loan": (f"/loans/{LOAN}/auto-debit", f"GET /v1/loans/{LOAN}", "Turn it off"),
    "kyc": ("/kyc", "GET /v1/kyc", "Your address"),
    "kyc task": ("/kyc/identity_details", "GET /v1/kyc", "Your details"),
    "kyc task given": ("/kyc/address", f"GET /v1/kyc/{samples.CASE}/details", "Where you live"),
    "apply": ("/apply", "GET /v1/products", "Line of credit"),
    "draft": (f"/apply/{APPLICATION}", f"GET /v1/applications/{APPLICATION}", "Check your answers"),
    "draw": (f"/credit-lines/{LINE}/draw", f"GET /v1/credit-lines/{LINE}", "You can draw up to"),
    "application": (f"/applications/{APPLICATION}", f"GET /v1/applications/{APPLICATION}", "Your application"),
    "agreement": (f"/agreements/{AGREEMENT}", f"GET /v1/agreements/{AGREEMENT}", "Key facts"),
    "evidence": (f"/agreements/{SIGNED}", f"GET /v1/agreements/{SIGNED}/evidence", "Fingerprint of what was signed"),
    "applications": ("/applications", "GET /v1/applications", "No applications yet"),
    "steps": (f"/applications/{REFUSED}", f"GET /v1/applications/{REFUSED}/history", "Not approved"),
    "documents": ("/profile/documents", "GET /v1/documents", "Identity document, front"),
    "about": ("/profile/about", "GET /v1/lenders", "CBN/MFB/0042"),
    "inbox": ("/inbox", "GET /v1/notifications", "Payment received"),
    "accounts": ("/profile/accounts", "GET /v1/bank-accounts", "Guaranty Trust Bank"),
    "devices": ("/profile/devices", "GET /v1/sessions", "This device"),
    "chats": ("/profile/chats", "GET /v1/me/channel-links", "+234•••67"),
    "passkeys": ("/profile/passkeys", "GET /v1/me/passkeys", "Ada's laptop"),
    "consents": ("/profile/consents", "GET /v1/consent-texts", "Agreed"),
    "disputes": (f"/loans/{LOAN}/disputes", "GET /v1/disputes", "The amount is wrong"),
    "consents given": ("/profile/consents", "GET /v1/me/consents", "Agreed"),
    "help": (f"/loans/{LOAN}/help", f"GET /v1/loans/{LOAN}/arrears", "You are not alone with this"),
    "help with a loan": (f"/loans/{LOAN}/help", f"GET /v1/loans/{LOAN}", "You are not alone with this"),
    "new dispute of a loan": (f"/loans/{LOAN}/disputes/new", f"GET /v1/loans/{LOAN}", "What is it about?"),
    "new dispute of a plan": (f"/loans/{LOAN}/disputes/new", f"GET /v1/loans/{LOAN}/schedule", "What is it about?"),
    "new dispute": (f"/loans/{LOAN}/disputes/new", f"GET /v1/loans/{LOAN}/transactions", "What is it about?"),
    "dispute": (f"/disputes/{DISPUTE}", f"GET /v1/disputes/{DISPUTE}", "Amount in dispute"),
    "my data": ("/profile/my-data", "GET /v1/me/data-exports", "Download"),
    "end account": ("/profile/end-account", "GET /v1/me/deletion", "We are sorry to see you go"),
    "businesses": ("/profile/businesses", "GET /v1/businesses", "Obi Textiles Ltd"),
    "business": (f"/businesses/{BUSINESS}", f"GET /v1/businesses/{BUSINESS}", "Check of the business"),
    "members": (f"/businesses/{BUSINESS}", f"GET /v1/businesses/{BUSINESS}/members", "Bola Eze"),
    "invite": (f"/businesses/{BUSINESS}/invite", f"GET /v1/businesses/{BUSINESS}", "May apply, sign and pay"),
    "kyb": (f"/businesses/{BUSINESS}/kyb", "GET /v1/kyb", "Address of the business"),
    **{
        f"kyb {task}": (f"/businesses/{BUSINESS}/kyb/{task}", f"GET /v1/kyb/{KYB_CASE}/details", words)
        for task, words in (
            ("registration_details", "The certificate, if you have it"),
            ("directors", "Add a director"),
            ("beneficial_owners", "62.5% of the business named"),
            ("proof_of_address", "A bill or statement"),
        )
    },
    "apply for a business": (f"/apply?business_id={BUSINESS}", "GET /v1/products", "Working capital"),
    "preferences": ("/profile/messages", "GET /v1/me/notification-preferences", "Reminders of payments"),
}
EMPTY = {
    "applications": ("GET /v1/applications", Page(items=[]), "No applications yet"),
    "documents": ("GET /v1/documents", Page(items=[]), "No documents yet"),
    "loans": ("GET /v1/loans", Page(items=[]), "No loans yet"),
    "apply": ("GET /v1/products", [], "Nothing to apply for here"),
    "inbox": ("GET /v1/notifications", Page(items=[]), "No messages yet"),
    "accounts": ("GET /v1/bank-accounts", [], "No account yet"),
    "auto-debit": ("GET /v1/mandates", [], "Never miss a date"),
    "chats": ("GET /v1/me/channel-links", [], "No chat is linked"),
    "businesses": ("GET /v1/businesses", [], "No business yet"),
    "members": (f"GET /v1/businesses/{BUSINESS}/members", [], "Nobody acts for it"),
    "passkeys": ("GET /v1/me/passkeys", [], "no code to wait for"),
    "disputes": ("GET /v1/disputes", Page(items=[]), "Is something wrong?"),
    "new dispute": (f"GET /v1/loans/{LOAN}/transactions", Page(items=[]), "A payment is missing"),
    "my data": ("GET /v1/me/data-exports", [], "Your data is yours"),
}


@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_shows_what_was_read(name: str) -> None:
    route, _, words = SCREENS[name]

    window = await show(route)

    await window.until(lambda: words in window.words)
    assert not window.crashes


@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_that_is_still_reading_says_so(name: str) -> None:
    route, place, _ = SCREENS[name]

    window = await show(route, table=Table({place: NEVER}))

    assert any(each.label == "Loading" for each in window.all(ft.Semantics))
    assert not window.crashes


@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_that_can_t_be_read_says_why_and_can_be_tried_again(name: str) -> None:
    route, place, words = SCREENS[name]
    table = Table({place: BROKEN})
    window = await show(route, table=table)
    await window.until(lambda: "This did not work" in window.words)

    table.set(place, Table().answers[place])
    await window.press("retry")

    await window.until(lambda: words in window.words)
    assert "This did not work" not in window.words


@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_without_a_network_says_that_one_is_offline(name: str) -> None:
    route, place, _ = SCREENS[name]

    window = await show(route, table=Table({place: OFFLINE}))

    await window.until(lambda: "You are offline" in window.words)
    assert not window.crashes


@pytest.mark.parametrize("name", EMPTY)
async def test_a_screen_without_anything_says_what_would_be_there(name: str) -> None:
    place, answer, words = EMPTY[name]

    window = await show(SCREENS[name][0], table=Table({place: answer}))

    await window.until(lambda: words in window.words)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (ApplicationStatus.SUBMITTED, "We decide"),
        (ApplicationStatus.REFERRED, "One of us looks at it"),
        (ApplicationStatus.DECLINED, "Not this time"),
        (ApplicationStatus.MORE_INFO, "We need a little more"),
        (ApplicationStatus.OFFERED, "2 lenders made you an offer"),
        (ApplicationStatus.ACCEPTED, "Nearly there"),
        (ApplicationStatus.SIGNED, "Follow your money"),
        (ApplicationStatus.WITHDRAWN, "You withdrew it"),
        (ApplicationStatus.CANCELLED, "was cancelled"),
    ],
)
async def test_an_application_is_shown_wherever_it_stands(status: ApplicationStatus, words: str) -> None:
    table = Table({f"GET /v1/applications/{APPLICATION}": samples.application(status)})

    window = await show(f"/applications/{APPLICATION}", table=table)

    await window.until(lambda: words in window.words)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (AgreementStatus.SIGNED, "You may change your mind"),
        (AgreementStatus.CANCELLING, "Pay it back"),
        (AgreementStatus.CANCELLED, "This agreement is cancelled"),
        (AgreementStatus.EXPIRED, "The time to sign is over"),
        (AgreementStatus.DRAFTING, "The documents are being set"),
    ],
)
async def test_an_agreement_is_shown_wherever_it_stands(status: AgreementStatus, words: str) -> None:
    table = Table({f"GET /v1/agreements/{AGREEMENT}": samples.agreement(status)})

    window = await show(f"/agreements/{AGREEMENT}", table=table)

    await window.until(lambda: words in window.words)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (DisbursementStatus.PAID_OUT, "See your loan"),
        (DisbursementStatus.FAILED, "Your bank did not take it"),
        (DisbursementStatus.CANCELLED, "Cancelled before it was sent"),
    ],
)
async def test_a_payout_is_shown_wherever_it_stands(status: DisbursementStatus, words: str) -> None:
    table = Table({f"GET /v1/loans/{LOAN}/disbursement": samples.payout(status)})

    window = await show(f"/loans/{LOAN}/payout", table=table)

    await window.until(lambda: words in window.words)


@pytest.mark.parametrize(
    ("state", "task", "words"),
    [
        (CaseState.SUBMITTED, TaskState.DONE, "Checking your details"),
        (CaseState.REFERRED, TaskState.DONE, "One of us looks at it"),
        (CaseState.NEEDS_ACTION, TaskState.REDO, "has to be given again"),
        (CaseState.PASSED, TaskState.DONE, "You are verified"),
        (CaseState.FAILED, TaskState.DONE, "The check did not pass"),
    ],
)
async def test_a_case_is_shown_wherever_it_stands(state: CaseState, task: TaskState, words: str) -> None:
    window = await show("/kyc", table=Table({"GET /v1/kyc": samples.case(state, task)}))

    await window.until(lambda: words in window.words)


@pytest.mark.parametrize(
    ("state", "task", "words"),
    [
        (CaseState.SUBMITTED, TaskState.DONE, "Checking the business"),
        (CaseState.REFERRED, TaskState.DONE, "One of us looks at it"),
        (CaseState.NEEDS_ACTION, TaskState.REDO, "The directors do not match the register"),
        (CaseState.PASSED, TaskState.DONE, "The business is verified"),
        (CaseState.FAILED, TaskState.DONE, "The business could not be confirmed."),
        (CaseState.EXPIRED, TaskState.DONE, "Time to check again"),
    ],
)
async def test_the_case_of_a_business_is_shown_wherever_it_stands(
    state: CaseState, task: TaskState, words: str
) -> None:
    window = await show(f"/businesses/{BUSINESS}/kyb", table=Table({"GET /v1/kyb": kyb_case(state, task)}))

    await window.until(lambda: words in window.words)


async def test_an_overdue_loan_comes_first_and_is_told_in_words() -> None:
    overdue = samples.loan(LoanStatus.OVERDUE, past_due=5_000_000)

    window = await show("/", table=Table({"GET /v1/loans": Page(items=[overdue])}))

    await window.until(lambda: "Since 4 days" in window.words)
    assert "₦50,000.00" in window.words


@pytest.mark.parametrize("status", LoanStatus)
async def test_every_status_of_a_loan_has_a_word(status: LoanStatus) -> None:
    window = await show("/loans", table=Table({"GET /v1/loans": Page(items=[samples.loan(status)])}))

    await window.until(lambda: "₦" in window.words)
    assert not window.crashes


@pytest.mark.parametrize("kind", TransactionKind)
async def test_every_movement_of_a_loan_has_a_name(kind: TransactionKind) -> None:
    moved = Page(items=[replace(samples.REPAYMENT, kind=kind)])

    window = await show(f"/loans/{LOAN}", table=Table({f"GET /v1/loans/{LOAN}/transactions": moved}))

    await window.until(lambda: "₦210,000.00" in window.words)
    assert not window.crashes


@pytest.mark.parametrize("language", ["en", "fr", "ha", "yo", "ig", "sw", "ar", "pt-BR"])
async def test_every_language_draws_the_first_screen_in_its_direction(language: str) -> None:
    window = await show("/", device=DeviceInMemory(language=language))

    await window.until(lambda: "Ada Obi" in window.words)
    assert window.page.rtl is (language == "ar")
    assert not window.crashes


@pytest.mark.parametrize("width", [390, 1280])
async def test_offers_are_cards_on_phones_and_a_table_on_wide_windows(width: int) -> None:
    table = Table({f"GET /v1/applications/{APPLICATION}": samples.application(ApplicationStatus.OFFERED)})

    window = await show(f"/applications/{APPLICATION}", table=table, width=width)

    await window.until(lambda: "Lowest total cost" in window.words)
    assert window.words.count("You pay back in all") == (2 if width == 390 else 1)
