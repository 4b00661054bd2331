"""A place as the closing phrase of a sentence: "in Lisbon, Portugal", "auf Madeira", "in der Schweiz"."""

import re

from api.lib.captioning.lexicon import word_set
from api.lib.captioning.places import Granularity, Place

ISLANDS = word_set(
    """Azores Azoren Bahamas Balearen Bali Barbados Bermuda Borkum Corfu Korfu Corsica Korsika Crete Kreta Cyprus Zypern
    Elba Formentera Föhr Fuerteventura Gozo Gran_Canaria Grönland Guernsey Helgoland Ibiza Ischia Jamaica Jamaika
    Jersey Kanaren Capri Kos Kuba La_Gomera La_Palma Lanzarote Madagaskar Madeira Malediven Mallorca Malta Mauritius
    Menorca Mykonos Naxos Norderney Rhodes Rhodos Rügen Samos Sansibar Zanzibar Santorini Sardinien Seychellen Sizilien
    Sylt Teneriffa Tenerife Usedom Philippinen Färöer Komoren Isle_of_Man Isle_of_Wight Isle_of_Skye"""
)
# English says "in" of islands that are countries or large, German says "auf" of these too.
IN_ENGLISH = word_set("Azores Bahamas Barbados Bermuda Cyprus Jamaica Madeira Malta Mauritius")

ENGLISH_THE = re.compile(
    r"^(?:United |Netherlands|Philippines|Bahamas|Maldives|Seychelles|Gambia|Comoros|Dominican Republic|"
    r"Central African|Czech Republic|Azores|Balearic|Canary|Ionian|Faroe|Cayman|Cook|Falkland|Marshall|Solomon|"
    r"British Virgin|U\.S\. Virgin|Isle of|Aosta Valley|Basque Country|Marches)|(?: Islands| Territory| Territories)$"
)

# Countries and regions that German names with an article; nominative → dative with preposition.
GERMAN_WITH_ARTICLE = {
    "in der": """Schweiz Türkei Ukraine Slowakei Mongolei Vatikanstadt Westsahara Elfenbeinküste Toskana Bretagne
        Normandie Lombardei Steiermark Waadt Provence Algarve Pfalz""",
    "in den": "USA Niederlanden Marken Vereinigten_Arabischen_Emiraten",
    "im": "Iran Irak Jemen Kosovo Libanon Oman Sudan Südsudan Tschad Vatikan Vereinigten_Königreich Saarland "
    "Burgenland Wallis Tessin Aargau Thurgau Jura Baskenland Aostatal",
    "auf den": "Philippinen Malediven Bahamas Seychellen Komoren Azoren Balearen Kanaren Färöern Ionischen_Inseln",
}
GERMAN_DATIVE = {
    "Niederlande": "Niederlanden",
    "Vereinigte Arabische Emirate": "Vereinigten Arabischen Emiraten",
    "Vereinigtes Königreich": "Vereinigten Königreich",
    "Färöer": "Färöern",
    "Ionische Inseln": "Ionischen Inseln",
}
GERMAN_ADJECTIVAL = (
    (re.compile(r"^(Dominikanische|Zentralafrikanische|Demokratische) (Republik.*)$"), r"in der \1n \2"),
    (re.compile(r"^(\w+ische) (Inseln|Jungferninseln)$"), r"auf den \1n \2"),
)
PREPOSITION_OF = {
    name.replace("_", " "): preposition for preposition, names in GERMAN_WITH_ARTICLE.items() for name in names.split()
}

# What a German place ends in tells its gender; everything else gets the neutral "bei".
GERMAN_VENUES = tuple(
    (re.compile(rf"(?:{endings})$", re.IGNORECASE), preposition)
    for preposition, endings in (
        ("am", "platz|markt|see|bahnhof|flughafen|hafen|strand|tor|ufer|turm|denkmal|kanal"),
        ("in der", "straße|strasse|gasse|allee|halle|kirche|kathedrale|oper|galerie|bibliothek|schule|altstadt"),
        ("im", "park|garten|museum|schloss|zoo|stadion|theater|restaurant|café|cafe|hotel|wald|dom|haus"),
        ("auf der", "brücke|burg|insel|alm|festung|wiese"),
    )
)
THE_VENUE = re.compile(r"\b(?:museum|bridge|zoo|station|tower|stadium|gallery|library|river|hotel)$", re.I)


def place_phrase(place: Place, *, granularity: Granularity, language: str) -> str:
    """Return the closing phrase in English or German, no finer than asked for; empty when nothing is known.

    A city or region stands before its country, "in Lisbon, Portugal"; a name is not said twice ("in Singapore").
    """
    german = language.startswith("de")
    country = place.country
    town = place.city if granularity in (Granularity.CITY, Granularity.VENUE) else ""
    area = town or (place.region if granularity is not Granularity.COUNTRY else "")
    venue = place.venue if granularity is Granularity.VENUE else ""
    if not area:
        area, country = country, ""
    if area == country or area.startswith(f"{country} ") or not country:
        where = area
        after = ""
    else:
        where, after = area, f", {country}"
    closing = f"{_in(where, german=german)}{after}" if where else ""
    return " ".join(part for part in (_at(venue, german=german) if venue else "", closing) if part)


def _in(name: str, *, german: bool) -> str:
    return _in_german(name) if german else _in_english(name)


def _in_english(name: str) -> str:
    preposition = "on" if name.replace(" ", "_") in ISLANDS - IN_ENGLISH else "in"
    return f"{preposition} the {name}" if ENGLISH_THE.search(name) else f"{preposition} {name}"


def _in_german(name: str) -> str:
    for pattern, replacement in GERMAN_ADJECTIVAL:
        if pattern.match(name):
            return pattern.sub(replacement, name)
    name = GERMAN_DATIVE.get(name, name)
    if name in PREPOSITION_OF:
        return f"{PREPOSITION_OF[name]} {name}"
    return f"auf {name}" if name.replace(" ", "_") in ISLANDS else f"in {name}"


def _at(venue: str, *, german: bool) -> str:
    if german:
        for pattern, preposition in GERMAN_VENUES:
            if pattern.search(venue):
                return f"{preposition} {venue}"
        return f"bei {venue}"
    if venue.lower().startswith("the ") or not THE_VENUE.search(venue):
        return f"at {venue}"
    return f"at the {venue}"
