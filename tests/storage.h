/* SPDX-License-Identifier: BSD-3-Clause */
/* storage.h - tables of every layout for tests, and what is in them. */
#ifndef TESTS_STORAGE_H
#define TESTS_STORAGE_H

#include "common.h"

/* More columns than are gathered together, and not a multiple of it. */
#define COLUMNS 19

/* A table in memory of its own, to be freed.  Element (0, 0) lies somewhere in it. */
struct storage {
	struct bell_table t;
	void *memory;
	size_t size; /* of memory, in bytes */
};

enum layout { ROWS, COLUMNWISE, GAPS, UPSIDE_DOWN, MIRRORED, LAYOUTS };
extern const char *const layout_name[LAYOUTS];

/* A table whose elements are not set yet. */
struct storage make_table(enum layout layout, enum bell_type type, size_t rows, size_t columns);

/* Where element (row, column) lies, counted in elements; its value; and a new value for it. */
ptrdiff_t place(const struct bell_table *t, size_t row, size_t column);
double get(const struct bell_table *t, size_t row, size_t column);
void set(const struct bell_table *t, size_t row, size_t column, double x);

/* A table of COLUMNS columns; column j is of kind j (common.h), with some NaN. */
struct storage filled(enum layout layout, enum bell_type type, size_t rows);

/* Column j as doubles, to be freed. */
double *column_of(const struct bell_table *t, size_t j);

/* The model of a table, to be freed; and whether two are equal in every bit. */
struct bell_model *fit_table(const struct bell_table *t, const double *weights, unsigned threads);
bool same_models(const struct bell_model *a, const struct bell_model *b);

#endif
