/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_moments.c - moments of an array, or along one of its axes. */
#include "_core.h"

#include <stdlib.h>

/* As many lines are read together, since neighbors share cache lines: 8 doubles fill one. */
#define TILE 8

/* `width` lines of n elements: lines are `step` apart, elements of a line `stride`. */
struct tile {
	enum bell_type type;
	const char *x;
	Py_ssize_t stride, step;
	size_t n, width;
};

static void gather_chunk(const struct tile *t, size_t first, size_t k, double chunk[][BELL_CHUNK])
{
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < t->width; j++) {
			Py_ssize_t at =
			    (Py_ssize_t)(first + i) * t->stride + (Py_ssize_t)j * t->step;

			if (t->type == BELL_F32)
				((float *)chunk[j])[i] = ((const float *)t->x)[at];
			else
				chunk[j][i] = ((const double *)t->x)[at];
		}
}

/* Gathers the lines chunk by chunk, which gives the bits of lines in one piece. */
static enum bell_status moments_apart(const struct tile *t, struct released *r,
				      struct bell_moments *out)
{
	struct buffers {
		struct bell_moments_stream stream[TILE];
		double chunk[TILE][BELL_CHUNK];
	} *buffers = calloc(1, sizeof *buffers);
	enum bell_status status = buffers ? BELL_OK : BELL_ENOMEM;

	for (size_t first = 0, k; status == BELL_OK && first < t->n; first += k) {
		k = t->n - first < BELL_CHUNK ? t->n - first : BELL_CHUNK;
		gather_chunk(t, first, k, buffers->chunk);
		for (size_t j = 0; status == BELL_OK && j < t->width; j++)
			status = t->type == BELL_F32
				     ? bell_moments_stream_f32(&buffers->stream[j],
							       (const float *)buffers->chunk[j], k)
				     : bell_moments_stream_f64(&buffers->stream[j],
							       buffers->chunk[j], k);
		if (gil_pause(r, k * t->width))
			break;
	}
	for (size_t j = 0; status == BELL_OK && j < t->width; j++)
		status = bell_moments_stream_end(&buffers->stream[j], &out[j]);
	free(buffers);
	return status;
}

/* A line in one piece.  On one thread it is read block by block, with pauses. */
static enum bell_status moments_line(enum bell_type type, const void *x, size_t n, unsigned threads,
				     struct released *r, struct bell_moments *out)
{
	size_t most = block_values(1), size = bell_type_size(type);
	struct bell_moments_stream stream = {0};
	enum bell_status status = BELL_OK;

	if (threads != 1 || n <= most)
		return type == BELL_F32 ? bell_moments_f32(x, n, threads, out)
					: bell_moments_f64(x, n, threads, out);
	for (size_t i = 0, k; status == BELL_OK && i < n; i += k) {
		const char *from = (const char *)x + i * size;

		k = n - i < most ? n - i : most;
		status = type == BELL_F32
			     ? bell_moments_stream_f32(&stream, (const float *)from, k)
			     : bell_moments_stream_f64(&stream, (const double *)from, k);
		if (gil_pause(r, k))
			break;
	}
	return status == BELL_OK ? bell_moments_stream_end(&stream, out) : status;
}

/* The moments of each line of a tile. */
static enum bell_status moments_tile(const struct tile *t, unsigned threads, struct released *r,
				     struct bell_moments *out)
{
	if (t->n > 1 && t->stride != 1)
		return moments_apart(t, r, out);
	for (size_t j = 0; j < t->width; j++) {
		const void *x =
		    t->x + (Py_ssize_t)j * t->step * (Py_ssize_t)bell_type_size(t->type);
		enum bell_status status = moments_line(t->type, x, t->n, threads, r, &out[j]);

		gil_pause(r, t->n);
		if (status != BELL_OK)
			return status;
	}
	return BELL_OK;
}

#define COUNTS     3
#define STATISTICS 7

static void statistics(const struct bell_moments *m, bool bias, double out[STATISTICS])
{
	out[0] = m->mean;
	out[1] = bell_moments_variance(m, bias);
	out[2] = bell_moments_sd(m, bias);
	out[3] = bell_moments_skewness(m, bias);
	out[4] = bell_moments_kurtosis(m, bias);
	out[5] = m->min;
	out[6] = m->max;
}

static PyObject *moments_of_one(const struct array *a, bool bias, unsigned threads)
{
	struct tile t = {a->type, a->view.buf,   a->ndim == 1 ? a->stride[0] : 1,
			 0,       array_size(a), 1};
	struct released r = {0};
	struct bell_moments m;
	enum bell_status status;
	double s[STATISTICS];

	gil_release(&r);
	status = moments_tile(&t, threads, &r, &m);
	gil_take(&r);
	if (r.interrupted)
		return NULL;
	if (status != BELL_OK)
		return raise_status(status, "moments");
	statistics(&m, bias, s);
	return Py_BuildValue("(KKKddddddd)", (unsigned long long)m.count,
			     (unsigned long long)m.missing, (unsigned long long)m.infinite, s[0],
			     s[1], s[2], s[3], s[4], s[5], s[6]);
}

