"""Every label and help text of the pages, so that the voice is edited in one place."""

import re
from collections.abc import Sequence

from core.finding import Status
from dashboard.nouns import Noun

STATUS = {Status.GOOD: "Good", Status.LOOK: "Look", Status.STOP: "Stop", Status.UNKNOWN: "Unknown"}
SOUNDNESS = {
    Status.GOOD: "checks passed",
    Status.LOOK: "worth a look",
    Status.STOP: "do not use yet",
    Status.UNKNOWN: "not checked",
}

WELCOME = "Which stores respond to what, how sure are we, and what should we do about it?"
WELCOME_MORE = (
    "Bring a panel: one row per store and week, customer and month, campaign and day. "
    "The first answer is there as soon as it is read; every change after that is live."
)
SAMPLES = "Or start from a sample"
UPLOAD = "Drop a file: .csv, .tsv, .txt, .xlsx or .parquet"
UPLOAD_KEPT = "Your own file is kept until this page is reloaded or closed; download what you need."
UPLOAD_HELP = (
    "The file stays on the machine this app runs on. Decimal commas, currency signs and dates are recognised."
)
REPLACE = "Other data"
SHEET = "Sheet"

ROLES = "What is what"
ROLES_HINT = "Guessed from names and values; change what is wrong and everything follows."
OUTCOME = "Outcome"
OUTCOME_HELP = "What you want to explain: a number such as sales, or a yes/no such as bought."
YES_NO_OUTCOME = "The outcome is yes or no, fitted as 1 and 0."
YES_NO_ADVICE = (
    "Read coefficients as percentage points: 0.05 is 5 points more often yes. Good for ranking groups while "
    "rates stay between about 20 and 80 %; near 0 or 100 % the lines can leave that range."
)
GROUP = "Grouped by"
GROUP_HELP = "Whose response may differ: stores, regions, customers. Gives the third page its name."
ALSO_GROUPED = "Also grouped by"
ALSO_HELP = (
    "A second grouping: the regions the stores lie in, or the weeks all of them share. Rows of one group are "
    "alike in ways no predictor says; leaving that out makes results look surer than they are."
)
NO_OTHER = "nothing else"
RATES_BY = "Rates by"
RATES_AND_BY = "and by"
RATES_NONE = "No two categories have rows with an answer, so there is nothing to compare."
RATES_TABLE = "Rates as a table"
TOGETHER = "taken together with"
AND_JOIN = " and "
AND_BY = "and by"
BY_JOIN = " : "
TAKE_OUT = "Take out"
RECURS = "{name} stands under {here} and under {there}. Is it"
RECUR = {"same": "the same one", "other": "another one each"}
RECUR_HELP = (
    "The same one: week 1 of every store, a channel all regions use. Another one each: shelf 1 of one store "
    "is not shelf 1 of the next."
)
TIME = "Time"
TIME_HELP = (
    "Which column orders the rows. It draws the calendar of rows; the model uses it only as a predictor."
)
PREDICTORS = "Predictors"
PREDICTORS_HELP = "What may move the outcome: spend, price, promotions, week."
NO_COLUMN = "none"

OPEN = "Please say"
DECIMAL = "Decimal mark"
DECIMALS = {".": "point: 1,234.5", ",": "comma: 1.234,5"}
DECIMAL_HELP = "Some numbers of this file can be read in two ways. Say which mark splits off the decimals."
DAY_FIRST = "Dates"
DAY_FIRSTS = {"day": "day first: 31/12", "month": "month first: 12/31"}
DAY_FIRST_HELP = "Some dates of this file can be read in two ways. Say what comes first."

