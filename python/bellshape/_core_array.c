/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_array.c - functions of arrays: the transform and its inverse, normal samples. */
#include "_core.h"

#include <string.h>

bool lines_next(struct lines *l)
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

void *line_of(const struct lines *l, const struct array *a)
{
	Py_ssize_t element = 0;

	for (int i = 0; i < l->ndim; i++)
		element += l->index[i] * a->stride[i];
	return array_at(a, element);
}

/* Copies n elements that lie `stride` apart to out, where they lie side by side. */
static void gather(enum bell_type type, const void *x, Py_ssize_t stride, size_t n, void *out)
{
	for (size_t i = 0; i < n; i++)
		if (type == BELL_F32)
			((float *)out)[i] = ((const float *)x)[(Py_ssize_t)i * stride];
		else
			((double *)out)[i] = ((const double *)x)[(Py_ssize_t)i * stride];
}

/* The way back: out has the elements `stride` apart. */
static void scatter(enum bell_type type, const void *x, size_t n, void *out, Py_ssize_t stride)
{
	for (size_t i = 0; i < n; i++)
		if (type == BELL_F32)
			((float *)out)[(Py_ssize_t)i * stride] = ((const float *)x)[i];
		else
			((double *)out)[(Py_ssize_t)i * stride] = ((const double *)x)[i];
}

/* ---- plain psi and its inverse, each element with its own lambda ---- */

struct job {
	struct array x, lambda, y; /* of one shape; a stride may be 0 */
	enum { FORWARD, INVERSE } direction;
	enum bell_outside outside;
	unsigned threads;
	uint64_t outside_count;
	struct released released;
};

/* Computes n elements that lie side by side. */
static enum bell_status apply_block(struct job *j, const struct bell_transform *t, const void *x,
				    size_t n, unsigned threads, void *y)
{
	enum bell_status status;
	uint64_t count = 0;

	if (j->direction == FORWARD)
		return j->x.type == BELL_F32 ? bell_transform_apply_f32(t, x, n, threads, y)
					     : bell_transform_apply_f64(t, x, n, threads, y);
	status = j->x.type == BELL_F32
		     ? bell_transform_inverse_f32(t, x, n, j->outside, threads, y, &count)
		     : bell_transform_inverse_f64(t, x, n, j->outside, threads, y, &count);
	j->outside_count += count;
	return status;
}

/* The same for any n, with pauses. */
static enum bell_status apply_run(struct job *j, const struct bell_transform *t, const void *x,
				  size_t n, unsigned threads, void *y)
{
	size_t most = block_values(threads), size = (size_t)j->x.view.itemsize;
	enum bell_status status = BELL_OK;

	for (size_t i = 0, k; status == BELL_OK && i < n; i += k) {
		k = n - i < most ? n - i : most;
		status =
		    apply_block(j, t, (const char *)x + i * size, k, threads, (char *)y + i * size);
		if (gil_pause(&j->released, k))
			break;
	}
	return status;
}

/* As many elements are gathered at once: 4 KB of doubles, which stay in the first cache. */
#define BLOCK 512

/* Computes n elements with one lambda, where they lie or gathered block by block. */
static enum bell_status apply_one(struct job *j, double lambda, const char *x, Py_ssize_t x_stride,
				  size_t n, char *y, Py_ssize_t y_stride)
{
	Py_ssize_t size = j->x.view.itemsize;
	struct bell_transform t;
	double block[BLOCK];
	enum bell_status status = bell_transform_plain(BELL_YEO_JOHNSON, lambda, &t);

	if (status != BELL_OK || (n > 0 && (n == 1 || (x_stride == 1 && y_stride == 1))))
		return status != BELL_OK ? status : apply_run(j, &t, x, n, j->threads, y);
	for (size_t first = 0, k; status == BELL_OK && !j->released.interrupted && first < n;
	     first += k) {
		k = n - first < BLOCK ? n - first : BLOCK;
		gather(j->x.type, x + (Py_ssize_t)first * x_stride * size, x_stride, k, block);
		status = apply_run(j, &t, block, k, 1, block);
		scatter(j->x.type, block, k, y + (Py_ssize_t)first * y_stride * size, y_stride);
	}
	return status;
}

