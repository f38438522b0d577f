/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_normality.c - the normality of an array, or along one of its axes. */
#include "_core.h"

#include <stdlib.h>
#include <string.h>

/* struct bell_normality is so many counts and then doubles; _normality.py has their names. */
#define COUNTS  3
#define NUMBERS ((sizeof(struct bell_normality) - COUNTS * sizeof(uint64_t)) / sizeof(double))

PyObject *normality_numbers(const struct bell_normality *found)
{
	const char *bytes = (const char *)found;
	Py_ssize_t counts = COUNTS * sizeof(uint64_t);

	return Py_BuildValue(
	    "(NN)", PyByteArray_FromStringAndSize(bytes, counts),
	    PyByteArray_FromStringAndSize(bytes + counts, (Py_ssize_t)(NUMBERS * sizeof(double))));
}

struct job {
	struct array x;
	struct weights weights;
	struct bell_normality_options options;
	unsigned threads;
	int axis;
	struct released released;
};

/* Copies a line whose elements do not lie side by side. */
static void gather(const struct job *job, const void *line, size_t n, void *out)
{
	Py_ssize_t stride = job->x.stride[job->axis];

	for (size_t i = 0; i < n; i++)
		if (job->x.type == BELL_F32)
			((float *)out)[i] = ((const float *)line)[(Py_ssize_t)i * stride];
		else
			((double *)out)[i] = ((const double *)line)[(Py_ssize_t)i * stride];
}

static enum bell_status normality_of_line(const struct job *job, const void *line, size_t n,
					  struct bell_normality *out)
{
	void *copy = NULL;
	enum bell_status status;

	if (n > 1 && job->x.stride[job->axis] != 1) {
		copy = malloc(n * bell_type_size(job->x.type));
		if (!copy)
			return BELL_ENOMEM;
		gather(job, line, n, copy);
		line = copy;
	}
	status = job->x.type == BELL_F32 ? bell_normality_f32(line, job->weights.values, n,
							      &job->options, job->threads, out)
					 : bell_normality_f64(line, job->weights.values, n,
							      &job->options, job->threads, out);
	free(copy);
	return status;
}

/* Writes counts[COUNTS][lines] and numbers[NUMBERS][lines], both in C order of the lines. */
static enum bell_status normality_of_lines(struct job *job, size_t lines, uint64_t *counts,
					   double *numbers)
{
	struct lines l = {.ndim = job->x.ndim, .axis = job->axis, .shape = job->x.shape};
	size_t n = (size_t)job->x.shape[job->axis];
	enum bell_status status = BELL_OK;

	for (size_t j = 0; j < lines && status == BELL_OK; j++, lines_next(&l)) {
		struct bell_normality found;
		double number[NUMBERS];

		if (gil_pause(&job->released, n))
			break;
		status = normality_of_line(job, line_of(&l, &job->x), n, &found);
		if (status != BELL_OK)
			break;
		counts[j] = found.count;
		counts[lines + j] = found.missing;
		counts[2 * lines + j] = found.infinite;
		memcpy(number, (const char *)&found + COUNTS * sizeof(uint64_t), sizeof number);
		for (size_t i = 0; i < NUMBERS; i++)
			numbers[i * lines + j] = number[i];
	}
	return status;
}

/* (shape, counts, numbers): bellshape._normality makes numbers or arrays of the last two, bytes. */
static PyObject *run(struct job *job)
{
	PyObject *counts, *numbers, *shape = PyTuple_New(job->x.ndim - 1);
	enum bell_status status;
	size_t lines = 1;

	for (int i = 0, to = 0; shape && i < job->x.ndim; i++) {
		if (i == job->axis)
			continue;
		lines *= (size_t)job->x.shape[i];
		PyTuple_SetItem(shape, to++, PyLong_FromSsize_t(job->x.shape[i]));
	}
	if (lines > PY_SSIZE_T_MAX / sizeof(struct bell_normality)) {
		Py_XDECREF(shape);
		return PyErr_NoMemory();
	}
	counts =
	    PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(COUNTS * lines * sizeof(uint64_t)));
	numbers =
	    PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(NUMBERS * lines * sizeof(double)));
	if (!shape || !counts || !numbers) {
		Py_XDECREF(shape), Py_XDECREF(counts), Py_XDECREF(numbers);
		return NULL;
	}
	gil_release(&job->released);
	status = normality_of_lines(job, lines, (uint64_t *)PyByteArray_AsString(counts),
				    (double *)PyByteArray_AsString(numbers));
	gil_take(&job->released);
	if (status == BELL_OK && !job->released.interrupted)
		return Py_BuildValue("(NNN)", shape, counts, numbers);
	Py_DECREF(shape), Py_DECREF(counts), Py_DECREF(numbers);
	return job->released.interrupted
		   ? NULL
		   : raise_status(status, status == BELL_ESIZE ? "weights" : "x");
}

/* normality(x, axis, weights, weight_type, threads) */
static PyObject *normality(PyObject *module, PyObject *args)
{
	struct job job = {.axis = 0};
	PyObject *x, *weights, *result = NULL;
	int axis, type;

	(void)module;
	if (!PyArg_ParseTuple(args, "OiOiI", &x, &axis, &weights, &type, &job.threads) ||
	    !array_get(x, "x", &job.x))
		return NULL;
	job.options.weight_type = (enum bell_weight_type)type;
	job.axis = axis < 0 ? axis + job.x.ndim : axis;
	if (job.axis < 0 || job.axis >= job.x.ndim)
		PyErr_Format(PyExc_ValueError, "axis %i: x has %d dimensions", axis, job.x.ndim);
	else if (weights_get(weights, "weights", (size_t)job.x.shape[job.axis], &job.weights)) {
		result = run(&job);
		weights_release(&job.weights);
	}
	array_release(&job.x);
	return result;
}

PyMethodDef normality_methods[] = {
    {"normality", normality, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
