/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_model.c - fitted columns in a capsule; nothing changes a model once it is made. */
#include "_core.h"

#include <stdlib.h>
#include <string.h>

#define MODEL "bellshape.model"

static void destroy(PyObject *capsule) { bell_model_free(PyCapsule_GetPointer(capsule, MODEL)); }

static struct bell_model *get(PyObject *capsule) { return PyCapsule_GetPointer(capsule, MODEL); }

PyObject *model_capsule(struct bell_model *model)
{
	PyObject *capsule = PyCapsule_New(model, MODEL, destroy);

	if (!capsule)
		bell_model_free(model);
	return capsule;
}

/* model_plain(list of lambdas, method): plain psi, of data that nobody has seen */
static PyObject *model_plain(PyObject *module, PyObject *args)
{
	struct bell_model *model;
	struct bell_fit fit;
	enum bell_status status;
	Py_ssize_t columns;
	PyObject *list;
	int method;

	(void)module;
	if (!PyArg_ParseTuple(args, "Oi", &list, &method))
		return NULL;
	columns = PyList_Size(list);
	if (columns < 0)
		return NULL;
	status = bell_model_create((size_t)columns, &model);
	if (status != BELL_OK)
		return raise_status(status, "lambdas");
	for (Py_ssize_t j = 0; status == BELL_OK && j < columns; j++) {
		fit = *bell_model_fit(model, (size_t)j);
		fit.lambda = PyFloat_AsDouble(PyList_GetItem(list, j));
		status = bell_transform_plain((enum bell_method)method, fit.lambda, &fit.transform);
		if (status == BELL_OK)
			status = bell_model_set(model, (size_t)j, NULL, &fit);
	}
	if (status == BELL_OK && !PyErr_Occurred())
		return model_capsule(model);
	bell_model_free(model);
	return PyErr_Occurred() ? NULL : raise_status(status, "lambdas");
}

static PyObject *dict_of(const struct bell_fit *f)
{
	return Py_BuildValue(
	    "{sd s(dd) sd sd sd sd sd sd sd sd sK sK sK sd sd sd sI sI si}", "lmbda", f->lambda,
	    "ci95", f->ci95[0], f->ci95[1], "log_likelihood", f->log_likelihood, "lr_vs_identity",
	    f->lr_vs_identity, "mean", f->mean, "sd", f->sd, "skewness_before", f->skewness_before,
	    "skewness_after", f->skewness_after, "kurtosis_before", f->kurtosis_before,
	    "kurtosis_after", f->kurtosis_after, "count", (unsigned long long)f->count, "missing",
	    (unsigned long long)f->missing, "infinite", (unsigned long long)f->infinite, "weight",
	    f->weight, "min", f->min, "max", f->max, "evaluations", f->evaluations, "flags",
	    f->flags, "method", (int)f->transform.method);
}

/* model_fits(model): one dict a column */
static PyObject *model_fits(PyObject *module, PyObject *capsule)
{
	const struct bell_model *model = get(capsule);
	PyObject *list = model ? PyList_New((Py_ssize_t)bell_model_columns(model)) : NULL;

	(void)module;
	for (size_t j = 0; list && j < bell_model_columns(model); j++) {
		PyObject *item = dict_of(bell_model_fit(model, j));

		if (!item || PyList_SetItem(list, (Py_ssize_t)j, item) < 0)
			Py_CLEAR(list);
	}
	return list;
}

/* ---- tables through a model ---- */

struct job {
	const struct bell_model *model;
	struct bell_table in, out;
	bool inverse;
	enum bell_outside policy;
	unsigned threads;
	uint64_t *outside; /* one a column */
};

static enum bell_status apply(struct job *j)
{
	enum bell_status status = BELL_OK;

	if (!j->in.rows)
		return BELL_OK;
	Py_BEGIN_ALLOW_THREADS;
	status = j->inverse ? bell_table_inverse(j->model, &j->in, j->policy, j->threads, &j->out,
						 j->outside)
			    : bell_table_transform(j->model, &j->in, j->threads, &j->out);
	Py_END_ALLOW_THREADS;
	return status;
}

static PyObject *counts(const uint64_t *outside, size_t columns)
{
	PyObject *list = PyList_New((Py_ssize_t)columns);

	for (size_t j = 0; list && j < columns; j++) {
		PyObject *n = PyLong_FromUnsignedLongLong(outside[j]);

		if (!n || PyList_SetItem(list, (Py_ssize_t)j, n) < 0)
			Py_CLEAR(list);
	}
	return list;
}

