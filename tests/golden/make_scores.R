# make_scores.R - normal scores as orderNorm of bestNormalize has them, and lines between them.
#
#     Rscript make_scores.R > scores.json      (made with R 4.2.2)
#
# rank(), qnorm() and approx() are what orderNorm calls, with the same arguments.
#
# SPDX-License-Identifier: BSD-3-Clause

columns <- list(
    eruptions = faithful$eruptions,
    mpg = mtcars$mpg,
    ozone = airquality$Ozone,
    islands = as.numeric(islands),
    rivers = as.numeric(rivers),
    lynx = as.numeric(lynx),
    two = c(1, 2, 2),
    signs = c(-3, 0, 0, 5, -1e300, 1e300, 2^-1074)
)

numbers <- function(x) {
    text <- ifelse(is.na(x), "null", sprintf("%.17g", x))
    paste0("[", paste(text, collapse = ", "), "]")
}

one <- function(name) {
    x <- columns[[name]]
    z <- qnorm((rank(x, na.last = "keep") - .5) / sum(!is.na(x)))
    known <- sort(unique(x))
    at <- head(known, -1) + diff(known) * rep_len(c(.25, .5, .9), length(known) - 1)
    between <- suppressWarnings(approx(x, z, xout = at)$y)
    sprintf('{"name": "%s", "x": %s, "z": %s, "at": %s, "between": %s}',
            name, numbers(x), numbers(z), numbers(at), numbers(between))
}

cat("[\n", paste(sapply(names(columns), one), collapse = ",\n"), "\n]\n", sep = "")
