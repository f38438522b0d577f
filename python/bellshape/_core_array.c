/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_array.c - functions of arrays: moments, the transform and its inverse, normal samples. */
#include "_core.h"

#include <math.h>
#include <string.h>

/* ---- lines: an array of n dimensions as many arrays of one ---- */

/* All elements along one axis, at each place of the others; in C order of those. */
struct lines {
	int ndim, axis;
	const Py_ssize_t *shape;
	Py_ssize_t index[MAX_DIMS];
};

static bool lines_next(struct lines *l)
{
	for (int i = l->ndim - 1; i >= 0; i--) {
		if (i == l->axis)
			continue;
		if (++l->index[i] < l->shape[i])
			return true;
		l->index[i] = 0;
	}
	return false;
}

static void *line_of(const struct lines *l, const struct array *a)
{
	Py_ssize_t element = 0;

	for (int i = 0; i < l->ndim; i++)
		element += l->index[i] * a->stride[i];
	return array_at(a, element);
}

/* n elements that lie `stride` apart, to out, and back. */
static void gather(enum bell_type type, const void *x, Py_ssize_t stride, size_t n, void *out)
{
	for (size_t i = 0; i < n; i++)
		if (type == BELL_F32)
			((float *)out)[i] = ((const float *)x)[(Py_ssize_t)i * stride];
		else
			((double *)out)[i] = ((const double *)x)[(Py_ssize_t)i * stride];
}

static void scatter(enum bell_type type, const void *x, size_t n, void *out, Py_ssize_t stride)
{
	for (size_t i = 0; i < n; i++)
		if (type == BELL_F32)
			((float *)out)[(Py_ssize_t)i * stride] = ((const float *)x)[i];
		else
			((double *)out)[(Py_ssize_t)i * stride] = ((const double *)x)[i];
}

/* ---- moments ---- */

/* A line whose elements are apart, gathered chunk by chunk: the same bits as in one piece. */
static enum bell_status moments_apart(enum bell_type type, const char *x, Py_ssize_t stride,
				      size_t n, struct bell_moments *out)
{
	struct bell_moments_stream s;
	double chunk[BELL_CHUNK];
	enum bell_status status = BELL_OK;
	Py_ssize_t size = type == BELL_F32 ? sizeof(float) : sizeof(double);

	memset(&s, 0, sizeof s);
	for (size_t first = 0, k; status == BELL_OK && first < n; first += k) {
		k = n - first < BELL_CHUNK ? n - first : BELL_CHUNK;
		gather(type, x + (Py_ssize_t)first * stride * size, stride, k, chunk);
		status = type == BELL_F32 ? bell_moments_stream_f32(&s, (float *)chunk, k)
					  : bell_moments_stream_f64(&s, chunk, k);
	}
	return status == BELL_OK ? bell_moments_stream_end(&s, out) : status;
}

static enum bell_status moments_line(enum bell_type type, const void *x, Py_ssize_t stride,
				     size_t n, unsigned threads, struct bell_moments *out)
{
	if (!n) {
		*out = (struct bell_moments){.mean = NAN, .min = NAN, .max = NAN, .unit = 1};
		return BELL_OK;
	}
	if (n > 1 && stride != 1)
		return moments_apart(type, x, stride, n, out);
	return type == BELL_F32 ? bell_moments_f32(x, n, threads, out)
				: bell_moments_f64(x, n, threads, out);
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
	struct bell_moments m;
	enum bell_status status;
	double s[STATISTICS];

	Py_BEGIN_ALLOW_THREADS;
	status = moments_line(a->type, a->view.buf, a->ndim == 1 ? a->stride[0] : 1, array_size(a),
			      threads, &m);
	Py_END_ALLOW_THREADS;
	if (status != BELL_OK)
		return raise_status(status, "moments");
	statistics(&m, bias, s);
	return Py_BuildValue("(KKKddddddd)", (unsigned long long)m.count,
			     (unsigned long long)m.missing, (unsigned long long)m.infinite, s[0],
			     s[1], s[2], s[3], s[4], s[5], s[6]);
}

/* Memory for `lines` results: counts[COUNTS][lines], then statistics[STATISTICS][lines]. */
static enum bell_status moments_lines(const struct array *a, int axis, size_t lines, bool bias,
				      unsigned threads, uint64_t *counts, double *out)
{
	struct lines l = {.ndim = a->ndim, .axis = axis, .shape = a->shape};
	struct bell_moments m;
	double s[STATISTICS];

	for (size_t j = 0; j < lines; j++, lines_next(&l)) {
		enum bell_status status = moments_line(a->type, line_of(&l, a), a->stride[axis],
						       (size_t)a->shape[axis], threads, &m);

		if (status != BELL_OK)
			return status;
		counts[j] = m.count;
		counts[lines + j] = m.missing;
		counts[2 * lines + j] = m.infinite;
		statistics(&m, bias, s);
		for (int i = 0; i < STATISTICS; i++)
			out[(size_t)i * lines + j] = s[i];
	}
	return BELL_OK;
}

