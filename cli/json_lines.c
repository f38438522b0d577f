/* SPDX-License-Identifier: BSD-3-Clause */
/* json_lines.c - the rows of a table as JSON Lines: an object on each line. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format.h"
#include "json.h"
#include "json_lines.h"
#include "number.h"
#include "output.h"
#include "source.h"

/* Returns the key of an object for a name with a suffix; the first of them opens the object. */
static char *key_of(const char *name, const char *suffix, bool first)
{
	char *whole, *text, *key;

	if (asprintf(&whole, "%s%s", name, suffix) < 0)
		out_of_memory();
	cJSON *item = json_text(whole);
	text = cJSON_PrintUnformatted(item);
	if (!text || asprintf(&key, "%s%s:", first ? "{" : ",", text) < 0)
		out_of_memory();
	cJSON_Delete(item);
	free(whole);
	free(text);
	return key;
}

void json_lines_open(struct json_lines *j, const struct source *s, const struct options *options)
{
	*j = (struct json_lines){.key = allocate(s->columns, sizeof *j->key),
				 .new_key = allocate(s->columns, sizeof *j->new_key),
				 .columns = s->columns,
				 .digits = options->digits};
	for (size_t i = 0; i < s->columns; i++) {
		const struct column *c = &s->column[i];

		j->key[i] = key_of(c->name, "", !i);
		if (options->suffix && c->kind == KIND_NUMBER)
			j->new_key[i] = key_of(c->name, options->suffix, false);
	}
}

void json_lines_close(struct json_lines *j)
{
	for (size_t i = 0; i < j->columns; i++) {
		free(j->key[i]);
		free(j->new_key[i]);
	}
	free(j->key);
	free(j->new_key);
	free(j->text);
}

static const char *skip_digits(const char *p)
{
	while (isdigit((unsigned char)*p))
		p++;
	return p;
}

/* Is a text a number as JSON has it?  A code with a zero before it is none. */
static bool is_number(const char *text, size_t length)
{
	const char *p = text + (*text == '-'), *digits = p;

	p = skip_digits(p);
	if (p == digits || (*digits == '0' && p > digits + 1))
		return false;
	if (*p == '.') {
		digits = ++p;
		p = skip_digits(p);
		if (p == digits)
			return false;
	}
	if (*p == 'e' || *p == 'E') {
		p += p[1] == '+' || p[1] == '-' ? 2 : 1;
		digits = p;
		p = skip_digits(p);
		if (p == digits)
			return false;
	}
	return p == text + length;
}

static void put(struct output *out, const char *text) { output_put(out, text, strlen(text)); }

static void put_number(const struct json_lines *j, const struct bell_table *t, size_t row,
		       size_t column, struct output *out)
{
	double x = source_number(t, t->data, row, column);
	char text[NUMBER_LENGTH];

	if (!isfinite(x))
		put(out, "null");
	else if (t->type == BELL_F32 && !j->digits)
		output_put(out, text, number_format_f32((float)x, text));
	else
		output_put(out, text, number_format_digits(x, j->digits, text));
}

/* Writes a text; `plain` says that a number may be one in JSON, too. */
static void put_text(struct json_lines *j, const char *text, size_t length, bool plain, bool binary,
		     struct output *out)
{
	if (length >= j->room)
		j->text = reallocate(j->text, j->room = 2 * length + 64, 1);
	memcpy(j->text, text, length);
	j->text[length] = 0;
	if (plain && is_number(j->text, length)) {
		output_put(out, text, length);
		return;
	}
	if (binary) { /* an infinity */
		put(out, "null");
		return;
	}
	cJSON *item = json_text(j->text);
	char *printed = cJSON_PrintUnformatted(item);
	if (!printed)
		out_of_memory();
	put(out, printed);
	free(printed);
	cJSON_Delete(item);
}

/* Writes the cell as it is in the file, or null. */
static void put_cell(struct json_lines *j, const struct source *s, const struct block *b,
		     size_t row, size_t column, struct output *out)
{
	size_t length;
	const char *text = source_text(s, b, row, column, &length);

	if (text)
		put_text(j, text, length, s->column[column].kind != KIND_TEXT, s->format->binary,
			 out);
	else
		put(out, "null");
}

/* Writes a row; at[i] is the column of the block for column i. */
static void put_row(struct json_lines *j, const struct source *s, const struct block *b, size_t row,
		    const size_t *at, struct output *out)
{
	for (size_t i = 0; i < j->columns; i++) {
		put(out, j->key[i]);
		if (s->column[i].kind == KIND_NUMBER && !j->new_key[i])
			put_number(j, &b->table, row, at[i], out);
		else
			put_cell(j, s, b, row, i, out);
	}
	for (size_t i = 0; i < j->columns; i++)
		if (j->new_key[i]) {
			put(out, j->new_key[i]);
			put_number(j, &b->table, row, at[i], out);
		}
	put(out, "}\n");
}

void json_lines_write(struct json_lines *j, const struct source *s, const struct block *b,
		      struct output *out)
{
	size_t *at;

	if (b->table.columns < s->used)
		die(EXIT_DATA,
		    "%s: is in Fortran order, one column after the other, and has no rows for "
		    "--json-lines; np.ascontiguousarray() makes them",
		    s->in.label);
	at = allocate(s->columns, sizeof *at);
	for (size_t k = 0; k < s->used; k++)
		at[s->use[k]] = k;
	for (size_t row = 0; row < b->table.rows; row++)
		put_row(j, s, b, row, at, out);
	free(at);
}
