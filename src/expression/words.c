/* SPDX-License-Identifier: BSD-3-Clause */
/* words.c - the parts that expressions are put together from. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "words.h"

struct kept_text {
	struct kept_text *next;
	char text[];
};

const char *bell_say(struct writer *w, const char *format, ...)
{
	struct kept_text *kept;
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(NULL, 0, format, list);
	va_end(list);
	kept = n < 0 || w->failed ? NULL : malloc(sizeof *kept + (size_t)n + 1);
	if (!kept) {
		w->failed = true;
		return "";
	}
	va_start(list, format);
	vsnprintf(kept->text, (size_t)n + 1, format, list);
	va_end(list);
	kept->next = w->texts;
	w->texts = kept;
	return kept->text;
}

void bell_words_free(struct writer *w)
{
	for (struct kept_text *next; w->texts; w->texts = next) {
		next = w->texts->next;
		free(w->texts);
	}
}

const char *bell_say_number(struct writer *w, double x)
{
	char text[32];

	if (isnan(x))
		return w->d->nan;
	if (isinf(x))
		return x > 0 ? w->d->infinity : w->d->minus_infinity;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, x);
		if (strtod(text, NULL) == x)
			break;
	}
	if (w->d->exponent && !strchr(text, 'e'))
		return bell_say(w, "%se0", text);
	/* Python and R would compute with whole numbers otherwise */
	return bell_say(w, strpbrk(text, ".e") ? "%s" : "%s.0", text);
}

const char *bell_atom(struct writer *w, const char *a)
{
	const size_t length = strlen(w->x);
	int depth = 0;
	bool joined = *a == '-';

	for (const char *p = a; *p; p++)
		if (!strncmp(p, w->x, length)) /* whatever the name is */
			p += length - 1;
		else if (*p == '(' || *p == '[')
			depth++;
		else if (*p == ')' || *p == ']')
			depth--;
		else
			joined |= *p == ' ' && !depth;
	return joined ? bell_say(w, "(%s)", a) : a;
}

const char *bell_plus(struct writer *w, const char *a, double c)
{
	if (c == 0)
		return a;
	return bell_say(w, "%s %c %s", a, c < 0 ? '-' : '+', bell_say_number(w, fabs(c)));
}

const char *bell_minus(struct writer *w, const char *a, double c) { return bell_plus(w, a, -c); }

const char *bell_times(struct writer *w, double c, const char *a)
{
	return c == 1 ? a : bell_say(w, "%s * %s", bell_say_number(w, c), bell_atom(w, a));
}

const char *bell_over(struct writer *w, const char *a, double c)
{
	if (c == 1)
		return a;
	return bell_say(w, "%s / %s", bell_atom(w, a), bell_atom(w, bell_say_number(w, c)));
}

const char *bell_call(struct writer *w, const char *function, const char *a)
{
	return bell_say(w, "%s(%s)", function, a);
}

/* With 1 + a = e^t, asinh(sinh t) = t, and sinh t = (1 + a - 1/(1 + a))/2. */
const char *bell_say_log1p(struct writer *w, const char *a)
{
	const char *atom = bell_atom(w, a), *one = bell_say_number(w, 1);

	if (w->d->log1p)
		return bell_call(w, w->d->log1p, a);
	return bell_say(w, "%s(%s * (%s + %s / (%s + %s)))", w->d->asinh, bell_times(w, 0.5, atom),
			one, one, one, atom);
}

/* e^a - 1 = tanh(a/2) (e^a + 1) */
const char *bell_say_expm1(struct writer *w, const char *a)
{
	if (w->d->expm1)
		return bell_call(w, w->d->expm1, a);
	return bell_say(w, "tanh(%s) * (%s + %s)", bell_times(w, 0.5, a),
			bell_call(w, w->d->exp, a), bell_say_number(w, 1));
}

/* asinh(a) = log1p(a + a^2/(1 + sqrt(1 + a^2))) for a >= 0, and it is odd. */
const char *bell_say_asinh(struct writer *w, const char *a)
{
	const char *size = bell_call(w, w->d->size, a), *one = bell_say_number(w, 1);

	if (w->d->asinh)
		return bell_call(w, w->d->asinh, a);
	return bell_say(w, "sign(%s) * %s(%s + %s * (%s / (%s + hypot(%s, %s))))", a, w->d->log1p,
			size, size, size, one, one, a);
}

/* log r = asinh((r - 1/r)/2), and with r = x/c that is away/c (1 + c/x)/2. */
const char *bell_say_log_ratio(struct writer *w, const char *x, const char *away, double c)
{
	const char *part = bell_over(w, away, c), *size = bell_call(w, w->d->size, away);

	if (w->d->asinh)
		return bell_say(w, "%s(%s * (%s + %s / %s))", w->d->asinh,
				bell_times(w, 0.5, bell_atom(w, part)), bell_say_number(w, 1),
				bell_say_number(w, c), bell_atom(w, x));
	return bell_when(w, bell_compare(w, size, "<", c / 2), bell_say_log1p(w, part),
			 bell_call(w, w->d->log, bell_over(w, x, c)));
}

const char *bell_when(struct writer *w, const char *condition, const char *then,
		      const char *otherwise)
{
	return bell_say(w, w->d->when, condition, then, otherwise);
}

const char *bell_compare(struct writer *w, const char *a, const char *operator, double c)
{
	return bell_say(w, "%s %s %s", bell_atom(w, a), operator, bell_say_number(w, c));
}

const char *bell_where_safe(struct writer *w, const char *condition, const char *x, double safe)
{
	return w->d->eager ? bell_when(w, condition, x, bell_say_number(w, safe)) : x;
}
