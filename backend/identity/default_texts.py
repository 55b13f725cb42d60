"""The consent texts that a new tenant starts with, until it publishes its own."""

from shared.api.consents import ConsentKind, ConsentTextOut
from shared.i18n import Language, localizer, message

VERSION = "1"
_OPTIONAL = ConsentKind.MARKETING
_TEXTS = (
    (
        ConsentKind.TERMS,
        message("Terms of use"),
        message(
            "You may use this service if you are of full age and give true information. Keep your phone and "
            "your codes to yourself: what is confirmed with them counts as confirmed by you. Each loan has a "
            "contract of its own, which you read and sign before any money moves."
        ),
    ),
    (
        ConsentKind.PRIVACY,
        message("How your data is used"),
        message(
            "We keep what we need to know you, to decide on your applications and to run your loans, and no "
            "longer than the law asks. It is stored encrypted. You may ask for a copy at any time, have "
            "mistakes put right, and have what we need not keep erased."
        ),
    ),
    (
        ConsentKind.CREDIT_CHECK,
        message("Checks before a loan"),
        message(
            "When you apply, we check your identity, the statements that you give us, and what credit bureaus "
            "know of you. A decision may be made by rules without a person; you may then ask for its reasons "
            "and for a person to look."
        ),
    ),
    (
        ConsentKind.MARKETING,
        message("News and offers"),
        message("We may send you news and offers. You can end this at any time and lose nothing by it."),
    ),
)


def default_texts() -> list[ConsentTextOut]:
    """Each text in each language that the platform speaks."""
    return [
        ConsentTextOut(
            kind=kind,
            version=VERSION,
            locale=language.value,
            title=localizer(language).say(title),
            body=localizer(language).say(body),
            required=kind is not _OPTIONAL,
        )
        for language in Language
        for kind, title, body in _TEXTS
    ]