/* (shape, counts, statistics): the last two as bytes for bellshape._functions to make arrays of. */
static PyObject *moments_of_many(const struct array *a, int axis, bool bias, unsigned threads)
{
	PyObject *counts, *values, *shape = PyTuple_New(a->ndim - 1);
	enum bell_status status;
	size_t lines = 1;

	for (int i = 0, to = 0; shape && i < a->ndim; i++) {
		if (i == axis)
			continue;
		lines *= (size_t)a->shape[i];
		PyTuple_SetItem(shape, to++, PyLong_FromSsize_t(a->shape[i]));
	}
	counts =
	    PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(COUNTS * lines * sizeof(uint64_t)));
	values =
	    PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(STATISTICS * lines * sizeof(double)));
	if (!shape || !counts || !values) {
		Py_XDECREF(shape), Py_XDECREF(counts), Py_XDECREF(values);
		return NULL;
	}
	Py_BEGIN_ALLOW_THREADS;
	status =
	    moments_lines(a, axis, lines, bias, threads, (uint64_t *)PyByteArray_AsString(counts),
			  (double *)PyByteArray_AsString(values));
	Py_END_ALLOW_THREADS;
	if (status == BELL_OK)
		return Py_BuildValue("(NNN)", shape, counts, values);
	Py_DECREF(shape), Py_DECREF(counts), Py_DECREF(values);
	return raise_status(status, "moments");
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

/* ---- the plain transform and its inverse, each element with its own lambda ---- */

struct job {
	struct array x, lambda, y; /* of one shape; strides of 0 are welcome */
	enum { FORWARD, INVERSE } word;
	enum bell_outside policy;
	unsigned threads;
	uint64_t outside;
};

/* Elements that lie side by side. */
static enum bell_status apply_run(struct job *j, const struct bell_yeo_johnson *t, const void *x,
				  size_t n, unsigned threads, void *y)
{
	enum bell_status status;
	uint64_t outside = 0;

	if (j->word == FORWARD)
		return j->x.type == BELL_F32 ? bell_yeo_johnson_transform_f32(t, x, n, threads, y)
					     : bell_yeo_johnson_transform_f64(t, x, n, threads, y);
	status = j->x.type == BELL_F32
		     ? bell_yeo_johnson_inverse_f32(t, x, n, j->policy, threads, y, &outside)
		     : bell_yeo_johnson_inverse_f64(t, x, n, j->policy, threads, y, &outside);
	j->outside += outside;
	return status;
}

/* n elements with one lambda, in place or gathered block by block. */
static enum bell_status apply_one(struct job *j, double lambda, const char *x, Py_ssize_t x_stride,
				  size_t n, char *y, Py_ssize_t y_stride)
{
	Py_ssize_t size = j->x.view.itemsize;
	struct bell_yeo_johnson t;
	double block[512];
	enum bell_status status = bell_yeo_johnson_plain(lambda, &t);

	if (status != BELL_OK || (n > 0 && (n == 1 || (x_stride == 1 && y_stride == 1))))
		return status != BELL_OK ? status : apply_run(j, &t, x, n, j->threads, y);
	for (size_t first = 0, k; status == BELL_OK && first < n; first += k) {
		k = n - first < 512 ? n - first : 512;
		gather(j->x.type, x + (Py_ssize_t)first * x_stride * size, x_stride, k, block);
		status = apply_run(j, &t, block, k, 1, block);
		scatter(j->x.type, block, k, y + (Py_ssize_t)first * y_stride * size, y_stride);
	}
	return status;
}

/* The longest axis along which lambda stays; the last one if there is none. */
static int axis_of_one_lambda(const struct job *j)
{
	int axis = j->x.ndim - 1;

	for (int i = 0; i < j->x.ndim; i++)
		if (j->lambda.stride[i] == 0 &&
		    (j->lambda.stride[axis] != 0 || j->x.shape[i] > j->x.shape[axis]))
			axis = i;
	return axis;
}

/* Makes one axis of two neighbours wherever all three arrays go on from one to the next evenly. */
static void coalesce(struct job *j)
{
	struct array *of[] = {&j->x, &j->lambda, &j->y};

	for (int i = j->x.ndim - 2; i >= 0; i--) {
		bool even = true;

		for (int k = 0; k < 3; k++)
			even &= of[k]->stride[i] == of[k]->stride[i + 1] * of[k]->shape[i + 1];
		if (!even)
			continue;
		for (int k = 0; k < 3; k++) {
			size_t rest = (size_t)(of[k]->ndim - i - 2) * sizeof *of[k]->shape;

			of[k]->shape[i] *= of[k]->shape[i + 1];
			of[k]->stride[i] = of[k]->stride[i + 1];
			memmove(of[k]->shape + i + 1, of[k]->shape + i + 2, rest);
			memmove(of[k]->stride + i + 1, of[k]->stride + i + 2, rest);
			of[k]->ndim--;
		}
	}
}

