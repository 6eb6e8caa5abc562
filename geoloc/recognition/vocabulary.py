"""Short closed lists that the rules need: what may stand inside, before and between names.

Longer lists, and those that depend on a source, are files in ``data/words`` (see `words`).
"""

from __future__ import annotations

from geoloc.model import PlaceKind

LONGEST_NAME = 6
CONNECTORS = frozenset(
    "of the and de del della di da do dos das du des la le les los las el al an am auf upon on in sur sous under "
    "en lès bei ob der den im near over ez az ash as ed ad ar er ul ol bin ibn na nad pod при на над под у и".split()
)
INNER_GAPS = frozenset((" ", "-", "\u00a0", "\n", "’", "'", "–", ". ", "."))
NAMED_WITH_ARTICLE = frozenset(("hague", "bronx", "gambia", "bahamas", "dalles", "woodlands", "villages"))
ARTICLES = frozenset("al el de del della di du des la le ibn bin ash az ez as".split())
CLOSED_BY_STOP = frozenset("st ave blvd rd dr ln hwy pkwy sq ct pl co twp".split())
"""Abbreviations that may end a name and take their full stop with them."""
DOTTED = frozenset(("st", "ste", "ft", "mt"))
SLAVIC_TYPES = ("област", "район", "край", "края", "крае", "краю", "громад", "округ", "губерн", "обл", "р-н", "повіт")
VILLAGE_WORDS = tuple(
    "нов стар верхн нижн больш мал красн червон бел біл черн чорн велик зелен кам'ян камен сух город".split()
)
"""How the first words of Russian and Ukrainian villages begin."""
TYPE_WORDS: dict[str, PlaceKind] = {
    "county": "district", "parish": "district", "district": "district", "raion": "district", "rayon": "district",
    "township": "district", "borough": "district", "municipality": "district", "oblast": "region", "krai": "region",
    "province": "region", "governorate": "region", "voivodeship": "region", "prefecture": "region",
    "region": "region", "department": "region", "canton": "region", "state": "region", "republic": "region",
    "river": "water", "lake": "water", "creek": "water", "bay": "water", "strait": "water", "sea": "water",
    "reservoir": "water", "gulf": "water", "canal": "water", "mountains": "relief", "mountain": "relief",
    "island": "relief", "islands": "relief", "peninsula": "relief", "valley": "relief", "desert": "relief",
    "village": "populated-place", "city": "populated-place", "town": "populated-place",
    "airport": "facility",
}  # fmt: skip
NATURE_BEFORE: dict[str, PlaceKind] = {
    "lake": "water", "river": "water", "mount": "relief", "mt": "relief", "cape": "relief", "fort": "populated-place",
    "port": "populated-place", "camp": "facility", "gulf": "water", "strait": "water", "isle": "relief",
    "kibbutz": "populated-place", "moshav": "populated-place",
}  # fmt: skip
PART_OF_NAME = frozenset(
    "county parish township river lake creek bay island islands mountains valley oblast krai raion rayon district "
    "province peninsula reservoir canal strait desert airport voivodeship governorate".split()
)
LOCATING = frozenset(
    "in near outside around toward towards throughout across inside from at to into into above "
    "в во около близ возле под из от до через у біля поблизу під з із від коло на "
    "à près vers dans nach bei nahe unweit aus en cerca desde hacia hasta w we z ze do koło obok niedaleko pod".split()
)
INSIDE_OR_NEAR = frozenset(
    "in near outside around inside within "
    "в во около близ возле под вблизи неподалеку у біля поблизу під коло неподалік "
    "à près nach bei nahe unweit in en cerca w we koło obok pod niedaleko".split()
)
"""Of those that locate, the ones before which hardly anything but a place stands."""
LIST_GAPS = frozenset((",", "/", "–", "-", "—"))
CONJUNCTIONS = tuple("and|or|as well as|и|или|та|і|й|або|und|oder|et|ou|y|o|e|i|oraz|lub|ve".split("|"))
ANY_CONJUNCTION = "|".join(CONJUNCTIONS)
"""The same as part of a regular expression."""
LIST_WORDS = frozenset(f"{comma}{word}{the}" for word in CONJUNCTIONS for comma in ("", ", ") for the in ("", " the"))
"""What stands between two names of a list, blanks around it left out."""
LIST_LINKS = frozenset(
    "and in|and near|and to|и в|и во|и на|и под|и из|и у|и до|та в|та у|і в|і у|й у|та на|та під|та біля|та до|"
    "und in|und bei|et de|et à|et d|y de|y en|y a|i w|i do".split("|")
)
"""The same if the second name has a preposition of its own."""
BEFORE_SUFFERED = frozenset(
    "was were is are has have had been being again also heavily repeatedly reportedly "
    "был была было были бул була було були снова опять вновь знову "
    "wurde wurden ist sind a été ont est sont fue fueron ha sido został została zostało zostały".split()
)
"""What stands between a town and the word for what is done to it: "has been heavily shelled"."""
PARTIES = frozenset(("D", "R", "DFL", "GOP", "I"))
"""Letters before the home of an American legislator: "R-Marshall"."""
ACCEPT = 0.5
ACCEPT_UNKNOWN = 1.05
WEAK = -0.7
