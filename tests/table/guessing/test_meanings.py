"""What one name says, in the ways that people write it."""

import pytest

from mmm_core.table.guessing.meanings import channel_key, meaning_of

SPEND = {
    "TV spend": "TV", "tv_spend": "tv", "Google Ads Cost": "Google Ads", "Meta Ads Spend": "Meta Ads",
    "Kosten für TV": "TV", "Gasto en TV": "TV", "Spend on TV": "TV", "Sum of TV spend": "TV", "E-Mail Kosten": "E-Mail",
    "TikTokSpend": "TikTok", "spend_tv_usd": "tv", "Spend (k€) TV": "TV", "Google Ads (Cost)": "Google Ads",
    "Total Spent": "", "Montant dépensé (EUR)": "", "metrics.cost_micros": "", "Fernsehkosten": "Fernseh",
    "tv_S": "tv", "mdsp_tv": "tv", "Meta - Spend": "Meta",
}  # fmt: skip
ACTIVITY = {
    "TV impressions": "TV", "TV-Impressionen": "TV", "Radio_GRPs": "Radio", "TV (GRP)": "TV", "TV [GRP]": "TV",
    "Email sends": "Email", "email_volume": "email", "Newsletter Versand": "Newsletter", "search_clicks_P": "search",
    "Clicks (all)": "", "Clicks to Landing Page": "", "Clics en el enlace": "", "Clicks Google": "Google",
}  # fmt: skip
OTHERS = {
    "control": "Jours fériés|Preisindex|"
    "Price|Ø Preis|average_price|Promo flag|Rabatt|Vacances scolaires|Black Friday|Unemployment Rate|CPI|"
    "Competitor TV spend|Wettbewerber|Außentemperatur|Gas Price",
    "outcome": "Orders|Sessions|Sitzungen|Branded searches|Brand search volume|GQV|Conv. value|Facebook revenue|"
    "7 Day Total Sales|Sales (Google Ads)|Key events|Website traffic|newUsers|Profit",
    "sales": "Total sales|Umsatz (TEUR)|revenue_eur|Chiffre d'affaires|CA HT|Omzet|Fatturato|Nettoumsatz|y|"
    "totalRevenue",
    "ratio": "CTR|Avg. CPC|AverageCpc|Cost per click|Kosten pro Ergebnis|Kosten/Conv.|revenue_per_conversion|"
    "Search impr. share|Total Advertising Cost of Sales (ACOS)|Frequenz",
    "period": "KW|Kalenderwoche|Semaine du|Start Date (in UTC)|Week (Mon - Sun)|wk_strt_dt|By Day|"
    "Início dos relatórios",
    "calendar": "Year|dayofyear|t|Week number|month_sin",
    "derived": "TV_spend_lag1|adstock_tv|log_sales|Orders (previous_period)",
    "other cost": "Versandkosten|Shipping costs|Cost of Goods Sold|Personalkosten",
    "population": "population|Einwohner",
    "channel": "Recherche payante (€)|Réseaux sociaux (€)|Vidéo en ligne (€)|Redes sociales|Búsqueda de pago|"
    "Ricerca a pagamento|Pesquisa paga|Betaald zoeken|Soziale Medien|Radio locale|"
    "TV|TV (TEUR)|Display|Google Ads|Newsletter|Social Media|Paid Social|Search (organic)|Advertising",
    "entity": "region|Store|geo|Bundesland",
    "numbered": "x1|media_2|channel 3",
    "label": "Campaign name|Kommentar|Currency|campaign.id",
    "unknown": "Widgets|!!!",
}


@pytest.mark.parametrize("column", SPEND)
def test_spend_is_that_of_the_channel_which_is_named(column: str):
    assert meaning_of(column)[:2] == ("spend", SPEND[column])


@pytest.mark.parametrize("column", ACTIVITY)
def test_activity_is_that_of_the_channel_which_is_named(column: str):
    assert meaning_of(column)[:2] == ("activity", ACTIVITY[column])


@pytest.mark.parametrize(
    ("kind", "column"), [(kind, name) for kind, names in OTHERS.items() for name in names.split("|")]
)
def test_other_names_say_what_they_are(kind: str, column: str):
    assert meaning_of(column).kind == kind


@pytest.mark.parametrize(
    "change", [str.upper, str.lower, lambda name: name.replace(" ", "_"), lambda name: f"  {name} "]
)
def test_case_and_blanks_change_nothing_but_the_name_s_own_letters(change):
    for column in (
        "TV spend",
        "Google Ads Cost",
        "Total sales",
        "Cost per click",
        "Kosten TV",
        "Orders",
        "Branded searches",
    ):
        changed, told = meaning_of(change(column)), meaning_of(column)
        assert (changed.kind, channel_key(changed.name)) == (told.kind, channel_key(told.name))


def test_measures_of_exposure_go_before_clicks_and_those_before_reach():
    ranks = [meaning_of(f"TV {word}").rank for word in ("GRPs", "clicks", "views", "reach")]
    assert ranks == sorted(ranks)


def test_one_channel_is_one_however_it_is_written():
    assert channel_key("Meta Ads") == channel_key("meta") == channel_key("META_ads")
    assert channel_key("Paid Media") != ""
