"""Month names as WordPress sites spell them, in the languages that FooEvents knows: date texts are localised.

Each line has the twelve months of one language and form: full names, the genitives that some languages
use within a date, and abbreviations. Comparison ignores case and accents.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_AS_IN_CROATIAN: Final = re.compile(r".*[0-9]\.")
_AS_IN_POLISH: Final = re.compile(r"[0-9]{1,2} [^\W\d_]+\.? [0-9]{4}(?: r\.)?")

_SPELLINGS: Final = {
    "English": "January February March April May June July August September October November December",
    "English, short": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "English, four letters": "Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "French, short": "janv févr mars avr mai juin juil août sept oct nov déc",
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "German, Austria": "Jänner Feber März April Mai Juni Juli August September Oktober November Dezember",
    "German, short": "Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "Spanish, Peru": "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre",
    "Spanish, short": "ene feb mar abr may jun jul ago sep oct nov dic",
    "Catalan": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "Catalan, short": "gen febr març abr maig juny jul ag set oct nov des",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
    "Dutch, short": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Italian, short": "gen feb mar apr mag giu lug ago set ott nov dic",
    "Polish": ("styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień"),
    "Polish, genitive": (
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"
    ),
    "Polish, short": "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "Afrikaans": "Januarie Februarie Maart April Mei Junie Julie Augustus September Oktober November Desember",
    "Afrikaans, short": "Jan Feb Mrt Apr Mei Jun Jul Aug Sept Okt Nov Des",
    "Turkish": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "Turkish, short": "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Portuguese, short": "jan fev mar abr maio jun jul ago set out nov dez",
    "Swedish": "januari februari mars april maj juni juli augusti september oktober november december",
    "Swedish, short": "jan feb mars apr maj juni juli aug sep okt nov dec",
    "Czech": "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
    "Czech, genitive": "ledna února března dubna května června července srpna září října listopadu prosince",
    "Czech, short": "led úno bře dub kvě čvn čvc srp zář říj lis pro",
    "Norwegian": "januar februar mars april mai juni juli august september oktober november desember",
    "Norwegian, short": "jan feb mar apr mai jun jul aug sep okt nov des",
    "Danish": "januar februar marts april maj juni juli august september oktober november december",
    "Danish, short": "jan feb mar apr maj jun jul aug sep okt nov dec",
    "Finnish": (
        "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu"
    ),
    "Finnish, partitive": (
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta "
        "heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta"
    ),
    "Finnish, short": "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
    "Russian": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "Russian, genitive": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "Russian, short": "янв фев мар апр май июн июл авг сен окт ноя дек",
    "Icelandic": "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
    "Icelandic, short": "jan feb mar apr maí jún júl ágú sep okt nóv des",
    "Latvian": ("janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris"),
    "Latvian, short": "janv febr marts apr maijs jūn jūl aug sept okt nov dec",
    "Lithuanian": ("sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis"),
    "Lithuanian, genitive": (
        "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio"
    ),
    "Lithuanian, short": "sau vas kov bal geg bir lie rgp rgs spa lap grd",
    "Greek": (
        "Ιανουάριος Φεβρουάριος Μάρτιος Απρίλιος Μάιος Ιούνιος "
        "Ιούλιος Αύγουστος Σεπτέμβριος Οκτώβριος Νοέμβριος Δεκέμβριος"
    ),
    "Greek, genitive": (
        "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου "
        "Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου"
    ),
    "Greek, short": "Ιαν Φεβ Μαρ Απρ Μάι Ιούν Ιούλ Αυγ Σεπ Οκτ Νοέ Δεκ",
    "Slovak": "január február marec apríl máj jún júl august september október november december",
    "Slovak, genitive": ("januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra"),
    "Slovak, short": "jan feb mar apr máj jún júl aug sep okt nov dec",
    "Slovenian": "januar februar marec april maj junij julij avgust september oktober november december",
    "Slovenian, genitive": (
        "januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra"
    ),
    "Slovenian, short": "jan feb mar apr maj jun jul avg sep okt nov dec",
    "Romanian": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "Romanian, short": "ian feb mart apr mai iun iul aug sept oct nov dec",
}


def month_number(word: str) -> int | None:
    """1 to 12 for a month's name in any of the languages, with or without a full stop; None for another word."""
    return _NUMBERS.get(_plain(word))


def month_in_date(word: str, date_text: str) -> int | None:
    """The month that a word means in a date. Croatian's listopad is October, and November to its neighbours: Croatian
    writes a full stop behind the year, Polish none behind the day. Written in any other way it may be either.
    """
    if _AS_IN_CROATIAN.fullmatch(date_text) and (month := croatian_month(word)) is not None:
        return month
    return None if _is_two_months(word) and not _AS_IN_POLISH.fullmatch(date_text) else month_number(word)


def croatian_month(word: str) -> int | None:
    """1 to 12 for a month's name in Croatian; None for another word."""
    return _CROATIAN.get(_plain(word))


def _is_two_months(word: str) -> bool:
    """Whether a name means one month in Croatian and another elsewhere (listopad: October, or November)."""
    plain = _plain(word)
    return plain in _CROATIAN and _NUMBERS.get(plain) != _CROATIAN[plain]


def _plain(word: str) -> str:
    """The word without case, accents, full stop, and the elided article of Catalan and French (d'octubre)."""
    folded = unicodedata.normalize("NFKD", word.casefold().rstrip("."))
    letters = "".join(c for c in folded if not unicodedata.combining(c)).replace("ı", "i").replace("’", "'")
    return letters.removeprefix("d'")


_CROATIAN_SPELLINGS: Final = (
    "siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni prosinac",
    "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca",
    "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenog prosinca",
    "sij velj ožu tra svi lip srp kol ruj lis stu pro",
)
_CROATIAN: Final = {
    _plain(word): number for names in _CROATIAN_SPELLINGS for number, word in enumerate(names.split(), start=1)
}
_NUMBERS: Final = _CROATIAN | {
    _plain(word): number for names in _SPELLINGS.values() for number, word in enumerate(names.split(), start=1)
}
