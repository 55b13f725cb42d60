"""The language: chosen from a list of their own names, confirmed in the new one."""

from bot.conversation.flow import Asking, Change, Context, Done, Flow, Level, Move, Step, Unclear, ask
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.views import Option, Pick, Say, View
from bot.queries import KeepLanguage
from bot.understanding.words import normal
from shared.i18n import Language


def _prompt(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    rows = tuple(Option(key=language.value, title=_name(language)) for language in Language)
    opener = ctx.tr.say("Choose", context="bot|opener")
    return (Pick(text=ctx.tr.say("Which language shall we speak?", context="bot"), opener=opener, options=rows),)


def _take(ctx: Context, inbound: Inbound) -> Asking[Move]:
    language = _chosen(inbound)
    if language is None:
        return Unclear()
    if ctx.state.link_id is not None:
        yield from ask(KeepLanguage(language.value))
    text = ctx.speak(language).say("From now on we speak English.", context="bot")
    menu = Option(key="go:menu", title=ctx.speak(language).say("Menu", context="bot|button"))
    return Done((Say(text=text, options=(menu,)),), Change(language=language))


def _chosen(inbound: Inbound) -> Language | None:
    if inbound.kind is Kind.CHOICE:
        return next((language for language in Language if language == inbound.choice), None)
    typed = normal(inbound.text)
    names = {normal(each): language for language in Language for each in (_name(language), _english(language))}
    return names.get(typed)


def _english(language: Language) -> str:
    return str(language.locale.english_name).partition(" (")[0]


def _name(language: Language) -> str:
    """The language's name in itself, without the territory, with a capital letter where the script has them."""
    name = language.endonym.partition(" (")[0]
    return name[:1].upper() + name[1:]


flow = Flow(name="language", version=1, level=Level.ANYONE, steps={"choose": Step(_prompt, _take)})
