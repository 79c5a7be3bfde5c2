"""Header rows that public exports and example tables have, and what a person would say of each column.

A column is written ``name | values | role``. Values: d days, w weeks, k ISO weeks, m months, n numbers, f flags of 0
and 1, p names that come again in every period, v names of events, t one text. Roles: P period, S sales, E entity,
$channel spend, #channel activity, C control, - none; ? behind it: asked about.
"""

HEADERS: dict[str, str] = {
    "Google Ads, campaigns by day (English)": """
        Campaign | t | -; Day | d | P; Currency code | t | -; Cost | n | $ads; Impr. | n | #ads; Clicks | n | -?;
        Conversions | n | S?; Conv. value | n | -?; Avg. CPC | n | -; CTR | n | -; Search impr. share | n | -""",
    "Google Ads, campaigns by day (German)": """
        Kampagne | t | -; Tag | d | P; Währung | t | -; Kosten | n | $ads; Impr. | n | #ads; Klicks | n | -?;
        Conversions | n | S?; Conv.-Wert | n | -?; Durchschn. CPC | n | -; Kosten/Conv. | n | -""",
    "Google Ads, campaigns by day (French)": """
        Campagne | t | -; Jour | d | P; Code de devise | t | -; Coût | n | $ads; Impr. | n | #ads; Clics | n | -?;
        Conversions | n | S?; Valeur de conv. | n | -?; CPC moy. | n | -; CTR | n | -""",
    "Google Ads, interface for programs": """
        segments.date | d | P; campaign.name | t | -; campaign.id | n | -; metrics.cost_micros | n | $ads;
        metrics.impressions | n | #ads; metrics.clicks | n | -?; metrics.conversions | n | S?;
        metrics.conversions_value | n | -?; metrics.average_cpc | n | -""",
    "Meta Ads Manager (English)": """
        Campaign name | t | -; Day | d | P; Reporting starts | d | -; Reporting ends | d | -;
        Amount spent (EUR) | n | $ads; Impressions | n | #ads; Reach | n | -?; Frequency | n | -; Link clicks | n | -?;
        Results | n | -?; Cost per result | n | -; CPM (cost per 1,000 impressions) | n | -;
        Purchases | n | S?; Purchases conversion value | n | -?; Purchase ROAS (return on ad spend) | n | -""",
    "Meta Ads Manager (German)": """
        Kampagnenname | t | -; Tag | d | P; Ausgegebener Betrag (EUR) | n | $ads; Impressionen | n | #ads;
        Reichweite | n | -?; Frequenz | n | -; Klicks (alle) | n | -?; Link-Klicks | n | -?; Ergebnisse | n | -?;
        Kosten pro Ergebnis | n | -; CPM (Kosten pro 1.000 Impressionen) (EUR) | n | -""",
    "Meta Ads Manager (French)": """
        Nom de la campagne | t | -; Jour | d | P; Montant dépensé (EUR) | n | $ads; Impressions | n | #ads;
        Portée | n | -?; Répétition | n | -; Clics (tous) | n | -?; Résultats | n | -?; Achats | n | S?;
        Coût par résultat | n | -; Valeur de conversion des achats | n | -?; CPC (tous) (EUR) | n | -""",
    "Meta Ads Manager (Spanish)": """
        Nombre de la campaña | t | -; Día | d | P; Importe gastado (EUR) | n | $ads; Divisa | t | -;
        Impresiones | n | #ads; Alcance | n | -?; Frecuencia | n | -; Clics en el enlace | n | -?; Resultados | n | -?;
        Costo por resultado | n | -; Compras | n | S?""",
    "Meta Ads Manager (Italian)": """
        Giorno | d | P; Copertura | n | -?; Impression | n | #ads; Importo speso (EUR) | n | $ads;
        Clic sul link | n | -?; Interazione con la Pagina | n | -?; Follower di Instagram | n | -?;
        Frequenza | n | -; Costo per risultato | n | -; Risultati | n | -?""",
    "Meta Ads Manager (Portuguese)": """
        Início dos relatórios | d | P; Encerramento dos relatórios | d | -; Nome da campanha | t | -;
        Veiculação da campanha | t | -; Resultados | n | -?; Alcance | n | -?; Valor usado (BRL) | n | $ads;
        Impressões | n | #ads; CPM (custo por 1.000 impressões) (BRL) | n | -; Cliques no link | n | -?;
        Custo por resultados | n | -; Compras | n | S?""",
    "Meta Ads Manager (Dutch)": """
        Dag | d | P; Campagnenaam | t | -; Weergaven | n | #ads; Bereik | n | -?; Frequentie | n | -;
        Linkklikken | n | -?; Besteed bedrag (EUR) | n | $ads; Resultaten | n | -?; Kosten per resultaat | n | -;
        Aankopen | n | S?; Conversiewaarde van aankopen | n | -?""",
    "Amazon Ads, sponsored products": """
        Date | d | P; Portfolio name | t | -; Currency | t | -; Campaign Name | t | -; Impressions | n | #ads;
        Clicks | n | -?; Click-Thru Rate (CTR) | n | -; Cost Per Click (CPC) | n | -; Spend | n | $ads;
        7 Day Total Sales | n | -?; Total Advertising Cost of Sales (ACOS) | n | -; 7 Day Total Orders (#) | n | S?;
        7 Day Conversion Rate | n | -""",
    "TikTok Ads, by day": """
        By Day | d | P; Campaign name | t | -; Cost | n | $ads; CPC (destination) | n | -; CPM | n | -;
        Impressions | n | #ads; Clicks (destination) | n | -?; CTR (destination) | n | -; Reach | n | -?;
        Video views at 100% | n | -?; Conversions | n | S?; CPA | n | -; Currency | t | -""",
    "LinkedIn Campaign Manager": """
        Start Date (in UTC) | d | P; Account Name | t | -; Campaign Name | t | -; Campaign ID | n | -;
        Total Spent | n | $ads; Impressions | n | #ads; Clicks | n | -?; Clicks to Landing Page | n | -?;
        Conversions | n | S?; Total Conversion Value | n | -?; Currency | t | -; Average CPM | n | -; Leads | n | -?""",
    "Microsoft Advertising": """
        TimePeriod | d | P; AccountName | t | -; CampaignName | t | -; CampaignId | n | -; Impressions | n | #ads;
        Clicks | n | -?; Ctr | n | -; AverageCpc | n | -; Spend | n | $ads; Conversions | n | -?; Revenue | n | S?""",
    "Google Analytics 4, by day": """
        Date | d | P; Sessions | n | -?; Engaged sessions | n | -?; Engagement rate | n | -; Total users | n | -?;
        Key events | n | -?; Total revenue | n | S""",
    "Shopify, sales over time": """
        Day | d | P; Orders | n | -?; Gross sales | n | -?; Discounts | n | C?; Returns | n | -?; Net sales | n | S?;
        Shipping charges | n | -?; Duties | n | -?; Taxes | n | -?; Total sales | n | -?""",
    "Shopify, finance summary": """
        Date | d | P; Gross Sales | n | -?; Discounts | n | C?; Returns | n | -?; Net Sales | n | S?;
        Shipping Charges | n | -?; Return Fees | n | -?; Taxes | n | -?; Total Sales | n | -?;
        Cost of Goods Sold | n | -?; Gross Profit | n | -?; Tips | n | -?""",
    "WooCommerce, revenue": """
        Date | d | P; Orders | n | -?; Total sales | n | -?; Refunds | n | -?; Coupons | n | C; Taxes | n | -?;
        Shipping | n | -?; Net sales | n | S?""",
    "Meridian, one row a market and week": """
        geo | p | E; time | w | P; Channel0_impression | n | #Channel0; Channel1_impression | n | #Channel1;
        Competitor_Sales | n | C; Discount | n | C?; GQV | n | -?; Channel0_spend | n | $Channel0;
        Channel1_spend | n | $Channel1; conversions | n | S?; revenue_per_conversion | n | -; population | n | -?;
        Organic_channel0_impression | n | #Organic_channel0; Promo | f | C""",
    "Robyn, simulated weeks": """
        DATE | w | P; revenue | n | S; tv_S | n | $tv; ooh_S | n | $ooh; print_S | n | $print;
        facebook_I | n | #facebook; search_clicks_P | n | #search; search_S | n | $search;
        competitor_sales_B | n | C; facebook_S | n | $facebook; events | v | -?; newsletter | n | #newsletter?""",
    "PyMC-Marketing, example": """
        date_week | w | P; y | n | S; x1 | n | $x1?; x2 | n | $x2?; event_1 | f | C; event_2 | f | C;
        dayofyear | n | -; t | n | -""",
    "Stan example, impressions and spend with prefixes": """
        wk_strt_dt | w | P; sales | n | S; mdip_dm | n | #dm; mdip_nsp | n | #nsp; mdsp_dm | n | $dm;
        mdsp_nsp | n | $nsp; me_gas_dpg | n | C; mrkdn_pdm | n | C; hldy_Black Friday | f | C; st_ct | n | C""",
    "Weekly table of a consultancy, spend and sends": """
        week | w | P; facebook_spend | n | $facebook; google_spend | n | $google; tiktok_spend | n | $tiktok;
        social_followers | n | -?; average_price | n | C; promotions | n | C; emails_send | n | #emails;
        sms_send | n | #sms; revenue | n | S""",
    "Historical ad spends of an R package": """
        Week Starting | w | P; Sales | n | S; TV Spend | n | $TV; Radio Spend | n | $Radio;
        Online Video Spend | n | $Online Video; Social Media Spend | n | $Social Media;
        Search Ads Spend | n | $Search Ads; Direct Mail Spend | n | $Direct Mail""",
    "Activity in three measures": """
        date | w | P; sales | n | S; TV_impressions | n | #TV; Digital_clicks | n | #Digital; Radio_GRPs | n | #Radio;
        Newsletter_sends | n | #Newsletter; Social_media_posts | n | #Social_media; Competitor_sales | n | C;
        Holiday | f | C""",
    "Advertising budgets (Kaggle)": """
        Month | m | P; TV Ad Budget ($) | n | $TV?; Radio Ad Budget ($) | n | $Radio?;
        Newspaper Ad Budget ($) | n | $Newspaper?; Sales ($) | n | S""",
    "Channels by name alone": """
        Date | w | P; TV | n | $TV?; Radio | n | $Radio?; Banners | n | $Banners?; Sales | n | S""",
    "Germany, weekly revenue": """
        week_start | w | P; weekly_revenue | n | S; google_spend | n | $google; meta_spend | n | $meta;
        email_volume | n | #email; promo_flag | f | C; is_holiday_season | f | C; time_index | n | -""",
    "Platform table with a row for each platform": """
        Platform | p | -; Campaign | t | -; Day | d | P; Cost | n | $ads; Impr. | n | #ads; Clicks | n | -?;
        Conversions | n | -?; Revenue | n | S?""",
}

