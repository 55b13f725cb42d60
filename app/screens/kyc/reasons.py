"""Why a task has to be done again and why a case failed, by code, in the borrower's language."""

from app.ui import Ui
from shared.api.onboarding import TaskOut


def redo_because(ui: Ui, task: TaskOut) -> str:
    """What was wrong with a task before; empty where nothing was. The platform's own words for a code we don't know."""
    return _words(ui).get(task.reason or "", task.message or "")


def failed_because(ui: Ui, code: str) -> str:
    """A reason for a case's end."""
    return _words(ui).get(code, ui.say("Something did not match. Ask us what it was."))


def _words(ui: Ui) -> dict[str, str]:
    return {
        "document_blurred": ui.say("The picture of your document is not sharp enough. Take it again in good light."),
        "document_expired": ui.say("Your document has run out. Send one that is still valid."),
        "document_not_accepted": ui.say("We can't take this kind of document. Send another one."),
        "document_incomplete": ui.say("Part of your document is missing. Send all of it, front and back."),
        "document_not_genuine": ui.say("The document could not be confirmed as genuine."),
        "selfie_unclear": ui.say("Your face can't be seen clearly. Take the picture again in good light."),
        "selfie_mismatch": ui.say("The picture of you does not match the document."),
        "address_unconfirmed": ui.say(
            "The address could not be confirmed. Send a bill or statement of the last three months."
        ),
        "details_differ": ui.say("The details do not match the register. Check the spelling and the numbers."),
        "identity_not_confirmed": ui.say("Your identity could not be confirmed."),
        "registration_not_found": ui.say("The register does not know this registration number. Check it."),
        "business_not_confirmed": ui.say("The business could not be confirmed."),
        "directors_differ": ui.say("The directors do not match the register. Check the list."),
        "owners_differ": ui.say("The owners do not match the register. Check the list."),
        "expired": ui.say("What proved this has run out. Give it again."),
    }
