"""Words in the names of columns: English, German, French, Spanish, Italian, Portuguese, Dutch; in plain letters."""

from __future__ import annotations

from mmm_core.table.long.names import CHANNELS, ENTITY_COLUMNS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SPEND = _words(
    """
    spend spends spending spendings spent cost costs expenditure expenditures investment investments adspend
    mdsp kosten werbekosten mediakosten ausgaben werbeausgaben werbespendings mediaspendings depense
    depenses cout couts investissement investissements gasto gastos gastado inversion inversiones coste
    costes invertido spesa spese costo costi investimento investimenti speso despesa despesas custo custos
    investimentos uitgaven uitgave besteding bestedingen besteed mediabudget
    """
)
BUDGET = _words("budget budgets etat presupuesto orcamento")
"""Money that may be planned only."""
SPENT_AMOUNT = (
    ("amount", "spent"),
    ("ausgegebener", "betrag"),
    ("montant", "depense"),
    ("importe", "gastado"),
    ("importo", "speso"),
    ("valor", "usado"),
    ("valor", "gasto"),
    ("montante", "gasto"),
    ("besteed", "bedrag"),
)
"""Spend in two words, as platforms write it."""
ACTIVITY_RANKS: tuple[frozenset[str], ...] = tuple(
    _words(words)
    for words in (
        "impression impressions impr imps mdip impressionen impresiones impressioni impressoes vertoningen weergaven "
        "einblendungen grp grps trp trps ots kontakte werbekontakte sends sent send versendet aussendungen "
        "envios enviados envois envoyes invii inviate inviati verzonden verzendingen insertions inserts circulation "
        "auflage spots mailings posts tvr tvrs tarp tarps empfanger recipients destinataires destinatarios destinatari "
        "ontvangers",
        "click clicks klick klicks linkklicks clic clics clique cliques klik kliks klikken linkkliks linkklikken",
        "view views videoviews plays videoplays thruplay thruplays listens streams vues visualizzazioni aufrufe",
        "reach reichweite portee alcance copertura bereik opens opened swipes",
        "engagement engagements interactions interaktionen interazione interazioni interacciones "
        "interacoes likes comments shares reactions saves",
    )
)
"""Words of activity, the best measures of exposure first."""
ACTIVITY = frozenset().union(*ACTIVITY_RANKS)
VOLUME = _words(
    """
    versand volume volumen count menge anzahl number nombre numero aantal drops
    """
)
"""Activity beside the name of an owned channel: email volume."""

PERIOD = _words(
    """
    date datum day tag week woche kw kalenderwoche isoweek cw month monat period periode zeitraum semaine
    mois jour fecha semana mes dia periodo data settimana mese giorno maand dag weekstart wk time datetime
    timestamp quarter quartal trimestre kwartaal
    """
)
PERIOD_BESIDE = _words(
    """
    start starts starting started commencing beginning begin beginn begins of the from iso first monday
    sunday mon sun ab vom von du de del da do della reporting report begint range in utc by per pro par strt
    a commencant van op dt key dtm segments inicio inizio debut relatorios relatorio
    """
)
"""Words that a column of periods may have besides."""

REPORT = _words(
    """
    reporting report reports relatorio relatorios rapport rapports informe informes bericht
    """
)
START = _words("start starts beginn begin inicio debut inizio")
"""Beside a word for the report: the first day of a row."""

SALES = _words(
    """
    sales revenue revenues turnover gmv takings umsatz umsaetze umsatze erlos erlose erloese verkaufe ventes
    ventas ingresos facturacion fatturato vendite ricavi incassi omzet vendas faturamento receita receitas
    verkopen opbrengst sellout
    """
)
SALES_BARE = _words("y target kpi ca")
"""Sales only where nothing else stands in the name."""
NET = _words(
    """
    net netto nett neto nette nets netta liquida liquido ht exkl excl ohne
    """
)
TOTAL = _words(
    """
    total totals totale totaux gesamt insgesamt totaal overall all alle sum summe suma somme
    """
)
GROSS = _words("gross brutto brut brute bruto bruta lordo lorda ttc")
BESIDE_SALES = _words(
    """
    amount value daily weekly monthly product products business shop shopify store online offline company
    brand our unit de des d affaires chiffre hors taxe iva mwst ust vat incl inkl exkl excl tax betrag wert
    valeur valor importe importo bedrag ordered week day month woche tag monat kw per pro
    """
)
COUNTED = _words(
    """
    order orders unit units purchases purchase transactions transaction conversions conversion quantity qty
    volume bestellungen bestellung auftrage auftraege absatz stuck stueck verkaufseinheiten kaufe commandes
    commande achats pedidos pedido compras ordini ordine acquisti encomendas bestellingen bestelling
    aankopen transacties bookings buchungen reservations
    """
)
"""What sales are counted in where no column holds their money."""

