/* SPDX-License-Identifier: BSD-3-Clause */
/* dialect.h - what the languages of expressions call things. */
#ifndef BELL_EXPRESSION_DIALECT_H
#define BELL_EXPRESSION_DIALECT_H

#include <bellshape/expression.h>

struct dialect {
	const char *name;
	bool eager;       /* both branches of a choice are computed, whatever is chosen */
	bool exponent;    /* a number without an exponent is no double, but a decimal */
	const char *when; /* a choice: condition, then, else */
	const char *both; /* two conditions */
	const char *equal;
	const char *infinity, *minus_infinity, *nan;
	const char *log, *exp, *sqrt, *size, *sinh;
	const char *log1p, *expm1, *asinh; /* NULL: there is none, or it is not exact */
	const char *least, *greatest;      /* of two, of those that are eager */
	const char *interpolate; /* from points x and y at v, or NULL; beyond them it is flat */
	char quote;              /* around a name */
};

/* bell_dialect() returns a dialect, or NULL if there is none of this number. */
const struct dialect *bell_dialect(enum bell_dialect dialect);

#endif
