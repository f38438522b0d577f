/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_sketch.c - one sketch a column of a table, in a capsule. */
#include "_core.h"

#include <math.h>
#include "parallel.h"

#define SKETCHES "bellshape.sketches"

/* Calls run without the GIL, so each holds the lock. */
struct sketches {
	PyThread_type_lock lock;
	enum bell_method method;
	bool spoilt; /* a call failed half-way */
	size_t columns;
	struct bell_sketch *sketch[];
};

static void sketches_free(struct sketches *s)
{
	for (size_t j = 0; j < s->columns; j++)
		bell_sketch_free(s->sketch[j]);
	if (s->lock)
		PyThread_free_lock(s->lock);
	PyMem_Free(s);
}

static void destroy(PyObject *capsule) { sketches_free(PyCapsule_GetPointer(capsule, SKETCHES)); }

/* All empty and NULL. */
static struct sketches *sketches_new(size_t columns)
{
	struct sketches *s = NULL;

	if (columns <= (PY_SSIZE_T_MAX - sizeof *s) / sizeof(struct bell_sketch *))
		s = PyMem_Calloc(1, sizeof *s + columns * sizeof(struct bell_sketch *));
	if (s)
		s->lock = PyThread_allocate_lock();
	if (s && s->lock) {
		s->columns = columns;
		return s;
	}
	PyMem_Free(s);
	PyErr_NoMemory();
	return NULL;
}

static PyObject *capsule_of(struct sketches *s)
{
	PyObject *capsule = PyCapsule_New(s, SKETCHES, destroy);

	if (!capsule)
		sketches_free(s);
	return capsule;
}

static void lock(struct sketches *s)
{
	Py_BEGIN_ALLOW_THREADS;
	PyThread_acquire_lock(s->lock, WAIT_LOCK);
	Py_END_ALLOW_THREADS;
}

static void unlock(struct sketches *s) { PyThread_release_lock(s->lock); }

/* Locked, and whole; else NULL with an exception. */
static struct sketches *get(PyObject *capsule)
{
	struct sketches *s = PyCapsule_GetPointer(capsule, SKETCHES);

	if (!s)
		return NULL;
	lock(s);
	if (!s->spoilt)
		return s;
	unlock(s);
	PyErr_SetString(PyExc_ValueError, "an earlier error has left this sketch incomplete");
	return NULL;
}

/* sketch_new(columns, method) */
static PyObject *sketch_new(PyObject *module, PyObject *args)
{
	struct bell_sketch_options options = {.width = 0};
	struct sketches *s;
	Py_ssize_t columns;
	int method;

	(void)module;
	if (!PyArg_ParseTuple(args, "ni", &columns, &method))
		return NULL;
	options.method = (enum bell_method)method;
	s = sketches_new((size_t)columns);
	if (s)
		s->method = options.method;
	for (size_t j = 0; s && j < s->columns; j++) {
		enum bell_status status = bell_sketch_create(&options, &s->sketch[j]);

		if (status != BELL_OK) {
			sketches_free(s);
			return raise_status(status, "sketch");
		}
	}
	return s ? capsule_of(s) : NULL;
}

