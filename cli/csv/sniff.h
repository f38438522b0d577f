/* SPDX-License-Identifier: BSD-3-Clause */
/* sniff.h - guesses the form of a text table. */
#ifndef CLI_CSV_SNIFF_H
#define CLI_CSV_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

struct input;
struct missing;
struct names;
struct options;

/* The form of a text table. */
struct csv_form {
	char delimiter;
	bool blanks;   /* it is one or more blanks, which have to become a tab first */
	bool header;   /* the first record holds names */
	bool nameless; /* of all columns but the first, which has none */
	size_t fields; /* of the first record; 0 if there is none */
	size_t before; /* lines before what looks like the table; 0 if it begins with the first */
};

/*
 * csv_sniff() guesses the form from the first lines, which stay in the input; where the options
 * say, there is nothing to guess.  A first record with one of the `known` names, if that is not
 * NULL, is a header.  A guess that may well be wrong is told on standard error.
 */
struct csv_form csv_sniff(struct input *in, const struct options *options,
			  const struct missing *missing, const struct names *known);

#endif