/* EDOMAIN is no exception here: the caller says which columns, by the counts. */
static PyObject *apply_to(struct job *j, PyObject *in, PyObject *out)
{
	size_t columns = bell_model_columns(j->model);
	enum bell_status status = BELL_OK;
	PyObject *result = NULL;
	struct array a, b;

	if (!array_get(in, "x", &a))
		return NULL;
	if (array_get_out(out, &b)) {
		j->outside = PyMem_Calloc(columns, sizeof *j->outside);
		if (!j->outside)
			PyErr_NoMemory();
		else if (table_of(&a, columns, &j->in) && table_of(&b, columns, &j->out)) {
			status = apply(j);
			result = status == BELL_OK || status == BELL_EDOMAIN
				     ? counts(j->outside, columns)
				     : raise_status(status, "transform");
		}
		PyMem_Free(j->outside);
		array_release(&b);
	}
	array_release(&a);
	return result;
}

/*
 * model_transform(model, x, out, threads), model_inverse(model, y, out, threads, policy) -> how many
 * values of each column lay outside the image
 */
static PyObject *model_transform(PyObject *module, PyObject *args)
{
	PyObject *capsule, *in, *out;
	struct job j = {.inverse = false};

	(void)module;
	if (!PyArg_ParseTuple(args, "OOOI", &capsule, &in, &out, &j.threads))
		return NULL;
	j.model = get(capsule);
	return j.model ? apply_to(&j, in, out) : NULL;
}

static PyObject *model_inverse(PyObject *module, PyObject *args)
{
	PyObject *capsule, *in, *out;
	struct job j = {.inverse = true};
	int policy;

	(void)module;
	if (!PyArg_ParseTuple(args, "OOOIi", &capsule, &in, &out, &j.threads, &policy))
		return NULL;
	j.policy = (enum bell_outside)policy;
	j.model = get(capsule);
	return j.model ? apply_to(&j, in, out) : NULL;
}

/* ---- JSON ---- */

/* A copy with names: a list of str or None, one a column. */
static struct bell_model *named(const struct bell_model *model, PyObject *names)
{
	size_t columns = bell_model_columns(model);
	struct bell_model *copy;
	enum bell_status status = bell_model_create(columns, &copy);

	if (status != BELL_OK)
		return raise_status(status, "to_json"), NULL;
	for (size_t j = 0; status == BELL_OK && j < columns; j++) {
		PyObject *name = PyList_GetItem(names, (Py_ssize_t)j), *utf8 = NULL;
		char *text = NULL;

		if (name && name != Py_None)
			utf8 = PyUnicode_AsUTF8String(name);
		/* no size: a name with a null character is a ValueError */
		if (utf8)
			PyBytes_AsStringAndSize(utf8, &text, NULL);
		if (!PyErr_Occurred())
			status = bell_model_set(copy, j, text, bell_model_fit(model, j));
		Py_XDECREF(utf8);
		if (PyErr_Occurred())
			break;
	}
	if (status == BELL_OK && !PyErr_Occurred())
		return copy;
	bell_model_free(copy);
	return PyErr_Occurred() ? NULL : (raise_status(status, "to_json"), NULL);
}

/* model_to_json(model, names) */
static PyObject *model_to_json(PyObject *module, PyObject *args)
{
	PyObject *capsule, *names, *result;
	struct bell_model *model, *copy;
	enum bell_status status;
	char *text;

	(void)module;
	if (!PyArg_ParseTuple(args, "OO", &capsule, &names))
		return NULL;
	model = get(capsule);
	copy = model ? named(model, names) : NULL;
	if (!copy)
		return NULL;
	status = bell_model_to_json(copy, &text);
	bell_model_free(copy);
	if (status != BELL_OK)
		return raise_status(status, "to_json");
	result = PyUnicode_FromString(text);
	free(text);
	return result;
}

/* model_from_json(text) -> (model, names) */
static PyObject *model_from_json(PyObject *module, PyObject *text)
{
	struct bell_model *model;
	enum bell_status status;
	PyObject *names, *utf8 = PyUnicode_AsUTF8String(text);

	(void)module;
	if (!utf8)
		return NULL;
	status = bell_model_from_json(PyBytes_AsString(utf8), (size_t)PyBytes_Size(utf8), &model);
	Py_DECREF(utf8);
	if (status != BELL_OK)
		return raise_status(status, "from_json");
	names = PyList_New((Py_ssize_t)bell_model_columns(model));
	for (size_t j = 0; names && j < bell_model_columns(model); j++) {
		const char *name = bell_model_name(model, j);
		PyObject *item = name ? PyUnicode_FromString(name) : Py_NewRef(Py_None);

		if (!item || PyList_SetItem(names, (Py_ssize_t)j, item) < 0)
			Py_CLEAR(names);
	}
	if (!names) {
		bell_model_free(model);
		return NULL;
	}
	return Py_BuildValue("(NN)", model_capsule(model), names);
}

PyMethodDef model_methods[] = {
    {"model_plain", model_plain, METH_VARARGS, NULL},
    {"model_fits", model_fits, METH_O, NULL},
    {"model_transform", model_transform, METH_VARARGS, NULL},
    {"model_inverse", model_inverse, METH_VARARGS, NULL},
    {"model_to_json", model_to_json, METH_VARARGS, NULL},
    {"model_from_json", model_from_json, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
