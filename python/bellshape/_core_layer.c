/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_layer.c - the calls of layer.h for bellshape.nn. */
#include "_core_layer.h"
#include <math.h>
#include <string.h>

/* The fields of the statistics by their place: bellshape.nn keeps them as a row of a tensor. */
#define FIELD(name) [offsetof(struct bell_layer_statistics, name) / sizeof(double)] = #name

static const char *const fields[] = {FIELD(mean),      FIELD(variance), FIELD(lambda),
				     FIELD(mean_hd),   FIELD(mean_d),   FIELD(slope),
				     FIELD(curvature), FIELD(center),   FIELD(spread)};

#define FIELDS (sizeof fields / sizeof *fields)

_Static_assert(sizeof(struct bell_layer_statistics) == FIELDS * sizeof(double),
	       "each field is a double and has its name in `fields`");

bool layer_constants_add(PyObject *module)
{
	PyObject *tuple = PyTuple_New(FIELDS);
	bool ok;

	for (size_t i = 0; tuple && i < FIELDS; i++) {
		PyObject *name = PyUnicode_FromString(fields[i]);

		if (!name || PyTuple_SetItem(tuple, (Py_ssize_t)i, name) < 0)
			Py_CLEAR(tuple);
	}
	ok = tuple && PyModule_AddObjectRef(module, "LAYER_STATISTICS", tuple) == 0;
	Py_XDECREF(tuple);
	return ok;
}

static PyObject *forward(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	address u, weight, bias, out, statistics;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "KKKKK", CALL_INTO(c, p), &u, &weight, &bias, &out,
			      &statistics))
		return NULL;
	complete(&c, &p);
	Py_BEGIN_ALLOW_THREADS
	status = CALL_OF_TYPE(c.type, bell_layer_forward, at(u), at(weight), at(bias), &c.shape,
			      &c.options, at(out), at(statistics), NULL);
	Py_END_ALLOW_THREADS
	return done(status);
}

static PyObject *evaluate(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	address u, weight, bias, statistics, out;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "KKKKK", CALL_INTO(c, p), &u, &weight, &bias, &statistics,
			      &out))
		return NULL;
	complete(&c, &p);
	Py_BEGIN_ALLOW_THREADS
	status = CALL_OF_TYPE(c.type, bell_layer_evaluate, at(u), at(weight), at(bias),
			      at(statistics), &c.shape, &c.options, at(out));
	Py_END_ALLOW_THREADS
	return done(status);
}

/* Writes float64 numbers as those of the type: float64, or float32. */
static void as_type(bool wide, const double *numbers, size_t n, void *out)
{
	if (wide)
		memcpy(out, numbers, n * sizeof *numbers);
	else
		for (size_t i = 0; i < n; i++)
			((float *)out)[i] = (float)numbers[i];
}

static PyObject *backward(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	int evaluated, wide_weights;
	address u, weight, statistics, g, du, dweight, dbias;
	double *gradients, *gw = NULL, *gb = NULL;
	size_t weights;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "ppKKKKKKK", CALL_INTO(c, p), &evaluated, &wide_weights,
			      &u, &weight, &statistics, &g, &du, &dweight, &dbias))
		return NULL;
	complete(&c, &p);
	weights = c.shape.by_position ? c.shape.positions : c.shape.channels;
	gradients = PyMem_Calloc(weights, 2 * sizeof *gradients);
	if (!gradients)
		return PyErr_NoMemory();
	if (dweight && dbias) {
		gw = gradients;
		gb = gradients + weights;
	}
	Py_BEGIN_ALLOW_THREADS
	if (evaluated)
		status = CALL_OF_TYPE(c.type, bell_layer_evaluate_backward, at(u), at(weight),
				      at(statistics), at(g), &c.shape, &c.options, at(du), gw, gb);
	else
		status = CALL_OF_TYPE(c.type, bell_layer_backward, at(u), at(weight),
				      at(statistics), at(g), &c.shape, &c.options, at(du), gw, gb);
	Py_END_ALLOW_THREADS
	if (gw && (status == BELL_OK || status == BELL_EDOMAIN)) {
		as_type(wide_weights, gw, weights, at(dweight));
		as_type(wide_weights, gb, weights, at(dbias));
	}
	PyMem_Free(gradients);
	return done(status);
}

