# Posteriors of two generalised models by rstanarm (GPL; only figures are kept): Rscript bayes.R > bayes.json
# SDs between groups have exponential(1) priors: decov with shape = scale = 1 of a single intercept.
suppressMessages(library(rstanarm))
here <- commandArgs(trailingOnly = FALSE)
here <- dirname(sub("--file=", "", here[grep("--file=", here)]))
counts <- read.csv(file.path(here, "data", "bayes_counts.csv"))
passes <- data.frame(
  bought = c(359, 284, 27, 242, 639, 38), n = c(637, 333, 512, 691, 862, 121),
  channel = rep(c("Mail", "Park", "Email"), 2), bundle = rep(0:1, each = 3))
own <- function(formula, data, family) stan_glmer(
  formula, data = data, family = family, prior = normal(0, 1, autoscale = FALSE),
  prior_intercept = normal(0, 2.5, autoscale = FALSE), prior_covariance = decov(1, 1, 1, 1),
  chains = 4, iter = 6000, warmup = 1000, seed = 1, adapt_delta = 0.99, refresh = 0, cores = 1)
told <- function(fit, n_groups) {
  draws <- as.matrix(fit)
  draws[, ncol(draws)] <- sqrt(draws[, ncol(draws)])  # the group's variance is last
  sums <- apply(draws, 2, function(d) c(mean(d), sd(d), quantile(d, c(0.055, 0.945))))
  colnames(sums)[ncol(sums)] <- "sd"
  lines <- sapply(colnames(sums), function(k)
    sprintf('    "%s": [%s]', k, paste(sprintf("%.5f", sums[, k]), collapse = ", ")))
  paste0("{\n", paste(lines, collapse = ",\n"), "\n  }")
}
a <- own(cbind(bought, n - bought) ~ bundle + (1 | channel), passes, binomial())
b <- own(y ~ x + offset(log(time)) + (1 | g), counts, poisson())
cat('{\n  "version": "rstanarm ', as.character(packageVersion("rstanarm")), '",\n  "passes": ', told(a, 3),
    ',\n  "counts": ', told(b, 12), "\n}\n", sep = "")
