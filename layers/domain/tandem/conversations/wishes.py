"""Words by which a customer stops marketing messages, or asks for them again.

A message counts only if it is nothing but such a word: "stop" is a wish, "stop by tomorrow?" is
not. The words are those that people are told to send, in the languages of the countries where
coexistence is at home; a wish that Meta tells (`user_preferences`, 131050) needs no word.
"""

import re
import unicodedata
from typing import Literal

from tandem.model.events import Sighting, Source

Wish = Literal["stop", "resume"]

_STOP = """
    stop, stop all, stopall, unsubscribe, cancel, quit, end, opt out, optout, stop promotions
    alto, baja, parar, detener, cancelar, no mas, salir, darme de baja, cancelar suscripcion
    sair, pare, descadastrar, remover, cancelar inscricao
    arret, arreter, stopper, desabonner, desinscrire, me desinscrire
    stopp, abmelden, abbestellen, kundigen
    ferma, basta, annulla, cancella, disiscrivi, disiscrivimi
    stoppen, afmelden, uitschrijven
    berhenti, batal
    dur, iptal, durdur
    rezygnuje, wypisz
    стоп, отписаться, отмена
    إيقاف, توقف, الغاء, إلغاء الاشتراك
    עצור, הסר
    रोकें, बंद करें
"""
_RESUME = """
    start, unstop, subscribe, resume, opt in, optin
    alta, iniciar, reanudar, suscribir, suscribirme
    comecar, inscrever, retomar
    demarrer, reprendre, abonner, m abonner
    starten, anmelden, abonnieren
    inizia, riprendi, iscrivimi
    aanmelden
    mulai, baslat, wznow
    старт, подписаться
    ابدأ, اشتراك
    התחל
    शुरू करें
"""
_NOT_WORDS = re.compile(r"[\W_]+")


def _plain(text: str) -> str:
    """The words alone: no capitals, no accents of Latin letters, no signs, one space between."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(
        letter for letter in apart if not (unicodedata.combining(letter) and letter < "\u0370")
    )
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def _listed(words: str) -> frozenset[str]:
    return frozenset(_plain(word) for line in words.splitlines() for word in line.split(",")) - {""}


STOP_WORDS, RESUME_WORDS = _listed(_STOP), _listed(_RESUME)
_LONGEST = max(map(len, STOP_WORDS | RESUME_WORDS)) + 20


def wish_in(text: str | None) -> Wish | None:
    """The wish that a text is, if it is nothing else."""
    if text is None or len(text) > _LONGEST:
        return None
    plain = _plain(text)
    if plain in STOP_WORDS:
        return "stop"
    return "resume" if plain in RESUME_WORDS else None


def wish_of(sighting: Sighting) -> Wish | None:
    """The wish in a message that a customer wrote, or edited into one, just now; what was imported
    sets nothing off.
    """
    if sighting.source is not Source.INBOUND:
        return None
    said = sighting.content.instead or sighting.content
    return wish_in(said.text) if said.kind in ("text", "button") else None
