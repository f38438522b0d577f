/* SPDX-License-Identifier: BSD-3-Clause */
/* choices.h - what the tests of the choice among families share. */
#ifndef BELL_TESTS_CHOICES_H
#define BELL_TESTS_CHOICES_H

#include "common.h"

/* A choice, and what is known of its candidates. */
struct chosen {
	struct bell_fit fit;
	struct bell_candidate candidate[BELL_MAX_CANDIDATES];
	size_t count;
};

static inline struct chosen choose_from(const double *x, const double *weights, size_t n,
					const struct bell_fit_options *o)
{
	struct chosen c;

	CHECK(bell_choose_f64(x, weights, n, o, 1, &c.fit, c.candidate, &c.count));
	return c;
}

static inline const struct bell_candidate *candidate_of(const struct chosen *c,
							enum bell_method method)
{
	size_t i = 0;

	while (i < c->count && c->candidate[i].method != method)
		i++;
	cr_assert_lt(i, c->count, "%s", bell_method_name(method));
	return &c->candidate[i];
}

static inline const struct bell_candidate *taken(const struct chosen *c)
{
	const struct bell_candidate *found = NULL;

	for (size_t i = 0; i < c->count; i++)
		if (c->candidate[i].chosen) {
			cr_assert_null(found, "one is chosen");
			found = &c->candidate[i];
		}
	cr_assert_not_null(found);
	return found;
}

static inline bool same_candidates(const struct chosen *a, const struct chosen *b)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct bell_candidate *p = &a->candidate[i], *q = &b->candidate[i];

		if (p->method != q->method || p->refusal != q->refusal || p->chosen != q->chosen ||
		    p->parameters != q->parameters ||
		    !same_words(&p->lambda, &q->lambda, 8 * sizeof(double)))
			return false;
	}
	return a->count == b->count && same_words(&a->fit, &b->fit, sizeof a->fit);
}

#endif
