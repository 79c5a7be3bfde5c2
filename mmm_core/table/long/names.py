"""What other people call columns, and the channels that they name in cells."""

from __future__ import annotations

import re
import unicodedata

from mmm_core.table.calendar.month_names import plain_letters

_OTHER_PERIODS = (
    "hour timestamp datum tag woche kalenderwoche monat zeitraum semaine mois jour periode période fecha semana mes "
    "día periodo settimana mese giorno maand dag mês tydzień miesiąc "
    "日付 年月日 年月 週 月 日期 周 月份 날짜 일자 날자 주 월"
)
_OTHER_SALES = (
    "umsatz umsätze erlös erlöse nettoumsatz bruttoumsatz ventes ca ventas ingresos facturación fatturato vendite "
    "ricavi omzet vendas faturamento receita sprzedaż przychód 売上 売上高 销售额 銷售額 매출 매출액"
)
USUAL_NAMES = {
    "period_start": {"date", "time", "week", "day", "month", "period", "date_week", "week_start", "ds", "wk_strt_dt"}
    | set(_OTHER_PERIODS.split()),
    "sales": {"revenue", "y", "conversions", "orders", "target", "kpi", "units", "turnover", "chiffre d'affaires"}
    | set(_OTHER_SALES.split()),
}
"""What other people call the required columns, in small letters."""
_CHANNEL_COLUMNS = (
    "channel kanal canal canale kanaal mediachannel marketingchannel werbekanal mediakanal "
    "platform plattform plateforme plataforma piattaforma publisher network netzwerk",
    "source quelle fuente fonte bron vendor supplier media medium medien medio mediatype mediatyp touchpoint tactic",
    "campaign kampagne campagne campana campagna campanha campaignname kampagnenname campaigntype kampagnentyp "
    "adset adgroup anzeigengruppe placement",
)
CHANNEL_COLUMNS = tuple(frozenset(names.split()) for names in _CHANNEL_COLUMNS)
"""Columns that tell channels apart, in plain letters and without blanks, the likeliest first."""
_ENTITY_COLUMNS = (
    "entity entityid region regions market markt marche mercado mercato markets country land pays pais paese geo "
    "geography state bundesland brand marke marque marca merk store filiale shop territory gebiet dma city stadt"
)
ENTITY_COLUMNS = frozenset(_ENTITY_COLUMNS.split())
_MEASURE_COLUMNS = (
    "variable variablename metric metrics metricname measure measures measurenames measurename kpi attribute indicator "
    "kennzahl messgrosse merkmal mesure indicateur metrique medida metrica indicador misura indicatore maatstaf "
    "field fieldname series seriesname item parameter"
)
MEASURE_COLUMNS = frozenset(_MEASURE_COLUMNS.split())
_VALUE_COLUMNS = (
    "value values variablevalue metricvalue measurevalue measurevalues wert werte valeur valeurs valor valores valore "
    "valori waarde amount betrag montant importe number zahl obsvalue val"
)
VALUE_COLUMNS = frozenset(_VALUE_COLUMNS.split())
_CHANNELS = (
    "google facebook meta instagram fb tiktok youtube bing microsoft amazon linkedin pinterest snapchat snap twitter "
    "criteo tv ctv television fernsehen radio print ooh dooh outdoor plakat search sea sem ppc pmax shopping display "
    "social video programmatic affiliate affiliates newsletter influencer podcast cinema kino audio retargeting "
    "remarketing spotify reddit kakao naver line yahoo taboola outbrain adwords dv360 crm seo organic direct mail"
)
CHANNELS = frozenset(_CHANNELS.split())
"""Words of channels' names."""
LONGEST_NAME = 40
LAST_LATIN = 0x24F
_WORD = re.compile(r"[^\W_]+")


def squeezed(name: str) -> str:
    """A column's name in plain letters, without blanks and marks: Campaign name is campaignname."""
    return "".join(_WORD.findall(plain_letters(name)))


def plain_name(name: str) -> str:
    """A cell's name as one of a column: small letters and digits, those of Latin without accents, "_" between words."""
    letters = unicodedata.normalize("NFC", name.casefold())
    plain = letters if any(ord(letter) > LAST_LATIN for letter in letters if letter.isalpha()) else plain_letters(name)
    return "_".join(_WORD.findall(plain))[:LONGEST_NAME].strip("_")


def names_channel(text: str) -> bool:
    """Whether a cell has a word of a channel's name."""
    return not CHANNELS.isdisjoint(_WORD.findall(plain_letters(text).replace("_", " ")))