/* torch's lerp, as its vectors compute it. */
static float lerp_f32(float from, float to, float weight)
{
	return fabsf(weight) < 0.5F ? fmaf(weight, to - from, from)
				    : fmaf(weight - 1, to - from, to);
}

static double lerp_f64(double from, double to, double weight)
{
	return fabs(weight) < 0.5 ? fma(weight, to - from, from) : fma(weight - 1, to - from, to);
}

/*
 * layer_track(wide, statistics, groups, count, momentum, mean, variance, lambda, batches) counts a
 * batch, and moves running statistics by a step to what it has given.  The variance is that of the
 * population of which the `count` values of a group are a sample.  The weight of the batch is the
 * momentum, or, if that is NaN, one of all batches.
 */
static PyObject *track(PyObject *module, PyObject *args)
{
	int wide;
	address statistics, running[3], batches;
	Py_ssize_t groups;
	double count, momentum;

	(void)module;
	if (!PyArg_ParseTuple(args, "pKnddKKKK", &wide, &statistics, &groups, &count, &momentum,
			      &running[0], &running[1], &running[2], &batches))
		return NULL;
	*(int64_t *)at(batches) += 1;
	if (isnan(momentum))
		momentum = 1 / (double)*(int64_t *)at(batches);
	for (Py_ssize_t i = 0; i < groups; i++) {
		const struct bell_layer_statistics *s =
		    (const struct bell_layer_statistics *)at(statistics) + i;
		const double found[] = {s->mean, s->variance * (count / (count - 1)), s->lambda};

		for (size_t j = 0; j < 3; j++)
			if (wide) {
				double *r = (double *)at(running[j]) + i;

				*r = lerp_f64(*r, found[j], momentum);
			} else {
				float *r = (float *)at(running[j]) + i;

				*r = lerp_f32(*r, (float)found[j], (float)momentum);
			}
	}
	Py_RETURN_NONE;
}

/*
 * layer_frozen(wide, mean, variance, lambda, groups, statistics) makes the statistics that an
 * evaluation takes of running ones; the other fields are 0.
 */
static PyObject *frozen(PyObject *module, PyObject *args)
{
	int wide;
	address mean, variance, lambda, statistics;
	Py_ssize_t groups;

	(void)module;
	if (!PyArg_ParseTuple(args, "pKKKnK", &wide, &mean, &variance, &lambda, &groups,
			      &statistics))
		return NULL;
	for (Py_ssize_t i = 0; i < groups; i++) {
		struct bell_layer_statistics *s =
		    (struct bell_layer_statistics *)at(statistics) + i;

		if (wide)
			*s = (struct bell_layer_statistics){
			    .mean = ((const double *)at(mean))[i],
			    .variance = ((const double *)at(variance))[i],
			    .lambda = ((const double *)at(lambda))[i],
			};
		else
			*s = (struct bell_layer_statistics){
			    .mean = ((const float *)at(mean))[i],
			    .variance = ((const float *)at(variance))[i],
			    .lambda = ((const float *)at(lambda))[i],
			};
	}
	Py_RETURN_NONE;
}

/* struct bell_layer_shape and struct bell_layer_options, as tuples, are the first arguments. */
PyMethodDef layer_methods[] = {
    {"layer_forward", forward, METH_VARARGS, NULL},
    {"layer_evaluate", evaluate, METH_VARARGS, NULL},
    {"layer_backward", backward, METH_VARARGS, NULL},
    {"layer_track", track, METH_VARARGS, NULL},
    {"layer_frozen", frozen, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
