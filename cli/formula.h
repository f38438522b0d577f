/* SPDX-License-Identifier: BSD-3-Clause */
/* formula.h - the formula of a column's transform, as a textbook has it. */
#ifndef CLI_FORMULA_H
#define CLI_FORMULA_H

#include <stdbool.h>
#include <stddef.h>

struct bell_fit;

/* So many bytes hold every formula. */
enum { FORMULA_LENGTH = 320 };

/*
 * formula_write() writes psi(x) of a fit, its numbers with so many significant digits.  Of
 * Yeo-Johnson it leaves out what becomes of negative numbers unless `both` sides are wanted.
 */
void formula_write(const struct bell_fit *fit, int digits, bool both, char text[FORMULA_LENGTH]);

/* formula_standardized() tells whether the transform is (psi(x) - mean)/sd, not psi itself. */
bool formula_standardized(const struct bell_fit *fit);

#endif
