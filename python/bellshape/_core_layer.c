/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * _core_layer.c - the calls of layer.h for bellshape.nn.
 *
 * Tensors come as addresses, 0 for NULL: bellshape/nn/_operators.py sees to it that they are of the
 * shape, type and strides that it names and outlive the call.
 */
#include "_core.h"

_Static_assert(sizeof(struct bell_layer_statistics) == 9 * sizeof(double),
	       "bellshape.nn keeps rows of 9");

typedef unsigned long long address;

struct call {
	int wide; /* float64 */
	struct bell_layer_shape shape;
	struct bell_layer_options options;
};

/* For PyArg_ParseTuple: type, shape and options, with which the arguments of each call begin. */
#define CALL "p(nnnnnnnpp)(ppdddKI)"
#define CALL_INTO(c, s)                                                                         \
	&(c).wide, &(s).n[0], &(s).n[1], &(s).n[2], &(s).n[3], &(s).n[4], &(s).n[5], &(s).n[6], \
	    &(s).batch, &(s).by_position, &(s).compat, &(s).plain, &(c).options.noise,          \
	    &(c).options.alpha, &(c).options.eps, &(s).seed, &(c).options.threads

/* What the parser can write: it knows no bool, size_t or uint64_t. */
struct parsed {
	Py_ssize_t n[7];
	int batch, by_position, compat, plain;
	unsigned long long seed;
};

static void complete(struct call *c, const struct parsed *p)
{
	c->shape = (struct bell_layer_shape){
	    .samples = (size_t)p->n[0],
	    .channels = (size_t)p->n[1],
	    .positions = (size_t)p->n[2],
	    .sample_stride = p->n[3],
	    .channel_stride = p->n[4],
	    .position_stride = p->n[5],
	    .groups = (size_t)p->n[6],
	    .batch = p->batch,
	    .by_position = p->by_position,
	};
	c->options.compat = p->compat;
	c->options.normalize_only = p->plain;
	c->options.seed = p->seed;
}

static void *at(address a) { return (void *)(uintptr_t)a; }

/* Values that are not finite are no error: their groups are NaN, and a loss that is NaN tells. */
static PyObject *done(enum bell_status status)
{
	if (status != BELL_OK && status != BELL_EDOMAIN)
		return raise_status(status, "normality normalization");
	Py_RETURN_NONE;
}

static PyObject *forward(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	address u, weight, bias, out, saved;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "KKKKK", CALL_INTO(c, p), &u, &weight, &bias, &out,
			      &saved))
		return NULL;
	complete(&c, &p);
	Py_BEGIN_ALLOW_THREADS
	if (c.wide)
		status = bell_layer_forward_f64(at(u), at(weight), at(bias), &c.shape, &c.options,
						at(out), at(saved), NULL);
	else
		status = bell_layer_forward_f32(at(u), at(weight), at(bias), &c.shape, &c.options,
						at(out), at(saved), NULL);
	Py_END_ALLOW_THREADS
	return done(status);
}

static PyObject *evaluate(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	address frozen, u, weight, bias, out;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "KKKKK", CALL_INTO(c, p), &frozen, &u, &weight, &bias,
			      &out))
		return NULL;
	complete(&c, &p);
	Py_BEGIN_ALLOW_THREADS
	if (c.wide)
		status = bell_layer_evaluate_f64(at(u), at(weight), at(bias), at(frozen), &c.shape,
						 &c.options, at(out));
	else
		status = bell_layer_evaluate_f32(at(u), at(weight), at(bias), at(frozen), &c.shape,
						 &c.options, at(out));
	Py_END_ALLOW_THREADS
	return done(status);
}

static PyObject *backward(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	int evaluated;
	address u, weight, saved, g, du, dweight, dbias;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "pKKKKKKK", CALL_INTO(c, p), &evaluated, &u, &weight,
			      &saved, &g, &du, &dweight, &dbias))
		return NULL;
	complete(&c, &p);
	Py_BEGIN_ALLOW_THREADS
	if (evaluated && c.wide)
		status =
		    bell_layer_evaluate_backward_f64(at(u), at(weight), at(saved), at(g), &c.shape,
						     &c.options, at(du), at(dweight), at(dbias));
	else if (evaluated)
		status =
		    bell_layer_evaluate_backward_f32(at(u), at(weight), at(saved), at(g), &c.shape,
						     &c.options, at(du), at(dweight), at(dbias));
	else if (c.wide)
		status = bell_layer_backward_f64(at(u), at(weight), at(saved), at(g), &c.shape,
						 &c.options, at(du), at(dweight), at(dbias));
	else
		status = bell_layer_backward_f32(at(u), at(weight), at(saved), at(g), &c.shape,
						 &c.options, at(du), at(dweight), at(dbias));
	Py_END_ALLOW_THREADS
	return done(status);
}

/* struct bell_layer_shape and struct bell_layer_options, as tuples, are the first arguments. */
PyMethodDef layer_methods[] = {
    {"_layer_forward", forward, METH_VARARGS, NULL},
    {"_layer_evaluate", evaluate, METH_VARARGS, NULL},
    {"_layer_backward", backward, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
