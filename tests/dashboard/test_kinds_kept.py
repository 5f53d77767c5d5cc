"""What a kind of outcome says beside the formula is kept while another kind is looked at."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.dashboard.pages import chosen, go, opened, title, upload, words

TEXT = b"shop,day,price,status\n" + b"".join(
    b"S%d,%d,%d,%s\n"
    % (k % 8, k // 8, k % 7, b"won" if (k * 7 + k // 8 * 3) % 11 < 2 + k % 8 // 2 else b"open")
    for k in range(320)
)
RNG = np.random.default_rng(3)
COUNTS = "shop,week,tv,visits,clicks\n" + "".join(
    f"S{k % 20:02d},{k // 20 + 1},{k % 7},{50 + k % 91},{RNG.poisson((50 + k % 91) * 0.05)}\n"
    for k in range(400)
)


def opened_on_model(root: Path, name: str, content: bytes) -> Any:
    return go(upload(opened(root, None), name, content), "views/model.py")


def test_a_value_chosen_against_the_guess_is_said_to_be_chosen(root: Path) -> None:
    app = opened_on_model(root, "deals.csv", TEXT)
    app.selectbox(key="pick_outcome").set_value("status").run()
    assert "Chosen by you" not in words(app)
    app.selectbox(key="pick_event").set_value("open").run()
    assert "Chosen by you" in words(app)


def test_only_kinds_a_text_can_be_are_offered(root: Path) -> None:
    app = opened_on_model(root, "deals.csv", TEXT)
    assert len(app.selectbox(key="pick_kind").options) == 5
    app.selectbox(key="pick_outcome").set_value("status").run()
    assert app.selectbox(key="pick_kind").options == ["Yes or no"]


def test_the_link_comes_back_with_its_kind(root: Path) -> None:
    app = opened(root, "ab_test", "views/model.py")
    app.button_group(key="pick_link").set_value("probit").run()
    before, head = chosen(app).spec, title(app)
    for other in ("poisson", "gaussian", "binomial"):
        app.selectbox(key="pick_kind").set_value(other).run()
        assert chosen(app).spec.family == other
    assert chosen(app).spec == before
    assert title(app) == head


def test_the_value_that_counts_as_yes_comes_back_with_its_kind(root: Path) -> None:
    content = TEXT.replace(b"won", b"2").replace(b"open", b"1")
    app = opened_on_model(root, "deals.csv", content)
    app.selectbox(key="pick_outcome").set_value("status").run()
    app.selectbox(key="pick_event").set_value("1").run()
    before = chosen(app).spec
    assert before.event == "1"
    app.selectbox(key="pick_kind").set_value("gaussian").run()
    assert chosen(app).spec.event is None
    app.selectbox(key="pick_kind").set_value("binomial").run()
    assert chosen(app).spec == before


def test_an_exposure_is_left_by_kinds_that_have_none_and_comes_back(root: Path) -> None:
    app = opened_on_model(root, "clicks.csv", COUNTS.encode())
    app.selectbox(key="pick_kind").set_value("poisson").run()
    app.selectbox(key="pick_exposure").set_value("visits").run()
    counted = chosen(app).formula
    app.selectbox(key="pick_kind").set_value("negative_binomial").run()
    assert "offset(log(visits))" in chosen(app).formula
    for plain in ("gaussian", "binomial"):
        app.selectbox(key="pick_kind").set_value(plain).run()
        assert "offset" not in chosen(app).formula
    app.selectbox(key="pick_kind").set_value("poisson").run()
    assert chosen(app).formula == counted
