/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_checks.h - layers filled, run and compared. */
#ifndef TESTS_LAYER_CHECKS_H
#define TESTS_LAYER_CHECKS_H

#include "layer_reference.h"

/* Skewed values, gradients of either sign, weights. */
void layer_fill(struct layer *l);

/* ---- against the reference ---- */

/* All that the gradient and the weights are made of; `want` says by what scales. */
void layer_check_results(const char *label, const struct layer *l, const struct layer_results *got,
			 const struct layer_results *want, double tolerance);
void layer_check_saved(const char *label, const struct layer *l, const struct layer_results *got,
		       const struct layer_results *want, double tolerance);

/* ---- the same bits ---- */

/* All that the three calls write, in memory order. */
struct layer_written {
	void *out, *du, *evaluation;
	struct bell_layer_statistics *saved;
	double *weights;
};
struct layer_written layer_written(const struct layer *l);
void layer_written_free(struct layer_written *w);

/* The same elements, by index. */
bool layer_same(const struct layer *a, const void *x, const struct layer *b, const void *y);
void layer_check_same(const struct layer *l, const struct layer *m, const struct layer_written *a,
		      const struct layer_written *b, const char *what, unsigned threads);

/* The same elements under other strides. */
struct layer layer_restrided(const struct layer *l, struct bell_layer_shape shape);

#endif
