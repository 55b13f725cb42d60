"""What a provider's answer and our own findings do to a case, and what the applicant is told about it."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from backend.onboarding.domain.cases import CaseRules, CaseStep
from backend.onboarding.domain.kyb_case import KYB
from backend.onboarding.domain.kyc_case import KYC
from shared.api.onboarding import KybTask, KycTask
from shared.events.onboarding import PartyKind

RULES: Final[Mapping[PartyKind, CaseRules]] = {PartyKind.PERSON: KYC, PartyKind.BUSINESS: KYB}
# How long a passed case stands before what it rests on is looked at again (a document may run out sooner).
_GOOD_FOR: Final = {PartyKind.PERSON: timedelta(days=730), PartyKind.BUSINESS: timedelta(days=365)}
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,59}")
_MAX_REASONS: Final = 10


class Outcome(StrEnum):
    """A provider's final answer."""

    PASSED = "passed"
    FAILED = "failed"
    NEEDS_ACTION = "needs_action"


class Concern(StrEnum):
    """Our own findings, for the compliance officer's eyes only. Any of them makes a person look."""

    MRZ_INVALID = "mrz_invalid"
    NAME_DIFFERS = "name_differs"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    NATIONALITY_DIFFERS = "nationality_differs"
    DOCUMENT_REUSED = "document_reused"  # the same file was given in another person's case
    DOCUMENT_NUMBER_IN_USE = "document_number_in_use"
    BVN_IN_USE = "bvn_in_use"
    NIN_IN_USE = "nin_in_use"
    REGISTRATION_IN_USE = "registration_in_use"
    PROVIDER_SILENT = "provider_silent"  # no answer within the time we wait


_MESSAGES: Final = {
    "document_blurred": "The picture of your document is not sharp enough. Take it again in good light.",
    "document_expired": "Your document has run out. Send one that is still valid.",
    "document_not_accepted": "We can't take this kind of document. Send another one.",
    "document_incomplete": "Part of your document is missing. Send all of it, front and back.",
    "document_not_genuine": "The document could not be confirmed as genuine.",
    "selfie_unclear": "Your face can't be seen clearly. Take the picture again in good light.",
    "selfie_mismatch": "The picture of you does not match the document.",
    "address_unconfirmed": "The address could not be confirmed. Send a bill or statement of the last three months.",
    "details_differ": "The details do not match the register. Check the spelling and the numbers.",
    "identity_not_confirmed": "Your identity could not be confirmed.",
    "registration_not_found": "The register does not know this registration number. Check it.",
    "business_not_confirmed": "The business could not be confirmed.",
    "directors_differ": "The directors do not match the register. Check the list.",
    "owners_differ": "The owners do not match the register. Check the list.",
    "expired": "What proved this has run out. Give it again.",
}
_MESSAGE_OTHERWISE: Final = "Please do this again. If it is not clear why, ask support."
_TASKS: Final[Mapping[PartyKind, Mapping[str, str]]] = {
    PartyKind.PERSON: {
        "details_differ": KycTask.IDENTITY_DETAILS,
        "selfie_unclear": KycTask.SELFIE,
        "selfie_mismatch": KycTask.SELFIE,
        "address_unconfirmed": KycTask.ADDRESS,
    },
    PartyKind.BUSINESS: {
        "directors_differ": KybTask.DIRECTORS,
        "owners_differ": KybTask.BENEFICIAL_OWNERS,
        "address_unconfirmed": KybTask.PROOF_OF_ADDRESS,
    },
}
_REASON_OTHERWISE: Final = {PartyKind.PERSON: "document_not_accepted", PartyKind.BUSINESS: "registration_not_found"}
_TASK_OTHERWISE: Final = {PartyKind.PERSON: KycTask.DOCUMENT, PartyKind.BUSINESS: KybTask.REGISTRATION_DETAILS}


def step_for(outcome: Outcome, concerns: Iterable[str]) -> CaseStep:
    """The step that a provider's answer makes: a pass with concerns of our own goes to a person."""
    if outcome is Outcome.FAILED:
        return CaseStep.FAIL
    if outcome is Outcome.NEEDS_ACTION:
        return CaseStep.ASK
    return CaseStep.REFER if any(concerns) else CaseStep.PASS


def tasks_for(kind: PartyKind, reasons: Iterable[str]) -> dict[str, str]:
    """The tasks that a provider's reasons ask for again, each with the first reason for it; one task at the least."""
    tasks: dict[str, str] = {}
    for reason in tuple(reasons) or (_REASON_OTHERWISE[kind],):
        tasks.setdefault(_TASKS[kind].get(reason, _TASK_OTHERWISE[kind]), reason)
    return tasks


def message_for(reason: str) -> str:
    """A reason in plain words."""
    return _MESSAGES.get(reason, _MESSAGE_OTHERWISE)


def clean_reasons(reasons: Iterable[str]) -> tuple[str, ...]:
    """A provider's reasons, once each, without what is no code: foreign text goes into no record of ours."""
    return tuple(dict.fromkeys(reason for reason in reasons if _CODE.fullmatch(reason)))[:_MAX_REASONS]


def good_until(kind: PartyKind, decided_on: date, document_expires_on: date | None) -> date:
    """The last day on which a case that passes on `decided_on` still proves anything."""
    latest = decided_on + _GOOD_FOR[kind]
    return min(latest, document_expires_on) if document_expires_on else latest
