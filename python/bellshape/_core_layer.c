/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * _core_layer.c - the calls of layer.h for bellshape.nn.
 *
 * Tensors come as addresses, 0 for NULL: bellshape/nn/_operators.py sees to it that they are of the
 * shape, type and strides that it names and outlive the call.
 */
#include "_core.h"

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

/* The address of a tensor, or of a weight; 0 for NULL. */
typedef unsigned long long address;

struct call {
	int wide; /* whether tensors are float64 */
	struct bell_layer_shape shape;
	struct bell_layer_options options;
};

/* What the parser writes instead of fields whose types it does not know. */
struct parsed {
	Py_ssize_t n[7];
	int batch, by_position, compat, normalize_only;
	unsigned long long seed;
};

/*
 * The arguments with which each call begins, for PyArg_ParseTuple: the type, the shape and the
 * options; and the variables that it writes, of a struct call and a struct parsed.
 */
#define CALL "p(nnnnnnnpp)(ppdddKI)"
#define CALL_INTO(c, p)                                                                         \
	&(c).wide, &(p).n[0], &(p).n[1], &(p).n[2], &(p).n[3], &(p).n[4], &(p).n[5], &(p).n[6], \
	    &(p).batch, &(p).by_position, &(p).compat, &(p).normalize_only, &(c).options.noise, \
	    &(c).options.alpha, &(c).options.eps, &(p).seed, &(c).options.threads

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
	c->options.normalize_only = p->normalize_only;
	c->options.seed = p->seed;
}

static void *at(address a) { return (void *)(uintptr_t)a; }

/* Values that are not finite are no error: their groups become NaN, and with them the loss. */
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
	address u, weight, bias, out, statistics;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "KKKKK", CALL_INTO(c, p), &u, &weight, &bias, &out,
			      &statistics))
		return NULL;
	complete(&c, &p);
	Py_BEGIN_ALLOW_THREADS
	if (c.wide)
		status = bell_layer_forward_f64(at(u), at(weight), at(bias), &c.shape, &c.options,
						at(out), at(statistics), NULL);
	else
		status = bell_layer_forward_f32(at(u), at(weight), at(bias), &c.shape, &c.options,
						at(out), at(statistics), NULL);
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
	if (c.wide)
		status = bell_layer_evaluate_f64(at(u), at(weight), at(bias), at(statistics),
						 &c.shape, &c.options, at(out));
	else
		status = bell_layer_evaluate_f32(at(u), at(weight), at(bias), at(statistics),
						 &c.shape, &c.options, at(out));
	Py_END_ALLOW_THREADS
	return done(status);
}

static PyObject *backward(PyObject *module, PyObject *args)
{
	struct call c = {0};
	struct parsed p;
	int evaluated;
	address u, weight, statistics, g, du, dweight, dbias;
	enum bell_status status;

	(void)module;
	if (!PyArg_ParseTuple(args, CALL "pKKKKKKK", CALL_INTO(c, p), &evaluated, &u, &weight,
			      &statistics, &g, &du, &dweight, &dbias))
		return NULL;
	complete(&c, &p);
	Py_BEGIN_ALLOW_THREADS
	if (evaluated && c.wide)
		status = bell_layer_evaluate_backward_f64(at(u), at(weight), at(statistics), at(g),
							  &c.shape, &c.options, at(du), at(dweight),
							  at(dbias));
	else if (evaluated)
		status = bell_layer_evaluate_backward_f32(at(u), at(weight), at(statistics), at(g),
							  &c.shape, &c.options, at(du), at(dweight),
							  at(dbias));
	else if (c.wide)
		status = bell_layer_backward_f64(at(u), at(weight), at(statistics), at(g), &c.shape,
						 &c.options, at(du), at(dweight), at(dbias));
	else
		status = bell_layer_backward_f32(at(u), at(weight), at(statistics), at(g), &c.shape,
						 &c.options, at(du), at(dweight), at(dbias));
	Py_END_ALLOW_THREADS
	return done(status);
}

/* struct bell_layer_shape and struct bell_layer_options, as tuples, are the first arguments. */
PyMethodDef layer_methods[] = {
    {"layer_forward", forward, METH_VARARGS, NULL},
    {"layer_evaluate", evaluate, METH_VARARGS, NULL},
    {"layer_backward", backward, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
