"""The words that work at every step, in every language at once: nobody should have to know which one the bot is in."""

import unicodedata
from enum import StrEnum


class Word(StrEnum):
    """What such a word does."""

    MENU = "menu"
    BACK = "back"
    STOP = "stop"
    START = "start"
    HELP = "help"
    AGENT = "agent"
    BOT = "bot"
    LOCK = "lock"
    LANGUAGE = "language"
    LATER = "later"


# English with Nigerian Pidgin, French, Hausa, Yoruba, Igbo, Swahili, Arabic, Portuguese.
_WORDS: dict[Word, str] = {
    Word.MENU: "menu, main menu, home, options, menu principal, accueil, menyu, zabuka, akojọ, atokọ, ndepụta, nhọrọ,"
    " orodha, القائمة, قائمة, الرئيسية, menu inicial, opções, início",
    Word.BACK: "back, go back, previous, retour, précédent, koma, koma baya, baya, pada, pada sẹyin, laghachi, azụ,"
    " laghachi azụ, rudi, rudi nyuma, nyuma, رجوع, عودة, للخلف, voltar, anterior",
    Word.STOP: "stop, stop am, unsubscribe, opt out, stop messages, no message me again, arrêt, arrêter, arrêtez,"
    " désabonner, stopper, tsaya, daina, dakata, dúró, dá dúró, kwụsị, akwụsị, acha, simamisha, sitisha, توقف, إيقاف,"
    " قف, الغاء الاشتراك, parar, pare, sair, cancelar inscrição",
    Word.START: "start, subscribe, opt in, démarrer, commencer, reprendre, fara, bẹ̀rẹ̀, malite, anza, ابدأ, ابدا,"
    " اشتراك, iniciar, começar, retomar",
    Word.HELP: "help, help me, abeg help, i need help, aide, aidez-moi, à l'aide, taimako, ìrànlọ́wọ́, ràn mí lọ́wọ́,"
    " enyemaka, nyere m aka, msaada, nisaidie, مساعدة, ساعدني, ajuda, me ajude",
    Word.AGENT: "agent, human, person, a person, talk to a person, talk to agent, representative, customer care,"
    " i wan talk to person, conseiller, une personne, parler à une personne, humain, agent humain, mutum, wakili,"
    " magana da mutum, ènìyàn, aṣojú, bá ènìyàn sọ̀rọ̀, mmadụ, onye, gwa mmadụ okwu, mtu, mhudumu, wakala, ongea na mtu,"
    " موظف, شخص, التحدث مع موظف, أريد التحدث مع شخص, pessoa, atendente, humano, falar com uma pessoa",
    Word.BOT: "bot, back to bot, assistant, retour au bot, robot, koma ga bot, pada sí bot, laghachi na bot,"
    " rudi kwa bot, البوت, المساعد, voltar ao bot, assistente",
    Word.LOCK: "lock, log out, logout, sign out, verrouiller, déconnexion, kulle, fita, tì í, jáde, mechie, kpọchie,"
    " funga, ondoka, قفل, خروج, bloquear, trancar",
    Word.LATER: "not now, later, maybe later, no thanks, no thank you, no be now, pas maintenant, plus tard, non merci,"
    " ba yanzu ba, daga baya, kì í ṣe báyìí, tó bá yá, ọ bụghị ugbu a, mgbe ọzọ, si sasa, baadaye, hapana asante,"
    " ليس الآن, لاحقا, لا شكرا, agora não, depois, mais tarde, não obrigado, não obrigada",
    Word.LANGUAGE: "language, change language, langue, changer de langue, harshe, èdè, asụsụ, lugha, اللغة, لغة,"
    " idioma, língua",
    Word.LATER: "not now, later, maybe later, no thanks, no thank you, pas maintenant, plus tard, non merci,"
    " ba yanzu ba, daga baya, kì í ṣe báyìí, tó bá yá, ọ bụghị ugbu a, mgbe ọzọ, si sasa, baadaye, hapana asante,"
    " ليس الآن, لاحقا, لا شكرا, agora não, depois, mais tarde, não obrigado, não obrigada",
}


def normal(text: str) -> str:
    """`text` without case, accents, tone marks and punctuation, so that marked and unmarked input are the same."""
    split = unicodedata.normalize("NFKD", text.casefold())
    kept = (c if c.isalnum() else " " for c in split if not unicodedata.combining(c))
    return " ".join("".join(kept).replace("ı", "i").split())


_MEANS: dict[str, Word] = {normal(form): word for word, forms in _WORDS.items() for form in forms.split(",")}
_LONGEST = max(map(len, _MEANS))


def word_in(text: str) -> Word | None:
    """The word that `text` is, and nothing but it."""
    if len(text) > 4 * _LONGEST:
        return None
    return _MEANS.get(normal(text))
