/* SPDX-License-Identifier: BSD-3-Clause */
/* _core.h - what the files of the extension share. */
#ifndef BELLSHAPE_CORE_H
#define BELLSHAPE_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>
#include <bellshape/bellshape.h>

/* ---- _core.c: the module ---- */

/* The functions of one topic, ending in {NULL}; _core.c adds them to the module. */
extern PyMethodDef array_methods[], arrow_methods[], layer_methods[], layer_parts_methods[],
    moments_methods[], normality_methods[], plot_methods[], report_methods[], threads_methods[];

/* The types of the module; _core.c creates them. */
extern PyType_Spec model_spec, sketches_spec;

/* What each instance of the module keeps: its types, which differ between interpreters. */
struct state {
	PyTypeObject *model, *sketches;
};

/* ---- _core_common.c: errors, and objects of the module's types ---- */

/* The state of the module that created `type`, which is one of its own types. */
struct state *state_of(PyTypeObject *type);

/* Frees an object of a type of the module, once what it owns has been freed. */
void object_free(PyObject *self);

/*
 * Sets the exception for a status below 0 and returns NULL: MemoryError; RuntimeError if
 * BELLSHAPE_BACKEND cannot be honored; or else ValueError with the text "what: why".
 */
PyObject *raise_status(enum bell_status status, const char *what);

/* The same for the status of a fit, where BELL_ESIZE tells of the sum of weights. */
PyObject *raise_rows(enum bell_status status, const char *what);

/* ---- _core_common.c: long calls, without the GIL, that Ctrl-C interrupts ---- */

/* Zeros at first. */
struct released {
	PyThreadState *thread;
	size_t values;
	bool interrupted; /* an exception is set */
};

void gil_release(struct released *r);
void gil_take(struct released *r);

/*
 * Says that so many values have been computed.  After some milliseconds' worth of them, it takes
 * the GIL for a moment and lets Python handle signals.  Returns true if the call has to end, with
 * an exception, as after Ctrl-C.
 */
bool gil_pause(struct released *r, size_t values);

/* How many values a call with so many threads computes before it pauses. */
size_t block_values(unsigned threads);

/* ---- _core_constants.c: the constants of the C headers, by name ---- */

/* Adds the constants to the module.  Returns false with an exception set. */
bool constants_add(PyObject *module);

/* A tuple with the names of the flags of a fit that are set: a new reference. */
PyObject *flag_names(unsigned flags);

/* Adds to the module the names of the fields of struct bell_layer_statistics, in their order. */
bool layer_constants_add(PyObject *module);

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
 * Borrows x, or what bellshape._convert makes of it; nothing is copied where x is an array of
 * floats already.  Returns false with an exception set, whose text begins with `name`.
 */
bool array_get(PyObject *x, const char *name, struct array *a);
/* Borrows memory that is to be written: a writable buffer of floats. */
bool array_get_out(PyObject *x, struct array *a);
void array_release(struct array *a);

size_t array_size(const struct array *a);
bool array_contiguous(const struct array *a); /* in C order */
void *array_at(const struct array *a, Py_ssize_t element);

/*
 * Describes a 1-D array as a table of one column, and a 2-D array as it is.  Returns false with an
 * exception set if the table has not so many columns.
 */
bool table_of(const struct array *a, size_t columns, struct bell_table *t);

/* ---- _core_weights.c: one weight for each row ---- */

/* Weights as the library wants them: contiguous doubles, finite and not negative. */
struct weights {
	struct array array;
	double *copy;
	const double *values; /* NULL: every row weighs 1 */
	size_t rows;
	const char *name; /* of the argument, for errors */
};

/* x may be NULL or None: no weights.  Returns false with an exception set. */
bool weights_get(PyObject *x, const char *name, size_t rows, struct weights *w);
void weights_release(struct weights *w);

/*
 * Scales empty sketches for weights that are those of all rows; weights that are nothing beside the
 * largest become 0.  Returns false with an exception set.
 */
bool weights_fit(struct weights *w, struct bell_sketch *const *sketches, size_t columns);

/* Sets the ValueError for weights that are BELL_EWEIGHT to one of the sketches. */
void weights_refuse(const struct weights *w, struct bell_sketch *const *sketches, size_t columns);

/* ---- _core_array.c: an array of n dimensions as many lines of one ---- */

/*
 * A line holds all elements along `axis`, at one index of each other axis.  lines_next() goes on to
 * the next line, in C order of those indices, and returns false after the last.
 */
struct lines {
	int ndim, axis;
	const Py_ssize_t *shape;
	Py_ssize_t index[MAX_DIMS];
};

