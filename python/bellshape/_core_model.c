/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_model.c - the type Model: fitted columns.  Nothing changes a model once it is made. */
#include "_core.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct model {
	PyObject ob_base;
	struct bell_model *model;
};

struct bell_model *model_of(PyObject *self) { return ((struct model *)self)->model; }

/* ---- making and freeing ---- */

static PyObject *object_of(PyTypeObject *type, struct bell_model *model)
{
	allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
	PyObject *self = alloc(type, 0);

	if (self)
		((struct model *)self)->model = model;
	else
		bell_model_free(model);
	return self;
}

PyObject *model_object(struct state *state, struct bell_model *model)
{
	return object_of(state->model, model);
}

static void deallocate(PyObject *self)
{
	bell_model_free(model_of(self));
	object_free(self);
}

static enum bell_status set_plain(struct bell_model *model, size_t j, enum bell_method method,
				  double lambda)
{
	struct bell_fit fit = *bell_model_fit(model, j);
	enum bell_status status = bell_transform_plain(method, lambda, &fit.transform);

	fit.lambda = lambda;
	fit.weight = NAN;
	return status == BELL_OK ? bell_model_set(model, j, NULL, &fit) : status;
}

/* plain(list of lambdas, method), a class method: plain psi, of data that nobody has seen */
static PyObject *plain(PyObject *type, PyObject *args)
{
	struct bell_model *model;
	enum bell_status status;
	Py_ssize_t columns;
	PyObject *list;
	int method;

	if (!PyArg_ParseTuple(args, "O!i", &PyList_Type, &list, &method))
		return NULL;
	columns = PyList_Size(list);
	status = bell_model_create((size_t)columns, &model);
	if (status != BELL_OK)
		return raise_status(status, "lambdas");
	for (Py_ssize_t j = 0; status == BELL_OK && !PyErr_Occurred() && j < columns; j++)
		status = set_plain(model, (size_t)j, (enum bell_method)method,
				   PyFloat_AsDouble(PyList_GetItem(list, j)));
	if (status == BELL_OK && !PyErr_Occurred())
		return object_of((PyTypeObject *)type, model);
	bell_model_free(model);
	return PyErr_Occurred() ? NULL : raise_status(status, "lambdas");
}

/* ---- what was found ---- */

static Py_ssize_t length(PyObject *self) { return (Py_ssize_t)bell_model_columns(model_of(self)); }

static PyObject *dict_of(const struct bell_fit *f)
{
	return Py_BuildValue(
	    "{ss sd sd sd s(dd) sd sd sd sd sd sd sd sd sK sK sK sd sd sd sd sd sI sN}", "method",
	    bell_method_name(f->transform.method), "lmbda", f->lambda, "unit", f->unit, "shift",
	    f->transform.shift, "ci95", f->ci95[0], f->ci95[1], "log_likelihood", f->log_likelihood,
	    "lr_vs_identity", f->lr_vs_identity, "mean", f->mean, "sd", f->sd, "skewness_before",
	    f->skewness_before, "skewness_after", f->skewness_after, "kurtosis_before",
	    f->kurtosis_before, "kurtosis_after", f->kurtosis_after, "count",
	    (unsigned long long)f->count, "missing", (unsigned long long)f->missing, "infinite",
	    (unsigned long long)f->infinite, "weight", f->weight, "min", f->min, "max", f->max,
	    "collapsed", f->collapsed, "set_aside", f->set_aside, "evaluations", f->evaluations,
	    "flags", flag_names(f->flags));
}

/* A list of make(model, column), one a column. */
static PyObject *list_of(PyObject *self, PyObject *(*make)(const struct bell_model *, size_t))
{
	const struct bell_model *model = model_of(self);
	PyObject *list = PyList_New(length(self));

	for (size_t j = 0; list && j < bell_model_columns(model); j++) {
		PyObject *item = make(model, j);

		if (!item || PyList_SetItem(list, (Py_ssize_t)j, item) < 0)
			Py_CLEAR(list);
	}
	return list;
}

static PyObject *fit_of(const struct bell_model *model, size_t j)
{
	return dict_of(bell_model_fit(model, j));
}

static PyObject *name_of(const struct bell_model *model, size_t j)
{
	const char *name = bell_model_name(model, j);

	/*
	 * A byte that is not UTF-8 becomes a surrogate, as in file names, and a byte again in JSON.
	 */
	return name ? PyUnicode_DecodeUTF8(name, (Py_ssize_t)strlen(name), "surrogateescape")
		    : Py_NewRef(Py_None);
}

