/* SPDX-License-Identifier: BSD-3-Clause */
/* compare.h - this build against a saved run, or sample by sample beside another build. */
#ifndef BELL_BENCH_COMPARE_H
#define BELL_BENCH_COMPARE_H

#include "report.h"

/* Prints the medians of each case now and in the run that --json has saved, and their ratio. */
void compare_saved(const struct report *r, const char *path, FILE *out);

/* The bellshape-bench of another build, which runs with --serve and takes samples on demand. */
struct beside;
struct beside *beside_start(const char *program, const struct list *list, bool quick,
			    unsigned threads);

/* A sample of our case i by the other program, in ns a value; NaN if it lacks that case. */
double beside_sample(struct beside *other, size_t i);

/* Ends the other program; does nothing if `other` is NULL. */
void beside_end(struct beside *other);

/* Prints the medians of both programs and the ratio of each pair of samples. */
void compare_beside(const struct report *r, FILE *out);

/* The other side, --serve: prints the labels, then answers each index on stdin with a sample. */
void beside_serve(struct list *list);

#endif