TYPICAL_HELP = (
    "A typical case: every predictor at its average, and a group like the average one. What a ratio is in "
    "probability or amount depends on where one starts; this says it there."
)
RATIO_OF_ODDS_HELP = (
    "Odds: how often yes for each no; 50 % is odds of 1, 80 % of 4. The odds ratio multiplies them, by the "
    "same factor wherever one starts; 1 is no effect."
)
RATIO_OF_RATES_HELP = "What the expected outcome is multiplied by; 1 is no effect."
GLM_HELP = (
    "Plain regression of the same kind treats all rows as unrelated. Above × 1 it claims more certainty than "
    "these data hold."
)
LATENT_R2_HELP = (
    "R² on the scale on which effects add up (log-odds, logarithms), where chance has a variance of its own. "
    "Single yes or no, or counts, are foretold less well than that."
)
LATENT_ICC_HELP = (
    "ICC on the scale on which effects add up (log-odds, logarithms): of the variation that the predictors "
    "leave, the share between groups."
)
KIND = "Kind of outcome"
KINDS = {
    "gaussian": "Amounts around an average",
    "binomial": "Yes or no",
    "poisson": "Counts",
    "negative_binomial": "Counts that vary more than chance",
    "gamma": "Positive amounts, skewed",
}
KIND_HELP = (
    "Decides what a coefficient means. Amounts around an average: normal, effects are added. Yes or no: "
    "logistic (binomial), effects multiply the odds. Counts: Poisson; with more variation than chance: "
    "negative binomial; positive skewed amounts: Gamma, log link; in all three effects multiply."
)
EVENT = "Counts as yes"
EVENT_HELP = "Which of the two values the model gives the probability of."
TRIALS = "Out of"
NO_TRIALS = "one each (0 or 1)"
TRIALS_HELP = "The column with the number tried, when the outcome counts successes: orders out of visits."
LINK = "Link"
LINK_HELP = (
    "Logit: effects multiply the odds; the usual choice. Probit: effects shift a normal curve; probabilities "
    "hardly differ, and there are no odds ratios."
)
EXPOSURE = "Counted over"
NO_EXPOSURE = "all rows alike"
EXPOSURE_HELP = (
    "What counts are counted over: visits, days, impressions. Its logarithm is added as it is (an offset), "
    "so that effects are on the rate per unit."
)
CHOSEN = "Chosen by you."
DOUBT = (
    "Not as sure as it reads: rows vary {ratio} times as much as chance and this model explain, so its "
    "intervals are too narrow."
)
DOUBTED_TITLE = "{finding}, as this model stands"
DOUBTED_DRAWN = (
    "intervals too narrow: rows vary {ratio} times as much as chance and this model explain · {drawn}"
)
TOO_NARROW = ", too narrow"
UNEVEN = (
    "Rows count different numbers of '{over}', which '{outcome}' never exceeds, and the model does not know "
    "it: where there are more of the one, there are more of the other."
)
UNEVEN_ADVICE = (
    "Use '{over}' as exposure: choose the kind Counts and count over it, or Yes or no and say out of it."
)
NOT_OF_YES_NO = (
    "Residual plots, spread by group and leaving out each group belong to amounts around an average: a yes "
    "or no is missed in two ways only. What counts here is whether the probabilities are right and tell the "
    "yes from the no."
)
QUANTILES_DRAWN = (
    "dots: rows, each where it lies among the outcomes expected of it, as a bell curve's SDs; line: the "
    "middle of equal parts of them, band: their middle half; dashed: zero"
)
QUANTILES_MADE = (
    "Quantile residuals (Dunn, Smyth 1996): of a right model a bell curve of SD 1, whatever the kind of "
    "outcome. Drawn with seed {seed}: {what}."
)
EFFECTS_DRAWN = (
    "effects, among those the data leave open (around fitted ones, which follow their rows, small groups "
    "would scatter too little)"
)
STEPS_DRAWN = "where a count lies within its step"
SEARCHED_BY = {
    "plain": "Maximum likelihood without groups, by iteratively reweighted least squares.",
    "laplace": "Maximum likelihood; the groups' differences are integrated over by Laplace's approximation.",
    "quadrature": "Maximum likelihood; the groups' differences are integrated over by adaptive quadrature.",
    "nuts": "Markov chains; what they are worth stands above.",
}
LATENT_REST = ("chance", "of each single outcome, on that scale")
METHODS = {
    "reml": "REML",
    "ml": "ML",
    "laplace": "Laplace",
    "quadrature": "Quadrature",
    "posterior": "Posterior",
    "nuts": "NUTS",
}
PLAIN_LIKELIHOOD = "Likelihood"
LIKELIHOOD_HELP = (
    "Maximum likelihood. Laplace's approximation is right where groups have many rows; quadrature is slower "
    "and closer where they have few. Without groups the likelihood is exact. NUTS draws the posterior by "
    "Markov chains, under priors that you can change."
)
METHOD = "Method"
METHOD_HELP = (
    "REML estimates how much groups differ without the downward bias of ML. Use ML to compare models with "
    "different predictors. Posterior averages over everything the data leave open, under priors that you can "
    "change; it is there at once. NUTS draws the same by Markov chains: slower, and the check of it."
)
NOT_SAMPLED = "The posterior is not sampled yet"
NOT_SAMPLED_DRAWN = "it runs in the background; until it is there all pages show the best fit by likelihood"
LONG_POSTERIOR = "The posterior of this model takes longer than a page should"
LONG_DRAWN = "so many groups of several kinds; until it is drawn all pages show the best fit by REML"
NO_CHAINS = "NUTS has not run for this model and these priors: until then the instant posterior is shown."
NUTS_HELP = (
    "Four Markov chains of 1,000 draws each, in the background: you can go on with other pages. The first "
    "time takes longer, while the sampler is prepared."
)
LIKE_YOURS = "Data made by the model look like yours"
UNLIKE_YOURS = "Data made by the model differ from yours"
RATES_ALONE = "A straight line makes no yes or no: only rates compare"
RANKS_DRAWN = "its draws among the lowest, ..., the highest of all chains; band: what chance does"
ENERGY_DRAWN = "filled: energies visited, line: steps between draws; alike where the chains move freely"
LEARNED_DRAWN = "dashed: what was held likely before the data, filled: after; each on a scale of its own"
PATHS_DRAWN = (
    "one line a chain, draw after draw; at the right how often each value came; a cross: a draw that diverged"
)
R_HAT_HELP = (
    "How far the chains lie apart beyond the spread in each: 1 where they agree, 1.01 at most is safe."
)
ESS_HELP = "How many independent draws say as much, for the middle and for the ends where intervals stop."
MADE_DRAWN = "bold line: your data; pale lines: 50 sets of the same rows with outcomes that the model made"
LOO_HELP = (
    "How well each row is foretold by all others, by weighing the draws: no refit. It also compares models "
    "and finds the rows that move the fit."
)
COMPARE_LOO = "Compare by LOO"
COMPARE_LOO_HELP = (
    "How well each model foretells every row from all others. It compares models of the same outcome and "
    "rows, whatever their method, predictors or groups; some seconds for each, in the background."
)
COMPARED_LOO = (
    "elpd: sum over the rows of the log density that the model, told all other rows, gives each; rows of the "
    "same groups, so it speaks for more rows of these groups, not for new ones"
)
BELOW_HELP = "How much lower the elpd is than that of the best, with the standard error of the difference."
LOO_COLUMN_HELP = (
    "Expected log predictive density by leave-one-out: higher is better. Differences matter, not the number; "
    "one of less than 4, or less than twice its standard error, says little."
)
PRIORS_DEFAULT = "Priors: weak defaults from the scale of the data"
PRIORS_WHAT = (
    "A prior says what you hold likely before seeing the outcome, in the data's own units. The defaults are "
    "so wide that the data decide. Change one where you know better, for instance from earlier campaigns."
)
PRIOR_ABOUT_HELP = "The value you would bet on. SDs have none: they begin at zero."
PRIOR_WIDTH_HELP = (
    "How far off you may be: of an effect, two of three values lie within this of the middle; of an SD, its "
    "own usual size. Of an effect you have no opinion of, give a very large one."
)
PRIOR_SHAPE_HELP = (
    "How an SD may spread. Half Student t allows very large ones, half normal hardly any beyond twice its "
    "width, exponential favours small ones."
)
LKJ = "Relations between effects (LKJ)"
LKJ_HELP = "1: all correlations alike. More draws them towards none; 2 hardly does."
LEVEL = "Intervals"
LEVELS = {0.95: "95 %", 0.89: "89 %"}
LEVEL_HELP = (
    "How wide every interval is, on every page: one of 95 % misses the truth once in 20 times, one of 89 % "
    "about once in nine."
)
CENTRING = {
    "none": "as is",
    "grand": "vs average",
    "scaled": "in SDs",
    "within_between": "own swings + usual level",
}
CENTRING_HELP = (
    "As is: in its own units. Versus the average: same slope, the baseline is read at average spend. In SDs: "
    "per usual swing, so that predictors in different units compare. Own swings + usual level: splits spend "
    "into each group's ups and downs around its own mean and that mean, so that big groups that simply spend "
    "more do not look more responsive; slopes by group are then those of the swings."
)
ALL_NUMBERS = "All numbers at once"
NO_SWINGS = "never varies within {a_one}, so it has no swings of its own"
CROSS = "What changes what"
CROSS_HELP = (
    "A product of two predictors: what a unit of one brings is then higher or lower as the other is. Of a "
    "predictor split into own swings and usual level, the swings are multiplied."
)
CORRELATED = "Baseline and slopes may be related"
CORRELATED_HELP = (
    "Lets strong groups respond more (or less) than weak ones. Without it each slope varies on its own."
)
FORMULA = "Formula"
FORMULA_HELP = (
    "The same model as text; both stay in step. (1 + youtube | store) says: baseline and youtube slope "
    "differ by store. Also log() sqrt() center() scale() within(x, g) between(x, g), a:b and a*b."
)
NOT_APPLIED = "Typed, not applied: the page shows the model in the bar."
UNDO = "Undo typing"
RARELY = "Weights and offsets"
RARELY_OTHER = "Link, weights and offsets"
WEIGHTS = "Rows count by"
ALL_ALIKE = "all alike"
WEIGHTS_HELP = (
    "A column that says how much each row tells: the visits behind a rate, the days behind a sum. The "
    "scatter around the model is taken to fall with it. For yes/no, counts and skewed amounts it is how many "
    "rows alike one stands for: no spend or revenue. Rows of weight zero are left out."
)
OFFSETS = "Added as it is"
OFFSETS_HELP = (
    "A number that belongs to the outcome one for one, without an effect of its own to estimate: last year's "
    "sales, say, so that predictors explain the change."
)

