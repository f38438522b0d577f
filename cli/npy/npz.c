/* SPDX-License-Identifier: BSD-3-Clause */
/* npz.c - the table format of NumPy's .npz files: a zip file of .npy files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../error.h"
#include "../format.h"
#include "../names.h"
#include "../source.h"
#include "../text.h"
#include "npy.h"
#include "npz.h"
#include "zip.h"

#define NPY_SUFFIX ".npy"

/* The state of the format in source.state. */
struct npz {
	struct npy npy; /* first, so that the functions of .npy find it */
	struct zip zip;
	size_t *member; /* entries of the zip file that are arrays */
	size_t members;
	char *label; /* of the array that is read */
};

/* Returns the length of the name of an array in a zip file, or 0 if it is the name of none. */
static size_t array_name(const char *name, size_t length)
{
	size_t suffix = strlen(NPY_SUFFIX);

	return length > suffix && !memcmp(name + length - suffix, NPY_SUFFIX, suffix)
		   ? length - suffix
		   : 0;
}

/* A zip file whose first file is an array: the name stands behind its header. */
static bool probe(const struct input *in)
{
	enum { LENGTH_AT = 26, NAME_AT = 30 };
	const char *bytes = in->data + in->begin;
	size_t have = in->end - in->begin, length;

	if (have < NAME_AT || memcmp(bytes, "PK\3\4", 4) != 0)
		return false;
	length = (unsigned char)bytes[LENGTH_AT] | (size_t)(unsigned char)bytes[LENGTH_AT + 1] << 8;
	return length <= have - NAME_AT && array_name(bytes + NAME_AT, length);
}

/* Puts the arrays of the zip file into a list, without the suffix of their names. */
static void find_members(struct npz *npz)
{
	npz->member = allocate(npz->zip.entries, sizeof *npz->member);
	for (size_t i = 0; i < npz->zip.entries; i++) {
		char *name = npz->zip.entry[i].name;
		size_t length = array_name(name, strlen(name));

		if (!length)
			continue;
		name[length] = 0;
		npz->member[npz->members++] = i;
	}
}

static const char *member_name(const void *from, size_t i)
{
	const struct npz *npz = from;

	return npz->zip.entry[npz->member[i]].name;
}

/* Returns the number of an array by its name. */
static size_t find_member(const struct npz *npz, const char *label, const char *name)
{
	for (size_t i = 0; i < npz->members; i++)
		if (!strcmp(member_name(npz, i), name))
			return i;
	const char *like = names_nearest(name, npz->members, member_name, npz);
	if (like)
		die(EXIT_USAGE, "--member: %s has no array %s; is it %s?", label, show_name(name),
		    show_name(like));
	die(EXIT_USAGE, "--member: %s has no array %s; the first of its %zu is %s", label,
	    show_name(name), npz->members, show_name(member_name(npz, 0)));
}

/* Reads from an array from now on. */
static void enter(struct source *s, size_t member)
{
	struct npz *npz = s->state;
	char *label;

	if (asprintf(&label, "%s: array %s", npz->zip.label, show_name(member_name(npz, member))) <
	    0)
		out_of_memory();
	s->in.label = label;
	free(npz->label);
	npz->label = label;
	input_restart(&s->in, zip_stream(&npz->zip, npz->member[member], label));
}

/* Opens the array of a column, whose header was read before. */
static void turn(struct source *s, size_t column)
{
	enter(s, column);
	npy_read_header(s);
}

/* Makes each array a column; their headers have to agree. */
static void open_columns(struct source *s, const struct options *options)
{
	struct npz *npz = s->state;
	size_t rows = 0;

	if (s->wanted.whole)
		die(EXIT_USAGE,
		    "%s: holds %zu arrays, and one at a time can be written: --member %s takes one",
		    s->in.label, npz->members, show_name(member_name(npz, 0)));
	missing_open(&npz->npy.missing, options);
	for (size_t i = 0; i < npz->members; i++) {
		const struct npy_header *h = &npz->npy.header;
		const char *name = member_name(npz, i);

		turn(s, i);
		if (h->columns > 1 || (i && h->rows != rows))
			die(EXIT_DATA,
			    "%s: is (%zu, %zu), where the columns of a table have one dimension "
			    "and the same length: --member takes one array alone",
			    s->in.label, h->rows, h->columns);
		rows = h->rows;
		source_add_column(s, name, strlen(name));
	}
	npz->npy.turn = turn;
}

static void open_table(struct source *s, const struct options *options, const struct names *known)
{
	struct npz *npz = s->state;

	s->lost = "is an .npz file, and the result would be one array";
	zip_open(&npz->zip, &s->in);
	find_members(npz);
	if (!npz->members)
		die(EXIT_DATA, "%s: holds no array", s->in.label);
	if (!options->member && npz->members > 1) {
		open_columns(s, options);
		return;
	}
	enter(s, options->member ? find_member(npz, s->in.label, options->member) : 0);
	npy_open(s, options, known);
}

static void close_table(struct source *s)
{
	struct npz *npz = s->state;

	npy_close(s);
	zip_close(&npz->zip);
	free(npz->member);
	s->in.label = npz->zip.label;
	free(npz->label);
}

const struct format npz_format = {
    .name = ".npz",
    .binary = true,
    .state_size = sizeof(struct npz),
    .probe = probe,
    .open = open_table,
    .next = npy_next,
    .text = npy_text,
    .write_head = npy_write_head,
    .write_rows = npy_write_rows,
    .close = close_table,
};
