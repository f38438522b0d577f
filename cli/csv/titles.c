/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * titles.c - guesses whether the first record of a text table holds names.
 *
 * Text above numbers is a name.  It is harder where the first record has numbers: names may be
 * years, or the numbers of columns.  Then several hints have to come together.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../error.h"
#include "../missing.h"
#include "../names.h"
#include "../text.h"
#include "sample.h"
#include "sniff.h"
#include "titles.h"

/* What a cell holds.  A missing value or an infinity is hardly a name, and no proof of a value. */
enum content { EMPTY, MISSING, NUMBER, TEXT };

/* What stands in a column of the sample. */
struct guess {
	enum content first; /* in the first record */
	bool quoted;        /* the first cell */
	double value;       /* of the first cell */
	char *text;         /* of the first cell; NULL if that is no text */

	/* Below the first record: how many cells of each kind, and what is known of the numbers. */
	size_t empty, numbers, texts, quoted_numbers;
	double next, low, high; /* the number of the second record, or NaN; the range of all */
	bool fractions;
	bool repeats; /* the first text comes again */
	bool alike;   /* the second text is a date or a time as the first one is */
};

struct titles {
	struct guess *guess;
	size_t fields;
	const struct spelling *spelling;
	const struct missing *missing;
	const struct names *known;
	bool known_name; /* the first record has one */
};

/* A text without a letter or a digit, such as "-", is no name. */
static bool has_name(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (isalnum((unsigned char)text[i]) || (unsigned char)text[i] >= 0x80)
			return true;
	return false;
}

static enum content content(const struct titles *t, const char *text, size_t length, double *value)
{
	bool code;

	trim(&text, &length);
	if (!length)
		return EMPTY;
	if (spelling_parse(t->spelling, text, length, value, &code))
		return !isfinite(*value) || missing_number(t->missing, *value) ? MISSING : NUMBER;
	return missing_text(t->missing, text, length) || !has_name(text, length) ? MISSING : TEXT;
}

/* Are both texts dates or times of the same form: digits and between them the same characters? */
static bool alike(const char *a, const char *b, size_t length)
{
	const char *end = b + length;
	size_t others = 0;

	if (!isdigit((unsigned char)*a))
		return false;
	while (*a && b < end) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			while (isdigit((unsigned char)*a))
				a++;
			while (b < end && isdigit((unsigned char)*b))
				b++;
		} else {
			if (*a != *b)
				return false;
			others += !isalpha((unsigned char)*a);
			a++;
			b++;
		}
	}
	return !*a && b == end && others;
}

static void take_first(struct titles *t, struct guess *g, const struct sample_cell *cell)
{
	size_t index;

	*g = (struct guess){.next = NAN, .low = INFINITY, .high = -INFINITY};
	g->quoted = cell->quoted;
	g->first = content(t, cell->text, cell->length, &g->value);
	char *name = trimmed(cell->text, cell->length);
	if (t->known)
		t->known_name |= names_find(t->known, name, &index);
	if (g->first == TEXT)
		g->text = name;
	else
		free(name);
}

static void take_number(struct guess *g, const struct sample_cell *cell, double value)
{
	g->numbers++;
	g->quoted_numbers += cell->quoted;
	g->low = fmin(g->low, value);
	g->high = fmax(g->high, value);
	g->fractions |= value != floor(value);
	if (cell->record == 1)
		g->next = value;
}

static void take_below(const struct titles *t, struct guess *g, const struct sample_cell *cell)
{
	const char *text = cell->text;
	size_t length = cell->length;
	double value;

	switch (content(t, text, length, &value)) {
	case EMPTY:
		g->empty++;
		break;
	case NUMBER:
		take_number(g, cell, value);
		break;
	case TEXT:
		g->texts++;
		trim(&text, &length);
		if (!g->text)
			break;
		g->repeats |= strlen(g->text) == length && !memcmp(g->text, text, length);
		g->alike |= cell->record == 1 && alike(g->text, text, length);
		break;
	default:
		break;
	}
}

/* ---- hints ---- */

/* What speaks for names, and what against them. */
struct hints {
	size_t numbers; /* in the first record */
	bool text;      /* there is text in the first record */
	bool above;     /* text above a column of numbers */
	bool missing;   /* a missing value where a name would be */
	bool unnamed;   /* nothing above numbers, but for the names of rows */
	bool date;      /* a date or a time above another one */
	bool repeats;   /* a text in the first record that is also one below */
	bool label;     /* text above text, or nothing above something, in a column */
	bool corner;    /* nothing above the names of rows: texts, or the numbers 0, 1, ... */
	bool quoted;    /* all numbers have quotes, and those below have none */
	bool steady;    /* all numbers are whole, with the same step, which is not 0 */
	bool sequence;  /* and those of the next record do not have that step */
	bool counts;    /* the numbers are 0, 1, ... or 1, 2, ..., as columns are counted */
	bool years;     /* all numbers look like years */
	bool far;       /* all numbers are far from those below */
	bool fractions; /* below all numbers are such that are not whole */
};

