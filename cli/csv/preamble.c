/* SPDX-License-Identifier: BSD-3-Clause */
/* preamble.c - finds a text table that other lines stand before. */
#include "../stream/stream.h"
#include "preamble.h"
#include "sample.h"

/* Fewer records may have as many fields by accident. */
enum { MIN_RECORDS = 3 };

/* Some records one after the other, which have the same number of fields. */
struct run {
	size_t at; /* the first byte, in the sample */
	size_t records, fields, numbers;
};

/* Is the run a table that other records stand before? */
static bool is_table(const struct run *run)
{
	return run->at && run->fields > 1 && run->records >= MIN_RECORDS;
}

/* Returns the table with the most numbers in it, if there is one, by a delimiter. */
static struct run find_table(const struct sample *sample, char delimiter)
{
	struct scan scan = {.sample = sample, .delimiter = delimiter};
	struct run best = {0}, now = {0};
	struct sample_cell cell;
	size_t numbers = 0, at = 0;

	while (scan_next(&scan, &cell)) {
		numbers += sample_is_number(sample, &cell);
		if (!cell.last)
			continue;
		if (cell.field + 1 != now.fields)
			now = (struct run){at, 0, cell.field + 1, 0};
		now.records++;
		now.numbers += numbers;
		numbers = 0;
		at = scan.at;
		if (is_table(&now) && now.numbers > best.numbers)
			best = now;
	}
	return best;
}

/* Returns how many lines end in the first n bytes, or at them. */
static size_t lines_before(const char *text, size_t n, size_t length)
{
	size_t lines = 0;

	for (size_t i = 0; i < length && (i < n || text[i] == '\n' || text[i] == '\r'); i++)
		lines += text[i] == '\n' ||
			 (text[i] == '\r' && (i + 1 == length || text[i + 1] != '\n'));
	return lines;
}

size_t preamble_find(const struct sample *sample, char *text, char *delimiter, bool *blanks)
{
	static const char candidates[] = "\t;|,";
	struct sample squeezed = *sample;
	struct run best = {0}, run;
	const char *from = sample->text;
	size_t length = sample->length;

	*blanks = false;
	for (const char *c = candidates; *c; c++) {
		run = find_table(sample, *c);
		if (run.numbers > best.numbers) {
			best = run;
			*delimiter = *c;
		}
	}
	squeezed.text = text;
	squeezed.length = squeeze_text(sample->text, sample->length, text);
	run = find_table(&squeezed, '\t');
	/* there are blanks in any text: most of what they part has to be numbers */
	if (run.numbers > best.numbers && 2 * run.numbers > run.records * run.fields) {
		best = run;
		*delimiter = '\t';
		*blanks = true;
		from = text;
		length = squeezed.length;
	}
	return best.numbers ? lines_before(from, best.at, length) : 0;
}
