#!/usr/bin/env Rscript
# regression.json: lambdas of responses given a design, by R 4.2 with MASS 7.3-58 and car 3.1-1.
#
#     Rscript make_regression.R >regression.json
#
# The log-likelihood is that of lm() with the Jacobian, maximized by R's optimizers.  Beside it
# stand the profile of MASS::boxcox, and what car::powerTransform finds and tests.
#
# SPDX-License-Identifier: BSD-3-Clause
suppressMessages({library(MASS); library(car)})

CUT <- qchisq(0.95, 1)
GRID <- seq(-2, 2, 0.5)

number <- function(v) {
	if (is.null(v)) return("null")
	text <- ifelse(is.na(v), "null", sprintf("%.17g", v))
	if (length(v) == 1) text else paste0("[", paste(text, collapse = ", "), "]")
}
words <- function(v) if (is.null(v)) "null" else paste0('["', paste(v, collapse = '", "'), '"]')
columns <- function(m) paste0("[", paste(apply(m, 2, number), collapse = ", "), "]")
object <- function(...) {
	fields <- list(...)
	paste0("{", paste0('"', names(fields), '": ', unlist(fields), collapse = ", "), "}")
}

power <- function(y, lambda, family) {
	bc <- function(y, l) if (abs(l) < 1e-12) log(y) else expm1(l * log(y)) / l
	if (family == "bcPower") return(bc(y, lambda))
	ifelse(y >= 0, bc(abs(y) + 1, lambda), -bc(abs(y) + 1, 2 - lambda))
}
jacobian <- function(y, family) if (family == "bcPower") log(y) else sign(y) * log1p(abs(y))

# The log-likelihood less its constant -n (1 + log 2 pi)/2 for each response.
llik <- function(lambda, m, Y, family, w) {
	Z <- sapply(seq_along(lambda), function(j) power(Y[, j], lambda[j], family))
	r <- as.matrix(lm.wfit(m, Z, w)$residuals)
	n <- nrow(Y)
	jac <- sum(sapply(seq_along(lambda), function(j)
		(lambda[j] - 1) * sum(jacobian(Y[, j], family))))
	-n / 2 * log(det(crossprod(sqrt(w) * r) / n)) + jac + ncol(Y) * sum(log(w)) / 2
}

maximum <- function(f, k) {
	if (k == 1) return(optimize(f, c(-8, 8), maximum = TRUE, tol = 1e-12)$maximum)
	best <- rep(0.5, k)
	for (i in 1:4)
		best <- optim(best, f, method = "BFGS", control =
			list(fnscale = -1, reltol = 1e-16, maxit = 500, ndeps = rep(1e-4, k)))$par
	best
}

# The greatest likelihood with lambda j fixed, and the ends of the interval of lambda j.
ends <- function(f, best, j) {
	profile <- function(t) {
		if (length(best) == 1) return(f(t))
		other <- function(s) f(if (j == 1) c(t, s) else c(s, t))
		optimize(other, best[-j] + c(-4, 4), maximum = TRUE, tol = 1e-10)$objective
	}
	fall <- function(t) 2 * (f(best) - profile(t)) - CUT
	sapply(c(-6, 6), function(far)
		uniroot(fall, sort(c(best[j], best[j] + far)), tol = 1e-10)$root)
}

