"""The group column names the pages: sane words for ordinary names, 'Groups' for odd ones."""

import pytest

from dashboard.nouns import GROUP, KNOWN, PERIOD, cases, noun, plural, singular


@pytest.mark.parametrize(
    ("column", "one", "title"),
    [
        ("store", "store", "Stores"),
        ("store_id", "store", "Stores"),
        ("StoreID", "store", "Stores"),
        ("storeId", "store", "Stores"),
        ("store.id", "store", "Stores"),
        ("id_store", "store", "Stores"),
        ("stores", "store", "Stores"),
        ("STORE", "store", "Stores"),
        ("city", "city", "Cities"),
        ("branch", "branch", "Branches"),
        ("box", "box", "Boxes"),
        ("class", "class", "Classes"),
        ("day", "day", "Days"),
        ("person", "person", "People"),
        ("people", "person", "People"),
        ("event_name", "event", "Events"),
        ("sales region", "sales region", "Sales regions"),
        ("region:store", "store", "Stores"),
        ("DMA", "DMA", "DMAs"),
        ("campus", "campus", "Campuses"),
        ("companies", "company", "Companies"),
        ("sku", "sku", "Skus"),
        ("WeekStart", "week", "Weeks"),
        ("UK region", "UK region", "UK regions"),
        ("Filiale", "Filiale", "Filiale groups"),
        ("Bundesland", "Bundesland", "Bundesland groups"),
        ("filiale_nr", "filiale", "Filiale groups"),
        ("Región", "Región", "Región groups"),
        ("tienda", "tienda", "Tienda groups"),
    ],
)
def test_names_made_of_words(column: str, one: str, title: str) -> None:
    assert (noun(column).one, noun(column).title) == (one, title)


@pytest.mark.parametrize(
    "column",
    [
        None,
        "",
        "id",
        "ID",
        "x1",
        "=cmd()",
        "<script>",
        "__import__('os')",
        "col_7",
        "a" * 40,
        "one two three four",
        "😀",
        "$x$",
        "  ",
        "___",
    ],
)
def test_odd_names_fall_back(column: str | None) -> None:
    assert noun(column) == GROUP
    assert noun(column, PERIOD) == PERIOD


@pytest.mark.parametrize(
    ("level", "label"), [("7", "Store 7"), (7, "Store 7"), ("Store 07", "Store 07"), ("N-7", "N-7"), ("", "")]
)
def test_bare_numbers_get_their_noun(level: object, label: str) -> None:
    assert noun("store_id").label(level) == label


def test_counting_what_has_no_english_plural() -> None:
    assert noun("Filiale").count(18) == "18 Filiale groups"
    assert noun("Kalenderwoche", PERIOD).count(26) == "26 Kalenderwoche periods"


def test_every_known_noun_comes_back_from_its_plural() -> None:
    assert {word for word in KNOWN if singular(plural(word)) != word} == set()


@pytest.mark.parametrize(("n", "words"), [(0, "0 stores"), (1, "1 store"), (2000, "2,000 stores")])
def test_counting(n: int, words: str) -> None:
    assert noun("store").count(n) == words


@pytest.mark.parametrize(
    ("column", "said"),
    [("athlete_id", "an athlete"), ("store", "a store"), ("user_id", "a user"), ("hour", "an hour")],
)
def test_articles(column: str, said: str) -> None:
    assert noun(column).a_one == said


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (None, "3 rows"),
        ("contacted", "3 contacts"),
        ("visits", "3 visits"),
        ("n_sessions", "3 sessions"),
        ("trials", "3 trials"),
        ("Gesamt", "3 trials"),
    ],
)
def test_what_a_model_counts_has_a_name(column: str | None, said: str) -> None:
    assert cases(column).count(3) == said
