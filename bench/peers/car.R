# SPDX-License-Identifier: BSD-3-Clause
# car.R FILE N: for each line read, fits the N doubles of FILE; prints seconds and lambda.
suppressMessages(library(car))
arguments <- commandArgs(TRUE)
x <- readBin(arguments[1], "double", as.integer(arguments[2]))
input <- file("stdin", "r")
cat(as.character(packageVersion("car")), R.version$major, R.version$minor, "\n")
flush(stdout())
while (length(readLines(input, 1))) {
  seconds <- system.time(fit <- powerTransform(x ~ 1, family = "yjPower"))[["elapsed"]]
  cat(sprintf("%.6f %.15g\n", seconds, fit$lambda))
  flush(stdout())
}
