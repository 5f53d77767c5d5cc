"""Every way a formula can be wrong, as the sentence the user reads. Words in {braces} are facts."""

from enum import Enum


class Fault(Enum):
    """What is wrong with a formula: each value says what was found and what to write instead."""

    EMPTY = "The formula is empty. Write an outcome, ~ and what explains it: sales ~ price + (1 | store)."
    TOO_LONG = (
        "The formula has {count} characters and at most {limit} are read. Use fewer terms or shorter names."
    )
    TOO_DEEP = (
        "Brackets are nested more than {limit} deep. Add a column that holds the inner result and use it."
    )
    TOO_MANY = (
        "The formula stands for more than {limit} terms, counting those that * multiplies out. "
        "Leave some out, or use : where * is not needed."
    )
    OPEN_BACKTICK = "This backtick is never closed. Put another ` after the column name."
    OPEN_BRACKET = "This bracket is never closed. Put a ) where it should end."
    EXTRA_BRACKET = "This bracket closes nothing. Delete it, or put a ( before it."

    NO_TILDE = "There is no ~. Write the outcome, then ~, then what explains it: sales ~ price."
    NOT_A_TILDE = (
        "'{found}' does not separate the outcome from what explains it. Write ~ here: sales ~ price."
    )
    SECOND_TILDE = (
        "There is a second ~. A formula has one, between the outcome and what explains it: delete one."
    )
    EMPTY_LEFT = "Nothing stands before ~. Write the outcome there: sales ~ price."
    EMPTY_RIGHT = (
        "Nothing stands after ~. Write what explains the outcome, or 1 for its mean alone: sales ~ 1."
    )
    ONE_OUTCOME = (
        "Before ~ stands one outcome and '{found}' is too much. "
        "For a sum or ratio of columns, add a column to the table that holds it."
    )
    SPACED_OUTCOME = (
        "Before ~ stands one outcome. If '{name}' is one column name, put it in backticks: `{quoted}`."
    )

    BAR_LEFT = (
        "Before ~ the sign | is only for counts out of a total and for weights. "
        "Write y | trials(n) or y | weights(w)."
    )
    TRIALS_TRANSFORMED = (
        "An outcome with trials(n) is a count of successes. Leave it untransformed: y | trials(n)."
    )
    BESIDE_SAME = "'{name}' is both the outcome and its {word}. Name the column that holds the {word}."
    BESIDE_COLUMN = "Between the brackets of {word} goes one column, as it is: {example}."
    BESIDE_TWICE = "{word} stands here a second time. Write it once: {example}."
    BESIDE_RIGHT = "{name} belongs to the outcome. Write it before ~: {example} ~ x."
    TRIALS_FAMILY = (
        "trials(n) is for counts of successes, which are binomial, and the family here is {family}. "
        "Choose the binomial family, or leave | trials(n) out."
    )

    OFFSET_VARIES = (
        "An offset has no coefficient, so nothing of it varies by group. Write it outside the brackets: "
        "y ~ x + offset(z) + (1 | store)."
    )
    OFFSET_PRODUCT = "An offset is added, never multiplied. Join it with +: y ~ x + offset(z)."

    NOTHING_AFTER = "Nothing follows '{before}'. Write a term after it, or delete it."
    NO_TERM = (
        "There is no term between '{before}' and '{found}'. Write a column there, or delete one of the two."
    )
    NO_SIGN = "There is no sign between '{before}' and '{found}'. Write +, : or * between them."
    SPACED_NAME = (
        "There is no sign between '{before}' and '{found}'. Write +, : or * between them; "
        "if they are one column name, put it in backticks: `{quoted}`."
    )
    ONLY_MINUS_ONE = (
        "Only the intercept can be taken away, with - 1. To leave out '{found}', do not write it."
    )
    INTERCEPT_TWICE = (
        "The intercept is mentioned a second time. Keep one: 1 keeps the intercept, 0 takes it away."
    )
    TERM_TWICE = "The term {found} is in the formula twice. Write it once."
    TIMES_ITSELF = (
        "{found} multiplies a term by itself. Write it once; "
        "for a square, add a column to the table that holds it."
    )
    BOTH_SIDES = (
        "'{name}' is the outcome, so it cannot explain itself. Delete it here or choose another outcome."
    )

    NUMBER = (
        "'{found}' starts with a digit. Only 1 and 0 may stand alone (with and without intercept); "
        "if it is a column name, put it in backticks: `{quoted}`."
    )
    DOT = "'.' for all other columns is not part of the grammar. Name the columns: sales ~ price + week."
    SLASH = (
        "'/' is for nested groups inside a random part: (1 | region/store). "
        "For a ratio of columns, add a column to the table that holds it."
    )
    COMMA = "A comma separates the two columns of within and between only. Join terms with +."
    POWER = (
        "'{found}' is not part of the grammar: nothing is raised to a power. "
        "For a square, add a column to the table that holds it; for interactions, write them out with : or *."
    )
    PERCENT = "'{found}' is not part of the grammar. For a within b, write a:b."
    QUOTE = "'{found}' starts a text, and formulas hold none. For a column name, use backticks: `net sales`."
    EQUALS = (
        "'{found}' is not part of the grammar: nothing is compared or assigned. Add a column that holds it."
    )
    INDEX = (
        "'{found}' is not part of the grammar: nothing is picked out of a column. Add a column that holds it."
    )
    DASH = "'{found}' looks like a minus and is another character. Write - instead."
    INVISIBLE = (
        "There is an invisible character here ({code}). Delete it; inside a column name, use backticks."
    )
    STRANGE = (
        "'{found}' is not part of the grammar. Delete it; if it belongs to a column name, "
        "put the whole name in backticks: `name {quoted}`."
    )

    UNKNOWN_FUNCTION = "There is no function '{name}'. {guess}The functions are: {known}."
    SQUARE = (
        "I(x^2): squares are not part of the grammar, nor is other arithmetic. "
        "Add a column to the table that holds the result and use its name."
    )
    CURVE = (
        "{name}(x): curves are not part of the grammar. Add columns that hold the powers of x, or use log(x)."
    )
    CATEGORY = "{name} is not needed: a column of text is a category already. Write x instead of {name}(x)."
    INSTEAD = "There is no function '{name}'. Write {instead} instead."
    ADD_COLUMN = (
        "There is no function '{name}'. Add a column to the table that holds its result and use its name."
    )
    ATTRIBUTE = "'{found}' after a bracket is not part of the grammar: nothing is looked up. Delete it."
    NO_ARGUMENT = "{name} has nothing between its brackets. Write a column there: {example}."
    ONE_COLUMN = "{name} takes one column and nothing else. Write {example}."
    ONE_GROUP = "{name} takes one column and one group. Write {example}."
    NEEDS_GROUP = "{name} needs a group after a comma. Write {example}."
    GROUP_COLUMN = "The group of {name} is one column. Write its name after the comma: {example}."
    OWN_GROUP = (
        "{name} is asked to group '{column}' by itself. Name the column that holds the groups: {example}."
    )
    CALCULATION = (
        "{name} takes one column, and '{found}' would calculate inside it. "
        "Add a column to the table that holds the result and write {name} of that."
    )

    PLAIN_GROUP = (
        "Brackets are for random parts such as (1 + x | store) and for functions. "
        "Multiply out instead: (a + b):c is a:c + b:c."
    )
    NO_BAR = (
        "This bracket has no |, so it is no random part. Write (1 + x | store) for what varies by store; "
        "for plain terms leave the brackets out."
    )
    BAR_OUTSIDE = "A random part needs brackets around it. Write (1 + x | store)."
    SECOND_BAR = "There is a second | in this random part. Write one: (1 + x | store), or (1 + x || store)."
    NESTED_RANDOM = (
        "A random part stands inside another. Write them side by side: (1 | region) + (1 | store)."
    )
    RANDOM_PRODUCT = (
        "A random part is added, never multiplied. Join it with +; for nested groups, write (1 | a/b)."
    )
    NO_EFFECT = (
        "Nothing stands before | in this random part. Write what varies: (1 | store) or (1 + x | store)."
    )
    NOTHING_VARIES = (
        "With the intercept taken away nothing varies here. Write (1 | store) or (0 + x | store)."
    )
    NO_GROUP = "Nothing stands after |. Write the group column: (1 | store)."
    GROUP_SUM = "Groups are not added inside one random part. Write one for each: (1 | a) + (1 | b)."
    GROUP_MIXED = (
        "A group is joined by / or by :, not both. Write a/b/c for nesting or a:b:c for combinations."
    )
    GROUP_NAME = (
        "'{found}' is no group column. After | stand column names only: store, region/store or region:week."
    )
    GROUP_SPACED = (
        "There is no sign in the group '{name}'. Write / or : between two columns, "
        "and backticks around a name with a space in it."
    )
    GROUP_TWICE = "'{name}' is in this group twice. Write it once."
    EFFECT_TWICE = (
        "{effect} already varies by {group} in an earlier random part. Keep it in one of them; "
        "0 + takes the intercept out, as in (0 + x | store)."
    )

    NO_COLUMN = "{sentence}"
