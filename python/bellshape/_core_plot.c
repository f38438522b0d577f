/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_plot.c - the numbers of pictures of values: histograms, Q-Q points, samples of rows. */
#include "_core.h"

#include <stdlib.h>

PyObject *doubles_of(const double *x, size_t n)
{
	return PyBytes_FromStringAndSize((const char *)x, (Py_ssize_t)(n * sizeof *x));
}

/* Elements first .. first + n - 1 of a 1-D array. */
static void copy_part(const struct array *a, size_t first, size_t n, double *out)
{
	for (size_t i = 0; i < n; i++) {
		const void *from = array_at(a, (Py_ssize_t)(first + i) * a->stride[0]);

		out[i] = a->type == BELL_F32 ? (double)*(const float *)from : *(const double *)from;
	}
}

/* Borrows a 1-D array, or the only column of a table.  Returns false with an exception set. */
static bool column_get(PyObject *x, struct array *a)
{
	if (!array_get(x, "x", a))
		return false;
	if (a->ndim == 1 || (a->ndim == 2 && a->shape[1] == 1))
		return true;
	PyErr_Format(PyExc_ValueError, "x: one column, not %d dimensions", a->ndim);
	array_release(a);
	return false;
}

/* All values of a column, to be freed; NULL with an exception set. */
static double *column_copy_of(PyObject *x, size_t *n)
{
	double *copy;
	struct array a;

	if (!column_get(x, &a))
		return NULL;
	*n = (size_t)a.shape[0];
	copy = *n < PY_SSIZE_T_MAX / sizeof *copy ? malloc((*n + 1) * sizeof *copy) : NULL;
	if (copy)
		copy_part(&a, 0, *n, copy);
	else
		PyErr_NoMemory();
	array_release(&a);
	return copy;
}

/* ---- histograms ---- */

PyObject *histogram_tuple(const struct bell_histogram *h)
{
	return Py_BuildValue("(NNdd)", doubles_of(h->edge, h->bins ? h->bins + 1 : 0),
			     doubles_of(h->count, h->bins), h->n, h->step);
}

/* histogram(x, bins): the bytes of edges and counts, n and the step */
static PyObject *histogram(PyObject *module, PyObject *args)
{
	struct bell_histogram h;
	enum bell_status status;
	Py_ssize_t bins;
	double *values;
	PyObject *x;
	size_t n;

	(void)module;
	if (!PyArg_ParseTuple(args, "On", &x, &bins))
		return NULL;
	values = column_copy_of(x, &n);
	if (!values)
		return NULL;
	Py_BEGIN_ALLOW_THREADS;
	status = bell_histogram_f64(values, n, (size_t)bins, &h);
	Py_END_ALLOW_THREADS;
	free(values);
	return status == BELL_OK ? histogram_tuple(&h) : raise_status(status, "histogram");
}

/* ---- Q-Q plots ---- */

PyObject *qq_tuple(const struct bell_qq *q)
{
	/* rank, normal, value, low and high of each point */
	enum { FIELDS = 5 };
	double point[FIELDS * BELL_MAX_QQ];

	for (size_t i = 0; i < q->points; i++) {
		const struct bell_qq_point *p = &q->point[i];

		point[i] = (double)p->rank;
		point[q->points + i] = p->normal;
		point[2 * q->points + i] = p->value;
		point[3 * q->points + i] = p->low;
		point[4 * q->points + i] = p->high;
	}
	return Py_BuildValue("(NKdddK)", doubles_of(point, FIELDS * q->points),
			     (unsigned long long)q->n, q->mean, q->sd, q->local_level,
			     (unsigned long long)q->outside);
}

/* qq(x): the bytes of rank, normal, value, low and high; n, mean, sd, local level, outside */
static PyObject *qq(PyObject *module, PyObject *x)
{
	enum bell_status status;
	struct bell_qq q;
	double *values;
	size_t n;

	(void)module;
	values = column_copy_of(x, &n);
	if (!values)
		return NULL;
	Py_BEGIN_ALLOW_THREADS;
	status = bell_qq_f64(values, n, &q);
	Py_END_ALLOW_THREADS;
	free(values);
	return status == BELL_OK ? qq_tuple(&q) : raise_status(status, "qq");
}

/* ---- samples ---- */

/* As many rows are copied at a time. */
#define BLOCK 4096

static enum bell_status add_rows(struct bell_plot_sample *sample, const struct array *a,
				 struct released *r)
{
	double block[BLOCK];
	size_t rows = (size_t)a->shape[0];
	enum bell_status status = BELL_OK;

	for (size_t i = 0, n; status == BELL_OK && i < rows; i += n) {
		n = rows - i < BLOCK ? rows - i : BLOCK;
		copy_part(a, i, n, block);
		status = bell_plot_sample_f64(sample, block, n);
		if (gil_pause(r, n))
			break;
	}
	return status;
}

/* The values that a sample of so many rows has, as bytes. */
static PyObject *sample_of(const struct array *a, size_t capacity, uint64_t seed)
{
	struct bell_plot_sample *sample;
	struct released r = {0};
	const double *values;
	PyObject *result = NULL;
	size_t n;
	enum bell_status status = bell_plot_sample_create(capacity, seed, &sample);

	if (status != BELL_OK)
		return raise_status(status, "sample");
	gil_release(&r);
	status = add_rows(sample, a, &r);
	gil_take(&r);
	if (!r.interrupted && status == BELL_OK)
		status = bell_plot_sample_values(sample, &values, &n);
	if (!r.interrupted)
		result = status == BELL_OK ? doubles_of(values, n) : raise_status(status, "sample");
	bell_plot_sample_free(sample);
	return result;
}

/* plot_sample(x, capacity, seed): the bytes of the finite values of so many rows, or of all */
static PyObject *plot_sample(PyObject *module, PyObject *args)
{
	PyObject *x, *result = NULL;
	unsigned long long seed;
	Py_ssize_t capacity;
	struct array a;

	(void)module;
	if (!PyArg_ParseTuple(args, "OnK", &x, &capacity, &seed))
		return NULL;
	if (column_get(x, &a)) {
		result = sample_of(&a, (size_t)capacity, seed);
		array_release(&a);
	}
	return result;
}

PyMethodDef plot_methods[] = {
    {"histogram", histogram, METH_VARARGS, NULL},
    {"qq", qq, METH_O, NULL},
    {"plot_sample", plot_sample, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
