/* SPDX-License-Identifier: BSD-3-Clause */
/* sniff.c - guesses the delimiter and the header of a text table. */
#include <stdlib.h>
#include <string.h>

#include "../error.h"
#include "../input.h"
#include "../names.h"
#include "../number.h"
#include "../options.h"
#include "../text.h"
#include "record.h"
#include "sniff.h"

/* The sample ends after so many lines, or with the line that goes beyond so many bytes. */
enum { SAMPLE_LINES = 100, SAMPLE_BYTES = 1 << 16 };

/* The first lines of the table; the last record may be cut. */
struct sample {
	const char *text;
	size_t length;
	bool all; /* nothing follows in the file */
	const struct list *missing;
};

static struct sample take_sample(struct input *in, const struct list *missing)
{
	size_t n = 0, lines;

	do { /* a pipe may bring a line at a time */
		const char *p = in->data + in->begin, *end = in->data + in->end, *feed;

		for (lines = 0;
		     lines < SAMPLE_LINES && p < end && (feed = memchr(p, '\n', (size_t)(end - p)));
		     lines++)
			p = feed + 1;
		n = lines < SAMPLE_LINES ? in->end - in->begin : (size_t)(p - in->data) - in->begin;
	} while (lines < SAMPLE_LINES && n < (lines < 2 ? CSV_MAX_LENGTH : SAMPLE_BYTES) &&
		 input_more(in));
	return (struct sample){in->data + in->begin, n, in->ended && n == in->end - in->begin,
			       missing};
}

/* What stands in a column of the sample. */
struct guess {
	bool first_number, first_text; /* in the first record */
	bool number, text;             /* below it */
};

/* An attempt to read the sample with one delimiter. */
struct attempt {
	const struct sample *sample;
	size_t records, agree; /* records; those with as many fields as the first one */
	size_t first, field;   /* fields of the first record; of the one that is being read */
	struct guess *guess;   /* one for each field of the first record, or NULL */
	const struct names *known;
	bool known_name; /* the first record has a known name */
};

static void guess_field(struct attempt *a, const char *text, size_t length)
{
	bool first = !a->records, missing = csv_missing(a->sample->missing, text, length), number;
	struct guess *guess;
	double value;

	if (a->field >= a->first)
		return;
	guess = &a->guess[a->field];
	number = !missing && number_parse(text, length, &value);
	if (number)
		*(first ? &guess->first_number : &guess->number) = true;
	else if (!missing)
		*(first ? &guess->first_text : &guess->text) = true;
	if (first && a->known) {
		char *name = trimmed(text, length);
		size_t index;

		a->known_name |= names_find(a->known, name, &index);
		free(name);
	}
}

static void on_field(void *text, size_t length, void *data)
{
	struct attempt *a = data;

	if (a->guess)
		guess_field(a, text, length);
	a->field++;
}

static void on_row(int end, void *data)
{
	struct attempt *a = data;

	(void)end;
	if (!a->records++)
		a->first = a->field;
	a->agree += a->field == a->first;
	a->field = 0;
}

/* Parses the sample: forgivingly, so that only memory can run out. */
static void try(struct attempt *a, char delimiter)
{
	const struct sample *sample = a->sample;
	struct csv_parser parser;

	if (csv_init(&parser, 0))
		out_of_memory();
	csv_set_delim(&parser, (unsigned char)delimiter);
	csv_set_space_func(&parser, csv_no_space);
	csv_set_blk_size(&parser, SAMPLE_BYTES);
	if (csv_parse(&parser, sample->text, sample->length, on_field, on_row, a) < sample->length)
		out_of_memory();
	if (sample->all || !a->records) /* else the last record may be cut */
		csv_fini(&parser, on_field, on_row, a);
	csv_free(&parser);
}

/*
 * Takes the delimiter that gives all records the same number of fields, more than one.  Where
 * several do, the one that is rarer in text wins; where none does, the one with the fewest
 * exceptions, so that the error names these.
 */
static char sniff_delimiter(const struct sample *sample)
{
	static const char candidates[] = "\t;|,"; /* the rarest in text first */
	char best = ',';
	size_t best_score = 0;

	for (const char *c = candidates; *c; c++) {
		struct attempt a = {.sample = sample};

		try(&a, *c);
		size_t score = a.agree == a.records ? SIZE_MAX : a.agree;
		if (a.first > 1 && score > best_score) {
			best_score = score;
			best = *c;
		}
	}
	return best;
}

/*
 * A first record is a header where it has text above numbers.  If it has no such column, it is one
 * only if it has texts and no number: the whole table is text, or there are no rows.  In *doubt:
 * it is taken for a header though it has numbers.
 */
static bool looks_like_header(const struct attempt *a, bool *doubt)
{
	bool above = false, number = false, text = false;

	for (size_t i = 0; i < a->first; i++) {
		const struct guess *guess = &a->guess[i];

		above |= guess->first_text && guess->number && !guess->text;
		number |= guess->first_number;
		text |= guess->first_text;
	}
	*doubt = above && number;
	return above || (text && !number);
}

static bool sniff_header(const struct sample *sample, const struct csv_form *form,
			 const struct names *known, const char *label)
{
	struct attempt a = {.sample = sample, .first = form->fields, .known = known};
	bool doubt, header;

	a.guess = allocate(form->fields, sizeof *a.guess);
	try(&a, form->delimiter);
	header = looks_like_header(&a, &doubt) || a.known_name;
	if (header && doubt && !a.known_name)
		note("%s: the first line is taken for names, though it holds numbers; "
		     "--no-header takes it for values",
		     label);
	free(a.guess);
	return header;
}

struct csv_form csv_sniff(struct input *in, const struct options *options,
			  const struct names *known)
{
	struct sample sample = take_sample(in, &options->missing);
	struct attempt count = {.sample = &sample};
	struct csv_form form = {.header = options->header == HEADER_YES};

	form.delimiter =
	    options->delimiter >= 0 ? (char)options->delimiter : sniff_delimiter(&sample);
	try(&count, form.delimiter);
	form.fields = count.first;
	if (options->header == HEADER_SNIFF)
		form.header = sniff_header(&sample, &form, known, in->label);
	return form;
}