OUTCOME = COUNTED | _words(
    """
    dau wau mau session sessions visit visits visitor visitors user users traffic lead leads signup signups
    registrations installs install downloads subscribers subscriptions followers follower fans checkout
    checkouts cart carts customers customer conv results result pageviews pageview searches queries query
    awareness consideration nps gqv trends leadgen form forms events_count messages profit margin returns
    refunds refund taxes tax tips duties fees vat gains income ebitda besuche besucher sitzungen nutzer
    kunden ergebnisse anmeldungen suchanfragen suchvolumen markenbekanntheit retouren erstattungen steuern
    gewinn marge deckungsbeitrag zugriffe visites visiteurs utilisateurs clients resultats inscriptions
    recherches remboursements retours benefice sesiones visitas visitantes usuarios clientes resultados
    registros busquedas devoluciones sessioni visite visitatori utenti clienti risultati iscrizioni ricerche
    resi contatti sessoes utilizadores cadastros buscas devolucoes lucro sessies bezoeken bezoekers
    gebruikers klanten resultaten aanmeldingen zoekopdrachten winst
    """
)
"""What moves with sales or is moved by advertising: explained, and no explanation."""
OUTCOME_PAIRS = (
    ("brand", "search"),
    ("branded", "search"),
    ("search", "volume"),
    ("search", "interest"),
    ("google", "trends"),
    ("page", "views"),
    ("landing", "page"),
    ("add", "to"),
    ("key", "events"),
    ("event", "count"),
    ("conversion", "value"),
    ("marken", "suche"),
    ("app", "opens"),
)
ATTRIBUTED = _words(
    """
    attributed ad ads advertised assisted direct indirect branded platform ntb sku
    """
)
"""Beside a word of sales: what a platform credits to itself."""

RATIO = _words(
    """
    cpc cpm ctr cpa cpv cpl cpo cpi cpp cvr cr vtr roas acos tacos roi mroi ecpm ecpc aov abv avg average
    averages mean durchschn durchschnitt moyenne moyen promedio medio gemiddelde gemiddeld ratio rate rates
    quote taux tasa tasso taxa percentage percent pct prozent percentuale share anteil part frequency
    repetition frequenz frequence frecuencia frequenza frequencia frequentie position rank bounce duration
    dauer score klickrate interaktionsrate conversionrate
    """
)
"""What is worked out from other columns."""
SHORT_RATIOS = _words("cpc cpm ctr cpa cpv cpl cpo cpi cvr vtr roas acos tacos roi aov")
BETWEEN = _words("per pro par por je")
"""Between two words it makes a ratio: cost per click."""

CONTROL = _words(
    """
    price prices pricing preis preise verkaufspreis prix precio precios prezzo prezzi preco precos prijs
    prijzen promo promos promotion promotions promotional promocion promociones promozione promozioni
    promocao promocoes promotie promoties aktion aktionen aktionswoche discount discounts discounted rabatt
    rabatte remise remises solde soldes descuento descuentos sconto sconti desconto descontos korting
    kortingen coupon coupons voucher saldi saldos aanbieding aanbiedingen markdown mrkdn
    offer offers deal deals holiday holidays hldy feiertag
    feiertage ferien schulferien ferie feries ferias fete fetes festivo festivos festivita feriado feriados
    vacances vakantie preisindex verbraucherpreisindex preisniveau prijsindex
    vakanties feestdag feestdagen vacaciones bankholiday easter christmas xmas weihnachten ostern noel
    pasqua natale natal kerst ramadan blackfriday cybermonday superbowl weather wetter meteo clima weer
    temperature temp temperatur temperaturen aussentemperatur temperatura temperatuur rain rainfall regen
    pluie lluvia pioggia chuva precipitation niederschlag precipitazioni snow schnee neige sunshine
    sonnenstunden sun humidity wind event events veranstaltung veranstaltungen evenement evenements evento
    eventos eventi competitor competitors competition competitive competitor's wettbewerb wettbewerber
    konkurrenz concurrent concurrents concurrence competencia competidor competidores concorrenza
    concorrente concorrenti concorrencia concurrentie inflation inflacion inflazione inflacao inflatie
    unemployment arbeitslosenquote arbeitslosigkeit chomage desempleo disoccupazione desemprego werkloosheid
    gdp bip pib pil cpi vpi fuel gas petrol benzin interest living exchange economy economic macro
    confidence sentiment covid corona lockdown pandemic season seasonality seasonal saison saisonalitat
    stagione distribution distribuzione availability verfugbarkeit stockout stockouts outofstock strike
    payday weekend launch
    """
)
CONTROL_PAIRS = (
    ("black", "friday"),
    ("cyber", "monday"),
    ("free", "shipping"),
    ("store", "count"),
    ("st", "ct"),
    ("number", "stores"),
    ("out", "stock"),
    ("school", "break"),
    ("super", "bowl"),
)
RIVAL = _words(
    """
    competitor competitors competition competitive wettbewerb wettbewerber konkurrenz concurrent concurrents
    concurrence competencia competidor competidores concorrenza concorrente concorrenti concorrencia
    concurrentie
    """
)
"""Whatever stands beside them, it is not our own."""
REDUCED = _words(
    """
    discount discounts rabatt rabatte remise remises descuento descuentos sconto sconti desconto korting
    """
)

