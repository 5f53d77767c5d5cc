# Writes what R says of the models in this file: models.json, profile.json, leave_out.json, and data/*.csv.
#
#     Rscript tests/reference/make.R tests/reference [names of the models to do again]
#
# Run by hand (R with lme4, lmerTest, nlme, jsonlite); the tests read what it wrote. PYTHON names the Python that
# has NumPy and pandas, SHARED the folder of published tables that are not ours to ship. Every figure is that of
# the best of several searches with tight tolerances: the defaults of lme4 stop up to 1e-4 above the optimum.

suppressMessages({library(lme4); library(lmerTest); library(nlme); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
out <- commandArgs(TRUE)[1]
python <- Sys.getenv("PYTHON", file.path(here, "../../.venv/bin/python"))
shared <- Sys.getenv("SHARED", file.path(here, "../../../shared/data"))
dir.create(file.path(out, "data"), showWarnings = FALSE, recursive = TRUE)

# ---- tables -------------------------------------------------------------------------------------------------

example <- function(name, package) {
  kept <- new.env()
  data(list = name, package = package, envir = kept)
  as.data.frame(kept[[name]])
}
apart <- function(prefix, code) paste0(prefix, as.character(code))  # numbered treatments become text

made <- list(
  sleepstudy = transform(example("sleepstudy", "lme4"), expected = 250 + 5 * Days),
  penicillin = example("Penicillin", "lme4"),
  pastes = example("Pastes", "lme4"),
  dyestuff = example("Dyestuff", "lme4"),
  dyestuff2 = example("Dyestuff2", "lme4"),
  cake = transform(example("cake", "lme4"), temperature = apart("t", temperature)),
  insteval = subset(example("InstEval", "lme4"), as.integer(as.character(s)) <= 160,
                    c("s", "d", "dept", "service", "y")),
  machines = example("Machines", "nlme"),
  oats = example("Oats", "nlme"),
  orthodont = example("Orthodont", "nlme"),
  rail = example("Rail", "nlme"),
  oxboys = transform(example("Oxboys", "nlme"), age2 = age^2),
  ergostool = example("ergoStool", "nlme"),
  pixel = transform(example("Pixel", "nlme"), day2 = day^2),
  wafer = transform(example("Wafer", "nlme"), voltage2 = voltage^2),
  assay = transform(example("Assay", "nlme"), dilut = apart("d", dilut)),
  ratpup = example("RatPupWeight", "nlme"),
  bodyweight = transform(example("BodyWeight", "nlme"), Diet = apart("diet", Diet)),
  alfalfa = transform(example("Alfalfa", "nlme"), Date = sub("None", "uncut", Date)),  # "None" is a blank
  gun = example("Gun", "nlme"),
  bdf = with(example("bdf", "nlme"), data.frame(
    school = apart("n", schoolNR), lang = langPOST, iq = round(IQ.ver.cen, 4),
    school_iq = round(avg.IQ.ver.cen, 4), ses = ses))
)
for (name in names(made)) {
  write.csv(made[[name]], file.path(out, "data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}
simulated <- tempfile("simulated")
dir.create(simulated)
stopifnot(system2(python, c(file.path(here, "simulate.py"), simulated)) == 0)

read <- function(name) {  # as the tests read it: from the file
  places <- c(file.path(out, "data"), simulated, file.path(here, "../../data"), shared)
  files <- file.path(places, paste0(name, ".csv"))
  read.csv(files[file.exists(files)][1], stringsAsFactors = TRUE)
}

# ---- models: name, table, formula, options ------------------------------------------------------------------

m <- function(data, formula, reml = TRUE, weights = NULL) {
  list(data = data, formula = formula, reml = reml, weights = weights)
}
models <- list(
  sleep = m("sleepstudy", "Reaction ~ Days + (1 + Days | Subject)"),
  sleep_ml = m("sleepstudy", "Reaction ~ Days + (1 + Days | Subject)", FALSE),
  sleep_apart = m("sleepstudy", "Reaction ~ Days + (1 + Days || Subject)"),
  sleep_two_terms = m("sleepstudy", "Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)", FALSE),
  sleep_intercept = m("sleepstudy", "Reaction ~ Days + (1 | Subject)"),
  sleep_offset = m("sleepstudy", "Reaction ~ Days + offset(expected) + (1 + Days | Subject)"),
  dyestuff = m("dyestuff", "Yield ~ 1 + (1 | Batch)"),
  dyestuff_ml = m("dyestuff", "Yield ~ 1 + (1 | Batch)", FALSE),
  dyestuff2 = m("dyestuff2", "Yield ~ 1 + (1 | Batch)"),
  penicillin = m("penicillin", "diameter ~ 1 + (1 | plate) + (1 | sample)"),
  penicillin_ml = m("penicillin", "diameter ~ 1 + (1 | plate) + (1 | sample)", FALSE),
  pastes = m("pastes", "strength ~ 1 + (1 | batch/cask)"),
  pastes_ml = m("pastes", "strength ~ 1 + (1 | batch/cask)", FALSE),
  cake = m("cake", "angle ~ recipe * temperature + (1 | recipe:replicate)"),
  cake_ml = m("cake", "angle ~ recipe + temp + (1 | recipe:replicate)", FALSE),
  insteval = m("insteval", "y ~ service + (1 | s) + (1 | d) + (1 | dept)"),
  insteval_service = m("insteval", "y ~ service + (1 + service | d) + (1 | s)", FALSE),
  machines = m("machines", "score ~ Machine + (1 | Worker/Machine)"),
  machines_slopes = m("machines", "score ~ Machine + (1 + Machine | Worker)"),
  oats = m("oats", "yield ~ nitro + (1 | Block/Variety)"),
  oats_ml = m("oats", "yield ~ Variety * nitro + (1 | Block/Variety)", FALSE),
  orthodont = m("orthodont", "distance ~ age * Sex + (1 | Subject)"),
  orthodont_slopes = m("orthodont", "distance ~ age * Sex + (1 + age | Subject)"),
  rail = m("rail", "travel ~ 1 + (1 | Rail)"),
  oxboys = m("oxboys", "height ~ age + (1 + age | Subject)"),
  oxboys_bent = m("oxboys", "height ~ age + age2 + (1 + age + age2 | Subject)"),
  ergostool = m("ergostool", "effort ~ Type + (1 | Subject)"),
  pixel = m("pixel", "pixel ~ day + day2 + (1 + day | Dog) + (1 | Dog:Side)"),
  wafer = m("wafer", "current ~ voltage + voltage2 + (1 + voltage | Wafer) + (1 + voltage | Wafer:Site)"),
  assay = m("assay", "logDens ~ sample * dilut + (1 | Block) + (1 | Block:sample) + (1 | Block:dilut)"),
  ratpup = m("ratpup", "weight ~ sex * Treatment + Lsize + (1 | Litter)"),
  bodyweight = m("bodyweight", "weight ~ Time * Diet + (1 + Time | Rat)"),
  alfalfa = m("alfalfa", "Yield ~ Date * Variety + (1 | Block/Variety)"),
  gun = m("gun", "rounds ~ Method + Physique + (1 | Team)", FALSE),
  schools = m("bdf", "lang ~ iq * school_iq + ses + (1 + iq | school)"),
  schools_ml = m("bdf", "lang ~ iq * school_iq + ses + (1 + iq | school)", FALSE),
  cross_level = m("panel", "y ~ x * income + z + (1 + x | store)"),
  three_levels = m("panel", "y ~ x + z + (1 + x | region) + (1 + x | region:store)"),
  three_levels_ml = m("panel", "y ~ x * income + (1 | region/store)", FALSE),
  several_terms = m("panel", "y ~ x + z + (1 + x | store) + (0 + z | store)"),
  crossed_slope = m("crossed", "y ~ x + (1 | customer) + (1 + x | shop)"),
  weighted = m("panel", "y ~ x + z + (1 | store)", TRUE, "w"),
  weighted_slope = m("panel", "y ~ x * income + z + (1 + x | store)", TRUE, "w"),
  weighted_ml = m("panel", "y ~ x + z + (1 + x | store)", FALSE, "w"),
  weighted_crossed = m("crossed", "y ~ x + (1 | customer) + (1 + x | shop)", TRUE, "w"),
  weighted_offset = m("panel", "y ~ x + z + offset(known) + (1 + x | store)", TRUE, "w"),
  offset = m("panel", "y ~ x + z + offset(known) + (1 + x | store)"),
  retail = m("retail_panel", "sales ~ youtube + facebook + newspaper + price + promo + week + (1 + youtube | store)"),
  marketing = m("marketing_panel", "sales ~ week + youtube + facebook + newspaper + (1 | store_id)"),
  marketing_slope = m("marketing_panel", "sales ~ week + youtube + facebook + newspaper + (1 + youtube | store_id)"),
  climbing = m("ifsc_boulder_2025", "score_final ~ score_semi + score_quali + (1 | comp_id) + (1 | athlete_id)"),
  large = m("large", "y ~ x + z + (1 | customer) + (1 | shop)"),
  large_slope = m("large", "y ~ x + z + (1 | customer) + (1 + x | shop)", FALSE)
)

# ---- the best of several searches ---------------------------------------------------------------------------

tight <- list(
  lmerControl("bobyqa", optCtrl = list(rhobeg = 0.2, rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE),
  lmerControl("nloptwrap", optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-12, maxeval = 1e5), calc.derivs = FALSE),
  lmerControl("nloptwrap", calc.derivs = FALSE, optCtrl = list(
    algorithm = "NLOPT_LN_NELDERMEAD", xtol_abs = 1e-12, ftol_abs = 1e-12, maxeval = 1e5)),
  lmerControl("Nelder_Mead", optCtrl = list(FtolAbs = 1e-12, XtolRel = 1e-12, maxfun = 1e5), calc.derivs = FALSE)
)
quick <- lmerControl("nloptwrap", calc.derivs = FALSE, optCtrl = list(xtol_abs = 1e-8, ftol_abs = 1e-8))

search <- function(model, d, control, start = NULL) {
  arguments <- list(as.formula(model$formula), data = d, REML = model$reml, control = control, start = start)
  if (!is.null(model$weights)) arguments$weights <- d[[model$weights]]
  suppressMessages(suppressWarnings(do.call(lme4::lmer, arguments)))
}
best <- function(model, d) {
  if (nrow(d) > 1e4) return(search(model, d, quick))  # half a second an evaluation
  tried <- lapply(tight, function(control) search(model, d, control))
  first <- tried[[which.min(sapply(tried, criterion))]]
  polished <- search(model, d, tight[[1]], start = getME(first, "theta"))
  if (criterion(polished) < criterion(first)) polished else first
}
criterion <- function(fit) if (isREML(fit)) REMLcrit(fit) else -2 * as.numeric(logLik(fit))

# ---- what is told of a fit ----------------------------------------------------------------------------------

figures <- function(name) {
  model <- models[[name]]
  d <- read(model$data)
  fit <- best(model, d)
  told <- as.data.frame(coef(summary(as_lmerModLmerTest(fit))))
  spread <- as.data.frame(VarCorr(fit))
  modes <- lapply(ranef(fit, condVar = FALSE), function(one) {
    some <- unique(round(seq(1, nrow(one), length.out = 4)))
    list(levels = rownames(one)[some], terms = names(one), values = unname(as.matrix(one[some, , drop = FALSE])))
  })
  rows <- unique(round(seq(1, nrow(d), length.out = 6)))
  list(
    data = model$data, formula = model$formula, method = if (model$reml) "reml" else "ml", weights = model$weights,
    n = nobs(fit), criterion = criterion(fit), singular = isSingular(fit), sigma = sigma(fit),
    aic = AIC(fit), bic = BIC(fit), theta = getME(fit, "theta"),
    terms = rownames(told), estimate = told$Estimate, std_error = told$`Std. Error`, df = told$df,
    p_value = told$`Pr(>|t|)`, components = spread, modes = modes,
    rows = rows - 1, fitted = unname(fitted(fit)[rows]), residual = unname(residuals(fit)[rows]), vif = vif(fit)
  )
}

# Generalised variance inflation of each term (Fox and Monette 1992), from the covariance of the fixed effects.
vif <- function(fit) {
  part <- attr(model.matrix(fit), "assign")
  labels <- attr(terms(fit), "term.labels")
  if (length(unique(part[part > 0])) < 2) return(NULL)
  r <- cov2cor(as.matrix(vcov(fit))[part > 0, part > 0])
  part <- part[part > 0]
  of <- function(k) det(r[part == k, part == k, drop = FALSE]) * det(r[part != k, part != k, drop = FALSE]) / det(r)
  lapply(setNames(unique(part), labels[unique(part)]), of)
}

# confint: intervals by profile of the maximum-likelihood deviance, whatever the fit.
profiles <- function(name) {
  model <- models[[name]]
  model$reml <- FALSE
  d <- read(model$data)
  fit <- lme4::lmer(as.formula(model$formula), d, REML = FALSE, control = tight[[1]])
  found <- suppressWarnings(confint(profile(fit, devtol = 1e-6, delta.cutoff = 1 / 16), oldNames = FALSE))
  list(data = model$data, formula = model$formula, level = 0.95, parameters = rownames(found),
       low = unname(found[, 1]), high = unname(found[, 2]))
}

# Refits without each group; Cook's distance of a group: (b - b_without)' V^-1 (b - b_without) / p, V from the
# whole fit. `cooks_lme4` is lme4's own, by its default optimiser and the covariance without the group.
without <- function(name, group) {
  model <- models[[name]]
  d <- read(model$data)
  whole <- best(model, d)
  levels <- levels(as.factor(d[[group]]))
  refits <- lapply(levels, function(level) best(model, d[d[[group]] != level, ]))
  fixed <- t(sapply(refits, fixef))
  shift <- sweep(fixed, 2, fixef(whole))
  cooks <- rowSums((shift %*% solve(as.matrix(vcov(whole)))) * shift) / ncol(fixed)
  plain <- do.call(lme4::lmer, list(as.formula(model$formula), data = d, REML = model$reml))
  theirs <- suppressMessages(suppressWarnings(influence(plain, group)))
  list(data = model$data, formula = model$formula, group = group, levels = levels, terms = colnames(fixed),
       fixed = unname(fixed), sigma = sapply(refits, sigma),
       theta = unname(t(as.matrix(sapply(refits, function(one) unname(getME(one, "theta")))))),
       criterion = sapply(refits, criterion), cooks = unname(cooks),
       cooks_lme4 = unname(cooks.distance(theirs)), levels_lme4 = rownames(theirs[[2]]))
}

# ---- write --------------------------------------------------------------------------------------------------

keep <- function(what, file) {
  versions <- list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                   lmerTest = as.character(packageVersion("lmerTest")), nlme = as.character(packageVersion("nlme")))
  write_json(c(list(made_by = versions), what), file.path(out, file), digits = NA, auto_unbox = TRUE,
             null = "null", na = "null", pretty = TRUE)
}
told <- function(names, of) setNames(lapply(names, function(name) {message(name); of(name)}), names)

only <- commandArgs(TRUE)[-1]
if (length(only) > 0) {
  known <- read_json(file.path(out, "models.json"))
  known$made_by <- NULL
  keep(modifyList(known, told(only, figures)), "models.json")
  quit()
}
keep(told(names(models), figures), "models.json")
keep(told(c("sleep", "dyestuff", "penicillin", "marketing", "crossed_slope"), profiles), "profile.json")
keep(list(sleep = without("sleep", "Subject"), sleep_intercept = without("sleep_intercept", "Subject"),
          marketing = without("marketing", "store_id"), marketing_slope = without("marketing_slope", "store_id")),
     "leave_out.json")
