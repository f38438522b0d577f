/* SPDX-License-Identifier: BSD-3-Clause */
/* golden.h - the committed reference values. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <cjson/cJSON.h>

/* The file of that name in the directory BELLSHAPE_GOLDEN, to be freed with cJSON_Delete(). */
cJSON *golden_file(const char *name);

/* An array of numbers, null = NaN, to be freed; their count in *n. */
double *golden_numbers(const cJSON *array, size_t *n);

/* A column of yeo_johnson.json. */
struct golden {
	const char *name;
	double *x; /* n values, NaN among them */
	size_t n;
	double *z; /* of the values that are not NaN; NULL: degenerate */
	size_t values;
	double lambda, ci95[2]; /* infinite where open */
	double lr_vs_identity, sd_log;
};

struct golden_set {
	cJSON *file;
	struct golden *column;
	size_t columns;
};
struct golden_set golden_load(void);
void golden_free(struct golden_set *set);

#endif
