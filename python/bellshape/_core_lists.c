/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_lists.c - the methods of Sketches that give a list with one item a column. */
#include "_core.h"

#include <string.h>

static PyObject *list_of(PyObject *self, PyObject *(*make)(const struct bell_sketch *))
{
	struct sketches *s = sketches_lock(self);
	PyObject *list;

	if (!s)
		return NULL;
	list = PyList_New((Py_ssize_t)s->columns);
	for (size_t j = 0; list && j < s->columns; j++) {
		PyObject *item = make(s->sketch[j]);

		if (!item || PyList_SetItem(list, (Py_ssize_t)j, item) < 0)
			Py_CLEAR(list);
	}
	sketches_unlock(s);
	return list;
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

PyObject *sketches_to_bytes(PyObject *self, PyObject *none)
{
	(void)none;
	return list_of(self, bytes_of);
}

static PyObject *summary_of(const struct bell_sketch *sketch)
{
	struct bell_sketch_summary s;
	enum bell_status status = bell_sketch_summary(sketch, &s);

	if (status != BELL_OK)
		return raise_status(status, "summary");
	return Py_BuildValue("{sK sK sK sd sd sd sd sn}", "count", (unsigned long long)s.count,
			     "missing", (unsigned long long)s.missing, "infinite",
			     (unsigned long long)s.infinite, "weight", s.weight, "effective_count",
			     s.effective_count, "min", s.min, "max", s.max, "bins",
			     (Py_ssize_t)s.bins);
}

PyObject *sketches_summary(PyObject *self, PyObject *none)
{
	(void)none;
	return list_of(self, summary_of);
}

/* (values, weights), two bytearrays of doubles */
static PyObject *nodes_of(const struct bell_sketch *sketch)
{
	PyObject *value = NULL, *weight = NULL;
	enum bell_status status;
	size_t n;

	status = bell_sketch_nodes(sketch, 0, NULL, NULL, &n);
	if (status == BELL_OK) {
		value = PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(n * sizeof(double)));
		weight = PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(n * sizeof(double)));
	}
	if (value && weight)
		status = bell_sketch_nodes(sketch, n, (double *)PyByteArray_AsString(value),
					   (double *)PyByteArray_AsString(weight), &n);
	if (value && weight && status == BELL_OK)
		return Py_BuildValue("(NN)", value, weight);
	Py_XDECREF(value), Py_XDECREF(weight);
	return status == BELL_OK ? NULL : raise_status(status, "nodes");
}

PyObject *sketches_nodes(PyObject *self, PyObject *none)
{
	(void)none;
	return list_of(self, nodes_of);
}

/* (quantiles, errors), two bytearrays of doubles, for n probabilities */
static PyObject *quantiles_of(const struct bell_sketch *sketch, const double *q, size_t n)
{
	Py_ssize_t size = (Py_ssize_t)(n * sizeof(double));
	PyObject *value = PyByteArray_FromStringAndSize(NULL, size),
		 *error = PyByteArray_FromStringAndSize(NULL, size);
	enum bell_status status = BELL_OK;

	if (value && error)
		status = bell_sketch_quantiles(sketch, q, n, (double *)PyByteArray_AsString(value),
					       (double *)PyByteArray_AsString(error));
	if (value && error && status == BELL_OK)
		return Py_BuildValue("(NN)", value, error);
	Py_XDECREF(value), Py_XDECREF(error);
	return status == BELL_OK ? NULL : raise_status(status, "quantile");
}

PyObject *sketches_quantiles(PyObject *self, PyObject *probabilities)
{
	Py_ssize_t size;
	struct sketches *s;
	PyObject *list;
	double *q;
	char *bytes;

	if (PyBytes_AsStringAndSize(probabilities, &bytes, &size) < 0)
		return NULL;
	q = PyMem_Malloc((size_t)size);
	if (!q)
		return PyErr_NoMemory();
	memcpy(q, bytes, (size_t)size); /* bytes need not lie where doubles may */
	s = sketches_lock(self);
	list = s ? PyList_New((Py_ssize_t)s->columns) : NULL;
	for (size_t j = 0; list && j < s->columns; j++) {
		PyObject *item = quantiles_of(s->sketch[j], q, (size_t)size / sizeof *q);

		if (!item || PyList_SetItem(list, (Py_ssize_t)j, item) < 0)
			Py_CLEAR(list);
	}
	if (s)
		sketches_unlock(s);
	PyMem_Free(q);
	return list;
}
