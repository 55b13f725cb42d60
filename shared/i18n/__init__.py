"""Eight languages: catalogs, plurals, money, percentages, dates and the direction of text."""

from shared.i18n.bidi import isolate, plain
from shared.i18n.calendar import DateStyle
from shared.i18n.languages import Language
from shared.i18n.localizer import Localizer, localizer, message, plural_message

__all__ = ["DateStyle", "Language", "Localizer", "isolate", "localizer", "message", "plain", "plural_message"]
