"""Read a date in Moodle's grading worksheet, in the language of whoever downloaded it.

Moodle writes dates in words only: "Tuesday, 3 March 2026, 4:05 PM", "Dienstag, 3. März 2026,
16:05", "martes, 3 de marzo de 2026, 16:05", "2026年03月3日 16:05". The months' names are those
that Unicode's CLDR gives for dates.
"""

import re
import unicodedata
from datetime import datetime

# January to December in English, German, French, Spanish, Italian, Portuguese, Dutch, Polish,
# Russian, Swedish, Danish, Norwegian, Finnish, Czech, Turkish, Greek, Ukrainian, Hungarian,
# Romanian and Catalan
_MONTHS = (
    "january jan januar janvier enero gennaio janeiro januari stycznia января tammikuuta ledna "
    "ocak ιανουαρίου січня január ianuarie gener",
    "february feb februar février febrero febbraio fevereiro februari lutego февраля helmikuuta "
    "února şubat φεβρουαρίου лютого február februarie febrer",
    "march mar märz mars marzo março maart marca марта marts maaliskuuta března mart μαρτίου "
    "березня március martie març",
    "april apr avril abril aprile kwietnia апреля huhtikuuta dubna nisan απριλίου квітня április "
    "aprilie abril",
    "may mai mayo maggio maio mei maja мая maj toukokuuta května mayıs μαΐου травня május maig",
    "june jun juni juin junio giugno junho czerwca июня kesäkuuta června haziran ιουνίου червня "
    "június iunie juny",
    "july jul juli juillet julio luglio julho lipca июля heinäkuuta července temmuz ιουλίου липня "
    "július iulie juliol",
    "august aug août agosto augustus sierpnia августа augusti elokuuta srpna ağustos αυγούστου "
    "серпня augusztus agost",
    "september sep septembre septiembre settembre setembro września сентября syyskuuta září eylül "
    "σεπτεμβρίου вересня szeptember septembrie setembre",
    "october oct oktober octobre octubre ottobre outubro października октября lokakuuta října ekim "
    "οκτωβρίου жовтня október octombrie",
    "november nov novembre noviembre novembro listopada ноября marraskuuta listopadu kasım "
    "νοεμβρίου листопада noiembrie",
    "december dec dezember décembre diciembre dicembre dezembro grudnia декабря desember "
    "joulukuuta prosince aralık δεκεμβρίου грудня decembrie desembre",
)
_TIME = re.compile(r"(?<!\d)(\d{1,2})\s?[:.h]\s?(\d{2})(?::\d{2})?(?!\d|\.\d)")
_AFTER_NOON = re.compile(r"\bp\.?\s?m\b|下午|午後|오후", re.I)
_BEFORE_NOON = re.compile(r"\ba\.?\s?m\b|上午|午前|오전", re.I)
_NUMBERS = (
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
    r"(?P<y>\d{4})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일]",
    r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
)


def _plain(word: str) -> str:
    """A word without accents, in small letters."""
    parts = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


_NUMBER_OF = {_plain(name): n for n, names in enumerate(_MONTHS, 1) for name in names.split()}


def worksheet_date(text: str) -> datetime | None:
    """The date and time in ``text``, without a time zone; None where it is not understood."""
    time = _TIME.search(text, _date_end(text))
    found = _day(text if time is None else text[: time.start()] + " " + text[time.end() :])
    if found is None or time is None:
        return None
    hour, minute = int(time[1]), int(time[2])
    if _AFTER_NOON.search(text):
        hour = hour % 12 + 12
    elif _BEFORE_NOON.search(text):
        hour %= 12
    try:
        return datetime(*found, hour, minute)
    except ValueError:
        return None


def _date_end(text: str) -> int:
    """Where a date in numbers ends ("03.03.2026" is not a time of day); 0 where there is none."""
    ends = [found.end() for form in _NUMBERS if (found := re.search(form, text))]
    return max(ends, default=0)


def _day(text: str) -> tuple[int, int, int] | None:
    """Year, month, day."""
    for form in _NUMBERS:
        if found := re.search(form, text):
            return int(found["y"]), int(found["m"]), int(found["d"])
    words: list[str] = re.findall(r"[^\W\d_]+", text)
    months = {_NUMBER_OF[_plain(word)] for word in words if _plain(word) in _NUMBER_OF}
    years: list[str] = re.findall(r"(?<!\d)\d{4}(?!\d)", text)
    days: list[str] = re.findall(r"(?<!\d)\d{1,2}(?!\d)", text)
    if len(months) != 1 or len(years) != 1 or len(days) != 1:
        return None
    return int(years[0]), months.pop(), int(days[0])
