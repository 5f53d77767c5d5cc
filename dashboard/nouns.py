"""What to call the groups: 'store_id' gives store and stores, and 'Stores' as the name of their page."""

import re
from dataclasses import dataclass

IRREGULAR = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "analysis": "analyses",
} | {"shelf": "shelves"}
ENDINGS = {
    "id",
    "ids",
    "no",
    "nr",
    "num",
    "number",
    "name",
    "code",
    "key",
    "ref",
    "uid",
    "guid",
    "idx",
    "index",
}
WORD = re.compile(r"[^\W\d_]+$")
# Words that English plurals fit. Any other name (Filiale, Bundesland, tienda) stays as the file writes it.
KNOWN = frozenset({
    "account", "ad", "adset", "advertiser", "affiliate", "age", "agency", "agent", "aisle", "analysis", "app",
    "area", "asset", "athlete", "audience", "basket", "bin", "block", "board", "booking", "box", "branch",
    "brand", "bucket", "building", "bundle", "business", "buyer", "call", "campaign", "campus", "car",
    "category", "channel", "chapter", "child", "city", "class", "client", "clinic", "clinician", "club",
    "cluster", "cohort", "color", "colour", "commodity", "company", "competition", "competitor", "contact",
    "continent", "contract", "country", "county", "creative", "crop", "customer", "date", "day", "dealer",
    "decade", "department", "destination", "device", "directory", "district", "division", "doctor", "domain",
    "driver", "employee", "event", "experiment", "facility", "family", "farm", "field", "firm", "flight",
    "format", "franchise", "garden", "group", "hospital", "hotel", "hour", "household", "industry", "item",
    "judge", "keyword", "lab", "language", "lead", "league", "level", "line", "listing", "location",
    "machine", "maker", "man", "manager", "manufacturer", "market", "match", "medium", "member", "message",
    "minute", "model", "month", "municipality", "nation", "neighborhood", "neighbourhood", "network",
    "newsletter", "office", "operator", "order", "organisation", "organization", "outlet", "owner", "page",
    "panel", "panelist", "park", "partner", "patient", "payer", "period", "person", "pharmacy", "phase",
    "place", "placement", "plan", "plant", "platform", "player", "plot", "point", "portfolio", "post",
    "practice", "product", "profile", "program", "programme", "project", "promo", "promotion", "property",
    "province", "publisher", "pupil", "quarter", "rater", "reader", "region", "rep", "representative",
    "respondent", "restaurant", "retailer", "room", "round", "route", "run", "sale", "salesman",
    "salesperson", "school", "screen", "season", "seat", "sector", "segment", "seller", "semester", "series",
    "session", "shelf", "shift", "ship", "shop", "showroom", "site", "size", "sku", "slot", "source",
    "species", "sport", "stage", "state", "station", "store", "stream", "street", "student", "style",
    "subject", "subscriber", "supermarket", "supplier", "survey", "task", "teacher", "team", "tenant", "term",
    "terminal", "territory", "test", "tester", "theme", "ticket", "tier", "title", "tool", "topic", "town",
    "trial", "trip", "type", "unit", "university", "user", "variant", "vehicle", "vendor", "venue", "version",
    "video", "village", "visit", "visitor", "voter", "warehouse", "wave", "website", "week", "weekday",
    "woman", "worker", "year", "zone",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noun:
    """One group and many of them: English nouns in lower case, other names as the file writes them."""

    one: str
    many: str

    @property
    def title(self) -> str:
        """The plural as a page name."""
        return self.many[:1].upper() + self.many[1:]

    @property
    def a_one(self) -> str:
        """One of them with its article: 'a store', 'an athlete'."""
        return f"{'an' if re.match(r'[aeio]|hour', self.one.lower()) else 'a'} {self.one}"

    def count(self, number: int) -> str:
        """Returns '1 store' or '20 stores', thousands separated."""
        return f"{number:,} {self.one if number == 1 else self.many}"

    def label(self, level: object) -> str:
        """Returns how to write one group: a bare number gets its noun ('Store 7'), a name stands alone."""
        text = str(level)
        return f"{self.one[:1].upper()}{self.one[1:]} {text}" if re.fullmatch(r"\d{1,6}", text) else text


GROUP = Noun("group", "groups")
PERIOD = Noun("period", "periods")
ROW = Noun("row", "rows")
CASE = Noun("case", "cases")


def noun(column: str | None, fallback: Noun = GROUP) -> Noun:
    """Returns the noun a column name stands for; `fallback` when the name is not made of words.

    'StoreID', 'store_id' and 'stores' all give store and stores; 'region:store' is about its last part. A
    name that is no plain English noun gets no English plural: 'Filiale' gives Filiale and Filiale groups.
    """
    words = _words(column) if column else []
    if not words or len(words) > 3 or len(" ".join(words)) > 24 or not all(WORD.match(w) for w in words):
        return fallback
    if words[-1].lower() in ENDINGS:
        return fallback
    last = singular(words[-1].lower())
    if last in KNOWN:
        head = [w if _acronym(w) else w.lower() for w in words[:-1]]
        return Noun(" ".join([*head, last]), " ".join([*head, plural(last)]))
    known = [word for word in map(singular, map(str.lower, words)) if word in KNOWN]
    if len(known) == 1:  # WeekStart
        return Noun(known[0], plural(known[0]))
    name = " ".join(words)
    return Noun(name, name + "s" if _acronym(words[-1]) else f"{name} {fallback.many}")


def cases(trials: str | None) -> Noun:
    """Returns what a model counts: its rows, or what each row was tried on: contacts of 'contacted'.

    `trials` is the column of numbers tried; a name that tells nothing counts trials.
    """
    if trials is None:
        return ROW
    words = _words(trials)
    last = words[-1].lower() if words else ""
    stems = (last, last.removesuffix("ed"), last.removesuffix("d"))
    found = next((one for stem in stems if (one := singular(stem)) in KNOWN), "trial")
    return Noun(found, plural(found))


def _words(column: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column.split(":")[-1])
    words = [word for word in re.split(r"[\s_.\-]+", spaced.strip()) if word]
    while len(words) > 1 and words[-1].lower() in ENDINGS:
        words.pop()
    while len(words) > 1 and words[0].lower() in ENDINGS:
        words.pop(0)
    return words


def _acronym(word: str) -> bool:
    return word.isupper() and 1 < len(word) <= 4 and word.lower() not in KNOWN


def singular(word: str) -> str:
    """Returns the singular of an English plural; any other word as it is."""
    back = {many: one for one, many in IRREGULAR.items()}
    if word in back:
        return back[word]
    for ending in ("", "s", "es"):
        if word.endswith(ending) and (stem := word.removesuffix(ending)) in KNOWN:
            return stem
    if len(word) < 4 or word.endswith(("ss", "us", "is", "series", "species")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def plural(word: str) -> str:
    """Returns the English plural of a word that is singular."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith(("series", "species")):
        return word
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"
