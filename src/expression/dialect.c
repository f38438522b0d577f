/* SPDX-License-Identifier: BSD-3-Clause */
/* dialect.c - what the languages of expressions call things. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "dialect.h"

/* All that the dialects of SQL share. */
#define SQL(type)                                                                            \
	.exponent = true, .when = "CASE WHEN %s THEN %s ELSE %s END", .both = "%s AND %s",   \
	.equal = "=", .infinity = "CAST('Infinity' AS " type ")",                            \
	.minus_infinity = "CAST('-Infinity' AS " type ")", .nan = "CAST('NaN' AS " type ")", \
	.log = "ln", .exp = "exp", .sqrt = "sqrt", .size = "abs", .sinh = "sinh"

static const struct dialect dialects[] = {
    [BELL_SQL] = {"sql", SQL("DOUBLE PRECISION"), .asinh = "asinh", .quote = '"'},
    /* The asinh of Spark is log(x + sqrt(x^2 + 1)), which loses the digits of small numbers. */
    [BELL_SPARK] = {"spark", SQL("DOUBLE"), .log1p = "log1p", .expm1 = "expm1", .quote = '`'},
    [BELL_BIGQUERY] = {"bigquery", SQL("FLOAT64"), .asinh = "asinh", .quote = '`'},
    [BELL_PYTHON] = {"python",
		     .eager = true,
		     .when = "np.where(%s, %s, %s)",
		     .both = "(%s) & (%s)",
		     .equal = "==",
		     .infinity = "np.inf",
		     .minus_infinity = "-np.inf",
		     .nan = "np.nan",
		     .log = "np.log",
		     .exp = "np.exp",
		     .sqrt = "np.sqrt",
		     .size = "np.abs",
		     .sinh = "np.sinh",
		     .log1p = "np.log1p",
		     .expm1 = "np.expm1",
		     .asinh = "np.arcsinh",
		     .least = "np.minimum",
		     .greatest = "np.maximum",
		     .interpolate = "np.interp(%3$s, [%1$s], [%2$s])",
		     .quote = '\''},
    [BELL_R] = {"r",
		.eager = true,
		.when = "ifelse(%s, %s, %s)",
		.both = "(%s) & (%s)",
		.equal = "==",
		.infinity = "Inf",
		.minus_infinity = "-Inf",
		.nan = "NaN",
		.log = "log",
		.exp = "exp",
		.sqrt = "sqrt",
		.size = "abs",
		.sinh = "sinh",
		.log1p = "log1p",
		.expm1 = "expm1",
		.asinh = "asinh",
		.least = "pmin",
		.greatest = "pmax",
		.interpolate = "approx(c(%1$s), c(%2$s), %3$s, rule = 2)$y",
		.quote = '\''},
};
#undef SQL

enum { DIALECTS = sizeof dialects / sizeof *dialects };

const struct dialect *bell_dialect(enum bell_dialect dialect)
{
	return (unsigned)dialect < DIALECTS ? &dialects[dialect] : NULL;
}

const char *bell_dialect_name(enum bell_dialect dialect)
{
	const struct dialect *d = bell_dialect(dialect);

	return d ? d->name : NULL;
}

enum bell_status bell_dialect_of_name(const char *name, enum bell_dialect *out)
{
	if (!name || !out)
		return BELL_EINVAL;
	for (int i = 0; i < DIALECTS; i++)
		if (!strcmp(name, dialects[i].name)) {
			*out = (enum bell_dialect)i;
			return BELL_OK;
		}
	if (strcmp(name, "duckdb") != 0)
		return BELL_EINVAL;
	*out = BELL_SQL;
	return BELL_OK;
}

/* The languages that are eager have strings with escapes, as BigQuery has for its names. */
static char *put_escaped(char *to, unsigned char c, char quote)
{
	if (c < ' ' || c == 0x7f)
		return to + sprintf(to, "\\x%02x", c);
	if (c == '\\' || c == (unsigned char)quote)
		*to++ = '\\';
	*to++ = (char)c;
	return to;
}

enum bell_status bell_dialect_quote(enum bell_dialect dialect, const char *name, char **out)
{
	const struct dialect *d = bell_dialect(dialect);
	char *text, *to;

	if (!d || !name || !out)
		return BELL_EINVAL;
	/* an escape has four characters, and there are two quotes and the end */
	to = text = malloc(4 * strlen(name) + 3);
	if (!text)
		return BELL_ENOMEM;
	*to++ = d->quote;
	for (; *name; name++)
		if (d->eager || dialect == BELL_BIGQUERY) {
			to = put_escaped(to, (unsigned char)*name, d->quote);
		} else {
			if (*name == d->quote)
				*to++ = d->quote;
			*to++ = *name;
		}
	*to++ = d->quote;
	*to = 0;
	*out = text;
	return BELL_OK;
}
