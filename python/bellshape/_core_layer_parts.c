/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_layer_parts.c - the calls of layer_parts.h for bellshape.nn._sync. */
#include "_core_layer.h"

/* layer_parts_measure(*call, step, u, statistics, sums) */
static PyObject *measure(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	int step;
	address u, statistics, sums;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "iKKK", CALL_INTO(c, p), &step, &u, &statistics, &sums))
		return NULL;
	complete(&c, &p);
	Py_BEGIN_ALLOW_THREADS
	status = CALL_OF_TYPE(c.type, bell_layer_measure, at(u), at(statistics), &c.shape,
			      (enum bell_layer_step)step, &c.options, at(sums));
	Py_END_ALLOW_THREADS
	return done(status);
}

/* layer_parts_merge(into, sums, groups, step) */
static PyObject *merge(PyObject *module, PyObject *args)
{
	address into, sums;
	Py_ssize_t groups;
	int step;

	(void)module;
	if (!PyArg_ParseTuple(args, "KKni", &into, &sums, &groups, &step))
		return NULL;
	return done(
	    bell_layer_merge(at(into), at(sums), (size_t)groups, (enum bell_layer_step)step));
}

/* layer_parts_finalize(*call, step, statistics, sums) */
static PyObject *finalize(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	int step;
	address statistics, sums;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "iKK", CALL_INTO(c, p), &step, &statistics, &sums))
		return NULL;
	complete(&c, &p);
	return done(bell_layer_finalize(at(statistics), at(sums), bell_layer_shape_groups(&c.shape),
					(enum bell_layer_step)step, &c.options));
}

/* layer_parts_apply(*call, first, u, weight, bias, statistics, out) */
static PyObject *apply(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	unsigned long long first;
	address u, weight, bias, statistics, out;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "KKKKKK", CALL_INTO(c, p), &first, &u, &weight, &bias,
			      &statistics, &out))
		return NULL;
	complete(&c, &p);
	c.options.first = first;
	Py_BEGIN_ALLOW_THREADS
	status = CALL_OF_TYPE(c.type, bell_layer_apply, at(u), at(weight), at(bias), at(statistics),
			      &c.shape, &c.options, at(out));
	Py_END_ALLOW_THREADS
	return done(status);
}

/* layer_parts_measure_backward(*call, first, u, weight, statistics, grad, sums, dweight, dbias) */
static PyObject *measure_backward(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	unsigned long long first;
	address u, weight, statistics, g, sums, dweight, dbias;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "KKKKKKKK", CALL_INTO(c, p), &first, &u, &weight,
			      &statistics, &g, &sums, &dweight, &dbias))
		return NULL;
	complete(&c, &p);
	c.options.first = first;
	Py_BEGIN_ALLOW_THREADS
	status =
	    CALL_OF_TYPE(c.type, bell_layer_measure_backward, at(u), at(weight), at(statistics),
			 at(g), &c.shape, &c.options, at(sums), at(dweight), at(dbias));
	Py_END_ALLOW_THREADS
	return done(status);
}

/* layer_parts_apply_backward(*call, first, u, weight, statistics, grad, sums, du) */
static PyObject *apply_backward(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	unsigned long long first;
	address u, weight, statistics, g, sums, du;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "KKKKKKK", CALL_INTO(c, p), &first, &u, &weight,
			      &statistics, &g, &sums, &du))
		return NULL;
	complete(&c, &p);
	c.options.first = first;
	Py_BEGIN_ALLOW_THREADS
	status = CALL_OF_TYPE(c.type, bell_layer_apply_backward, at(u), at(weight), at(statistics),
			      at(g), at(sums), &c.shape, &c.options, at(du));
	Py_END_ALLOW_THREADS
	return done(status);
}

PyMethodDef layer_parts_methods[] = {
    {"layer_parts_measure", measure, METH_VARARGS, NULL},
    {"layer_parts_merge", merge, METH_VARARGS, NULL},
    {"layer_parts_finalize", finalize, METH_VARARGS, NULL},
    {"layer_parts_apply", apply, METH_VARARGS, NULL},
    {"layer_parts_measure_backward", measure_backward, METH_VARARGS, NULL},
    {"layer_parts_apply_backward", apply_backward, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