/* The axis along which neighboring lines lie. */
static int axis_across(const struct array *a, int axis)
{
	return axis == a->ndim - 1 ? a->ndim - 2 : a->ndim - 1;
}

/* Writes counts[COUNTS][lines] and out[STATISTICS][lines], both in C order of the lines. */
static enum bell_status moments_lines(const struct array *a, int axis, size_t lines, bool bias,
				      unsigned threads, struct released *r, uint64_t *counts,
				      double *out)
{
	int across = axis_across(a, axis);
	struct lines l = {.ndim = a->ndim, .axis = axis, .shape = a->shape};
	struct tile t = {.type = a->type,
			 .stride = a->stride[axis],
			 .step = a->stride[across],
			 .n = (size_t)a->shape[axis]};
	struct bell_moments m[TILE];
	double s[STATISTICS];

	for (size_t j = 0; j < lines && !r->interrupted; j += t.width) {
		size_t rest = (size_t)(a->shape[across] - l.index[across]);
		enum bell_status status;

		t.x = line_of(&l, a);
		t.width = rest < TILE ? rest : TILE;
		status = moments_tile(&t, threads, r, m);
		if (status != BELL_OK)
			return status;
		for (size_t k = j; k < j + t.width; k++, lines_next(&l)) {
			counts[k] = m[k - j].count;
			counts[lines + k] = m[k - j].missing;
			counts[2 * lines + k] = m[k - j].infinite;
			statistics(&m[k - j], bias, s);
			for (int i = 0; i < STATISTICS; i++)
				out[(size_t)i * lines + k] = s[i];
		}
	}
	return BELL_OK;
}

/* (shape, counts, statistics): of the last two, bytes, bellshape._functions makes arrays. */
static PyObject *moments_of_many(const struct array *a, int axis, bool bias, unsigned threads)
{
	PyObject *counts, *values, *shape = PyTuple_New(a->ndim - 1);
	struct released r = {0};
	enum bell_status status;
	size_t lines = 1;

	for (int i = 0, to = 0; shape && i < a->ndim; i++) {
		if (i == axis)
			continue;
		lines *= (size_t)a->shape[i];
		PyTuple_SetItem(shape, to++, PyLong_FromSsize_t(a->shape[i]));
	}
	if (lines > PY_SSIZE_T_MAX / (STATISTICS * sizeof(double))) {
		Py_XDECREF(shape);
		return PyErr_NoMemory();
	}
	counts =
	    PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(COUNTS * lines * sizeof(uint64_t)));
	values =
	    PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(STATISTICS * lines * sizeof(double)));
	if (!shape || !counts || !values) {
		Py_XDECREF(shape), Py_XDECREF(counts), Py_XDECREF(values);
		return NULL;
	}
	gil_release(&r);
	status = moments_lines(a, axis, lines, bias, threads, &r,
			       (uint64_t *)PyByteArray_AsString(counts),
			       (double *)PyByteArray_AsString(values));
	gil_take(&r);
	if (status == BELL_OK && !r.interrupted)
		return Py_BuildValue("(NNN)", shape, counts, values);
	Py_DECREF(shape), Py_DECREF(counts), Py_DECREF(values);
	return r.interrupted ? NULL : raise_status(status, "moments");
}

/* moments(x, axis, bias, threads): axis is an int, or None for all elements of a contiguous x. */
static PyObject *moments(PyObject *module, PyObject *args)
{
	PyObject *x, *axis_object, *result = NULL;
	struct array a;
	unsigned threads;
	int bias;
	long axis = 0;

	(void)module;
	if (!PyArg_ParseTuple(args, "OOpI", &x, &axis_object, &bias, &threads) ||
	    !array_get(x, "x", &a))
		return NULL;
	if (axis_object != Py_None)
		axis = PyLong_AsLong(axis_object);
	if (axis < 0 && axis_object != Py_None)
		axis += a.ndim;
	if (PyErr_Occurred())
		;
	else if (axis_object == Py_None && a.ndim != 1 && !array_contiguous(&a))
		PyErr_SetString(PyExc_ValueError, "x: not contiguous");
	else if (axis_object == Py_None)
		result = moments_of_one(&a, bias, threads);
	else if (axis < 0 || axis >= a.ndim)
		PyErr_Format(PyExc_ValueError, "axis %R: x has %d dimensions", axis_object, a.ndim);
	else
		result = a.ndim == 1 ? moments_of_one(&a, bias, threads)
				     : moments_of_many(&a, (int)axis, bias, threads);
	array_release(&a);
	return result;
}

PyMethodDef moments_methods[] = {
    {"moments", moments, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