BEYOND_PICKERS = (
    "This formula says more than the pickers can show. What they do not show stays as it is when you choose."
)

ICC_HELP = "ICC: of the variation that the predictors leave, the share between groups rather than within."
R2_HELP = "R²: the share of the outcome's variation explained, without and with what is known of each group."
OLS_HELP = (
    "Plain regression treats all rows as unrelated. Above × 1 it claims more certainty than these data hold."
)
RATIO_HELP = (
    "Plain regression's standard error over the model's. Below 1 it claims more certainty than rows of the "
    "same groups hold; above 1 it wastes what knowing the groups is worth."
)
VIF = (
    "How many times larger the variance of an effect is than if its predictor moved apart from all others. "
    "Under 5 is no cause for thought; from 10 on two effects can hardly be told apart, only their sum."
)
FAR_HELP = (
    "Rows more than three residual SDs from what the model expects. A few are usual; many mean that single "
    "rows weigh more than they should."
)
NOT_LEFT_OUT = (
    "Leaving out each {one} in turn belongs to REML and ML: choose one of them on Model to see it. Of a "
    "posterior, leave-one-out says which rows it leans on."
)
NO_OTHER_INTERVALS = (
    "Profile and bootstrap belong to REML and ML. A posterior's intervals are read off its draws; the check "
    "of them is NUTS, beside REML on Model."
)
SHRINKAGE_HELP = (
    "Each estimate is pulled from the group's own rows toward the average: far when its rows say little, "
    "hardly when they say much."
)

