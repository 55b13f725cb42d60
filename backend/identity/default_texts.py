"""The consent texts that a new tenant starts with, until it publishes its own."""

from shared.api.consents import ConsentKind, ConsentTextOut

VERSION = "1"


def _text(kind: ConsentKind, title: str, body: str, *, required: bool = True) -> ConsentTextOut:
    return ConsentTextOut(kind=kind, version=VERSION, locale="en", title=title, body=body, required=required)


DEFAULT_TEXTS = (
    _text(
        ConsentKind.TERMS,
        "Terms of use",
        "You may use this service if you are of full age and give true information. Keep your phone and your codes to"
        " yourself: what is confirmed with them counts as confirmed by you. Each loan has a contract of its own, which"
        " you read and sign before any money moves.",
    ),
    _text(
        ConsentKind.PRIVACY,
        "How your data is used",
        "We keep what we need to know you, to decide on your applications and to run your loans, and no longer than the"
        " law asks. It is stored encrypted. You may ask for a copy at any time, have mistakes put right, and have what"
        " we need not keep erased.",
    ),
    _text(
        ConsentKind.CREDIT_CHECK,
        "Checks before a loan",
        "When you apply, we check your identity, the statements that you give us, and what credit bureaus know of you."
        " A decision may be made by rules without a person; you may then ask for its reasons and for a person to look.",
    ),
    _text(
        ConsentKind.MARKETING,
        "News and offers",
        "We may send you news and offers. You can end this at any time and lose nothing by it.",
        required=False,
    ),
)
