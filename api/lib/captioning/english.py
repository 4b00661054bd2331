"""English word lists: function words for the guard, persons and verbs for the merge. All in lower case."""

from api.lib.captioning.lexicon import word_list, word_set

ARTICLES = word_set("a an the one this that these those some any another")
PREPOSITIONS = word_set(
    """
    about above across after against along alongside amid among around as at atop before behind below beneath beside
    besides between beyond by down during for from in inside into near next of off on onto opposite out outside over
    past through throughout to together toward towards under underneath until up upon via with within without
    """
)
CONJUNCTIONS = word_set("and or but while whilst as when where because so than then")
PRONOUNS = word_set(
    """
    he she it they him her them his hers its their theirs himself herself itself themselves who whom whose which
    that each other others there here what
    """
)
AUXILIARIES = word_set("is are was were be been being am has have had having does do did doing done")
PARTICLES = word_set("'s s also too just both all it's there's who's that's")
FUNCTION_WORDS = ARTICLES | PREPOSITIONS | CONJUNCTIONS | PRONOUNS | AUXILIARIES | PARTICLES

# What the guard lets a rewrite add freely. All other small words claim something: where ("under"), whose ("his"), why.
FREE_WORDS = (
    ARTICLES
    | AUXILIARIES
    | PARTICLES
    | word_set("in on at of with to for as during near and while who whom whose which")
    | word_set("it its each other others they them their there here themselves")
)
# Small words that a rewrite must keep, because the scene is another one without them.
KEPT_WORDS = word_set(
    """
    above across against atop before behind below beneath beside between from inside into onto opposite outside over
    through toward towards under underneath
    """
)

# What a warm sentence may add when a person asked for one: words that praise and claim nothing about the picture.
WARM_WORDS = word_set("lovely wonderful beautiful dear sweet precious cherished special moment memory memories")

# Prepositions of a movement, which belong to its verb wherever they stand.
DIRECTIONS = word_set("into onto off from over across through toward towards down up")

# Forms that captions use for one another and that no lemma joins.
SAME_WORD = {
    "seated": "sit",
    **dict.fromkeys(("lay", "lays", "laying", "laid", "lie", "lies", "lying", "lain"), "lie"),
}

NEGATIONS = word_set("no not none never nobody nothing without nor neither n't cannot")
COLOURS = word_set(
    """
    red orange yellow green blue purple violet pink brown black white gray grey beige gold golden silver turquoise
    teal maroon tan cream crimson scarlet magenta cyan navy olive lavender indigo colorful colourful multicolored
    blonde blond brunette reddish bluish greenish dark light bright pale
    """
)
NUMBERS = {
    word: number
    for number, word in enumerate(word_list("two three four five six seven eight nine ten eleven twelve"), start=2)
}

