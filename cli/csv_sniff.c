/* SPDX-License-Identifier: BSD-3-Clause */
/* csv_sniff.c - guesses the delimiter and the header. */
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "names.h"
#include "number.h"
#include "source.h"

enum { SNIFF_LINES = 100, SNIFF_BYTES = 1 << 16 };

/* Has a look at the first lines only: these bytes, of which the last record may be cut. */
static size_t sample(struct source *s)
{
	struct input *in = &s->in;
	size_t n = 0, lines;

	do { /* a pipe may bring a line at a time */
		const char *p = in->data + in->begin, *end = in->data + in->end, *feed;

		lines = 0;
		for (;
		     lines < SNIFF_LINES && p < end && (feed = memchr(p, '\n', (size_t)(end - p)));
		     lines++)
			p = feed + 1;
		n = lines < SNIFF_LINES ? in->end - in->begin : (size_t)(p - in->data) - in->begin;
	} while (lines < SNIFF_LINES && n < (lines < 2 ? CSV_LONGEST : SNIFF_BYTES) &&
		 input_more(in));
	return n;
}

/* The sample as one delimiter would part it. */
struct trial {
	const struct source *s;
	size_t records, agree; /* records; those with as many fields as the first one */
	size_t first, field;   /* fields of the first record; of this one */
	struct guess *guess;   /* one for each field of the first record, or NULL */
	const struct names *known;
	bool known_name; /* the first record has a known name */
};

/* What stands in a column of the sample. */
struct guess {
	bool first_number, first_text; /* in the first record */
	bool number, text;             /* below it */
};

static void guess_field(struct trial *t, const char *text, size_t length)
{
	bool first = !t->records, missing = csv_missing(t->s, text, length), number;
	struct guess *guess;
	double value;

	if (t->field >= t->first)
		return;
	guess = &t->guess[t->field];
	number = !missing && number_parse(text, length, &value);
	if (number)
		*(first ? &guess->first_number : &guess->number) = true;
	else if (!missing)
		*(first ? &guess->first_text : &guess->text) = true;
	if (first && t->known) {
		char *name = trimmed(text, length);
		size_t index;

		t->known_name |= names_find(t->known, name, &index);
		free(name);
	}
}

static void on_field(void *text, size_t length, void *data)
{
	struct trial *t = data;

	if (t->guess)
		guess_field(t, text, length);
	t->field++;
}

static void on_row(int end, void *data)
{
	struct trial *t = data;

	(void)end;
	if (!t->records++)
		t->first = t->field;
	t->agree += t->field == t->first;
	t->field = 0;
}

static void run_trial(const struct source *s, size_t length, struct trial *t)
{
	struct csv_parser parser;

	if (csv_init(&parser, 0))
		die(EXIT_DATA, "out of memory");
	csv_set_delim(&parser, (unsigned char)s->csv.delimiter);
	csv_set_space_func(&parser, csv_no_space);
	csv_set_blk_size(&parser, SNIFF_BYTES);
	csv_parse(&parser, s->in.data + s->in.begin, length, on_field, on_row, t);
	bool all = s->in.ended && length == s->in.end - s->in.begin;
	if (all || !t->records) /* else the last record may be cut */
		csv_fini(&parser, on_field, on_row, t);
	csv_free(&parser);
}

/*
 * The delimiter that gives all records the same number of fields, more than one.  Where several do,
 * the one that is rarer in text wins; where none does, the one with the fewest exceptions, so that
 * the error names these.
 */
static void sniff_delimiter(struct source *s, size_t length)
{
	static const char candidates[] = "\t;|,";
	char best = ',';
	size_t most = 0;

	for (const char *c = candidates; *c; c++) {
		struct trial t = {.s = s};

		s->csv.delimiter = *c;
		run_trial(s, length, &t);
		size_t score = t.agree == t.records ? SIZE_MAX : t.agree;
		if (t.first > 1 && score > most) {
			most = score;
			best = *c;
		}
	}
	s->csv.delimiter = best;
}

/*
 * Names are text above numbers.  A first line without any such column is a header only if it has no
 * number at all and not only missing values: the whole table is text, or there are no rows.
 */
static bool looks_like_header(const struct trial *t, bool *doubt)
{
	bool above = false, number = false, text = false;

	for (size_t i = 0; i < t->first; i++) {
		const struct guess *guess = &t->guess[i];

		above |= guess->first_text && guess->number && !guess->text;
		number |= guess->first_number;
		text |= guess->first_text;
	}
	*doubt = above && number;
	return above || (text && !number);
}

static void sniff_header(struct source *s, size_t length, size_t fields, const struct names *known)
{
	struct trial t = {.s = s, .first = fields, .known = known};
	bool doubt;

	t.guess = allocate(fields, sizeof *t.guess);
	run_trial(s, length, &t);
	s->csv.header = looks_like_header(&t, &doubt) || t.known_name;
	if (s->csv.header && doubt && !t.known_name)
		note("%s: the first line is taken for names, though it holds numbers; "
		     "--no-header takes it for values",
		     s->in.label);
	free(t.guess);
}

size_t csv_sniff(struct source *s, const struct options *options, const struct names *known)
{
	size_t length = sample(s);
	struct trial count = {.s = s};

	if (options->delimiter >= 0)
		s->csv.delimiter = (char)options->delimiter;
	else
		sniff_delimiter(s, length);
	run_trial(s, length, &count);
	if (options->header == HEADER_SNIFF)
		sniff_header(s, length, count.first, known);
	else
		s->csv.header = options->header == HEADER_YES;
	return count.first;
}