/* Is the first number of the column farther away than the others' range explains? */
static bool is_far(const struct guess *g)
{
	const double times = 3;
	double spread = times * (g->high - g->low);

	if (!g->numbers)
		return false;
	if (g->value > g->high)
		return g->value - g->high > spread && g->value > times * fabs(g->high);
	return g->low - g->value > spread && fabs(g->low) > times * fabs(g->value);
}

static bool is_year(double x) { return x == floor(x) && x >= 1500 && x < 2200; }

/* Looks at a column whose first cell is a number. */
static void look_at_number(struct hints *h, const struct guess *g)
{
	h->numbers++;
	h->quoted &= g->quoted && !g->quoted_numbers;
	h->years &= is_year(g->value);
	h->far &= is_far(g);
	h->fractions &= g->fractions;
}

static void look(struct hints *h, const struct guess *g, size_t field)
{
	bool below = g->numbers && !g->texts;

	switch (g->first) {
	case NUMBER:
		look_at_number(h, g);
		break;
	case TEXT:
		h->text = true;
		h->above |= below;
		h->repeats |= g->repeats;
		h->date |= g->alike;
		h->label |= g->texts > 0;
		break;
	case MISSING:
		h->missing = true;
		break;
	case EMPTY: /* the column of the names of rows has no name itself */
		h->unnamed |= field && below;
		h->label |= !field && !g->empty && (g->texts || g->numbers);
		h->corner |= h->label && !field && (g->texts || (!g->low && !g->fractions));
		break;
	}
}

/*
 * Do the numbers of the first record follow one another?  Those of the second one must not do so
 * with the same step: then it is how the values are.
 */
static void look_at_sequence(struct hints *h, const struct titles *t)
{
	double start = NAN, last = NAN, step = NAN, next_last = NAN;
	bool even = true, same = true;

	for (size_t i = 0; i < t->fields; i++) {
		const struct guess *g = &t->guess[i];

		if (g->first != NUMBER)
			continue;
		even &= g->value == floor(g->value) && (isnan(step) || g->value - last == step);
		step = g->value - last;
		same &= isnan(step) || g->next - next_last == step;
		if (isnan(last))
			start = g->value;
		last = g->value;
		next_last = g->next;
	}
	h->steady = even && !isnan(step) && step != 0;
	h->sequence = h->steady && !same;
	h->counts = (start == 0 || start == 1) && (isnan(step) || (h->sequence && step == 1));
}

static struct hints gather(const struct titles *t)
{
	struct hints h = {.quoted = true, .years = true, .far = true, .fractions = true};
	bool below = false;

	for (size_t i = 0; i < t->fields; i++) {
		look(&h, &t->guess[i], i);
		below |= t->guess[i].numbers > 0;
	}
	h.quoted &= below;
	look_at_sequence(&h, t);
	return h;
}

/* Decides for a first record with numbers and without text above a column of numbers. */
static bool numbers_are_names(const struct hints *h)
{
	if (h->repeats || h->missing || h->unnamed || (h->date && !h->quoted))
		return false;
	if (h->quoted || (h->years && h->far && (h->label || h->sequence)))
		return true;
	if (h->sequence && h->label && (h->numbers > 2 || h->years))
		return true;
	if (h->far && h->label && h->numbers > 1)
		return true;
	if (h->counts && (h->corner || (h->sequence && h->fractions && h->numbers > 2)))
		return true;
	return false;
}

/* Decides; *doubt says that it is a guess. */
static bool decide(const struct titles *t, bool *doubt)
{
	const struct hints h = gather(t);

	*doubt = false;
	if (t->known_name)
		return true;
	if (h.above && !h.date && !(h.repeats && h.numbers)) {
		*doubt = h.numbers || h.missing;
		return true;
	}
	if (!h.numbers) {
		bool header = h.text && !h.missing && !h.unnamed && !h.above;

		*doubt = !header;
		return header;
	}
	bool header = numbers_are_names(&h);
	*doubt = header || h.above || (h.label && !h.text) || (h.far && (h.label || h.years)) ||
		 (h.sequence && (h.numbers > 2 || h.years || h.counts)) ||
		 (h.steady && h.label && !h.repeats && !h.date && h.numbers > 2);
	return header;
}

bool titles_sniff(const struct sample *sample, const struct csv_form *form,
		  const struct missing *missing, const struct names *known, const char *label)
{
	struct titles t = {.fields = form->fields,
			   .spelling = &sample->spelling,
			   .missing = missing,
			   .known = known};
	struct scan scan = {.sample = sample, .delimiter = form->delimiter};
	struct sample_cell cell;
	bool doubt;

	t.guess = allocate(form->fields, sizeof *t.guess);
	while (scan_next(&scan, &cell)) {
		if (cell.field >= t.fields)
			continue;
		if (!cell.record)
			take_first(&t, &t.guess[cell.field], &cell);
		else
			take_below(&t, &t.guess[cell.field], &cell);
	}
	bool header = decide(&t, &doubt);
	if (doubt && header)
		note("%s: note: the first line is taken for names; --no-header takes it for values",
		     label);
	else if (doubt)
		note("%s: note: the first line is taken for values; --header takes it for names",
		     label);
	for (size_t i = 0; i < t.fields; i++)
		free(t.guess[i].text);
	free(t.guess);
	return header;
}
