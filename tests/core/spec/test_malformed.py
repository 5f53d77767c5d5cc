"""Formulas that cannot be read: the fault, its place and what the sentence says to do."""

import pytest

from core.errors import PanelwiseError
from core.spec.errors import FormulaError, UnknownFamily
from core.spec.faults import Fault
from core.spec.formula import parse_formula

# text, marks under the fault, a fragment of the sentence
MALFORMED = [
    ("", "", "The formula is empty"),
    ("   ", "^^^", "The formula is empty"),
    ("sales", "^^^^^", "There is no ~. Write the outcome, then ~"),
    ("sales + week", "^^^^^^^^^^^^", "There is no ~"),
    ("y = x", "  ^", "'=' does not separate the outcome"),
    ("y <- x", "  ^^", "Write ~ here"),
    ("y ∼ x", "  ^", "Write ~ here"),
    ("y ~ x ~ z", "      ^", "There is a second ~"),
    ("~ x", "^", "Nothing stands before ~"),
    ("y ~", "  ^", "Nothing stands after ~"),
    ("y ~   ", "  ^", "or 1 for its mean alone"),
    ("y + z ~ x", "  ^", "Before ~ stands one outcome and '+' is too much"),
    ("net sales ~ x", "    ^^^^^", "put it in backticks: `net sales`"),
    ("log(y) z ~ x", "       ^", "no sign between ')' and 'z'"),
    ("(y) ~ x", "^^^", "Brackets are for random parts"),
    ("1 ~ x", "^", "'1' starts with a digit"),
    ("y | n ~ x", "  ^", "Write y | trials(n)"),
    ("y || trials(n) ~ x", "  ^^", "Write y | trials(n)"),
    ("y | trials ~ x", "  ^", "Write y | trials(n)"),
    ("y | trials() ~ x", "    ^^^^^^^^", "Between the brackets of trials goes one column"),
    ("y | trials(log(n)) ~ x", "    ^^^^^^^^^^^^^^", "Between the brackets of trials goes one column"),
    ("y | trials(10) ~ x", "    ^^^^^^^^^^", "Between the brackets of trials goes one column"),
    ("y | trials(n) ~ x", "    ^^^^^^^^^", "Choose the binomial family"),
    ("y | trials(y) ~ x", "           ^", "both the outcome and its trials"),
    ("log(y) | trials(n) ~ x", "^^^^^^", "Leave it untransformed"),
    ("y | weights(y) ~ x", "            ^", "both the outcome and its weights"),
    ("y | weights(log(w)) ~ x", "    ^^^^^^^^^^^^^^^", "Between the brackets of weights goes one column"),
    ("y | weights(w) + weights(v) ~ x", "                 ^^^^^^^^^^", "weights stands here a second time"),
    ("y | weights(w) | weights(v) ~ x", "               ^", "Write y | trials(n) or y | weights(w)"),
    ("y | weights(w) + x ~ x", "               ^", "Write y | trials(n) or y | weights(w)"),
    ("y | rows(w) ~ x", "  ^", "Write y | trials(n) or y | weights(w)"),
    ("y | weights(w) weights(v) ~ x", "               ^^^^^^^", "There is no sign between"),
    ("y ~ weights(w)", "    ^^^^^^^", "Write it before ~: y | weights(w) ~ x."),
    ("y ~ offset()", "    ^^^^^^^^", "offset has nothing between its brackets"),
    ("y ~ offset(a, b)", "            ^", "offset takes one column and nothing else"),
    ("y ~ offset(a + b)", "             ^", "'+' would calculate inside it"),
    ("y ~ offset(a) + offset(a)", "                ^^^^^^^^^", "The term offset(a) is in the formula twice"),
    ("y ~ offset(a):b", "    ^^^^^^^^^^", "An offset is added, never multiplied"),
    ("y ~ b:offset(a)", "      ^^^^^^", "An offset is added, never multiplied"),
    ("y ~ log(offset(a))", "        ^^^^^^", "An offset is added, never multiplied"),
    ("y ~ x + (1 + offset(a) | g)", "             ^^^^^^^^^", "nothing of it varies by group"),
    ("y ~ offset(y)", "           ^", "cannot explain itself"),
    ("y ~ trials(n)", "    ^^^^^^", "Write it before ~"),
    ("y ~ x +", "      ^", "Nothing follows '+'"),
    ("y ~ x:", "     ^", "Nothing follows ':'"),
    ("y ~ x -", "      ^", "Nothing follows '-'"),
    ("y ~ + x", "    ^", "no term between '~' and '+'"),
    ("y ~ x + + z", "        ^", "no term between '+' and '+'"),
    ("y ~ x : * z", "        ^", "no term between ':' and '*'"),
    ("y ~ net sales", "        ^^^^^", "put it in backticks: `net sales`"),
    ("y ~ x `z`", "      ^^^", "no sign between 'x' and '`z`'"),
    ("y ~ x (1 | g)", "    ^^^", "no sign between 'x' and '('"),
    ("y ~ `x` (1 | g)", "        ^", "no sign between '`x`' and '('"),
    ("y ~ (1 | g) x", "            ^", "no sign between ')' and 'x'"),
    ("y ~ x - z", "      ^^^", "To leave out 'z', do not write it"),
    ("y ~ x - log(z)", "      ^^^^^^^^", "To leave out 'log(z)'"),
    ("y ~ x - (1 | g)", "      ^^^^^^^^^", "Only the intercept can be taken away"),
    ("y ~ x - 0", "      ^^^", "Only the intercept can be taken away"),
    ("y ~ 1 + x - 1", "            ^", "The intercept is mentioned a second time"),
    ("y ~ x + z + x", "            ^", "The term x is in the formula twice"),
    ("y ~ a:b + b:a", "          ^^^", "The term b:a is in the formula twice"),
    ("y ~ a*b + b*a", "          ^^^", "The term b*a is in the formula twice"),
    ("y ~ (1 + x + x | g)", "             ^", "The term x is in the formula twice"),
    ("y ~ x:x", "    ^^^", "x:x multiplies a term by itself"),
    ("y ~ x*x", "    ^^^", "for a square, add a column"),
    ("y ~ x + y", "        ^", "'y' is the outcome, so it cannot explain itself"),
    ("log(y) ~ x + lag.y + y", "                     ^", "choose another outcome"),
    ("y ~ within(x, y)", "              ^", "'y' is the outcome"),
    ("y ~ (1 | y)", "         ^", "'y' is the outcome"),
    ("y ~ 2020", "    ^^^^", "put it in backticks: `2020`"),
    ("y ~ 2*x", "    ^", "Only 1 and 0 may stand alone"),
    ("y ~ 1:x", "    ^", "Only 1 and 0 may stand alone"),
    ("y ~ x*2", "      ^", "Only 1 and 0 may stand alone"),
    ("y ~ .5", "    ^^", "starts with a digit"),
    ("y ~ 3rd_party", "    ^^^^^^^^^", "`3rd_party`"),
    ("y ~ .", "    ^", "Name the columns"),
    ("y ~ . - x", "    ^", "Name the columns"),
    ("y ~ a/b", "     ^", "nested groups inside a random part"),
    ("y ~ a, b", "     ^", "Join terms with +"),
    ("y ~ x^2", "     ^", "nothing is raised to a power"),
    ("y ~ x**2", "     ^^", "'**' is not part of the grammar"),
    ("y ~ b %in% a", "      ^^^^", "For a within b, write a:b"),
    ("y ~ 'x'", "    ^", "For a column name, use backticks"),
    ('y ~ x + "net sales"', "        ^", "formulas hold none"),
    ("y ~ “x”", "    ^", "formulas hold none"),
    ("y ~ x == 1", "      ^^", "nothing is compared or assigned"),
    ("y ~ x > 1", "      ^", "nothing is compared or assigned"),
    ("y ~ x[1]", "     ^", "nothing is picked out"),
    ("y ~ d$x", "     ^", "nothing is picked out"),
    ("y ~ x − 1", "      ^", "looks like a minus"),
    ("y ~ x\u200b + z", "     ^", "an invisible character here (U+200B)"),
    ("y ~ x & z", "      ^", "'&' is not part of the grammar"),
    ("y ~ 😀 + x", "    ^^", "put the whole name in backticks"),
    ("y ~ x; z", "     ^", "';' is not part of the grammar"),
    ("y ~ lg(x)", "    ^^", "Did you mean 'log'?"),
    ("y ~ Log(x)", "    ^^^", "Did you mean 'log'?"),
    ("y ~ centre(x)", "    ^^^^^^", "Did you mean 'center'?"),
    ("y ~ witin(x, g)", "    ^^^^^", "Did you mean 'within'?"),
    ("y ~ qqqq(x)", "    ^^^^", "There is no function 'qqqq'. The functions are: log, log1p"),
    ("y ~ I(x^2)", "    ^", "I(x^2): squares are not part of the grammar"),
    ("y ~ poly(x, 2)", "    ^^^^", "Add columns that hold the powers of x"),
    ("y ~ as.factor(x)", "    ^^^^^^^^^", "a column of text is a category already"),
    ("y ~ C(x)", "    ^", "Write x instead of C(x)"),
    ("y ~ ln(x)", "    ^^", "Write log(x) instead"),
    ("cbind(a, b) ~ x", "^^^^^", "successes | trials(n)"),
    ("y ~ lag(x)", "    ^^^", "Add a column to the table that holds its result"),
    ("y ~ __import__('os').system('touch x')", "    ^^^^^^^^^^", "There is no function '__import__'"),
    ("y ~ x.__class__()", "    ^^^^^^^^^^^", "There is no function 'x.__class__'"),
    ("y ~ log(x).values", "          ^^^^^^^", "nothing is looked up"),
    ("y ~ log()", "    ^^^^^", "log has nothing between its brackets. Write a column there: log(x)"),
    ("y ~ log(x, z)", "         ^", "log takes one column and nothing else"),
    ("y ~ log(x + 1)", "          ^", "log takes one column, and '+' would calculate inside it"),
    ("y ~ log(x/z)", "         ^", "'/' would calculate"),
    ("y ~ log(2)", "        ^", "starts with a digit"),
    ("y ~ log(x z)", "          ^", "no sign between 'x' and 'z'"),
    ("y ~ within(x)", "    ^^^^^^^^^", "within needs a group after a comma. Write within(x, store)"),
    ("y ~ within(x, )", "            ^", "The group of within is one column"),
    ("y ~ within(x, log(g))", "              ^^^", "The group of within is one column"),
    ("y ~ within(x, g, h)", "               ^", "one column and one group"),
    ("y ~ between(x, x)", "               ^", "group 'x' by itself"),
    ("y ~ (a + b):c", "    ^^^^^^^", "(a + b):c is a:c + b:c"),
    ("y ~ a:(b + c)", "      ^^^^^^^", "Multiply out instead"),
    ("y ~ (a + b)^2", "    ^^^^^^^", "Multiply out instead"),
    ("y ~ (1 + x)", "    ^^^^^^^", "This bracket has no |"),
    ("y ~ ()", "    ^^", "This bracket has no |"),
    ("y ~ log(x", "       ^", "never closed"),
    ("y ~ (1 | g", "    ^", "never closed"),
    ("y ~ x)", "     ^", "closes nothing"),
    ("y ~ `x + z", "    ^", "This backtick is never closed"),
    ("y ~ `x``", "    ^", "This backtick is never closed"),
    ("y ~ x | g", "      ^", "A random part needs brackets"),
    ("y ~ (1 | g | h)", "           ^", "a second | in this random part"),
    ("y ~ (1 | | g)", "         ^", "a second | in this random part"),
    ("y ~ (1 + (1 | a) | b)", "         ^^^^^^^", "side by side"),
    ("y ~ x:(1 | g)", "      ^^^^^^^", "A random part is added, never multiplied"),
    ("y ~ (1 | g)*x", "           ^", "A random part is added, never multiplied"),
    ("y ~ ( | g)", "      ^", "Nothing stands before |"),
    ("y ~ (0 | g)", "    ^^^^^^^", "nothing varies here"),
    ("y ~ (1 | )", "       ^", "Nothing stands after |"),
    ("y ~ (1 | a + b)", "           ^", "(1 | a) + (1 | b)"),
    ("y ~ (1 | a/b:c)", "            ^", "joined by / or by :, not both"),
    ("y ~ (1 | log(g))", "         ^^^", "'log' is no group column"),
    ("y ~ (1 | 1)", "         ^", "'1' is no group column"),
    ("y ~ (1 | a b)", "           ^", "no sign in the group 'a b'. Write / or :"),
    ("y ~ (1 | a/a)", "           ^", "'a' is in this group twice"),
    ("y ~ (1 | g) + (1 | g)", "              ^^^^^^^", "The intercept already varies by g"),
    ("y ~ (1 | g) + (x | g)", "              ^^^^^^^", "0 + takes the intercept out"),
    ("y ~ (1 | a/b) + (1 | b:a)", "                ^^^^^^^^^", "The intercept already varies by"),
    ("y ~ (x | g) + (0 + x*z | g)", "              ^^^^^^^^^^^^^", "The effect of x already varies by g"),
]