bool lines_next(struct lines *l);
void *line_of(const struct lines *l, const struct array *a);

/* ---- _core_normality.c ---- */

/* (counts, numbers), two bytearrays for bellshape._normality. */
PyObject *normality_numbers(const struct bell_normality *found);

/* ---- _core_plot.c: the numbers of pictures, as bellshape._pictures reads them ---- */

/* The bytes of n doubles. */
PyObject *doubles_of(const double *x, size_t n);

PyObject *histogram_tuple(const struct bell_histogram *h);
PyObject *qq_tuple(const struct bell_qq *q);

/* ---- _core_model.c ---- */

struct bell_model *model_of(PyObject *self);

/* The Python object that owns the model from now on, also if this fails and returns NULL. */
PyObject *model_object(struct state *state, struct bell_model *model);

/* ---- _core_columns.c: columns of models ---- */

/* column(j) -> a Model of column j alone */
PyObject *model_column(PyObject *self, PyObject *index);

/* _core_expression.c: a method of Model, and a function of the module. */
PyObject *model_expression(PyObject *self, PyObject *args);
PyObject *quoted_name(PyObject *module, PyObject *args);

/* Gives column j of a model the fit and the candidates of column k of another, and a name. */
enum bell_status column_copy(struct bell_model *into, size_t j, const char *name,
			     const struct bell_model *from, size_t k);

/* The candidates of a column: a new list, with a dict for each of them. */
PyObject *column_candidates(const struct bell_model *model, size_t j);

/* ---- _core_lock.c, _core_sketches.c, _core_fit.c: one sketch a column of a table ---- */

/* Calls run without the GIL, so that each holds the lock. */
struct sketches {
	PyObject ob_base;
	PyThread_type_lock lock;
	long pid; /* of the process whose threads hold the lock */
	bool changing;
	const char *incomplete; /* why, if a call has stopped half-way; else NULL */
	enum bell_method method;
	size_t columns;
	struct bell_sketch **sketch; /* `columns` of them */
	struct bell_state *state;    /* that owns the sketches; NULL: this object does */
	struct bell_facts *facts;    /* likewise: in which order the values came */
};

/* Locks self, for use until sketches_unlock().  Returns NULL with an exception if incomplete. */
struct sketches *sketches_lock(PyObject *self);
void sketches_unlock(struct sketches *s);

/* What made a sketch incomplete: an error, or an interrupt. */
extern const char sketches_failed[], sketches_stopped[];

/* An object whose sketches are all NULL.  Returns NULL with an exception set. */
struct sketches *sketches_allocate(PyTypeObject *type, Py_ssize_t columns, int method);

/* The method `update` of Sketches, in _core_update.c. */
PyObject *sketches_update(PyObject *self, PyObject *args);

/* Sets the exception for a status of adding rows or sketches. */
PyObject *raise_sum(enum bell_status status, const char *what);

/* The methods of Sketches in _core_lists.c. */
PyObject *sketches_to_bytes(PyObject *self, PyObject *none);
PyObject *sketches_summary(PyObject *self, PyObject *none);
PyObject *sketches_nodes(PyObject *self, PyObject *none);
PyObject *sketches_quantiles(PyObject *self, PyObject *probabilities);

/* The methods of Sketches in _core_verdict.c. */
PyObject *sketches_facts(PyObject *self, PyObject *none);
PyObject *sketches_set_facts(PyObject *self, PyObject *list);
PyObject *sketches_verdicts(PyObject *self, PyObject *args);
PyObject *sketches_leave_alone(PyObject *self, PyObject *args);
PyObject *sketches_normality(PyObject *self, PyObject *args);

/*
 * The methods of Sketches in _core_state.c: those that own a state count rows and have names, where
 * rows come by update_columns().
 */
PyObject *sketches_for_table(PyObject *type, PyObject *args);
PyObject *sketches_from_state(PyObject *type, PyObject *args);
PyObject *sketches_to_state(PyObject *self, PyObject *none);
PyObject *sketches_rows(PyObject *self, PyObject *none);
PyObject *sketches_names(PyObject *self, PyObject *none);
PyObject *sketches_settle_state(PyObject *self, PyObject *none);
PyObject *sketches_like_state(PyObject *self, PyObject *anew);
PyObject *sketches_update_columns(PyObject *self, PyObject *args);

/* The methods of Sketches in _core_fit.c. */
PyObject *sketches_fit(PyObject *self, PyObject *args);

/* The methods of Sketches in _core_inference.c. */
PyObject *sketches_profile(PyObject *self, PyObject *args);
PyObject *sketches_infer(PyObject *self, PyObject *args);

#endif