static enum bell_status apply(struct job *j)
{
	struct lines l = {.ndim = j->x.ndim, .shape = j->x.shape};
	enum bell_status status = BELL_OK;
	bool again = array_size(&j->x) > 0;

	l.axis = axis_of_one_lambda(j);
	for (; status == BELL_OK && again; again = lines_next(&l)) {
		Py_ssize_t xs = j->x.stride[l.axis], ls = j->lambda.stride[l.axis],
			   ys = j->y.stride[l.axis], size = j->x.view.itemsize;
		const double *lambda = line_of(&l, &j->lambda);
		char *x = line_of(&l, &j->x), *y = line_of(&l, &j->y);
		size_t n = (size_t)j->x.shape[l.axis];

		if (ls == 0) {
			status = apply_one(j, *lambda, x, xs, n, y, ys);
			continue;
		}
		for (Py_ssize_t i = 0; status == BELL_OK && i < (Py_ssize_t)n; i++)
			status = apply_one(j, lambda[i * ls], x + i * xs * size, 1, 1,
					   y + i * ys * size, 1);
	}
	return status;
}

static bool same_shape(const struct array *a, const struct array *b)
{
	return a->ndim == b->ndim &&
	       !memcmp(a->shape, b->shape, (size_t)a->ndim * sizeof *a->shape);
}

static PyObject *run(struct job *j, const char *what)
{
	enum bell_status status;

	if (!j->x.ndim || !same_shape(&j->x, &j->y) || !same_shape(&j->x, &j->lambda) ||
	    j->lambda.type != BELL_F64 || j->x.type != j->y.type) {
		PyErr_SetString(PyExc_ValueError, "arrays of different shape or type");
		return NULL;
	}
	Py_BEGIN_ALLOW_THREADS;
	coalesce(j);
	status = apply(j);
	Py_END_ALLOW_THREADS;
	if (status == BELL_EDOMAIN)
		PyErr_SetString(PyExc_ValueError, "y: a value outside the image of the transform");
	else if (status < 0)
		raise_status(status, what);
	return status < 0 ? NULL : PyLong_FromUnsignedLongLong(j->outside);
}

/* yeojohnson(x, lmbda, out, threads), yeojohnson_inverse(y, lmbda, out, threads, policy) -> values outside */
static PyObject *transform(PyObject *args, struct job *j, const char *what)
{
	PyObject *x, *lambda, *y, *result = NULL;
	int policy = BELL_OUTSIDE_NAN;

	if (!PyArg_ParseTuple(args, "OOOI|i", &x, &lambda, &y, &j->threads, &policy))
		return NULL;
	j->policy = (enum bell_outside)policy;
	if (!array_get(x, "x", &j->x))
		return NULL;
	if (array_get(lambda, "lmbda", &j->lambda)) {
		if (array_get_out(y, &j->y)) {
			result = run(j, what);
			array_release(&j->y);
		}
		array_release(&j->lambda);
	}
	array_release(&j->x);
	return result;
}

static PyObject *yeojohnson(PyObject *module, PyObject *args)
{
	(void)module;
	return transform(args, &(struct job){.word = FORWARD}, "yeojohnson");
}

static PyObject *yeojohnson_inverse(PyObject *module, PyObject *args)
{
	(void)module;
	return transform(args, &(struct job){.word = INVERSE}, "yeojohnson_inverse");
}

/* ---- normal samples ---- */

/* standard_normal(out, seed, stream, offset, threads): out in C order */
static PyObject *standard_normal(PyObject *module, PyObject *args)
{
	unsigned long long seed, stream, offset;
	enum bell_status status = BELL_OK;
	PyObject *out;
	struct array a;
	unsigned threads;
	size_t n;

	(void)module;
	if (!PyArg_ParseTuple(args, "OKKKI", &out, &seed, &stream, &offset, &threads) ||
	    !array_get_out(out, &a))
		return NULL;
	n = array_size(&a);
	Py_BEGIN_ALLOW_THREADS;
	if (!array_contiguous(&a))
		status = BELL_EINVAL;
	else if (n && a.type == BELL_F32)
		status = bell_normal_fill_f32(seed, stream, offset, 0, 1, n, threads, a.view.buf);
	else if (n)
		status = bell_normal_fill_f64(seed, stream, offset, 0, 1, n, threads, a.view.buf);
	Py_END_ALLOW_THREADS;
	array_release(&a);
	if (status < 0)
		return raise_status(status, "standard_normal");
	Py_RETURN_NONE;
}

PyMethodDef array_methods[] = {
    {"moments", moments, METH_VARARGS, NULL},
    {"yeojohnson", yeojohnson, METH_VARARGS, NULL},
    {"yeojohnson_inverse", yeojohnson_inverse, METH_VARARGS, NULL},
    {"standard_normal", standard_normal, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