case <- function(name, formula, data, family = "bcPower", groups = NULL, w = NULL) {
	mf <- model.frame(formula, data)
	Y <- as.matrix(model.response(mf))
	m <- model.matrix(formula, mf)
	m <- m[, qr(m)$pivot[seq_len(qr(m)$rank)], drop = FALSE]
	k <- ncol(Y)
	f <- function(l) llik(l, m, Y, family, if (is.null(w)) rep(1, nrow(Y)) else w)
	best <- maximum(f, k)
	ci <- if (k <= 2) paste0("[", paste(sapply(1:k, function(j) number(ends(f, best, j))),
		collapse = ", "), "]") else "null"
	equal <- if (k > 1) optimize(function(t) f(rep(t, k)), c(-4, 4), maximum = TRUE,
		tol = 1e-12)$objective
	Z <- sapply(1:k, function(j) power(Y[, j], best[j], family))
	z <- lm.wfit(m, Z, if (is.null(w)) rep(1, nrow(Y)) else w)
	sd <- sqrt(colSums((if (is.null(w)) 1 else w) * as.matrix(z$residuals)^2) / z$df.residual)
	intercept <- colnames(m)[1] == "(Intercept)"
	# Without an intercept the scale of y matters, and boxcox() divides by the geometric mean.
	mass <- if (k == 1 && family == "bcPower" && is.null(w) && intercept)
		boxcox(lm(Y ~ m - 1, y = TRUE, qr = TRUE), lambda = GRID, plotit = FALSE, eps = 1e-6)$y
	there <- if (is.null(w) && intercept) {
		p <- car:::estimateTransform(m, Y, NULL, family = family)
		list(lambda = number(as.vector(p$lambda)), rounded = number(as.vector(p$roundlam)),
			wald = number(as.vector(sqrt(diag(p$invHess)))),
			lr_zero = number(testTransform(p, rep(0, k))$LRT),
			lr_one = number(testTransform(p, rep(1, k))$LRT))
	}
	group <- if (!is.null(groups)) as.character(data[[groups]])
	X <- if (is.null(groups)) m[, colnames(m) != "(Intercept)", drop = FALSE]
	object(name = paste0('"', name, '"'), family = paste0('"', family, '"'),
		X = if (is.null(X) || ncol(X) == 0) "null" else columns(X), y = columns(Y),
		groups = words(group), weights = number(w),
		intercept = if (intercept) "true" else "false",
		lambda = number(best), log_likelihood = number(f(best)), ci95 = ci,
		lr_zero = number(2 * (f(best) - f(rep(0, k)))),
		lr_one = number(2 * (f(best) - f(rep(1, k)))),
		lr_equal = if (is.null(equal)) "null" else number(2 * (f(best) - equal)),
		coefficients = if (is.null(groups)) columns(as.matrix(z$coefficients)) else "null",
		residual_sd = number(as.vector(sd)), mass = number(mass),
		car = if (is.null(there)) "null" else do.call(object, there))
}

air <- na.omit(airquality)
quine1 <- transform(quine, Days = Days + 1)
cat("[\n", paste(c(
	case("trees, marginal", Volume ~ 1, trees),
	case("trees", Volume ~ Girth + Height, trees),
	case("trees, log", Volume ~ log(Height) + log(Girth), trees),
	case("trees, Yeo-Johnson", Volume ~ Girth + Height, trees, "yjPower"),
	case("trees, joint", cbind(Volume, Girth) ~ Height, trees),
	case("mtcars", mpg ~ wt + hp, mtcars),
	case("mtcars, no intercept", mpg ~ 0 + wt + hp, mtcars),
	case("mtcars, precision", mpg ~ wt, mtcars, w = mtcars$qsec),
	case("mtcars, precision, Yeo-Johnson", mpg ~ wt, mtcars, "yjPower", w = mtcars$qsec),
	case("airquality", Ozone ~ Solar.R + Wind + Temp, air),
	case("airquality, joint", cbind(Ozone, Wind) ~ Temp, air),
	case("quine", Days ~ Eth * Sex * Age * Lrn, quine1),
	case("quine, groups", Days ~ Age, quine, "yjPower", groups = "Age"),
	case("sleep", extra ~ group, sleep, "yjPower"),
	case("iris", cbind(Sepal.Length, Sepal.Width, Petal.Length, Petal.Width) ~ Species, iris,
		groups = "Species"),
	case("iris, Yeo-Johnson", cbind(Sepal.Length, Petal.Width) ~ Species, iris, "yjPower",
		groups = "Species")
), collapse = ",\n"), "\n]\n", sep = "")