LEADS: tuple[tuple[str, int | None, bool], ...] = (
    *((f"{det} {group} of", None, True) for det in ("a", "the") for group in ("group", "crowd", "bunch", "number")),
    *((f"a {size} {group} of", None, True) for size in ("large", "small", "big") for group in ("group", "crowd")),
    *((f"a group of {many}", None, True) for many in ("several", "many", "some")),
    ("a couple of", 2, False),
    ("a pair of", 2, True),
    ("a lot of", None, False),
    ("groups of", None, False),
    ("crowds of", None, False),
    ("lots of", None, False),
    ("a few", None, False),
    ("several", None, False),
    ("some", None, False),
    ("many", None, False),
    ("multiple", None, False),
    ("various", None, False),
)
AGES = word_set("young younger old older elderly little small adult teenage teen middle-aged")
ONE_PERSON = word_set(
    """
    man woman boy girl person child kid lady guy gentleman baby toddler teenager adult individual
    """
)
SEVERAL_PEOPLE = word_set(
    """
    men women boys girls people persons children kids ladies guys gentlemen babies toddlers teenagers adults
    individuals
    """
)
OTHER_PEOPLE = word_set(
    """
    actor actors actress anyone artist artists athlete athletes audience aunt backpacker backpackers band barista
    bartender baseman batsman batter batters bicycler bicyclist bicyclists biker bikers bowler boxer boxers bride
    brides bridesmaid bridesmaids brother brothers businessman businessmen bystander bystanders cameraman captain
    cashier catcher cheerleader cheerleaders chef chefs class classmates climber climbers clown clowns companion
    companions cook couples cousin cousins cowboy cowboys cowgirl cowgirls crew crowd crowds cyclist cyclists dad
    dads dancer dancers daughter daughters diver divers doctor doctors driver drivers drummer equestrian everyone
    families family fan fans farmer farmers father fathers female females fencer fencers firefighter firefighters
    fireman fisherman fishermen footballer footballers friend friends goalie golfer golfers graduate graduates
    grandfather grandmother grandmothers grandparents groom grooms groomsman groomsmen groups guard guards guest
    guests guitarist gymnast gymnasts hiker hikers human humans hunter hunters husband husbands infant instructor
    jockey jogger joggers judge jumper kayaker kayakers king lifeguard male males marchers member members merchant
    model mom moms monk monks mother mothers motorcyclist motorcyclists musher musician musicians neighbors nephew
    niece nun nurse nurses officer officers onlooker onlookers opponent opponents owner owners paddler paddlers
    parent parents passenger passengers pedestrian pedestrians performer performers photographer photographers pilot
    pilots pirate pirates pitcher player players police policeman policemen policewoman priest prince princess
    protester protesters queen racer racers referee resident residents rider riders rollerblader rollerbladers
    runner runners sailor sailors seller shepherd shepherds shopper shoppers sibling siblings singer singers sister
    sisters skateboarder skateboarders skater skaters skier skiers snorkeler snowboarder snowboarders soldier
    soldiers somebody someone son sons spectator spectators stranger strangers student students surfer surfers
    swimmer swimmers teacher team teammates teams tourist tourists trainer twins umpire uncle vendor vendors
    villager villagers visitor visitors waiter waitress wakeboarder waterskier wife windsurfer windsurfers wives
    worker workers wrestler wrestlers youngster youngsters youth
    """
)

# Verbs that captions use of people; a form that is not here does not count as a verb after a person.
_VERBS = word_list(
    """
    bend bite blow board bowl brush buy carry catch celebrate chase cheer clap clean climb cook cross cuddle cut
    cycle dance dive do drink drive eat embrace enjoy enter examine exercise face fall feed fight fish fix fly
    gather get give go greet grill hang have help hike hit hold hug inspect jog juggle jump kick kiss kneel laugh
    lay lean leap learn lie lift listen look make meet move observe open paddle paint perform pet photograph pick
    play point pose prepare pull push put raft raise reach read recline relax rest ride row run sail sell serve
    shake share shop show sing sit skate skateboard ski sleep slide smile snowboard snowshoe sort speak squat stand
    stare stir stop stretch stroll surf swim swing take talk taste tend text throw touch travel try turn type use
    view visit wade wait walk wash watch water wave wear wipe work write
    """
)
_DOUBLED = word_set("cut get hit hug jog pet put run shop sit stop swim")


def _gerund(verb: str) -> str:
    if verb == "lie":
        return "lying"
    if verb == "ski":
        return "skiing"
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ing"
    return f"{verb[:-1]}ing" if verb.endswith("e") and not verb.endswith("ee") else f"{verb}ing"


def _third_person(verb: str) -> str:
    if verb == "have":
        return "has"
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2] not in "aeiou" else f"{verb}s"


VERB_BASES = frozenset(_VERBS)
GERUNDS = frozenset(_gerund(verb) for verb in _VERBS)
PLURAL_OF_VERB = {_third_person(verb): verb for verb in _VERBS} | {"is": "are", "was": "were"}
PARTICIPLES = word_set(
    """
    dressed seated surrounded covered shown seen posed gathered lined wrapped caught crouched perched pictured
    asleep alone outside outdoors indoors happily quietly smiling
    """
)
VERBS_AFTER = GERUNDS | frozenset(PLURAL_OF_VERB) | PARTICIPLES

PICTURES_OF = frozenset(
    tuple(f"{det}{kind} of".split())
    for det in ("a ", "an ", "the ", "")
    for kind in (
        "picture",
        "photo",
        "photograph",
        "image",
        "view",
        "close up",
        "closeup",
        "close-up",
        "shot",
        "snapshot",
        "selfie",
    )
)
DEPICTIONS = word_set(
    """
    statue statues sculpture painting drawing portrait poster cartoon doll dolls mural figure figurine sketch print
    cutout mannequin bust silhouette shadow reflection picture photo photograph image photos pictures images
    paintings portraits posters sign
    """
)