TRIED_HELP = (
    "AIC weighs fit against the number of parameters: lower is better, and a difference under 2 says little. "
    "It compares models of the same outcome and rows by the same method; by REML also only with the same "
    "predictors, so choose ML to compare predictors."
)

LOOK_AT = "Look at"
LOOK_AT_HELP = (
    "This model has several groupings. Groups and Tiers show one of them; what you chose in it stays."
)
OPEN_HELP = (
    "Rows here carry the differences of several groupings at once, so no group has an estimate of its own. "
    "This is the share of the variance between groups that the rows leave open."
)
SPREAD_HELP = (
    "How far the groups lie apart in truth, as estimated: about two thirds lie within this of the average."
)
MISPLACED_HELP = (
    "How many groups would stand in another tier if the truth were known: the price of acting on these rows."
)
FEW_DRAWS = (
    "These chances rest on only about {draws} independent looks at how far {many} differ; hundreds are usual."
)
FEW_DRAWS_ADVICE = (
    "Read 80 % as anything from {low} to {high} %. More rows, or fewer slopes that vary, make it steadier."
)
SLOPES_HELP = (
    "Which responses may differ from group to group. Groups with few rows borrow from all the others."
)
MEASURED = "Measured"

TIER_COUNT = "Tiers"
TIER_SIZES = "Groups in each tier"
TIER_MEAN = "Ranked by"
TIER_FIND = "Find one"
RESPONSE_TO = "response to {name}"
RANK_DIFFERENCE = "difference of two responses"
NOT_SAID = "not said"
SAY_MARGIN = (
    "Say what one unit of {outcome} earns. Until then the response ranks, and nothing is said of profit."
)
RANK_PROFIT = "profit of one unit more"
MORE_LESS = ("How much more does", "… than")
PROFIT_OF = "One unit more of"
MARGIN = "Earned per unit of {outcome}"
COST = "Cost of one unit of {name}"
PAYS_HELP = (
    "Margin times response, less the cost of a unit. “Surely” means a chance of at least 80 % that it is "
    "above zero. The response at which it is exactly zero is where it breaks even."
)
NO_BUDGET_DIFFERENCE = (
    "A difference says which of the two brings more per unit, not what either earns. So no budget advice."
)
PAYS = "Surely earns more than it costs: put more here."
PAYS_NOT = "Surely costs more than it earns: take from here."
MAY_PAY = "May or may not earn its cost: test before you move money."
NEWCOMER = "What to expect of a new {one}"
NEWCOMER_WHY = "Its response and tier before it has any rows, and how soon its own rows tell."
NEWCOMER_ASK = "Simulate a new {one}"
NEWCOMER_WAIT = "Simulating new {many} …"
SWING = "If {name} swings"
OWN_WORDS = "In your words"
OWN_WORDS_FOR = "What to do with tier {tier}"
OWN_WORDS_HELP = "Your words stand here and in the downloads. Leave them empty for the page's own."
OWN_UNSURE = "{own} (place not sure)"
SPEND_TIERS = {
    1: ("all alike",),
    2: ("raise", "cut"),
    3: ("raise first", "keep", "cut first"),
    4: ("raise first", "raise next", "cut next", "cut first"),
    5: ("raise first", "raise next", "keep", "cut next", "cut first"),
}
OTHER_TIERS = {
    1: ("all alike",),
    2: ("higher", "lower"),
    3: ("highest", "middle", "lowest"),
    4: ("highest", "higher", "lower", "lowest"),
    5: ("highest", "higher", "middle", "lower", "lowest"),
}
DO = {
    "raise": "Put more here: another unit brings more than in tier 2.",
    "raise first": "Put more here first: another unit brings most.",
    "raise next": "Put more here once tier 1 is served.",
    "keep": "Leave as it is: no clear reason to move money.",
}
STILL = {
    "cut": "Still brings something, less than in tier 1: if money must move, move it from here.",
    "cut next": "Still brings something, less than elsewhere: move from here once the last tier is done.",
    "cut first": "Still brings something, but least: if money must move, move it from here first.",
}
NOTHING = "Brings nothing that can be detected: take from here first."
LOSES = "More goes with less here: stop and find out why."
UNSURE = "Highest here, yet not surely more than nothing: test one before you put more in."
PLACE_UNSURE = "Place not sure: leave as it is, or test before you move money."
TEST_FIRST = "No clear reason to treat {many} differently: test before you move money"
NOT_PLACED = "Not enough to place"

