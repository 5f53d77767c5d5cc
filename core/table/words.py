"""The words that stand for nothing, for yes and for no."""

MISSING_WORDS = (
    "", "na", "n/a", "n.a.", "n. a.", "#n/a", "#n/a n/a", "#na", "nan", "-nan", "nat", "<na>", "null", "nil",
    "none", "missing", "(blank)", "(empty)", "(null)", "(not set)", "\\n", "-", "--", "---", "–", "—", ".",
    "..", "?", "k.a.", "k. a.", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#spill!",
    "#calc!", "#getting_data", "#wert!", "#bezug!", "#zahl!", "#nv", "#valeur!",
)  # fmt: skip
"""Lower-case cells read as missing. "(not set)" is what web analytics exports write."""

YES_NO_WORDS = (
    ("yes", "no"), ("true", "false"), ("y", "n"), ("t", "f"), ("ja", "nein"), ("j", "n"), ("wahr", "falsch"),
    ("oui", "non"), ("o", "n"), ("vrai", "faux"), ("sí", "no"), ("si", "no"), ("sì", "no"), ("s", "n"),
    ("verdadero", "falso"), ("verdadeiro", "falso"), ("vero", "falso"), ("sim", "não"), ("sim", "nao"),
    ("ja", "nee"), ("ja", "nej"), ("ja", "nei"), ("waar", "onwaar"), ("sant", "falskt"), ("sand", "falsk"),
    ("tak", "nie"), ("prawda", "fałsz"), ("ano", "ne"), ("да", "нет"), ("истина", "ложь"), ("evet", "hayır"),
    ("はい", "いいえ"), ("是", "否"),
)  # fmt: skip
"""Pairs of lower-case words for yes and no. 0 and 1 are numbers: nothing is lost by leaving them so."""

SURE_ALONE = frozenset({"true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "vero", "falso"})
"""Words that mean yes or no even when a column holds only one of the two ("no" alone may be Norway)."""
