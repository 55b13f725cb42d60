"""The icons by name, as the characters that the app's own icon font draws them at (outlines: Phosphor, MIT)."""

_NAMES = """
    house wallet receipt user plus minus arrow-up-right arrow-down-left arrow-left arrow-right arrow-u-up-left
    calendar-blank calendar-check calendar-plus dots-three bell gear-six caret-left caret-right caret-down caret-up
    check check-circle x x-circle warning warning-circle info clock hourglass-medium bank credit-card
    identification-card camera file-text file-pdf upload-simple download-simple share-network copy eye eye-slash
    lock-key shield-check fingerprint device-mobile desktop translate globe moon sun circle-half text-aa phone
    envelope-simple chat-circle whatsapp-logo magnifying-glass arrows-clockwise percent scales handshake signature
    coins money piggy-bank trend-down trend-up chart-line list minus-circle plus-circle trash sign-out question
    lifebuoy lightning sparkle star seal-check storefront briefcase shopping-bag first-aid graduation-cap house-line
    package wrench users cloud-slash wifi-slash link-simple qr-code key map-pin invoice circle paper-plane-tilt repeat
    prohibit tag calculator note-pencil user-plus buildings hand-coins palette megaphone flag user-circle
    arrow-counter-clockwise hash paperclip image
"""
_FIRST = 0xE000  # the private use area

ICONS: dict[str, str] = {name: chr(_FIRST + index) for index, name in enumerate(_NAMES.split())}

# What points somewhere points the other way in languages written from right to left.
_MIRRORED = (("arrow-left", "arrow-right"), ("caret-left", "caret-right"))
MIRRORED = dict(_MIRRORED) | {b: a for a, b in _MIRRORED}


def glyph(name: str, *, rtl: bool = False) -> str:
    """The character of the icon `name`, mirrored where the language runs from right to left. Raises KeyError."""
    return ICONS[MIRRORED.get(name, name) if rtl else name]
