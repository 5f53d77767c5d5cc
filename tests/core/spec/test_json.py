"""Models as JSON: exact both ways, strict on reading."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spec.formula import parse_formula
from core.spec.json import from_json, to_json
from core.spec.model import ModelSpec
from core.spec.strict import SpecFileError
from tests.strategies import specs

SPEC = parse_formula("log(y) ~ a*b + within(x, g) + (1 + x | g) + (1 | r/s)")


@given(specs())
def test_every_value_comes_back(spec: ModelSpec) -> None:
    text = to_json(spec)
    assert from_json(text) == spec
    assert to_json(from_json(text)) == text
    assert text.isascii()


KEYS = (
    "panelwise_model",
    "family",
    "link",
    "event",
    "outcome",
    "trials",
    "weights",
    "offsets",
    "intercept",
    "fixed",
    "random",
)


def test_the_keys_and_their_order_are_stable() -> None:
    content = json.loads(to_json(parse_formula("log(y) ~ x*z + (1 | g)")))
    assert list(content) == list(KEYS)
    assert content == {
        "panelwise_model": 2,
        "family": "gaussian",
        "link": None,
        "event": None,
        "outcome": {"column": "y", "steps": [{"transform": "log", "group": None}]},
        "trials": None,
        "weights": None,
        "offsets": [],
        "intercept": True,
        "fixed": [[[{"column": "x", "steps": []}], [{"column": "z", "steps": []}]]],
        "random": [{"terms": [], "group": ["g"], "intercept": True, "correlated": True, "nested": False}],
    }


def changed(change: Callable[[dict[str, object]], object]) -> str:
    content = json.loads(to_json(SPEC))
    change(content)
    return json.dumps(content)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("", "it is not JSON text"),
        ("{", "it is not JSON text"),
        ("[" * 100_000, "nested too deep"),
        ("9" * 5_000, "it is not JSON text"),
        (" " * 1_000_001, "1000001 characters"),
        ("[]", "a list is not a set of keys"),
        ("null", "null is not a set of keys"),
        ('{"fixed": [], "fixed": []}', "a key is repeated"),
        (changed(lambda c: c.update(panelwise_model=3)), "the version is 3 and only 1 and 2 are known"),
        (changed(lambda c: c.update(panelwise_model=True)), "the version is true"),
        (changed(lambda c: c.update(panelwise_model=1.0)), "the version is 1.0"),
        (changed(lambda c: c.update(fixd=[])), "the key 'fixd' is unknown"),
        (changed(lambda c: c.pop("trials")), "the key 'trials' is missing"),
        (changed(lambda c: c.update(family="guassian")), "at family: 'guassian' is not one of gaussian"),
        (changed(lambda c: c.update(family=["gaussian"])), "at family: a list is not one of"),
        (changed(lambda c: c.update(intercept=1)), "at intercept: 1 is neither true nor false"),
        (changed(lambda c: c.update(trials=3)), "at trials: 3 is not a text"),
        (changed(lambda c: c.update(weights=["w"])), "at weights: a list is not a text"),
        (changed(lambda c: c.update(offsets=[{"column": "a"}])), "at offsets[0]: the key 'steps' is missing"),
        (changed(lambda c: c.update(fixed={})), "at fixed: a set of keys is not a list"),
        (changed(lambda c: c.update(outcome={"column": "y"})), "at outcome: the key 'steps' is missing"),
        (
            changed(lambda c: c["fixed"][0][1][0].update(column=7)),
            "at fixed[0][1][0].column: 7 is not a text",
        ),
        (
            changed(lambda c: c["outcome"]["steps"][0].update(transform="exp")),
            "at outcome.steps[0].transform: 'exp' is not one of log, log1p",
        ),
        (changed(lambda c: c["random"][0].update(group=[1])), "at random[0].group[0]: 1 is not a text"),
        (changed(lambda c: c["random"][1].update(nested="yes")), "at random[1].nested: 'yes' is neither"),
        (changed(lambda c: c["random"][0].update(group=[])), "it is no model ("),
        (changed(lambda c: c["random"][0].update(nested=True)), "it is no model ("),
        (changed(lambda c: c.update(trials="n")), "Leave it untransformed: y | trials(n)). Save"),
        (changed(lambda c: c.update(outcome={"column": "a", "steps": []})), "cannot explain itself"),
    ],
)
def test_anything_else_is_refused_with_its_place(text: str, fragment: str) -> None:
    with pytest.raises(SpecFileError) as caught:
        from_json(text)
    assert fragment in str(caught.value)
    assert str(caught.value).endswith("Save it again from Panelwise.")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.sampled_from(KEYS[1:]), JSON)
def test_any_content_gives_a_model_or_a_sentence(key: str, value: object) -> None:
    try:
        spec = from_json(changed(lambda c: c.update({key: value})))
    except SpecFileError:
        return
    assert from_json(to_json(spec)) == spec


def test_a_model_saved_before_links_has_the_usual_one() -> None:
    content = json.loads(to_json(parse_formula("bought ~ promo + (1 | channel)", family="binomial")))
    old = {key: value for key, value in content.items() if key not in ("link", "event")}
    old["panelwise_model"] = 1
    assert from_json(json.dumps(old)) == parse_formula("bought ~ promo + (1 | channel)", family="binomial")


def test_link_and_event_come_back() -> None:
    spec = parse_formula("bought ~ promo", family="binomial", link="probit", event="sold")
    assert from_json(to_json(spec)) == spec
    content = json.loads(to_json(spec))
    for key, value, fragment in (
        ("link", "log", "no link"),
        ("link", "x", "not one of"),
        ("event", 3, "text"),
    ):
        with pytest.raises(SpecFileError, match=fragment):
            from_json(json.dumps({**content, key: value}))