@pytest.mark.parametrize(("text", "marks", "fragment"), MALFORMED, ids=[text for text, _, _ in MALFORMED])
def test_the_sentence_and_the_place(text: str, marks: str, fragment: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    error = caught.value
    assert fragment in str(error)
    assert str(error).endswith(".")
    # Marks are counted in screen cells: an emoji takes two.
    wide = 1 if "😀" in text else 0
    assert (error.position, error.length) == (len(marks) - len(marks.lstrip()), marks.count("^") - wide)
    assert error.text == text


def test_every_fault_has_an_example() -> None:
    elsewhere = {Fault.TOO_LONG, Fault.TOO_DEEP, Fault.TOO_MANY, Fault.NO_COLUMN}
    reached = set(elsewhere)
    for text, _, _ in MALFORMED:
        with pytest.raises(FormulaError) as caught:
            parse_formula(text)
        reached.add(caught.value.fault)
    assert set(Fault) == reached


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("y ~ " + "x" * 10_000, Fault.TOO_LONG),
        ("y ~ " + "log(" * 1_000 + "x" + ")" * 1_000, Fault.TOO_DEEP),
        ("y ~ " + "(" * 4_000 + ")" * 4_000, Fault.TOO_DEEP),
        ("y ~ " + " + ".join(f"x{i}" for i in range(501)), Fault.TOO_MANY),
        ("y ~ " + "*".join(f"x{i}" for i in range(1_000)), Fault.TOO_MANY),
        ("y ~ (" + "*".join(f"x{i}" for i in range(9)) + " | g)", Fault.TOO_MANY),
    ],
    ids=["long", "nested calls", "nested brackets", "terms", "product", "random product"],
)
def test_limits_are_named(text: str, fault: Fault) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    assert caught.value.fault is fault


def test_500_terms_and_20_brackets_are_still_read() -> None:
    assert len(parse_formula("y ~ " + " + ".join(f"x{i}" for i in range(500))).fixed) == 500
    assert len(parse_formula("y ~ " + "log(" * 20 + "x" + ")" * 20).fixed[0].parts[0][0].steps) == 20


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(UnknownFamily, match=r"called 'guassian'. Did you mean 'gaussian'\? Choose one of:"):
        parse_formula("y ~ x", "guassian")
    assert issubclass(UnknownFamily, PanelwiseError)
