/* SPDX-License-Identifier: BSD-3-Clause */
/* _core.h - what the files of the extension share. */
#ifndef BELLSHAPE_CORE_H
#define BELLSHAPE_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>
#include <bellshape/bellshape.h>

/* One array of functions a topic, each ending in {NULL}; _core.c adds them to the module. */
extern PyMethodDef array_methods[], arrow_methods[], layer_methods[], model_methods[],
    moments_methods[], sketch_methods[];

/* Sets the exception for a status below 0 and returns NULL: MemoryError, RuntimeError if
 * BELLSHAPE_BACKEND cannot be honored, or else ValueError "what: why". */
PyObject *raise_status(enum bell_status status, const char *what);

/* ---- _core_buffer.c: numbers that somebody else owns ---- */

#define MAX_DIMS 64

/* An array of float32 or float64, borrowed until array_release(). */
struct array {
	Py_buffer view;
	enum bell_type type;
	int ndim;
	Py_ssize_t shape[MAX_DIMS], stride[MAX_DIMS]; /* in elements */
};

/*
 * Whatever bellshape._convert can make floats of; no copy where x is such an array already.
 * Returns false with an exception set, whose text begins with `name`.
 */
bool array_get(PyObject *x, const char *name, struct array *a);
/* Memory to be written: a writable buffer of floats. */
bool array_get_out(PyObject *x, struct array *a);
void array_release(struct array *a);

size_t array_size(const struct array *a);
bool array_contiguous(const struct array *a); /* in C order */
void *array_at(const struct array *a, Py_ssize_t element);

/*
 * One weight a row, each 0 to 2^31, as the library wants them: contiguous doubles.  x NULL or None:
 * no weights.
 */
struct weights {
	struct array array;
	double *copy;
	const double *values; /* NULL: none */
};

bool weights_get(PyObject *x, size_t rows, struct weights *w);
void weights_release(struct weights *w);

/* A 1-D array as one column, a 2-D array as it is. */
bool table_of(const struct array *a, size_t columns, struct bell_table *t);

/* ---- _core_array.c: an array of n dimensions as many lines of one ---- */

/* All elements along one axis, at each place of the others; in C order of those. */
struct lines {
	int ndim, axis;
	const Py_ssize_t *shape;
	Py_ssize_t index[MAX_DIMS];
};

bool lines_next(struct lines *l);
void *line_of(const struct lines *l, const struct array *a);

/* ---- _core_model.c ---- */

/* The model in a capsule, which owns it from now on, also if this fails. */
PyObject *model_capsule(struct bell_model *model);

#endif
