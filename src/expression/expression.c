/* SPDX-License-Identifier: BSD-3-Clause */
/* expression.c - a transform as an expression of SQL, Python or R. */
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "../kernels/types.h"
#include "../transform.h"
#include "parts.h"

/* Copies the text that a writer has made, which is to be freed. */
static char *text_of(const struct bell_transform *t, const struct dialect *d, bool inverse,
		     const char *x, const struct image *image)
{
	struct writer w = {.d = d, .x = x};
	const char *text =
	    inverse ? bell_write_inverse(&w, t, image) : bell_write_forward(&w, t, image);
	char *copy = w.failed ? NULL : strdup(text);

	bell_words_free(&w);
	return copy;
}

enum bell_status bell_transform_expression(const struct bell_transform *t,
					   enum bell_dialect dialect, bool inverse, const char *x,
					   char **out)
{
	const struct dialect *d = bell_dialect(dialect);
	double ends[3] = {0, 0, INFINITY};
	enum bell_status status;
	locale_t plain, callers;
	struct image image;
	char *text;

	if (!t || !d || !x || !*x || !out || !bell_transform_known(t))
		return BELL_EINVAL;
	ends[1] = lowest_of(t);
	status = bell_transform_apply_f64(t, ends, 3, 1, ends);
	if (status != BELL_OK)
		return status;
	image = (struct image){ends[0], ends[1], ends[2]};
	/* In the locale of the program a number may have a decimal comma. */
	plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
	if (!plain)
		return BELL_ENOMEM;
	callers = uselocale(plain);
	text = text_of(t, d, inverse, x, &image);
	uselocale(callers);
	freelocale(plain);
	if (!text)
		return BELL_ENOMEM;
	*out = text;
	return BELL_OK;
}