static PyObject *candidates(PyObject *self, PyObject *none)
{
	(void)none;
	return list_of(self, column_candidates);
}

static PyObject *fits(PyObject *self, PyObject *none)
{
	(void)none;
	return list_of(self, fit_of);
}

static PyObject *names(PyObject *self, PyObject *none)
{
	(void)none;
	return list_of(self, name_of);
}

/* ---- tables through a model ---- */

struct job {
	const struct bell_model *model;
	struct bell_table in, out;
	bool inverse;
	enum bell_outside outside;
	unsigned threads;
	uint64_t *outside_count; /* one a column */
	struct released released;
};

/* Some rows of both tables.  counts has room for a number a column. */
static enum bell_status apply_rows(struct job *j, size_t first, size_t rows, uint64_t *counts)
{
	struct bell_table in = j->in, out = j->out;
	enum bell_status status;

	in.data =
	    (char *)in.data + (ptrdiff_t)first * in.row_stride * (ptrdiff_t)bell_type_size(in.type);
	out.data = (char *)out.data +
		   (ptrdiff_t)first * out.row_stride * (ptrdiff_t)bell_type_size(out.type);
	in.rows = out.rows = rows;
	if (!j->inverse)
		return bell_table_transform(j->model, &in, j->threads, &out);
	status = bell_table_inverse(j->model, &in, j->outside, j->threads, &out, counts);
	for (size_t k = 0; k < in.columns; k++)
		j->outside_count[k] += counts[k];
	return status == BELL_EDOMAIN ? BELL_OK : status;
}

/* All rows, block by block: between two blocks, signals are handled. */
static enum bell_status apply(struct job *j)
{
	size_t columns = j->in.columns, most = block_values(j->threads) / (columns + 1) + 1;
	uint64_t *counts = calloc(columns + 1, sizeof *counts);
	enum bell_status status = counts ? BELL_OK : BELL_ENOMEM;

	if (j->in.rows != j->out.rows)
		status = BELL_EINVAL;
	gil_release(&j->released);
	for (size_t i = 0; status == BELL_OK && (i < j->in.rows || i == 0); i += most) {
		size_t rows = j->in.rows - i < most ? j->in.rows - i : most;

		status = apply_rows(j, i, rows, counts);
		if (gil_pause(&j->released, rows * columns))
			break;
	}
	gil_take(&j->released);
	free(counts);
	return status;
}

static PyObject *counts_of(const uint64_t *counts, size_t columns)
{
	PyObject *list = PyList_New((Py_ssize_t)columns);

	for (size_t j = 0; list && j < columns; j++) {
		PyObject *n = PyLong_FromUnsignedLongLong(counts[j]);

		if (!n || PyList_SetItem(list, (Py_ssize_t)j, n) < 0)
			Py_CLEAR(list);
	}
	return list;
}

/* A value outside the image is no exception here: the caller says which columns, by the counts. */
static PyObject *apply_counted(struct job *j, const struct array *in, const struct array *out)
{
	size_t columns = bell_model_columns(j->model);
	enum bell_status status;
	PyObject *result = NULL;

	if (!table_of(in, columns, &j->in) || !table_of(out, columns, &j->out))
		return NULL;
	j->outside_count = PyMem_Calloc(columns, sizeof *j->outside_count);
	if (!j->outside_count)
		return PyErr_NoMemory();
	status = apply(j);
	if (status != BELL_OK)
		raise_status(status, "transform");
	else if (!j->released.interrupted)
		result = counts_of(j->outside_count, columns);
	PyMem_Free(j->outside_count);
	return result;
}

static PyObject *apply_to(struct job *j, PyObject *in, PyObject *out)
{
	PyObject *result = NULL;
	struct array a, b;

	if (!array_get(in, "x", &a))
		return NULL;
	if (array_get_out(out, &b)) {
		result = apply_counted(j, &a, &b);
		array_release(&b);
	}
	array_release(&a);
	return result;
}

/* transform(x, out, threads) */
static PyObject *transform(PyObject *self, PyObject *args)
{
	struct job j = {.model = model_of(self), .inverse = false};
	PyObject *in, *out, *counts;

	if (!PyArg_ParseTuple(args, "OOI", &in, &out, &j.threads))
		return NULL;
	counts = apply_to(&j, in, out);
	if (!counts)
		return NULL;
	Py_DECREF(counts);
	Py_RETURN_NONE;
}