NO_MEDIA_COST = _words(
    """
    shipping versand cogs goods production produktion personnel personal material waren wareneinsatz
    handling fulfilment fulfillment logistics logistik freight rent miete payroll salary salaries wages
    overhead livraison produits personale personeel envio spedizione frete verzend verzendkosten frais
    charges versandkosten personalkosten materialkosten warenkosten unit
    """
)
"""Beside a word of costs: no advertising."""

POPULATION = _words(
    """
    population einwohner bevolkerung poblacion habitantes popolazione abitanti populacao inwoners households
    """
)
CALENDAR = _words(
    """
    year jahr annee ano anno jaar trend t index idx dayofyear weekofyear weekday dayofweek row
    """
)
"""Time in another form, which the model has of its own."""
COUNTING = _words(
    """
    number no num nr nummer numero of the year sin cos sine cosine jahr annee
    """
)
"""Beside a word for a period: which one of the year it is."""
DERIVED = _words(
    """
    lag lagged adstock adstocked log squared rolling cumulative yoy previous vorjahr vorwoche
    """
)
"""Another column in another form."""
ADVERTISING = _words(
    """
    advertising werbung publicite publicidad pubblicita publicidade reclame marketing
    """
)
LABEL = _words(
    """
    id ids name names code status type typ objective url link label labels notes note comment comments
    kommentar kommentare bemerkung bemerkungen anmerkung commentaire commentaires remarque remarques
    comentario comentarios commento commenti opmerking opmerkingen observaciones observacoes currency
    wahrung devise divisa valuta moeda campaign campaigns kampagne campagne campana campanha campagna
    kampagnenname campagnenaam adset adgroup account konto compte cuenta delivery veiculacao placement
    device keyword creative ad anzeigenname anzeigengruppe sku asin product artikel bidding strategy ending
    ends end ende encerramento fine fin indicator indicador attribution age gender sex
    """
)
"""Texts that describe a row."""
ENTITY = ENTITY_COLUMNS | _words(
    """
    geoid regionid dmaname storeid shopname storename cluster county province
    """
)

OWNED = _words(
    """
    email emails mail mailing mailings newsletter newsletters sms push whatsapp crm seo organic blog edm
    """
)
"""Channels that have no price for each contact: their own number is what was sent."""
MEDIA = (
    CHANNELS
    | OWNED
    | _words(
        """
    newspaper newspapers zeitung zeitungen magazine magazines zeitschriften presse press prensa stampa
    jornal jornais krant kranten revista revistas rivista riviste banner banners billboard billboards flyer
    flyers leaflet leaflets prospekt prospekte catalog catalogue kataloge katalog sponsoring sponsorship
    sponsorships televisione tele tv linear vod bvod ott streaming native dsp gdn uac asa apple walmart
    instacart digital media dm inserts brand nonbrand generic plakate aussenwerbung affichage affissione affissioni
    exterior cine
    cinema teletext telemarketing influencers discovery demandgen performance max x bluesky threads wechat
    reseaux sociaux redes sociales sociais recherche busqueda pesquisa ricerca zoeken suche
    suchmaschinenwerbung soziale sociale medien medios videos audio podcasts influenceurs encarts
    outbrain rtb audiovisual paidsocial paidsearch facebookads googleads metaads tiktokads bingads fbads
    """
    )
)
"""Words that names of channels are made of."""
MEDIA_BESIDE = _words(
    """
    ads ad advertising adverts werbung paid marketing online national local regional non new total campaign
    payante payant payantes payants pagada pagado paga pagas pago pagamento betaald betaalde bezahlt bezahlte
    ligne linea line en a de locale locales local lokal lokale locali locais locaux nationale nationaux nazionale
    nazionali nacional nacionales nacionais nationaal regionale regionali regionales regionaal publicite
    publicidad publicidade pubblicita reclame
    """
)
"""Words beside them that tell no channel by themselves."""
PLACE = _words("to at on auf en sul sulla sur no na op con com with from a")
"""Words before the place of a click, or before a channel."""
NO_NAME = _words(
    """
    link enlace website on fur total sum of in the for de des du del della di da do en el la le les lo por
    sur su op van auf im all weekly daily monthly net gross media paid mkt marketing advertising amount
    betrag montant importe importo valor bedrag ausgegebener gastado number nb no metrics currency local
    """
)
"""Words that are dropped from a channel's name at its ends, beside spend and activity."""
COMPOUND = {
    "spend": ("kosten", "ausgaben", "spendings", "spend", "uitgaven"),
    "activity": ("impressionen", "impressions", "klicks", "clicks", "kontakte", "vertoningen"),
    "sales": ("umsatz", "umsaetze", "erlose", "omzet", "revenue", "sales"),
    "outcome": (
        "bestellungen",
        "besuche",
        "besucher",
        "kunden",
        "klanten",
        "bestellingen",
        "suchanfragen",
        "suchvolumen",
        "sessions",
    ),
    "control": (
        *("preis", "preise", "temperatur", "ferien", "feiertag", "feiertage", "rabatt", "aktion", "wetter", "korting"),
        *("vakantie", "vakanties", "aanbieding"),
        "prijs",
    ),
}
"""Ends of words that are written together, as German and Dutch do."""
