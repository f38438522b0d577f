/* SPDX-License-Identifier: BSD-3-Clause */
/* missing.c - what stands for a missing value. */
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "missing.h"
#include "number.h"
#include "options.h"
#include "text.h"

void missing_open(struct missing *m, const struct options *options)
{
	const struct list *tokens = &options->missing;

	*m = (struct missing){.text = tokens->item, .texts = tokens->count};
	if (!tokens->count)
		return;
	m->number = allocate(tokens->count, sizeof *m->number);
	for (size_t i = 0; i < tokens->count; i++) {
		const char *text = tokens->item[i];
		size_t length = strlen(text);

		/* What is written like a code, 000 for example, stands for itself alone. */
		if (number_parse(text, length, options->decimal, &m->number[m->numbers]) &&
		    !number_is_code(text, length))
			m->numbers++;
	}
}

void missing_close(struct missing *m)
{
	free(m->number);
	*m = (struct missing){0};
}

static bool equal(const char *text, size_t length, const char *token)
{
	return strlen(token) == length && !memcmp(text, token, length);
}

/* The texts for which pandas, R and databases write a missing value, and "?". */
static bool usual(const char *text, size_t length)
{
	static const char *const tokens[] = {
	    "NA",  "NaN", "nan",      "NAN",    "null",    "NULL",    "None",
	    "N/A", "n/a", "#N/A",     "<NA>",   "\\N",     "-nan",    "-NaN",
	    "?",   "#NA", "#N/A N/A", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"};

	for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
		if (equal(text, length, tokens[i]))
			return true;
	return false;
}

bool missing_text(const struct missing *m, const char *text, size_t length)
{
	for (size_t i = 0; i < m->texts; i++)
		if (equal(text, length, m->text[i]))
			return true;
	trim(&text, &length);
	for (size_t i = 0; i < m->texts; i++)
		if (equal(text, length, m->text[i]))
			return true;
	return !length || usual(text, length);
}