/* inverse(y, out, threads, outside) -> how many values of each column lay outside the image */
static PyObject *inverse(PyObject *self, PyObject *args)
{
	struct job j = {.model = model_of(self), .inverse = true};
	PyObject *in, *out;
	int outside;

	if (!PyArg_ParseTuple(args, "OOIi", &in, &out, &j.threads, &outside))
		return NULL;
	j.outside = (enum bell_outside)outside;
	return apply_to(&j, in, out);
}

/* ---- JSON ---- */

/* Copies column j and gives it a name, a str or None.  Returns false with an exception set. */
static bool set_named(struct bell_model *copy, const struct bell_model *model, size_t j,
		      PyObject *name)
{
	enum bell_status status = BELL_OK;
	PyObject *utf8 = NULL;
	char *text = NULL;

	if (name && name != Py_None)
		utf8 = PyUnicode_AsEncodedString(name, "utf-8", "surrogateescape");
	/* Without a size to write to, a name with a null character is a ValueError. */
	if (utf8)
		PyBytes_AsStringAndSize(utf8, &text, NULL);
	if (!PyErr_Occurred())
		status = column_copy(copy, j, text, model, j);
	Py_XDECREF(utf8);
	if (status != BELL_OK)
		raise_status(status, "to_json");
	return !PyErr_Occurred();
}

/* A copy with names, one a column.  Returns NULL with an exception set. */
static struct bell_model *named(const struct bell_model *model, PyObject *names)
{
	size_t columns = bell_model_columns(model);
	struct bell_model *copy;
	enum bell_status status = bell_model_create(columns, &copy);

	if (status != BELL_OK)
		return raise_status(status, "to_json"), NULL;
	for (size_t j = 0; j < columns; j++)
		if (!set_named(copy, model, j, PyList_GetItem(names, (Py_ssize_t)j))) {
			bell_model_free(copy);
			return NULL;
		}
	return copy;
}

static PyObject *json_of(const struct bell_model *model)
{
	char *text;
	enum bell_status status = bell_model_to_json(model, &text);
	PyObject *result;

	if (status != BELL_OK)
		return raise_status(status, "to_json");
	result = PyUnicode_FromString(text);
	free(text);
	return result;
}

/* to_json(names): a list with a str or None for each column */
static PyObject *to_json(PyObject *self, PyObject *names)
{
	struct bell_model *copy = NULL;
	PyObject *result = NULL;

	if (!PyList_Check(names))
		PyErr_SetString(PyExc_TypeError, "to_json: a list of names");
	else
		copy = named(model_of(self), names);
	if (copy)
		result = json_of(copy);
	bell_model_free(copy);
	return result;
}

/* from_json(text), a class method */
static PyObject *from_json(PyObject *type, PyObject *text)
{
	struct bell_model *model;
	enum bell_status status;
	PyObject *utf8 = PyUnicode_AsUTF8String(text);

	if (!utf8)
		return NULL;
	status = bell_model_from_json(PyBytes_AsString(utf8), (size_t)PyBytes_Size(utf8), &model);
	Py_DECREF(utf8);
	if (status != BELL_OK)
		return raise_status(status, "from_json");
	return object_of((PyTypeObject *)type, model);
}

/* Pickles go through the JSON text. */
static PyObject *reduce(PyObject *self, PyObject *none)
{
	PyObject *make = PyObject_GetAttrString(self, "from_json"), *text = json_of(model_of(self));

	(void)none;
	if (make && text)
		return Py_BuildValue("N(N)", make, text);
	Py_XDECREF(make);
	Py_XDECREF(text);
	return NULL;
}

static PyMethodDef methods[] = {
    {"plain", plain, METH_VARARGS | METH_CLASS, NULL},
    {"fits", fits, METH_NOARGS, NULL},
    {"candidates", candidates, METH_NOARGS, NULL},
    {"names", names, METH_NOARGS, NULL},
    {"column", model_column, METH_O, NULL},
    {"expression", model_expression, METH_VARARGS, NULL},
    {"transform", transform, METH_VARARGS, NULL},
    {"inverse", inverse, METH_VARARGS, NULL},
    {"to_json", to_json, METH_O, NULL},
    {"from_json", from_json, METH_O | METH_CLASS, NULL},
    {"__reduce__", reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_dealloc, (void *)deallocate},
    {Py_tp_methods, methods},
    {Py_sq_length, (void *)length},
    {0, NULL},
};

PyType_Spec model_spec = {
    .name = "bellshape._core.Model",
    .basicsize = sizeof(struct model),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
