"""Whether a text is English enough to be judged: cheap, and in doubt it is.

The coach knows English only.  A text is taken for another language when most of its letters aren't
Latin, or when it has more function words of other languages than English ones.
"""

from __future__ import annotations

import unicodedata

_ENGLISH = frozenset(
    """the a an and or but if of to in on at by for with from is are was were be been am i you he she it we
    they me us my your our their this that these those what which who when where why how not no yes
    do does did have has had will would can could should may might must shall let so as than then
    there here just very too all any some more please sorry thank thanks hello hi hey about after
    again because before now out up over off back get got go come send wrong mistake help today
    tomorrow wait waiting order time new right ok fine worry easy happens mate love don't it's""".split()
)
# Words of other languages that stand in English texts too: names, abbreviations, chat.
_SHARED = frozenset(
    """al as av bu che cu den des di do el er es et ha hoy ja la lo mi nam ni nos nu o on os pan per su un
    van ve vi y zu""".split()
)
# Words that are frequent elsewhere and rare in English.
_OTHER = (
    frozenset(
        """der das und tut bestellung kommt gleich sofort verspätung warten geht mein meine unser dich dir ist
    nicht ich wir sie ihr mit für auf ein eine einen einem den dem des zu haben sind leider bitte
    uns tut mir leid morgen heute danke noch schon wird werden kann ihnen ihre unsere fehler
    entschuldigung auch aber oder wenn le les un une retard commande tout suite excusez excuses
    prête prêt des du est et pas je nous vous que qui dans pour avec sur sont désolé désolée merci
    votre notre nos vos cette c'est très mais ou où aujourd'hui demain ça ete été avons avez bonjour
    el los las una lamentamos mucho tenemos está listo pedido esperar demora y es son pero con por
    para que como muy más lo siento gracias usted ustedes su sus nuestro nuestra hoy mañana disculpe
    perdón está estamos hemos ha del al yo il lo gli suo sua abbiamo sbagliato ordine subito scusa
    dispiace lei le loro della di che non è sono per con questo questa mi dispiace grazie abbiamo
    siamo oggi domani scusi anche nostro vostro o os uma não em com para você obrigado obrigada
    desculpe seu sua nós foi amanhã hoje pelo pela het een niet ik wij jullie van voor met zijn dat
    deze maar onze uw bedankt vandaag ook naar wordt excuses spijt och är inte jag vi ni det att för
    med som på av har till tack idag imorgon tyvärr vår ett ikke og jeg vi det er til på af takk
    desværre dere vår się nie jest na do przepraszam dziękuję proszę przykro że dla nam nas pan pani
    jutro ve bir bu için değil özür çok teşekkür biz siz yarın ja ei on olemme pahoillani kiitos
    että mutta huomenna nu este și pentru cu sunt îmi pare rău multumesc maaf kami anda yang dan
    untuk tidak terima kasih akan dengan ini""".split()
    )
    - _ENGLISH
    - _SHARED
)
_LEAST_WORDS = 2


def is_english(source: str, words: list[str]) -> bool:
    """Whether to judge a text as English.

    Args:
        source: the text as given.
        words: its plain lower-case words.
    """
    if not source.isascii() and not _is_latin(source[:2000]):
        return False
    distinct = {word for word in words[:400] if word[0].isalpha()}
    other, english = len(distinct & _OTHER), len(distinct & _ENGLISH)
    return other < _LEAST_WORDS or other <= english


def _is_latin(source: str) -> bool:
    letters = [char for char in source if char.isalpha()]
    latin = sum(char.isascii() or "LATIN" in unicodedata.name(char, "") for char in letters)
    return latin * 2 >= len(letters)
