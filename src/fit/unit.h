/* SPDX-License-Identifier: BSD-3-Clause */
/* unit.h - fits in another unit of x than 1. */
#ifndef BELL_UNIT_H
#define BELL_UNIT_H

#include <bellshape/fit.h>

/*
 * bell_fit_unit() estimates the lambda of Yeo-Johnson of x/unit, with default options, for the
 * tests of the sketch.  A unit of 0 stands for Box-Cox, and an infinite one for
 * (exp(lambda x) - 1)/lambda.  The mean, sd, skewness and kurtosis that it reports are those of the
 * transform of x/unit; out->transform means nothing unless the unit is 0 or 1.  It returns BELL_OK,
 * BELL_EDOMAIN if the unit is 0 and a value is not above 0, BELL_ENOMEM or BELL_EBACKEND.
 */
enum bell_status bell_fit_unit(const struct bell_sketch *sketch, double unit, struct bell_fit *out);

#endif
