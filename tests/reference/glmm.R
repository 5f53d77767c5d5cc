# Writes what R says of the generalised models in this file: glmm.json, and the published tables among data/*.csv.
#
#     Rscript tests/reference/glmm.R tests/reference
#
# Run by hand (R with glmmTMB, lme4, MASS, jsonlite, numDeriv); the tests read what it wrote. PYTHON names the Python
# that has NumPy and pandas. Laplace models are fitted by glmmTMB (exact derivatives; the best of three searches)
# and, as a second voice, by lme4 (the best of three); both log-likelihoods are told. Where the link is not the canonical
# one lme4 takes the expected curvature and glmmTMB the curvature itself, so the two differ by more than rounding there.
# Quadrature: the likelihood of one random intercept by 61 nodes written out below, which lme4's 25 nodes must meet.

suppressMessages({library(lme4); library(glmmTMB); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
out <- commandArgs(TRUE)[1]
python <- Sys.getenv("PYTHON", file.path(here, "../../.venv/bin/python"))
quiet <- function(x) suppressMessages(suppressWarnings(x))

# ---- tables -------------------------------------------------------------------------------------------------

example <- function(name, package) {
  kept <- new.env()
  data(list = name, package = package, envir = kept)
  as.data.frame(kept[[name]])
}
apart <- function(prefix, code) paste0(prefix, as.character(code))  # numbered groups and treatments become text
verbagg <- subset(example("VerbAgg", "lme4"), as.integer(as.character(id)) <= 60)
made <- list(
  cbpp = transform(example("cbpp", "lme4"), herd = apart("h", herd), period = apart("p", period), row = apart("r", 1:56)),
  grouseticks = with(example("grouseticks", "lme4"), data.frame(
    chick = apart("i", INDEX), ticks = TICKS, brood = apart("b", BROOD), height = round(cHEIGHT, 4),
    year = apart("y", YEAR), location = apart("l", LOCATION))),
  verbagg = with(verbagg, data.frame(
    id = apart("i", id), item = item, anger = Anger, gender = Gender, btype = btype, situ = situ, mode = mode,
    answer = ifelse(r2 == "Y", "yes", "no"))),
  salamanders = with(example("Salamanders", "glmmTMB"), data.frame(
    site = sub("-", "", site), mined = mined, cover = round(cover, 4), dop = round(DOP, 4), doy = round(DOY, 4),
    spp = sub("-", "_", spp), sample = sample, count = count)),
  owls = with(example("Owls", "glmmTMB"), data.frame(
    nest = Nest, food = FoodTreatment, parent = SexParent, arrival = ArrivalTime - 24.75, calls = SiblingNegotiation,
    chicks = BroodSize, log_chicks = round(log(BroodSize), 10))),
  epil = with(example("epil2", "glmmTMB"), data.frame(
    subject = apart("e", subject), seizures = y, treatment = trt, base = round(Base, 4), age = round(Age, 4), visit = Visit)),
  bacteria = with(example("bacteria", "MASS"), data.frame(
    child = ID, present = ifelse(y == "y", "y", "n"), treatment = trt, week = week))
)
for (name in names(made)) {
  write.csv(made[[name]], file.path(out, "data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}
simulated <- tempfile("simulated")
dir.create(simulated)
stopifnot(system2(python, c(file.path(here, "glmm_tables.py"), simulated)) == 0)

read <- function(name) {  # as the tests read it: from the file
  files <- file.path(c(file.path(out, "data"), simulated, file.path(here, "../../data")), paste0(name, ".csv"))
  read.csv(files[file.exists(files)][1], stringsAsFactors = TRUE)
}

# ---- models: table, our formula, family, options. R's formula is ours but for trials, yes/no and || -----------

m <- function(data, formula, family, r = formula, link = NULL, event = NULL, weights = NULL, method = "laplace") {
  list(data = data, formula = formula, r = r, family = family, event = event, weights = weights, method = method,
       link = if (is.null(link)) c(binomial = "logit")[family] else link)
}
tick <- "ticks ~ year + height + (1 | brood) + (1 | location)"
owl <- "calls ~ food * parent + offset(log_chicks) + (1 | nest)"
models <- list(
  cbpp = m("cbpp", "incidence | trials(size) ~ period + (1 | herd)", "binomial"),
  cbpp_quadrature = m("cbpp", "incidence | trials(size) ~ period + (1 | herd)", "binomial", method = "quadrature"),
  cbpp_rows = m("cbpp", "incidence | trials(size) ~ period + (1 | herd) + (1 | row)", "binomial"),
  cbpp_probit = m("cbpp", "incidence | trials(size) ~ period + (1 | herd)", "binomial", link = "probit"),
  season = m("season_pass", "bought | trials(contacted) ~ promo + (1 | channel)", "binomial"),
  verbagg = m("verbagg", "answer ~ anger + gender + btype + situ + (1 | id) + (1 | item)", "binomial", event = "yes"),
  verbagg_slope = m("verbagg", "answer ~ btype + situ + mode + (1 + mode | id)", "binomial", event = "yes"),
  bacteria = m("bacteria", "present ~ treatment + week + (1 | child)", "binomial", event = "y"),
  bacteria_probit = m("bacteria", "present ~ treatment + week + (1 | child)", "binomial", link = "probit", event = "y"),
  bacteria_quadrature = m("bacteria", "present ~ treatment + week + (1 | child)", "binomial", event = "y", method = "quadrature"),
  bacteria_slope = m("bacteria", "present ~ treatment + week + (1 + week | child)", "binomial", event = "y"),
  clicks = m("clicks", "y ~ x + (1 | user) + (1 + x | banner)", "binomial"),
  orders = m("orders", "orders | trials(sessions) ~ x * segment + (1 + x | shop)", "binomial"),
  orders_apart = m("orders", "orders | trials(sessions) ~ x * segment + (1 + x || shop)", "binomial"),
  ticks = m("grouseticks", tick, "poisson"),
  ticks_rows = m("grouseticks", paste(tick, "+ (1 | chick)"), "poisson"),
  salamanders = m("salamanders", "count ~ mined + cover + (1 | site)", "poisson"),
  salamanders_species = m("salamanders", "count ~ mined + dop + (1 | site) + (1 | spp)", "poisson"),
  salamanders_nb = m("salamanders", "count ~ spp + mined + (1 | site)", "negative_binomial"),
  salamanders_quadrature = m("salamanders", "count ~ mined + cover + (1 | site)", "poisson", method = "quadrature"),
  owls = m("owls", sub("food", "arrival + food", owl), "poisson"),
  owls_nb = m("owls", owl, "negative_binomial"),
  epil = m("epil", "seizures ~ base * treatment + age + visit + (1 + visit | subject)", "poisson"),
  epil_apart = m("epil", "seizures ~ base * treatment + age + visit + (1 + visit || subject)", "poisson"),
  epil_nb = m("epil", "seizures ~ base * treatment + age + visit + (1 | subject)", "negative_binomial"),
  epil_nb_slope = m("epil", "seizures ~ base * treatment + age + visit + (1 + visit | subject)", "negative_binomial"),
  visits = m("visits", "y ~ x + z + offset(log_days) + (1 + x | store)", "negative_binomial"),
  visits_slope = m("visits", "y ~ x + z + offset(log_days) + (0 + x | store)", "poisson"),
  visits_terms = m("visits", "y ~ x + offset(log_days) + (1 + x || region) + (1 + z | store)", "poisson"),
  visits_nested = m("visits", "y ~ x + z + offset(log_days) + (1 | region/store)", "poisson"),
  visits_weighted = m("visits", "y ~ x + z + offset(log_days) + (1 + x | store)", "poisson", weights = "w"),
  visits_weighted_nb = m("visits", "y ~ x + z + (1 | store)", "negative_binomial", weights = "w"),
  amounts = m("amounts", "y ~ x + promo + (1 | shop)", "gamma"),
  amounts_slope = m("amounts", "y ~ x + promo + (1 + x | shop)", "gamma"),
  amounts_weighted = m("amounts", "y ~ x + promo + (1 | shop)", "gamma", weights = "w"),
  season_bundle = m("season_pass", "bought | trials(contacted) ~ promo", "binomial"),
  season_channels = m("season_pass", "bought | trials(contacted) ~ promo * channel", "binomial"),
  bacteria_plain_probit = m("bacteria", "present ~ treatment + week", "binomial", link = "probit", event = "y"),
  ticks_plain = m("grouseticks", "ticks ~ year + height", "poisson"),
  owls_plain_nb = m("owls", "calls ~ food * parent + offset(log_chicks)", "negative_binomial"),
  visits_plain_weighted = m("visits", "y ~ x + z + offset(log_days)", "poisson", weights = "w"),
  amounts_plain = m("amounts", "y ~ x + promo", "gamma")
)
for (name in names(models)) if (is.na(models[[name]]$link)) models[[name]]$link <- "log"

written <- function(model) {
  text <- sub("^(\\w+) \\| trials\\((\\w+)\\)", "cbind(\\1, \\2 - \\1)", model$formula)
  if (!is.null(model$event)) text <- sub("^(\\w+) ~", paste0("as.integer(\\1 == \"", model$event, "\") ~"), text)
  as.formula(gsub("\\(1 \\+ (\\w+) \\|\\| (\\w+)\\)", "(1 | \\2) + (0 + \\1 | \\2)", text))
}
grouped <- function(model) grepl("|", sub("\\| trials", "", model$formula), fixed = TRUE)

# ---- the best of several searches ---------------------------------------------------------------------------

by_tmb <- function(model, d, start = NULL) {
  family <- switch(model$family, binomial = binomial(unname(model$link)), poisson = poisson(), negative_binomial = nbinom2(),
                   gamma = Gamma("log"))
  searches <- list(
    glmmTMBControl(optCtrl = list(iter.max = 5e3, eval.max = 5e3, rel.tol = 1e-14, x.tol = 1e-12)),
    glmmTMBControl(optimizer = optim, optArgs = list(method = "BFGS"), optCtrl = list(maxit = 5e3, reltol = 1e-15)),
    glmmTMBControl()
  )
  fits <- lapply(searches, function(control) {
    tryCatch(quiet(glmmTMB(written(model), d, family, weights = w_, control = control)), error = function(e) NULL)
  })
  fits <- Filter(function(fit) !is.null(fit) && is.finite(fit$fit$objective), fits)
  fits[[which.min(sapply(fits, function(fit) fit$fit$objective))]]
}
by_lme4 <- function(model, d) {
  controls <- list(
    glmerControl("bobyqa", optCtrl = list(rhobeg = 0.2, rhoend = 1e-9, maxfun = 1e5), tolPwrss = 1e-11),
    glmerControl("nloptwrap", optCtrl = list(xtol_abs = 1e-11, ftol_abs = 1e-11, maxeval = 1e5), tolPwrss = 1e-11),
    glmerControl("Nelder_Mead", optCtrl = list(FtolAbs = 1e-11, XtolRel = 1e-11, maxfun = 1e5), tolPwrss = 1e-11)
  )
  nodes <- if (model$method == "quadrature") 25 else 1
  if (model$family == "negative_binomial" && !is.null(model$weights)) return(NULL)  # its search of theta leaves them out
  fits <- lapply(controls, function(control) tryCatch(quiet(switch(model$family,
    binomial = glmer(written(model), d, binomial(unname(model$link)), weights = w_, control = control, nAGQ = nodes),
    poisson = glmer(written(model), d, poisson(), weights = w_, control = control, nAGQ = nodes),
    negative_binomial = glmer.nb(written(model), data = d, weights = w_, control = control),
    gamma = NULL)), error = function(e) NULL))  # lme4's Gamma dispersion is disputed
  fits <- Filter(Negate(is.null), fits)
  if (length(fits) == 0) return(NULL)
  fits[[which.max(sapply(fits, logLik))]]
}

# ---- what is told of a fit ----------------------------------------------------------------------------------

spread <- function(covariances) {  # one row a SD or correlation, as lme4's as.data.frame(VarCorr())
  do.call(rbind, lapply(seq_along(covariances), function(k) {
    sd <- attr(covariances[[k]], "stddev")
    r <- attr(covariances[[k]], "correlation")
    below <- which(lower.tri(r), arr.ind = TRUE)
    group <- names(covariances)[k]
    rows <- data.frame(group = group, term_1 = names(sd), term_2 = "", value = unname(sd))
    if (nrow(below) > 0) {
      rows <- rbind(rows, data.frame(group = group, term_1 = names(sd)[below[, 2]], term_2 = names(sd)[below[, 1]],
                                     value = r[below]))
    }
    rows
  }))
}

# Group effects of glmmTMB with their conditional SDs: the inverse of the curvature in the effects alone, all other
# parameters at their estimates. (What ranef() tells of glmmTMB adds the uncertainty of the other parameters.)
modes <- function(fit) {
  structure <- fit$modelInfo$reStruc$condReStruc
  if (length(structure) == 0) return(list())
  curvature <- fit$obj$env$spHess(fit$obj$env$last.par.best, random = TRUE)
  sd <- sqrt(diag(as.matrix(solve(curvature))))
  mean <- fit$obj$env$last.par.best[fit$obj$env$random]
  at <- 0
  lapply(setNames(seq_along(structure), names(structure)), function(k) {
    term <- structure[[k]]
    n <- term$blockReps * term$blockSize
    place <- matrix(at + seq_len(n), term$blockReps, term$blockSize, byrow = TRUE)
    at <<- at + n
    some <- unique(round(seq(1, term$blockReps, length.out = 4)))
    group <- fit$modelInfo$grpVar[k]
    list(group = group, terms = fit$modelInfo$reTrms$cond$cnms[[k]],
         levels = levels(fit$modelInfo$reTrms$cond$flist[[group]])[some],
         mode = matrix(mean[place[some, ]], length(some)), conditional_sd = matrix(sd[place[some, ]], length(some)))
  })
}

figures <- function(name) {
  model <- models[[name]]
  d <- read(model$data)
  d$w_ <- if (is.null(model$weights)) rep(1, nrow(d)) else d[[model$weights]]
  one <- by_tmb(model, d)
  other <- if (grouped(model)) by_lme4(model, d)
  rows <- unique(round(seq(1, nrow(d), length.out = 6)))
  told <- list(data = model$data, formula = model$formula, family = model$family, link = unname(model$link),
               event = model$event, weights = model$weights, method = model$method, n = nrow(d))
  if (model$method == "quadrature") return(c(told, by_quadrature(model, d, one, other, rows)))
  dispersion <- switch(model$family, negative_binomial = sigma(one), gamma = exp(-unname(one$fit$par["betad"])))
  second <- if (!is.null(other)) list(
    log_likelihood = as.numeric(logLik(other)), estimate = unname(fixef(other)), components = spread(VarCorr(other)),
    dispersion = if (model$family == "negative_binomial") getME(other, "glmer.nb.theta"))
  c(told, list(
    log_likelihood = -one$fit$objective, gradient = max(abs(one$obj$gr(one$fit$par))),
    terms = names(fixef(one)$cond), estimate = unname(fixef(one)$cond), std_error = unname(sqrt(diag(vcov(one)$cond))),
    dispersion = dispersion, components = if (grouped(model)) spread(VarCorr(one)$cond), modes = modes(one),
    rows = rows - 1, fitted = unname(fitted(one)[rows]),
    typical = unname(quiet(predict(one, d[rows, ], type = "response", re.form = NA))), lme4 = second,
    glm = if (!grouped(model)) by_glm(model, d)))
}

# Without groups: R's glm, whose Gamma dispersion is Pearson's and whose SEs are of the expected curvature.
by_glm <- function(model, d) {
  fit <- switch(model$family, negative_binomial = MASS::glm.nb(written(model), d, control = glm.control(1e-12, 100)),
                glm(written(model), switch(model$family, binomial = binomial(unname(model$link)), poisson = poisson(),
                                           gamma = Gamma("log")), d, w_, control = glm.control(1e-12, 100)))
  found <- coef(summary(fit))
  list(estimate = unname(found[, 1]), std_error = unname(found[, 2]), dispersion = summary(fit)$dispersion)
}

# One random intercept: each group's integral by Gauss-Hermite nodes placed at its mode and scaled by its curvature.
by_quadrature <- function(model, d, start, other, rows, nodes = 61) {
  frame <- model.frame(start)
  x <- model.matrix(start)
  y <- model.response(frame)
  y <- if (is.matrix(y)) y else if (model$family == "binomial") cbind(y, 1 - y) else y
  group <- start$modelInfo$reTrms$cond$flist[[1]]
  density <- function(eta) if (model$family == "binomial") dbinom(y[, 1], rowSums(y), plogis(eta), log = TRUE) else
    dpois(y, exp(eta), log = TRUE)
  slope <- function(eta) if (model$family == "binomial") y[, 1] - rowSums(y) * plogis(eta) else y - exp(eta)
  bend <- function(eta) if (model$family == "binomial") rowSums(y) * dlogis(eta) else exp(eta)
  rule <- lme4::GHrule(nodes)
  sums <- function(v) as.vector(rowsum(v, group))
  settle <- function(eta, sd) {
    u <- rep(0, nlevels(group))
    for (step in 1:100) {
      change <- (sums(slope(eta + u[group])) - u / sd^2) / (sums(bend(eta + u[group])) + 1 / sd^2)
      u <- u + change
      if (max(abs(change)) < 1e-12) break
    }
    list(mode = u, sd = 1 / sqrt(sums(bend(eta + u[group])) + 1 / sd^2))
  }
  criterion <- function(par) {
    eta <- as.vector(x %*% par[-1])
    sd <- exp(par[1])
    at <- settle(eta, sd)
    terms <- sapply(seq_len(nodes), function(k) {
      u <- at$mode + at$sd * rule[k, "z"]
      log(rule[k, "w"]) - rule[k, "ldnorm"] + log(at$sd) + dnorm(u, 0, sd, log = TRUE) + sums(density(eta + u[group]))
    })
    top <- apply(terms, 1, max)
    -sum(top + log(rowSums(exp(terms - top))))
  }
  par <- c(log(attr(VarCorr(start)$cond[[1]], "stddev")), fixef(start)$cond)
  best <- nlminb(par, criterion, control = list(rel.tol = 1e-14, x.tol = 1e-12, iter.max = 1000))
  best <- nlminb(best$par, criterion, control = list(rel.tol = 1e-14, x.tol = 1e-12, iter.max = 1000))
  spread_of <- sqrt(diag(solve(numDeriv::hessian(criterion, best$par))))
  eta <- as.vector(x %*% best$par[-1])
  at <- settle(eta, exp(best$par[1]))
  some <- unique(round(seq(1, nlevels(group), length.out = 4)))
  mean <- if (model$family == "binomial") plogis else exp
  name <- names(VarCorr(start)$cond)
  list(log_likelihood = -best$objective, gradient = max(abs(numDeriv::grad(criterion, best$par))),
       terms = colnames(x), estimate = unname(best$par[-1]), std_error = unname(spread_of[-1]), dispersion = NULL,
       components = data.frame(group = name, term_1 = "(Intercept)", term_2 = "", value = exp(unname(best$par[1]))),
       modes = setNames(list(list(group = name, terms = "(Intercept)", levels = levels(group)[some],
                                  mode = matrix(at$mode[some]), conditional_sd = matrix(at$sd[some]))), name),
       rows = rows - 1, fitted = mean(eta + at$mode[group])[rows], typical = mean(eta)[rows],
       lme4 = list(estimate = unname(fixef(other)), std_error = unname(coef(summary(other))[, 2]),
                   components = spread(VarCorr(other))))
}

# ---- write --------------------------------------------------------------------------------------------------

told <- function(names, of) setNames(lapply(names, function(name) {message(name); of(name)}), names)
versions <- list(R = R.version.string, glmmTMB = as.character(packageVersion("glmmTMB")),
                 lme4 = as.character(packageVersion("lme4")), MASS = as.character(packageVersion("MASS")))
asked <- commandArgs(TRUE)[-1]
write_json(c(list(made_by = versions), told(if (length(asked)) asked else names(models), figures)),
           file.path(out, "glmm.json"), digits = NA, auto_unbox = TRUE, null = "null", na = "null", pretty = TRUE)