SORT = {"high": "highest first", "low": "lowest first", "sure": "surest first", "rows": "fewest rows first"}
POOLING_SORT = {
    "moved": "moved farthest first",
    "high": "highest first",
    "low": "lowest first",
    "rows": "fewest rows first",
}
PROOF = (
    "Which of the three foretells what it has not seen?",
    "rows of every group are held out in turn and foretold from the rest by all three",
)
PROOF_ASKED = "Hold out rows"
PROOF_LIKELY = "Each part is foretold by the likeliest fit to the others (Laplace), not by new draws."
WINNERS_TOP = "Highest by own rows"
WINNERS_HELP = (
    "Whoever leads by own rows leads by merit and by luck, and luck does not repeat (the winner's curse). "
    "What to expect is averaged over everything these rows leave open."
)
MISALLOCATED_HELP = (
    "The same money given to the third with the highest own figures, and to the third with the highest "
    "figures in between; the difference of what they are expected to bring, per unit."
)
NO_OWN = (
    "In a model with several groupings no {one} has an estimate of its own: its rows carry the differences "
    "of {many} too. Group by one of them alone on the Model page to see it."
)
COST_NOTE = (
    "The third of the {many} with the highest figures gets the same amount each. Figures: {says}, on average "
    "over those chosen, from joint draws."
)
NO_SLOPE = "No slope differs by group in this model."
NO_SLOPE_HERE = "In this model no slope differs between {many}; slopes differ between {others}: look at them."
INNER = (
    "In this model the response to {name} differs by {outer}; within one {outer} no differences by {one} can "
    "be detected (variance 0), so each has that of its {outer}. That is no proof that they are alike."
)
NO_FIT = "Change a choice on the left; the next fit starts by itself."
NO_OUTCOME = "No column can be an outcome yet: a model explains a number, or a yes or no."
PROMISES = {
    "model": (
        "What moves your outcome, and how sure is that?",
        "Here will be every effect with its interval, what plain regression would have claimed, and how much "
        "groups differ. Open a table first.",
    ),
    "groups": (
        "Where does each store, region or customer stand?",
        "Here will be each one's baseline and response with how sure they are, and a card for any of them. "
        "Open a table first.",
    ),
    "pooling": (
        "How much of what a group's own rows say is chance?",
        "Here each group will stand by its own rows alone, by all rows as one, and in between, with the "
        "proof on rows held out. Open a table first.",
    ),
    "tiers": (
        "Whom to raise, whom to keep, whom to cut?",
        "Here groups will stand in tiers by their response, each with the chance that it belongs there. "
        "Open a table first.",
    ),
    "what_if": (
        "What would another budget bring?",
        "Here plans will move money between groups and channels, and show what that changes and how sure it "
        "is. Open a table first.",
    ),
    "quality": (
        "May this model be used?",
        "Here will be what the model misses, which groups or rows lead it, and how it was found. "
        "Open a table first.",
    ),
}
MODEL_PROMISE = "Here will be what moves the outcome, how sure that is, and how much groups differ."
GROUPS_PROMISE = (
    "Here each group will have its own baseline and response, with what its own rows say and how sure it is."
)
TIERS_PROMISE = (
    "Here {many} will stand in tiers by how they respond, each with the chance that it belongs there."
)