/* The longest axis along which lambda is constant; the last axis if there is none. */
static int axis_of_one_lambda(const struct job *j)
{
	int axis = j->x.ndim - 1;

	for (int i = 0; i < j->x.ndim; i++)
		if (j->lambda.stride[i] == 0 &&
		    (j->lambda.stride[axis] != 0 || j->x.shape[i] > j->x.shape[axis]))
			axis = i;
	return axis;
}

/* Makes one axis of two neighbors wherever all three arrays have one stride along both. */
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
	for (; status == BELL_OK && again && !j->released.interrupted; again = lines_next(&l)) {
		Py_ssize_t xs = j->x.stride[l.axis], ls = j->lambda.stride[l.axis],
			   ys = j->y.stride[l.axis], size = j->x.view.itemsize;
		const double *lambda = line_of(&l, &j->lambda);
		char *x = line_of(&l, &j->x), *y = line_of(&l, &j->y);
		size_t n = (size_t)j->x.shape[l.axis];

		if (ls == 0) {
			status = apply_one(j, *lambda, x, xs, n, y, ys);
			continue;
		}
		for (Py_ssize_t i = 0;
		     status == BELL_OK && !j->released.interrupted && i < (Py_ssize_t)n; i++)
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
	gil_release(&j->released);
	coalesce(j);
	status = apply(j);
	gil_take(&j->released);
	if (j->released.interrupted)
		return NULL;
	if (status == BELL_EDOMAIN)
		PyErr_SetString(PyExc_ValueError, "y: a value outside the image of the transform");
	else if (status < 0)
		raise_status(status, what);
	return status < 0 ? NULL : PyLong_FromUnsignedLongLong(j->outside_count);
}

/*
 * yeojohnson(x, lmbda, out, threads) and yeojohnson_inverse(y, lmbda, out, threads, outside) return
 * how many values lay outside the image of the transform.
 */
static PyObject *transform(PyObject *args, struct job *j, const char *what)
{
	PyObject *x, *lambda, *y, *result = NULL;
	int outside = BELL_OUTSIDE_NAN;

	if (!PyArg_ParseTuple(args, "OOOI|i", &x, &lambda, &y, &j->threads, &outside))
		return NULL;
	j->outside = (enum bell_outside)outside;
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
	return transform(args, &(struct job){.direction = FORWARD}, "yeojohnson");
}

static PyObject *yeojohnson_inverse(PyObject *module, PyObject *args)
{
	(void)module;
	return transform(args, &(struct job){.direction = INVERSE}, "yeojohnson_inverse");
}

/* ---- normal samples ---- */

/* Fills block by block, with pauses. */
static enum bell_status fill(struct bell_normal_stream stream, unsigned threads, struct array *a,
			     struct released *r)
{
	size_t n = array_size(a), most = block_values(threads);
	enum bell_status status = BELL_OK;

	/* BELL_WRAPPED, where the offset begins anew, is above 0 and no error. */
	for (size_t i = 0, k; status >= 0 && i < n; i += k) {
		void *to = array_at(a, (Py_ssize_t)i);

		k = n - i < most ? n - i : most;
		status = a->type == BELL_F32 ? bell_normal_fill_f32(&stream, 0, 1, k, threads, to)
					     : bell_normal_fill_f64(&stream, 0, 1, k, threads, to);
		stream.offset += k;
		if (gil_pause(r, k))
			break;
	}
	return status;
}

/* standard_normal(out, seed, stream, offset, threads): out is in C order */
static PyObject *standard_normal(PyObject *module, PyObject *args)
{
	unsigned long long seed, index, offset;
	enum bell_status status = BELL_EINVAL;
	struct bell_normal_stream stream;
	PyObject *out;
	struct array a;
	struct released r = {0};
	unsigned threads;

	(void)module;
	if (!PyArg_ParseTuple(args, "OKKKI", &out, &seed, &index, &offset, &threads) ||
	    !array_get_out(out, &a))
		return NULL;
	stream = (struct bell_normal_stream){.seed = seed, .stream = index, .offset = offset};
	gil_release(&r);
	if (array_contiguous(&a))
		status = fill(stream, threads, &a, &r);
	gil_take(&r);
	array_release(&a);
	if (r.interrupted)
		return NULL;
	if (status < 0)
		return raise_status(status, "standard_normal");
	Py_RETURN_NONE;
}

PyMethodDef array_methods[] = {
    {"yeojohnson", yeojohnson, METH_VARARGS, NULL},
    {"yeojohnson_inverse", yeojohnson_inverse, METH_VARARGS, NULL},
    {"standard_normal", standard_normal, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
