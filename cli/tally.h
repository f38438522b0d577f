/* SPDX-License-Identifier: BSD-3-Clause */
/* tally.h - what is found out of the values of one column, or of one group in it. */
#ifndef CLI_TALLY_H
#define CLI_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/verdict.h>

struct bell_moments;
struct bell_moments_stream;
struct bell_sketch;
struct distinct;

/* What a tally keeps. */
struct tally_wants {
	bool moments; /* of values without weights */
	bool sketch;
	bool facts;
	bool distinct; /* counts zeros and estimates how many distinct values there are */
	int exponent;  /* of the weights in the sketch */
};

/* A struct of zeros has seen nothing. */
struct tally {
	double *pending; /* values that wait for a whole chunk of the moments */
	size_t waiting, capacity;
	struct bell_moments_stream *stream; /* NULL before the first chunk */
	struct bell_sketch *sketch;
	struct bell_facts facts;
	struct distinct *distinct; /* NULL before the first chunk */
	uint64_t zeros;
};

/* tally_add() adds n values, and their weights, which are above 0, or NULL if all are 1. */
void tally_add(struct tally *t, const struct tally_wants *wants, const double *x,
	       const double *weights, size_t n, unsigned threads);

/* tally_moments() gives the moments of all values; the bits are those of one array of them. */
void tally_moments(const struct tally *t, struct bell_moments *out);

/* tally_distinct() returns how many distinct values there are, or an estimate. */
double tally_distinct(const struct tally *t, bool *exact);

void tally_free(struct tally *t);

#endif