def slopes_label(noun: Noun) -> str:
    """Returns the label of the slope pills."""
    return f"Slopes that differ by {noun.one}"


def term(name: str) -> str:
    """Returns a term in words: 'within(youtube, store)' is 'youtube, own swings'. Not escaped."""
    if name == "(Intercept)":
        return "baseline"
    words = re.sub(r"^within\((.+), [^,]+\)$", r"\1, own swings", name)
    words = re.sub(r"^between\((.+), [^,]+\)$", r"\1, usual level", words)
    words = re.sub(r"^(?:center|scale)\((.+)\)$", r"\1", words)
    return re.sub(r"^([\w. ]*[\w.])\[([^\]]+)\]$", r"\1: \2", words)


def response(name: str) -> str:
    """Returns what differs between groups, in words: 'baseline' or 'youtube response'. Not escaped."""
    return term(name) if name == "(Intercept)" else f"{term(name)} response"


def tier_names(count: int, acts: Sequence[bool]) -> tuple[str, ...]:
    """Returns the tiers' names, best first; `acts` says of each whether it may say what to do with money."""
    names = [(SPEND_TIERS if act else OTHER_TIERS)[count][at] for at, act in enumerate(acts)]
    return tuple(f"Tier {place} · {name}" for place, name in enumerate(names, start=1))


