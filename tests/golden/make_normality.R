# make_normality.R - the tests of R and of nortest for make_normality.py.
#
#     Rscript make_normality.R COLUMNS.txt      (made with R 4.2.2 and nortest 1.0-4)
#
# Each line of COLUMNS.txt is a name and the values of a column.  Prints a line for each test that
# takes the column: name, test, statistic, p-value.
#
# SPDX-License-Identifier: BSD-3-Clause

library(nortest)

tests <- list(
  anderson_darling = ad.test,
  shapiro_wilk = shapiro.test,
  shapiro_francia = sf.test,
  lilliefors = lillie.test,
  pearson = pearson.test
)

for (line in readLines(commandArgs(trailingOnly = TRUE)[1])) {
  words <- strsplit(line, " ", fixed = TRUE)[[1]]
  x <- as.numeric(words[-1])
  for (name in names(tests)) {
    found <- tryCatch(tests[[name]](x), error = function(e) NULL)
    if (is.null(found)) next
    cat(words[1], name, sprintf("%.17g", c(found$statistic, found$p.value)), "\n")
  }
}
