#!/usr/bin/env Rscript
# robust.json: robust fits by the code of the authors, cellWise 2.5.3 (R 4.2, MASS 7.3-58).
#
#     Rscript make_robust.R cellWise/R/TVCN.R >robust.json
#
# TVCN.R is a file of the source package.  The one function of it in C++, Huber's estimates of
# location and scale, is written here again in R.  The published results are those of the vignette
# transfo_examples of the package.
#
# cellWise divides x by its median for Box-Cox, and takes the median off and divides by the MAD for
# Yeo-Johnson: the columns here are those that it has made so.
#
# SPDX-License-Identifier: BSD-3-Clause
suppressMessages(library(MASS))
source(commandArgs(trailingOnly = TRUE)[1])

estLocScale <- function(X, type) {
	y <- as.vector(X)
	m <- median(y)
	r <- (y - m) / mad(y)
	w <- pmin(1, 1.5 / abs(r))
	loc <- sum(w * y) / sum(w)
	s <- median(abs(y - loc)) * 1.482602218505602
	list(loc = loc, scale = s * sqrt(sum(pmin(((y - loc) / s)^2, 2.25)) / 1.556931 / (0.5 * length(y))))
}

number <- function(v) {
	text <- ifelse(is.na(v), "null", sprintf("%.17g", v))
	if (length(v) == 1) text else paste0("[", paste(text, collapse = ", "), "]")
}

case <- function(name, x, type = "YJ", published = NA) {
	x <- as.numeric(na.omit(x))
	x <- if (type == "YJ") (x - median(x)) / mad(x) else x / median(x)
	range <- c(-4, 6)
	f <- if (type == "YJ") RewML_YJ else RewML_BC
	repeat {
		r <- f(sort(x), lambdarange = range, standardize = FALSE)
		at <- abs(r$lambdahat.rew - range)
		if (min(at) > diff(range) * 0.05) break
		range <- 1 + (range - 1) * (1 + (at == min(at)))
	}
	# the values that the last lambda was estimated without: those of the step before
	first <- sum(abs(r$zt.raw) > sqrt(qchisq(0.99, 1)))
	one <- f(sort(x), lambdarange = range, standardize = FALSE, nbsteps = 1)
	aside <- sort(x)[!one$weights]
	message(name, ": ", type, " ", r$lambdahat.rew, " (first ", r$lambdahat.raw, "), without ",
		length(aside), " (first ", first, ")")
	paste0('{"name": "', name, '", "method": "', if (type == "YJ") "yeo-johnson" else "box-cox",
		'", "x": ', number(x), ', "first": ', number(r$lambdahat.raw), ', "lambda": ',
		number(r$lambdahat.rew), ', "aside": [', paste(sprintf("%.17g", aside), collapse = ", "),
		'], "published": ', number(published), "}")
}

set.seed(1); toy <- rnorm(100); toy[50] <- NA
set.seed(123); raw <- matrix(rnorm(2000), ncol = 2)
set.seed(7)
clean <- rnorm(1000)
skewed <- exp(rnorm(300))
left <- -rgamma(300, 2)
cat("[\n", paste(c(
	case("toy", toy, published = 1.099335),
	case("toy, exp", exp(toy), "BC", published = 0.1143505),
	case("new data", raw[1:900, 1], published = 0.98744959),
	case("new data, exp", exp(raw[1:900, 2]), "BC", published = 0.05316413),
	case("one of 1000 is 100", c(clean[-1], 100)),
	case("lognormal, 5 % far above", c(skewed[1:285], 40 + 5 * (1:15)), "BC"),
	case("lognormal, 5 % far below", c(skewed[1:285], exp(-8 - (1:15) / 10)), "BC"),
	case("lognormal, 10 % far above", c(skewed[1:270], 60 + 5 * (1:30))),
	case("left tail, 5 % far below", c(left[1:285], -30 - 1:15)),
	case("left tail, 5 % far above", c(left[1:285], 10 + (1:15) / 5)),
	case("rivers", rivers, "BC"),
	case("rivers", rivers),
	case("brain", Animals$brain, "BC"),
	case("islands", as.vector(islands), "BC"),
	case("Boston dis", Boston$dis, "BC"),
	case("Boston lstat", Boston$lstat)
), collapse = ",\n"), "\n]\n", sep = "")
