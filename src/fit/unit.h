/* SPDX-License-Identifier: BSD-3-Clause */
/* unit.h - fits in another unit of x than 1. */
#ifndef BELL_UNIT_H
#define BELL_UNIT_H

#include <bellshape/fit.h>

/*
 * bell_fit_unit estimates lambda of Yeo-Johnson of x/unit; a unit of 0 stands for Box-Cox, an
 * infinite one for (exp(lambda x) - 1)/lambda.  What it reports of psi is of x/unit; the transform
 * means nothing unless the unit is 0 or 1.
 */
enum bell_status bell_fit_unit(const struct bell_sketch *sketch, double unit, struct bell_fit *out);

#endif
