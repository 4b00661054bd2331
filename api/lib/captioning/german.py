"""German word lists: function words for the guard, persons and verbs for the merge. All in lower case."""

from api.lib.captioning.lexicon import word_list, word_set

ARTICLES = word_set(
    """
    ein eine einen einem einer eines der die das den dem des dieser diese dieses diesen diesem einige mehrere etwas
    """
)
PREPOSITIONS = word_set(
    """
    ab am an ans auf aufs aus außer bei beim bis durch entlang für gegen gegenüber hinter hinterm im in ins
    innerhalb mit mitten nach neben oberhalb ohne seit über um unter unterhalb vom von vor vorm während zu zum zur
    zwischen herum hinauf hinab heraus hinein
    """
)
CONJUNCTIONS = word_set("und oder aber sowie während als wie wenn wo weil dass so")
PRONOUNS = word_set(
    """
    er sie es ihn ihm ihr ihnen sein seine seinen seinem seiner seines ihre ihren ihrem ihrer ihres sich wer was
    welcher welche welches anderer andere anderen anderem einander nebeneinander miteinander da dort hier gemeinsam
    """
)
AUXILIARIES = word_set(
    """
    ist sind war waren sein gewesen wird werden wurde wurden worden hat haben hatte hatten
    """
)
PARTICLES = word_set("auch gerade zusammen beide beiden")
FUNCTION_WORDS = ARTICLES | PREPOSITIONS | CONJUNCTIONS | PRONOUNS | AUXILIARIES | PARTICLES

# What the guard lets a rewrite add freely. All other small words claim something: where ("unter"), whose ("sein"), why.
FREE_WORDS = (
    ARTICLES
    | (AUXILIARIES - {"sein"})
    | PARTICLES
    | word_set("in im ins am an ans auf bei beim mit von vom zu zum zur für während und als es sich")
    | word_set("anderer andere anderen anderem einander welche welcher welches")
)
# Small words that a rewrite must keep, because the scene is another one without them.
KEPT_WORDS = word_set(
    """
    außer durch gegen gegenüber hinter hinterm neben oberhalb ohne über unter unterhalb vor vorm zwischen
    """
)

# What a warm sentence may add when a person asked for one: words that praise and claim nothing about the picture.
WARM_WORDS = word_set(
    "schön schöne schöner schönes schönen wunderbar wunderbare wunderbarer lieb liebe lieber Moment "
    "Augenblick Erinnerung Erinnerungen besonderer besonderes"
)

NEGATIONS = word_set("kein keine keinen keinem keiner keines nicht nie niemand nichts niemals ohne weder")
_COLOUR_STEMS = word_list(
    """
    rot orange gelb grün blau lila violett rosa braun schwarz weiß grau beige golden silbern türkis bunt farbig
    dunkel hell dunkl blond
    """
)
COLOURS = frozenset(stem + ending for stem in _COLOUR_STEMS for ending in ("", "e", "en", "er", "es", "em"))
NUMBERS = {
    word: number
    for number, word in enumerate(word_list("zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"), start=2)
}

LEADS: tuple[tuple[str, int | None, bool], ...] = (
    *(
        (f"{det}{size} gruppe{of}", None, True)
        for det, sizes in (("eine", ("", " große", " kleine")), ("einer", ("", " großen", " kleinen")), ("die", ("",)))
        for size in sizes
        for of in (" von", "")
    ),
    ("ein paar", None, False),
    ("viele", None, False),
    ("vielen", None, False),
    ("mehrere", None, False),
    ("mehreren", None, False),
    ("einige", None, False),
    ("einigen", None, False),
    ("die beiden", 2, False),
    ("den beiden", 2, False),
    ("beide", 2, False),
)
DATIVE_LEADS = word_set("einer vielen mehreren einigen den")
DATIVE_PREPOSITIONS = word_set("mit neben bei von zu nach aus vor hinter auf in an über unter zwischen gegenüber")
AGES = frozenset(
    stem + ending
    for stem in ("jung", "alt", "klein", "älter", "jünger", "erwachsen")
    for ending in ("e", "en", "er", "es", "em")
)
FEMININE = word_set("frau person dame gruppe")
ONE_PERSON = word_set(
    """
    mann frau junge jungen mädchen kind person mensch menschen baby kleinkind dame herr herrn
    """
)
SEVERAL_PEOPLE = word_set(
    """
    männer männern frauen jungen jungs mädchen kinder kindern personen menschen leute leuten babys kleinkinder damen
    herren
    """
)
OTHER_PEOPLE = word_set(
    """
    arbeiter bauer braut bräutigam bruder brüder eltern familie feuerwehrmann fischer freund freunde freundin
    freundinnen fußballer fußgänger gruppe großmutter großvater jugendliche jugendlicher jugendlichen koch köche
    lehrer mannschaft menge menschenmenge menschengruppe mutter musiker passant passanten polizist polizisten
    radfahrer reiter reiterin schauspieler schüler schülerin schwester schwestern sohn soldat soldaten spieler
    spielerin sportler surfer sänger sängerin tochter tourist touristen tänzer tänzerin vater zuschauer publikum
    kellner kellnerin erwachsene erwachsener erwachsenen skifahrer snowboarder läufer kerl typ bub team jemand
    niemand geschwister zwillinge
    """
)
PLURAL_OF_VERB = dict(
    pair.split(":")
    for pair in word_list(
        """
    ist:sind war:waren hat:haben hatte:hatten wird:werden steht:stehen sitzt:sitzen geht:gehen läuft:laufen
    spielt:spielen hält:halten trägt:tragen fährt:fahren reitet:reiten springt:springen schaut:schauen
    blickt:blicken lächelt:lächeln posiert:posieren isst:essen trinkt:trinken liegt:liegen schläft:schlafen
    schwimmt:schwimmen tanzt:tanzen wartet:warten arbeitet:arbeiten liest:lesen schreibt:schreiben spricht:sprechen
    wandert:wandern klettert:klettern surft:surfen kocht:kochen feiert:feiern lacht:lachen winkt:winken zeigt:zeigen
    sieht:sehen überquert:überqueren spaziert:spazieren rennt:rennen wirft:werfen fängt:fangen kniet:knien
    hockt:hocken lehnt:lehnen singt:singen telefoniert:telefonieren unterhält:unterhalten versammelt:versammeln
    betrachtet:betrachten genießt:genießen stand:standen saß:saßen lag:lagen ging:gingen
    """
    )
)
PICTURES_OF = frozenset(
    tuple(f"{det}{kind} von".split())
    for det in ("ein ", "eine ", "das ", "")
    for kind in ("bild", "foto", "fotografie", "aufnahme", "nahaufnahme", "selfie")
)
DEPICTIONS = word_set(
    """
    statue skulptur gemälde zeichnung porträt plakat puppe wandbild figur skizze büste silhouette schatten
    spiegelbild poster bild foto bilder fotos statuen
    """
)
