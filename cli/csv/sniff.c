/* SPDX-License-Identifier: BSD-3-Clause */
/* sniff.c - guesses the form of a text table. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../error.h"
#include "../input.h"
#include "../number.h"
#include "../options.h"
#include "../source.h"
#include "../stream/stream.h"
#include "../text.h"
#include "preamble.h"
#include "sample.h"
#include "sniff.h"
#include "titles.h"

/* What comes of reading the sample with one delimiter. */
struct trial {
	size_t records, agree; /* records; those with as many fields as the first one */
	size_t first;          /* fields of the first record */
	size_t faults;         /* as in struct scan */
	size_t cells, numbers; /* those that hold a number, with a point or a comma */
	size_t whole, coded;   /* unquoted cells that hold nothing but digits; with a leading 0 */
};

/* Tells whether the cell holds digits only, or also a sign if it is an even one of its record. */
static bool is_whole(const struct sample_cell *cell)
{
	const char *text = cell->text;
	size_t length = cell->length, sign = length && (*text == '-' || *text == '+');

	if (cell->quoted || (sign && cell->field % 2) || length == sign)
		return false;
	for (size_t i = sign; i < length; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

static struct trial try(const struct sample *sample, char delimiter)
{
	struct scan scan = {.sample = sample, .delimiter = delimiter};
	struct trial t = {0};
	struct sample_cell cell;

	while (scan_next(&scan, &cell)) {
		bool whole = is_whole(&cell);

		t.cells++;
		t.numbers += sample_is_number(sample, &cell);
		t.whole += whole;
		t.coded += whole && cell.field % 2 && number_is_code(cell.text, cell.length);
		if (!cell.last)
			continue;
		if (!t.records++)
			t.first = cell.field + 1;
		t.agree += cell.field + 1 == t.first;
	}
	t.faults = scan.faults;
	return t;
}

/*
 * Returns how well a delimiter fits, from 0: best if it gives all records the same number of
 * fields, without a quote in the wrong place, and there are numbers.  A table with some exceptions
 * and with numbers is more likely than one that is regular and has none.
 */
enum { RANK_BEST = 3 };

static int rank(const struct trial *t)
{
	bool regular = t->agree == t->records && !t->faults;
	bool nearly = 3 * t->agree >= 2 * t->records;

	if (t->numbers)
		return regular ? RANK_BEST : nearly ? 2 : 0;
	return regular;
}

/* Where two fit as well, the one with fewer exceptions wins, and then the one with more numbers. */
static bool better(const struct trial *a, const struct trial *b)
{
	if (rank(a) != rank(b))
		return rank(a) > rank(b);
	if (a->faults != b->faults)
		return a->faults < b->faults;
	if (!rank(a) && a->agree != b->agree)
		return a->agree > b->agree;
	return a->numbers > b->numbers;
}

/* Numbers with commas in them can have commas between them only where quotes keep these apart. */
static bool possible(const struct sample *sample, char delimiter)
{
	const struct spelling *s = &sample->spelling;

	return (delimiter != s->decimal && delimiter != s->thousands) ||
	       memchr(sample->text, '"', sample->length);
}

/* Is there nothing that speaks for one of them, not even a larger share of numbers? */
static bool tie(const struct trial *a, const struct trial *b)
{
	return rank(a) && !better(a, b) && !better(b, a) &&
	       a->numbers * b->cells == b->numbers * a->cells;
}

/*
 * May # part the cells?  It is rare enough for that to be beyond doubt only; at the head of a line
 * it is a comment, or belongs to a number.
 */
static bool is_hash_table(const struct sample *sample, const struct trial *t)
{
	return rank(t) == RANK_BEST && *sample->text != '#';
}

/*
 * A delimiter has to part something; where none does, there is one column.  Another one that fits
 * as well goes to *rival, which is 0 otherwise.
 */
static char sniff_delimiter(const struct sample *sample, struct trial *of_best, char *rival)
{
	static const char candidates[] = "\t;|,#"; /* the rarest in text first: it wins a tie */
	char best = sample->spelling.decimal == ',' ? ';' : ',';

	*of_best = (struct trial){0};
	for (const char *c = candidates; *c; c++) {
		struct trial t = try(sample, *c);

		if (t.first < 2 || !possible(sample, *c) ||
		    (*c == '#' && !is_hash_table(sample, &t)))
			continue;
		if (!of_best->first || better(&t, of_best)) {
			*of_best = t;
			best = *c;
			*rival = 0;
		} else if (tie(&t, of_best)) {
			*rival = *c;
		}
	}
	return best;
}

/*
 * Says so if a table of whole numbers with commas between them may be one of numbers with decimal
 * commas: there are two to a record, or there are decimals such as 05.
 */
static void note_decimal_commas(const struct sample *sample, const struct csv_form *form,
				const char *label)
{
	struct trial t = try(sample, ',');

	if (form->delimiter == ',' && !form->header && t.first % 2 == 0 && t.agree == t.records &&
	    t.whole == t.records * t.first && (t.first == 2 || t.coded))
		note("%s: note: the comma is taken for the delimiter, though these look like "
		     "decimal commas; --decimal , reads them as such",
		     label);
}

static const char *delimiter_name(char delimiter)
{
	return delimiter == '\t'  ? "the tab"
	       : delimiter == ';' ? "the semicolon"
	       : delimiter == '|' ? "the bar"
	       : delimiter == '#' ? "#"
				  : "the comma";
}

/* Says so if what is taken for the delimiter is seldom one. */
static void note_doubts(const struct sample *sample, const struct csv_form *form, const char *label)
{
	if (!form->before && (form->blanks || form->delimiter == '#'))
		note("%s: note: %s taken for the delimiter; --delimiter , if there is one column",
		     label, form->blanks ? "blanks are" : "# is");
	note_decimal_commas(sample, form, label);
}

static void note_rival(char delimiter, char rival, const char *label)
{
	note("%s: note: %s is taken for the delimiter, though %s parts the lines as well; "
	     "--delimiter decides it",
	     label, delimiter_name(delimiter), delimiter_name(rival));
}

/*
 * Do all records behind the first have one field more than that?  Then it holds names, and the
 * first column, of the names of rows, has none: so R writes tables.
 */
static bool short_header(const struct sample *sample, char delimiter)
{
	struct scan scan = {.sample = sample, .delimiter = delimiter};
	struct sample_cell cell;
	size_t first = 0;

	while (scan_next(&scan, &cell)) {
		if (cell.last && !cell.record)
			first = cell.field + 1;
		else if (cell.last && cell.field != first)
			return false;
	}
	/* one field may as well be a title above the table */
	return scan.record > 1 && first > 1;
}

/* Are there blanks between the cells, without any doubt?  `text` is for a copy of the sample. */
static bool blanks_fit(const struct sample *sample, char *text)
{
	struct sample squeezed = *sample;
	struct trial t;

	if (sample->spelling.thousands == ' ')
		return false;
	squeezed.text = text;
	squeezed.length = squeeze_text(sample->text, sample->length, text);
	t = try(&squeezed, '\t');
	return t.first > 1 && rank(&t) == RANK_BEST;
}

/*
 * Sniffs the delimiter of a sample.  Where none fits the first record, there may be blanks between
 * the cells, or lines before the table.  Blanks become tabs in the sample, too, at `text`, where
 * there is room for a copy.
 */
static void sniff_form(struct sample *sample, struct csv_form *form, char *text, char *rival)
{
	struct trial best;

	form->delimiter = sniff_delimiter(sample, &best, rival);
	if (best.first && rank(&best))
		return;
	form->blanks = blanks_fit(sample, text);
	if (!form->blanks && !best.first)
		form->before = preamble_find(sample, text, &form->delimiter, &form->blanks);
	if (!form->blanks)
		return;
	form->delimiter = '\t';
	sample->length = squeeze_text(sample->text, sample->length, text);
	sample->text = text;
}

/* Guesses whether there are names. */
static void sniff_names(const struct sample *sample, struct csv_form *form,
			const struct options *options, const struct missing *missing,
			const struct names *known, const char *label)
{
	form->header = options->header == HEADER_YES;
	form->nameless =
	    form->fields && options->header != HEADER_NO && short_header(sample, form->delimiter);
	if (form->nameless) {
		form->header = true;
		note("%s: note: the first line has one name less than there are columns; the first "
		     "column is taken to have none",
		     label);
	} else if (options->header == HEADER_SNIFF && form->fields) {
		form->header = titles_sniff(sample, form, missing, known, label);
	}
}

struct csv_form csv_sniff(struct input *in, const struct options *options,
			  const struct missing *missing, const struct names *known)
{
	struct sample sample = sample_take(in, options);
	struct csv_form form = {.delimiter = (char)options->delimiter};
	char rival = 0, *text = allocate(sample.length, 1);

	if (options->delimiter < 0)
		sniff_form(&sample, &form, text, &rival);
	form.fields = try(&sample, form.delimiter).first;
	if (form.fields > MAX_COLUMNS)
		die(EXIT_DATA, "%s: more than %d columns", in->label, MAX_COLUMNS);
	sniff_names(&sample, &form, options, missing, known, in->label);
	if (rival)
		note_rival(form.delimiter, rival, in->label);
	else if (options->delimiter < 0 && form.fields)
		note_doubts(&sample, &form, in->label);
	free(text);
	sample_free(&sample);
	return form;
}
