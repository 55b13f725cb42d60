"""The utility templates that are registered with Meta: who we are, one fact, one action, how to stop. No upsell.

Generated for every language from the catalogs; `caas bot templates sync` registers what is missing. A body has no
variable at either end, because Meta refuses that, and samples for each. None names an amount: a chat shows who holds a
number, so figures come after a confirmation. What they say about loans that are late is neutral; origination and
arrears go by WhatsApp only where a tenant asks for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.conversation.payloads import durable
from bot.limits import BODY, BUTTON_TITLE, TEMPLATE_NAME
from shared.i18n import Language, localizer, message

DOMAIN = "bot"
# Meta has no Yoruba and no Igbo: those who chose them get English outside the window, and their own language inside.
META_LANGUAGES = {
    Language.ENGLISH: "en",
    Language.FRENCH: "fr",
    Language.HAUSA: "ha",
    Language.SWAHILI: "sw",
    Language.ARABIC: "ar",
    Language.PORTUGUESE_BRAZIL: "pt_BR",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A message that may begin a conversation. `flow` is what its button begins; `values` name its variables."""

    name: str
    body: str
    values: tuple[tuple[str, str], ...]  # the variable and a sample of it
    button: str
    flow: str


_BRAND = ("brand", "Kola Credit")
_DAY = ("date", "22 December 2026")

KINDS: tuple[Kind, ...] = (
    Kind(
        "payment_due_soon",
        message(
            "A message from {brand}: a payment is due on {date}. If you have paid already, thank you. Write STOP to end"
            " reminders.",
            context="bot|template",
        ),
        (_BRAND, _DAY),
        message("Pay now", context="bot|template button"),
        "pay",
    ),
    Kind(
        "payment_due_today",
        message(
            "A message from {brand}: a payment is due today. If you have paid already, thank you. Write STOP to end"
            " reminders.",
            context="bot|template",
        ),
        (_BRAND,),
        message("Pay now", context="bot|template button"),
        "pay",
    ),
    Kind(
        "payment_received",
        message("A message from {brand}: we have received your payment. Thank you.", context="bot|template"),
        (_BRAND,),
        message("Balance", context="bot|template button"),
        "balance",
    ),
    Kind(
        "payment_failed",
        message(
            "A message from {brand}: a payment did not go through. You can try again or choose another way.",
            context="bot|template",
        ),
        (_BRAND,),
        message("Pay another way", context="bot|template button"),
        "pay",
    ),
    Kind(
        "payment_overdue",
        message(
            "A message from {brand}: a payment has been open since {date}. If paying is hard just now, tell us: we look"
            " for a way together. Write STOP to end reminders.",
            context="bot|template",
        ),
        (_BRAND, _DAY),
        message("Find a way", context="bot|template button"),
        "hardship",
    ),
    Kind(
        "plan_confirmed",
        message(
            "A message from {brand}: your plan is confirmed, reference {reference}. You find it in the app.",
            context="bot|template",
        ),
        (_BRAND, ("reference", "A4AE10B4")),
        message("Schedule", context="bot|template button"),
        "schedule",
    ),
    Kind(
        "dispute_update",
        message(
            "A message from {brand}: there is news about your case {reference}. Please open the chat to read it.",
            context="bot|template",
        ),
        (_BRAND, ("reference", "C8AFD45F")),
        message("Talk to a person", context="bot|template button"),
        "human",
    ),
    Kind(
        "document_needed",
        message(
            "A message from {brand}: we need one more document from you. Please open the app to see which.",
            context="bot|template",
        ),
        (_BRAND,),
        message("Get help", context="bot|template button"),
        "help",
    ),
    Kind(
        "disbursement_sent",
        message(
            "A message from {brand}: your money is on its way to your bank account. Banks need up to one day.",
            context="bot|template",
        ),
        (_BRAND,),
        message("Schedule", context="bot|template button"),
        "schedule",
    ),
    Kind(
        "agent_reply_waiting",
        message(
            "A message from {brand}: our colleague has answered you. Please tap the button to read the answer here.",
            context="bot|template",
        ),
        (_BRAND,),
        message("Read the answer", context="bot|template button"),
        "waiting",
    ),
    Kind(
        "security_alert",
        message(
            "A message from {brand}: your account was used in a new way. If that was not you, write to us at once.",
            context="bot|template",
        ),
        (_BRAND,),
        message("It was not me", context="bot|template button"),
        "human",
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}
OTP = "otp"  # an authentication template: its text is Meta's own


def language_of(language: Language) -> Language:
    """The language that a template is sent in to somebody who reads `language`."""
    return language if language in META_LANGUAGES else Language.ENGLISH


def body_of(kind: Kind, language: Language) -> str:
    """The text with Meta's numbered variables."""
    text = str(localizer(language, DOMAIN).template(kind.body, context="bot|template"))
    for place, (name, _) in enumerate(kind.values, 1):
        text = text.replace(f"{{{name}}}", f"{{{{{place}}}}}")
    return text


def button_of(kind: Kind, language: Language) -> str:
    """The button's label."""
    return localizer(language, DOMAIN).say(kind.button, context="bot|template button")


def definition(kind: Kind, language: Language) -> dict[str, object]:
    """The template as the Graph API takes it."""
    body = {
        "type": "BODY",
        "text": body_of(kind, language),
        "example": {"body_text": [[sample for _, sample in kind.values]]},
    }
    buttons = {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": button_of(kind, language)}]}
    return {
        "name": kind.name,
        "language": META_LANGUAGES[language],
        "category": "UTILITY",
        "components": [body, buttons],
    }


def otp_definition(language: Language) -> dict[str, object]:
    """The authentication template: Meta's own words, a button that copies the code, ten minutes."""
    return {
        "name": OTP,
        "language": META_LANGUAGES[language],
        "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "FOOTER", "code_expiration_minutes": 10},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ],
    }


def definitions() -> Iterator[dict[str, object]]:
    """Every template in every language that Meta knows."""
    for language in META_LANGUAGES:
        for kind in KINDS:
            yield definition(kind, language)
        yield otp_definition(language)


def payload_of(kind: Kind) -> str:
    """What its button carries: it begins an errand whenever it is tapped, and knows no figures."""
    return durable(kind.flow)


def complaints(kind: Kind, language: Language) -> Iterator[str]:
    """What Meta would refuse of the template in `language`."""
    text = body_of(kind, language)
    where = f"{kind.name} in {language}"
    if len(text) > BODY:
        yield f"{where}: {len(text)} characters"
    if text.startswith("{{") or text.rstrip(" .!؟").endswith("}}"):
        yield f"{where}: a variable at an end"
    if len(button_of(kind, language)) > BUTTON_TITLE:  # inside the window it is a button like any other
        yield f"{where}: its button is longer than {BUTTON_TITLE}"
    if len(kind.name) > TEMPLATE_NAME:
        yield f"{where}: its name is too long"
