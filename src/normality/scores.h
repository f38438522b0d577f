/* SPDX-License-Identifier: BSD-3-Clause */
/* scores.h - normal scores with the plotting positions of Blom, and their sums. */
#ifndef BELL_SCORES_H
#define BELL_SCORES_H

/* The score of value i of n, from 1 on; i may be any number from 1/2 to n + 1/2. */
double bell_score(double i, double n);

/* So many scores at each end are summed one by one. */
#define SCORE_CELLS 64

struct score_sums {
	double sum, square;
};

/* The sums of the first scores and of their squares; and what the sums of more need. */
struct scores {
	double n;
	int cells; /* at each end */
	double sum[SCORE_CELLS + 1], square[SCORE_CELLS + 1];
	/* The smooth sums where the cells end, and the squares of half of the scores. */
	struct score_sums end;
	double half_square;
};

void bell_scores(double n, struct scores *out);

/*
 * The sum of the scores of the first t of n values, 0 <= t <= n, and that of their squares.  For
 * whole t and n they are these sums but for 1e-12 of n, and between them they are smooth.
 */
struct score_sums bell_score_sums(const struct scores *s, double t);

#endif
