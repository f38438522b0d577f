/* SPDX-License-Identifier: BSD-3-Clause */
/* frequent.h - the most frequent texts of a column, in bounded memory. */
#ifndef CLI_FREQUENT_H
#define CLI_FREQUENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Up to so many distinct texts are counted exactly. */
enum { FREQUENT_TEXTS = 2048 };

/* So many bytes of a text are kept, to be shown; all of it counts when texts are compared. */
enum { FREQUENT_KEPT = 256 };

struct frequent_text {
	uint64_t hash;
	size_t length; /* of the whole text */
	char *text;    /* its first bytes, FREQUENT_KEPT or fewer */
	double weight; /* the true weight is from this to this + frequent.lost */
};

/*
 * Counts texts.  When there are more than FREQUENT_TEXTS, the median of their weights is taken from
 * all, and those at or below 0 are forgotten (Anderson et al. 2017): so each weight is too small by
 * at most `lost`, which is at most 1/1024 of all weight.
 */
struct frequent {
	struct frequent_text *texts;
	size_t count, capacity;
	uint32_t *slot; /* an open hash table: the number of a text + 1, or 0 */
	size_t mask;
	double lost, weight;       /* all weight */
	uint64_t rows, missing;    /* how many values there are, and how many are missing */
	struct distinct *distinct; /* NULL until a text has been forgotten */
};

/* frequent_add() counts a text with its weight, which is above 0. */
void frequent_add(struct frequent *f, const char *text, size_t length, double weight);

/* frequent_distinct() returns how many distinct texts there are, or an estimate. */
double frequent_distinct(const struct frequent *f, bool *exact);

/* frequent_sort() brings the most frequent texts to the front; nothing can be added then. */
void frequent_sort(struct frequent *f);

void frequent_free(struct frequent *f);

#endif