WALKED: dict[str, str] = {
    "Shop, by day": """
        Date | d | P; Total sales | n | S; Orders | n | -?; Google Ads Cost | n | $Google Ads;
        Meta Ads Spend | n | $Meta Ads; TikTok | n | $TikTok?; Email sends | n | #Email; Discounts | n | C?;
        Holiday | f | C""",
    "German workbook": """
        KW | k | P; Umsatz | n | S; TV (TEUR) | n | $TV?; Display | n | $Display?; Radio | n | $Radio?;
        Kommentar | v | -""",
    "Markets": """
        region | p | E; week | w | P; Sales | n | S; TV impressions | n | #TV; TV spend | n | $TV;
        Search clicks | n | #Search; Search spend | n | $Search; Price | n | C; population | n | -?""",
}
"""Tables of three first walks through the app."""

OTHERS: dict[str, str] = {
    "German report": """
        Kalenderwoche | k | P; Nettoumsatz (EUR) | n | S; Bestellungen | n | -?; Sitzungen | n | -?;
        Mediakosten TV | n | $TV; TV GRPs | n | #TV; Radio-Kosten | n | $Radio; Plakat (Tsd. €) | n | $Plakat?;
        Newsletter Versand | n | #Newsletter; Ø Preis | n | C; Aktion | f | C; Schulferien | f | C;
        Außentemperatur | n | C; Wettbewerber TV Spend | n | C; Bemerkung | v | -""",
    "French report": """
        Semaine | k | P; Chiffre d'affaires | n | S; Commandes | n | -?; Visites | n | -?; Dépenses TV (k€) | n | $TV;
        Dépenses Google Ads | n | $Google Ads; Impressions TV | n | #TV; Prix moyen | n | C; Promotions | f | C;
        Météo | n | C; Vacances scolaires | f | C; Commentaire | v | -""",
    "Spanish report": """
        Fecha | d | P; Ventas | n | S; Pedidos | n | -?; Sesiones | n | -?; Inversión TV | n | $TV;
        Inversión Radio | n | $Radio; Gasto Meta | n | $Meta; Clics Google | n | #Google; Precio | n | C;
        Descuento | n | C?; Festivos | f | C; Temperatura | n | C""",
    "Italian report": """
        Settimana | w | P; Fatturato | n | S; Ordini | n | -?; Spesa TV | n | $TV; Spesa Google | n | $Google;
        Impressioni TV | n | #TV; Prezzo | n | C; Sconto | n | C?; Festività | f | C; Note | v | -""",
    "Portuguese report": """
        Mês | m | P; Faturamento | n | S; Pedidos | n | -?; Investimento TV | n | $TV; Investimento Rádio | n | $Rádio;
        Cliques Google | n | #Google; Preço | n | C; Promoção | f | C; Feriados | f | C""",
    "Dutch report": """
        Week | w | P; Omzet | n | S; Bestellingen | n | -?; TV uitgaven | n | $TV; Radio uitgaven | n | $Radio;
        Vertoningen TV | n | #TV; Prijs | n | C; Korting | n | C?; Feestdagen | f | C; Opmerking | v | -""",
}
"""Reports in the words of one language."""
