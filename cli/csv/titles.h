/* SPDX-License-Identifier: BSD-3-Clause */
/* titles.h - guesses whether the first record of a text table holds names. */
#ifndef CLI_CSV_TITLES_H
#define CLI_CSV_TITLES_H

#include <stdbool.h>

struct csv_form;
struct missing;
struct names;
struct sample;

/*
 * titles_sniff() tells whether the first record of the sample holds names, and says on standard
 * error if that may well be otherwise.  One of the `known` names, if that is not NULL, decides.
 */
bool titles_sniff(const struct sample *sample, const struct csv_form *form,
		  const struct missing *missing, const struct names *known, const char *label);

#endif