def logged(name: str) -> str | None:
    """Returns what a term is the logarithm of: 'radio' of 'log(radio)'; None of any other term."""
    found = re.fullmatch(
        r"(?:(?:within|between|center)\()?log\(((?:[^()]|\([^()]*\))+)\)(?:(?:, [^,()]+)?\))?", name
    )
    return found[1] if found else None


def part(name: str, noun: Noun) -> tuple[str, str]:
    """Returns a part of the variance: what to call it, and what it means."""
    return {
        "predictors": ("the predictors", "moves with what you entered"),
        "baseline": (f"{noun.one} baselines", "at average predictors"),
        "response": (f"{noun.one} responses", "their slopes"),
        "residual": ("the rest", "row to row, unexplained"),
    }[name]


JUDGED = "Judged on"
FITTED_TO = "rows it was fitted to"
THRESHOLD = "Call it a yes from this probability on"
THRESHOLD_HELP = (
    "A low threshold finds more of the yes and raises more false alarms; a high one the other way round. "
    "Which is better depends on what each costs you."
)
SCORES_DRAWN = (
    "AUC: pairs in the right order; Brier and log score: how far probabilities lie from what happened, lower "
    "is better"
)

NOTHING_COUNTED = "nothing was counted in its rows"
ONLY_NO = "none of its rows says yes"
ONLY_YES = "all its rows say yes"
FORETOLD = "its own rows set no end to its response"
AB_UNKNOWN = "the data leave the effect, or how surely it is known, without an end"
AB_BARRED = "No verdict: this fit is not to be used yet"
AB_PREDICTOR = "Compare by"
AB_AGAINST = "Against"
AB_ARM = "Variant"
AB_DIRECTION = "Which outcome is better"
AB_LIFT_HELP = (
    "Outcomes of a row, averaged over groups never met, which differ as these do, and over the other "
    "predictors as these rows have them."
)
AB_PLAIN_HELP = (
    "Plain regression counts every row as a witness of its own. Rows of one group (sessions of one user) "
    "tell much the same story, and the model's intervals know that. Compared are errors of the lift, not of "
    "coefficients, which differ in size between the two models by construction."
)


def added(link: str) -> str:
    """Returns what the scale on which effects add up is."""
    return {
        "logit": (
            "Log-odds: the logarithm of yes to no. 0 is 50 %, 1 is 73 %, 2 is 88 %, −1 is 27 %; adding 0.69 "
            "doubles the odds."
        ),
        "probit": "Probit: the place on a normal curve. 0 is 50 %, 1 is 84 %, −1 is 16 %.",
        "log": "Log: the logarithm of what is expected; adding 0.69 doubles it, 0.1 is about 10 % more.",
    }[link]