/* A value that Box-Cox cannot take would be found when a part is added already. */
static bool positive(const struct bell_table *t, const double *weights)
{
	for (size_t i = 0; i < t->rows; i++)
		for (size_t j = 0; j < t->columns; j++) {
			ptrdiff_t at =
			    (ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->column_stride;
			double x = t->type == BELL_F32 ? ((const float *)t->data)[at]
						       : ((const double *)t->data)[at];

			if (x <= 0 && !(weights && weights[i] == 0))
				return false;
		}
	return true;
}

static enum bell_status update(struct sketches *s, const struct bell_table *t,
			       const double *weights, unsigned threads)
{
	enum bell_status status;

	if (!t->rows)
		return BELL_OK;
	Py_BEGIN_ALLOW_THREADS;
	if (s->method == BELL_BOX_COX && !positive(t, weights))
		status = BELL_EDOMAIN;
	else
		status = bell_table_sketch(t, weights, threads, s->sketch);
	Py_END_ALLOW_THREADS;
	s->spoilt = status == BELL_ENOMEM || status == BELL_ESIZE;
	return status;
}

/* sketch_update(sketches, x, weights or None, threads) */
static PyObject *sketch_update(PyObject *module, PyObject *args)
{
	PyObject *capsule, *x, *weights_object;
	struct array a;
	struct weights w;
	struct bell_table t;
	struct sketches *s;
	enum bell_status status = BELL_OK;
	unsigned threads;
	bool ok = false;

	(void)module;
	if (!PyArg_ParseTuple(args, "OOOI", &capsule, &x, &weights_object, &threads) ||
	    !array_get(x, "x", &a))
		return NULL;
	if (weights_get(weights_object, a.ndim ? (size_t)a.shape[0] : 0, &w)) {
		s = get(capsule);
		if (s) {
			ok = table_of(&a, s->columns, &t);
			if (ok)
				status = update(s, &t, w.values, threads);
			unlock(s);
		}
		weights_release(&w);
	}
	array_release(&a);
	if (ok && status == BELL_EDOMAIN) /* in scikit-learn's words */
		PyErr_SetString(PyExc_ValueError,
				"The Box-Cox transformation can only be applied to "
				"strictly positive data");
	else if (ok && status != BELL_OK)
		raise_status(status, "update");
	if (status != BELL_OK)
		return NULL;
	return ok ? Py_NewRef(Py_None) : NULL;
}

/* sketch_merge(into, from) */
static PyObject *sketch_merge(PyObject *module, PyObject *args)
{
	PyObject *into_capsule, *from_capsule;
	struct sketches *into, *from;
	enum bell_status status = BELL_OK;

	(void)module;
	if (!PyArg_ParseTuple(args, "OO", &into_capsule, &from_capsule))
		return NULL;
	if (into_capsule == from_capsule) {
		PyErr_SetString(PyExc_ValueError, "merge of a sketch with itself");
		return NULL;
	}
	/* in the order of their addresses, so that two merges cannot wait for each other */
	from = get(into_capsule < from_capsule ? into_capsule : from_capsule);
	if (!from)
		return NULL;
	into = get(into_capsule < from_capsule ? from_capsule : into_capsule);
	if (!into) {
		unlock(from);
		return NULL;
	}
	if (into_capsule < from_capsule) {
		struct sketches *other = into;

		into = from;
		from = other;
	}
	if (into->columns != from->columns || into->method != from->method) {
		status = BELL_EINVAL;
	} else {
		Py_BEGIN_ALLOW_THREADS;
		for (size_t j = 0; status == BELL_OK && j < into->columns; j++)
			status = bell_sketch_merge(into->sketch[j], from->sketch[j]);
		Py_END_ALLOW_THREADS;
		into->spoilt = status != BELL_OK;
	}
	unlock(from);
	unlock(into);
	if (status != BELL_OK)
		return raise_status(status, "merge");
	Py_RETURN_NONE;
}

static PyObject *bytes_of(const struct bell_sketch *sketch)
{
	size_t size = bell_sketch_size(sketch);
	PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
	enum bell_status status;

	if (!bytes)
		return NULL;
	status = bell_sketch_serialize(sketch, PyBytes_AsString(bytes), size);
	if (status == BELL_OK)
		return bytes;
	Py_DECREF(bytes);
	return raise_status(status, "to_bytes");
}

/* A list with make(sketch) for every column. */
static PyObject *list_of(PyObject *capsule, PyObject *(*make)(const struct bell_sketch *))
{
	struct sketches *s = get(capsule);
	PyObject *list;

	if (!s)
		return NULL;
	list = PyList_New((Py_ssize_t)s->columns);
	for (size_t j = 0; list && j < s->columns; j++) {
		PyObject *item = make(s->sketch[j]);

		if (!item || PyList_SetItem(list, (Py_ssize_t)j, item) < 0)
			Py_CLEAR(list);
	}
	unlock(s);
	return list;
}

/* sketch_to_bytes(sketches): one bytes a column */
static PyObject *sketch_to_bytes(PyObject *module, PyObject *capsule)
{
	(void)module;
	return list_of(capsule, bytes_of);
}

static enum bell_method method_of(const struct bell_sketch *sketch)
{
	struct bell_sketch_summary summary = {.count = 0};

	bell_sketch_summary(sketch, &summary);
	return summary.grid.method;
}

/* sketch_from_bytes(list of bytes) */
static PyObject *sketch_from_bytes(PyObject *module, PyObject *list)
{
	Py_ssize_t columns = PyList_Size(list);
	struct sketches *s = columns < 0 ? NULL : sketches_new((size_t)columns);

	(void)module;
	for (Py_ssize_t j = 0; s && j < columns; j++) {
		enum bell_status status;
		Py_ssize_t size;
		char *bytes;

		if (PyBytes_AsStringAndSize(PyList_GetItem(list, j), &bytes, &size) < 0) {
			sketches_free(s);
			return NULL;
		}
		status = bell_sketch_deserialize(bytes, (size_t)size, &s->sketch[j]);
		if (status != BELL_OK) {
			sketches_free(s);
			return raise_status(status, "from_bytes");
		}
		s->method = method_of(s->sketch[j]);
	}
	return s ? capsule_of(s) : NULL;
}

static PyObject *summary_of(const struct bell_sketch *sketch)
{
	struct bell_sketch_summary s;
	enum bell_status status = bell_sketch_summary(sketch, &s);

	if (status != BELL_OK)
		return raise_status(status, "summary");
	return Py_BuildValue("{sK sK sK sd sd sd sn si}", "count", (unsigned long long)s.count,
			     "missing", (unsigned long long)s.missing, "infinite",
			     (unsigned long long)s.infinite, "weight", s.weight, "min", s.min,
			     "max", s.max, "bins", (Py_ssize_t)s.bins, "method",
			     (int)s.grid.method);
}

/* sketch_summary(sketches): one dict a column */
static PyObject *sketch_summary(PyObject *module, PyObject *capsule)
{
	(void)module;
	return list_of(capsule, summary_of);
}

/* ---- fits ---- */

struct fitting {
	struct sketches *s;
	struct bell_fit_options options;
	const struct bell_table *t; /* NULL: the values are gone */
	const double *weights;
	struct bell_model *model;
	_Atomic int status;
};

/* A column whose sketch is ill-conditioned is fitted from its values, if they are there. */
static enum bell_status refit(const struct fitting *f, size_t j, struct bell_fit *out)
{
	struct bell_table column = *f->t;
	struct bell_fit_options options = f->options;
	struct bell_model *model;
	enum bell_status status;

	options.method = f->s->method;
	column.columns = 1;
	column.data = (char *)column.data +
		      (ptrdiff_t)j * column.column_stride * (column.type == BELL_F32 ? 4 : 8);
	status = bell_table_fit(&column, f->weights, &options, 1, &model);
	if (status != BELL_OK)
		return status;
	*out = *bell_model_fit(model, 0);
	bell_model_free(model);
	return BELL_OK;
}

static void fit_column(void *context, size_t j)
{
	struct fitting *f = context;
	struct bell_fit fit;
	enum bell_status status = bell_fit_sketch(f->s->sketch[j], &f->options, &fit);

	if (status == BELL_OK && f->t && f->t->rows && fit.flags & BELL_FIT_ILL_CONDITIONED)
		status = refit(f, j, &fit);
	if (status == BELL_OK)
		status = bell_model_set(f->model, j, NULL, &fit);
	if (status != BELL_OK)
		f->status = status;
}

static PyObject *fit(struct fitting *f, unsigned threads)
{
	f->status = bell_model_create(f->s->columns, &f->model);
	if (f->status == BELL_OK) {
		Py_BEGIN_ALLOW_THREADS;
		bell_parallel(bell_threads(threads, f->s->columns), f->s->columns, fit_column, f);
		Py_END_ALLOW_THREADS;
	}
	if (f->status == BELL_OK)
		return model_capsule(f->model);
	bell_model_free(f->model);
	return raise_status(f->status, "fit");
}

/*
 * sketch_fit(sketches, lower, upper, lambda or NaN, standardize, threads, x or None, weights or None)
 * -> model.  x, if given, holds just what the sketches have seen.
 */
static PyObject *sketch_fit(PyObject *module, PyObject *args)
{
	PyObject *capsule, *x, *weights_object, *result = NULL;
	struct fitting f = {.t = NULL};
	struct bell_table t;
	struct weights w;
	struct array a;
	unsigned threads;
	int standardize;
	bool ok = true;

	(void)module;
	bell_fit_options_default(&f.options);
	if (!PyArg_ParseTuple(args, "OdddpIOO", &capsule, &f.options.lower, &f.options.upper,
			      &f.options.lambda, &standardize, &threads, &x, &weights_object))
		return NULL;
	f.options.standardize = standardize;
	if (x != Py_None && !array_get(x, "x", &a))
		return NULL;
	if (weights_get(weights_object, x != Py_None && a.ndim ? (size_t)a.shape[0] : 0, &w)) {
		f.weights = w.values;
		f.s = get(capsule);
		if (f.s && x != Py_None) {
			ok = table_of(&a, f.s->columns, &t);
			f.t = &t;
		}
		if (f.s && ok)
			result = fit(&f, threads);
		if (f.s)
			unlock(f.s);
		weights_release(&w);
	}
	if (x != Py_None)
		array_release(&a);
	return result;
}

/* sketch_profile(sketches, lambdas, out): log-likelihoods of column 0, in C order */
static PyObject *sketch_profile(PyObject *module, PyObject *args)
{
	PyObject *capsule, *lambdas, *out;
	enum bell_status status = BELL_EINVAL;
	struct bell_fit_options options;
	struct array from, to;
	struct sketches *s;
	struct bell_fit fit;

	(void)module;
	bell_fit_options_default(&options);
	if (!PyArg_ParseTuple(args, "OOO", &capsule, &lambdas, &out) ||
	    !array_get(lambdas, "lambdas", &from))
		return NULL;
	if (!array_get_out(out, &to)) {
		array_release(&from);
		return NULL;
	}
	s = get(capsule);
	if (s && s->columns && from.type == BELL_F64 && to.type == BELL_F64 &&
	    array_contiguous(&from) && array_contiguous(&to) &&
	    array_size(&from) == array_size(&to)) {
		status = BELL_OK;
		Py_BEGIN_ALLOW_THREADS;
		for (size_t i = 0; status == BELL_OK && i < array_size(&from); i++) {
			options.lambda = ((const double *)from.view.buf)[i];
			status = bell_fit_sketch(s->sketch[0], &options, &fit);
			((double *)to.view.buf)[i] = fit.log_likelihood;
		}
		Py_END_ALLOW_THREADS;
	}
	if (s)
		unlock(s);
	array_release(&from);
	array_release(&to);
	if (s && status != BELL_OK)
		raise_status(status, "profile");
	return s && status == BELL_OK ? Py_NewRef(Py_None) : NULL;
}

PyMethodDef sketch_methods[] = {
    {"sketch_new", sketch_new, METH_VARARGS, NULL},
    {"sketch_update", sketch_update, METH_VARARGS, NULL},
    {"sketch_merge", sketch_merge, METH_VARARGS, NULL},
    {"sketch_to_bytes", sketch_to_bytes, METH_O, NULL},
    {"sketch_from_bytes", sketch_from_bytes, METH_O, NULL},
    {"sketch_summary", sketch_summary, METH_O, NULL},
    {"sketch_fit", sketch_fit, METH_VARARGS, NULL},
    {"sketch_profile", sketch_profile, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
