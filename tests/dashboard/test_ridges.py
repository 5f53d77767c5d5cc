"""Groups with a posterior: areas of every group's coefficient, ordered and named as the page does."""

from pathlib import Path

from tests.dashboard.pages import figures, go, opened, words


def ridge(app) -> dict:
    """The chart of areas: the one with filled traces in the order of its rows."""
    return next(
        figure
        for figure in figures(app)
        if sum(trace.get("fill") == "toself" for trace in figure["data"]) > 20
    )


def test_areas_of_every_group(root: Path) -> None:
    app = go(opened(root), "views/model.py")
    assert not any("with a higher" in line for line in words(app).splitlines())
    app.button_group(key="pick_method").set_value("posterior").run()
    app = go(app, "views/groups.py")
    assert not app.exception and not app.error
    said = words(app)
    assert "has a higher response to youtube than" in said
    drawn = ridge(app)
    names = drawn["layout"]["yaxis"]["ticktext"]
    assert len(names) == 24 and len(set(names)) == 24
    title = next(line for line in said.splitlines() if "has a higher" in line)
    assert title.endswith(": over 99\u00a0% sure")
    ranking = next(f for f in figures(app) if "ticktext" in f["layout"]["yaxis"])
    assert ranking["layout"]["yaxis"]["ticktext"] == names  # one order on the page
    assert title.replace("\u00a0", " ").startswith(names[0]) and names[-1] in title.replace("\u00a0", " ")


def test_nothing_of_a_fit_by_reml(root: Path) -> None:
    app = go(opened(root), "views/groups.py")
    assert "has a higher" not in words(app)
