"""The words that column names are made of, in the languages marketers export from."""

import re
import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


OUTCOME_BEST = _words(
    """
    sales sale revenue turnover umsatz umsaetze erloes ventes vente ventas ingresos vendite
    fatturato ricavi omzet vendas receita omsaetning forsaljning profit margin gewinn absatz renewed
    renewals converted conversions conversion bookings
    """
)
OUTCOME_GOOD = _words(
    """
    orders order units quantity qty volume demand purchases purchase purchased leads signups signup
    signed subscriptions subscribed churn churned score outcome response responses responded target
    y kpi result bestellungen menge stueck commandes pedidos ordini bestellingen buys bought
    redeemed redemptions installs downloads transactions footfall churn clicked accepted cancelled
    defaulted
    """
)
LAGGED = _words(
    """
    lag lagged last prev previous prior vorjahr vorwoche
    """
)
SPEND = _words(
    """
    spend spending spends spent cost costs budget budgets ad ads adspend advertising advert media tv
    radio youtube facebook fb meta google search sem sea ppc cpc display print newspaper newspapers
    magazine instagram insta tiktok linkedin ooh dooh outdoor billboard billboards email emails
    affiliate affiliates video social pinterest snapchat twitter bing amazon podcast podcasts
    influencer influencers retargeting remarketing programmatic flyer flyers leaflet leaflets
    catalog catalogue grp grps trp trps cinema sponsoring sponsorship promotion werbung werbekosten
    ausgaben kosten mediakosten zeitung fernsehen plakat depense depenses publicite gasto gastos
    coste costes publicidad spesa spese pubblicita uitgaven reklame annonser
    """
)
UNIT = _words(
    """
    store stores shop shops outlet branch branches filiale filialen markt magasin magasins tienda
    tiendas negozio winkel loja butik customer customers client clients kunde kunden kundin cliente
    user users visitor account accounts household households subject subjects participant
    participants patient patients person respondent member members player players athlete athletes
    student students firm firms company companies dealer dealers restaurant restaurants hotel hotels
    site sites location locations salesperson rep reps agent agents panelist consumer consumers
    contact contacts session sessions unit entity publisher dma zip postcode plz
    """
)
SETTING = _words(
    """
    region regions regio area areas territory district zone city cities town country countries land
    state states province county market markets brand brands marke product products sku item items
    category categories channel channels campaign campaigns kampagne creative segment segments
    cohort team teams school schools class cluster group groups gruppe chain event events comp
    competition competitions experiment study geo retailer supplier vendor department division
    format batch round
    """
)
IDENTIFIER = _words(
    """
    id ids key code no nr num number nummer uuid guid ref index idx sku
    """
)
TIME = _words(
    """
    week weeks wk woche kw semaine semana settimana vecka uge month months monat mois mes mese maand
    year years jahr annee ano anno jaar day days tag jour dia giorno date datum fecha data time
    period periods periode quarter quartal trimestre wave t timestamp datetime hour stunde
    year_month yearweek
    """
)
NOT_TIME = _words(
    """
    of weekday dow holiday since until per lag visit visits on onsite spent duration seconds
    """
)
TRIALS = _words(
    """
    trials trial n visits visitors sessions impressions contacts contacted sent delivered exposed
    exposures offers offered mailed calls attempts besuche sitzungen total targeted reach eligible
    population
    """
)
TRIED = _words(
    """
    trials trial n contacts contacted sent delivered offered mailed attempts targeted eligible
    """
)  # of TRIALS those that say so alone; orders never exceed visits without being successes of them
WON = _words(
    """
    bought purchased converted conversions conversion signed signups subscribed renewed renewals
    redeemed responded responses churned clicked opened accepted cancelled defaulted passed passes won
    wins successes success yes hits taken
    """
)
COUNTED = _words(
    """
    orders units purchases leads signups subscriptions visits visitors sessions clicks calls tickets
    downloads installs bookings conversions transactions complaints returns events counts count
    incidents accidents items goals redemptions renewals logins views shares likes comments footfall
    bestellungen commandes pedidos ordini bestellingen quantity qty
    """
)
RATED = _words(
    """
    rating ratings rated score scores stars star nps csat grade grades satisfaction rank likert note
    """
)
YES = _words(
    """
    yes y true 1 bought buyer buy purchased purchase converted conversion won win success successful
    clicked opened signed subscribed subscriber renewed redeemed responded accepted approved passed pass
    churned cancelled defaulted returned active present positive taken sold hit
    ja oui si sim gekauft gewonnen achat compra
    """
)
NO = _words(
    """
    no not n never non none without nothing false 0 lost lose failed fail rejected declined refused
    nein kein keine nicht pas nao nee nej
    """
)
WEIGHTS = _words(
    """
    weight weights wt wgt gewicht gewichtung poids peso pesos gewogen
    """
)


# Channels written with a capital inside are one word each.
ONE_WORD = re.compile("youtube|tiktok|linkedin|facebook|snapchat", re.IGNORECASE)


def tokens(name: str) -> tuple[str, ...]:
    """Returns the lower-case words of a name without accents: "adSpend_2024" gives ad, spend, 2024."""
    whole = ONE_WORD.sub(lambda found: found[0].capitalize(), name)
    apart = re.sub(r"([a-zà-öø-ÿ])([A-Z])", r"\1 \2", whole)
    folded = apart.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ø", "o")
    plain = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return tuple(re.findall(r"[^\W\d_]+|\d+", plain))
