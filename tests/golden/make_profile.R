#!/usr/bin/env Rscript
# profile_r.json: what R says of the lambda of a column, by R 4.2 with MASS 7.3-58 and car 3.1-1.
#
#     Rscript make_profile.R >profile_r.json
#
# The profile of MASS::boxcox at some lambdas, and what summary(car::powerTransform()) prints:
# estimate, rounded power, Wald bounds, and the likelihood-ratio tests of lambda = 0 and 1.
#
# SPDX-License-Identifier: BSD-3-Clause
suppressMessages({library(MASS); library(car)})

GRID <- seq(-2, 2, 0.5)

number <- function(v) {
	text <- ifelse(is.na(v), "null", sprintf("%.17g", v))
	if (length(v) == 1) text else paste0("[", paste(text, collapse = ", "), "]")
}

case <- function(name, y, family = "bcPower") {
	y <- as.numeric(na.omit(y))
	p <- powerTransform(y, family = family)
	s <- summary(p)
	zero <- testTransform(p, 0)
	one <- testTransform(p, 1)
	half <- testTransform(p, 0.5)
	mass <- if (family == "bcPower")
		number(boxcox(lm(y ~ 1, y = TRUE, qr = TRUE), lambda = GRID, plotit = FALSE,
			eps = 1e-6)$y) else "null"
	paste0('{"name": "', name, '", "method": "',
		if (family == "bcPower") "box-cox" else "yeo-johnson", '", "x": ', number(y),
		', "lambda": ', number(unname(p$lambda)), ', "rounded": ', number(unname(p$roundlam)),
		', "wald": ', number(as.vector(s$result[1, 3:4])),
		', "lr": ', number(c(zero$LRT, half$LRT, one$LRT)), ', "p": ',
		number(pchisq(c(zero$LRT, half$LRT, one$LRT), 1, lower.tail = FALSE)),
		', "grid": ', number(GRID), ', "mass": ', mass, "}")
}

cat("[\n", paste(c(
	case("trees Volume", trees$Volume),
	case("cars dist", cars$dist),
	case("mtcars hp", mtcars$hp),
	case("airquality Ozone", airquality$Ozone),
	case("faithful waiting", faithful$waiting),
	case("faithful eruptions", faithful$eruptions),
	case("rivers", rivers),
	case("islands", as.vector(islands)),
	case("precip", as.vector(precip), "yjPower"),
	case("rivers", rivers, "yjPower"),
	case("sleep extra", sleep$extra, "yjPower"),
	case("cars residuals", residuals(lm(dist ~ speed, cars)), "yjPower")
), collapse = ",\n"), "\n]\n", sep = "")
