/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_sketches.c - the type Sketches: one sketch for each column of a table. */
#include "_core.h"

#include <unistd.h>

/* ---- making and freeing ---- */

/* An object whose `columns` sketches are all NULL. */
static struct sketches *allocate(PyTypeObject *type, Py_ssize_t columns)
{
	allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
	struct sketches *s = (struct sketches *)alloc(type, 0);

	if (!s)
		return NULL;
	if (columns >= 0 && (size_t)columns <= PY_SSIZE_T_MAX / sizeof *s->facts) {
		s->sketch = PyMem_Calloc((size_t)columns, sizeof *s->sketch);
		s->facts = PyMem_Calloc((size_t)columns, sizeof *s->facts);
	}
	s->lock = PyThread_allocate_lock();
	s->pid = (long)getpid();
	if (s->sketch && s->facts && s->lock) {
		s->columns = (size_t)columns;
		return s;
	}
	Py_DECREF(s);
	PyErr_NoMemory();
	return NULL;
}

struct sketches *sketches_allocate(PyTypeObject *type, Py_ssize_t columns, int method)
{
	struct bell_transform plain;
	struct sketches *s = NULL;

	if (method == BELL_BEST || method == BELL_NORMAL_SCORES ||
	    bell_transform_plain((enum bell_method)method, 1, &plain) == BELL_OK)
		s = allocate(type, columns);
	else
		PyErr_SetString(PyExc_ValueError, "sketch: no such method");
	if (s)
		s->method = (enum bell_method)method;
	return s;
}

static void deallocate(PyObject *self)
{
	struct sketches *s = (struct sketches *)self;

	for (size_t j = 0; !s->state && j < s->columns; j++)
		bell_sketch_free(s->sketch[j]);
	bell_state_free(s->state);
	PyMem_Free(s->sketch);
	PyMem_Free(s->facts);
	if (s->lock)
		PyThread_free_lock(s->lock);
	object_free(self);
}

static PyObject *sketches_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
	static char *names[] = {"columns", "method", NULL};
	struct sketches *s;
	Py_ssize_t columns;
	int method;

	if (!PyArg_ParseTupleAndKeywords(args, keywords, "ni", names, &columns, &method))
		return NULL;
	s = sketches_allocate(type, columns, method);
	if (!s)
		return NULL;
	for (size_t j = 0; j < s->columns; j++) {
		enum bell_status status = bell_sketch_create(NULL, &s->sketch[j]);

		if (status != BELL_OK) {
			Py_DECREF(s);
			return raise_status(status, "sketch");
		}
	}
	return (PyObject *)s;
}

static enum bell_status merge_locked(struct sketches *into, const struct sketches *from)
{
	enum bell_status status;

	if (into->columns != from->columns || into->method != from->method ||
	    !into->state != !from->state)
		return BELL_EINVAL;
	into->changing = true;
	Py_BEGIN_ALLOW_THREADS;
	status = into->state ? bell_state_merge(into->state, from->state)
			     : bell_table_merge(into->sketch, from->sketch, into->columns);
	Py_END_ALLOW_THREADS;
	into->changing = false;
	for (size_t j = 0; status == BELL_OK && j < into->columns; j++)
		bell_facts_merge(&into->facts[j], &from->facts[j]);
	if (status == BELL_ENOMEM)
		into->incomplete = sketches_failed;
	return status;
}

/* merge(from) */
static PyObject *merge(PyObject *self, PyObject *other)
{
	/* Locks are taken in the order of addresses: two merges cannot wait for each other. */
	PyObject *low = self < other ? self : other, *high = self < other ? other : self;
	struct sketches *first, *second;
	enum bell_status status;

	if (Py_TYPE(other) != Py_TYPE(self)) {
		PyErr_SetString(PyExc_TypeError, "merge: Sketches");
		return NULL;
	}
	if (self == other) {
		PyErr_SetString(PyExc_ValueError, "merge of a sketch with itself");
		return NULL;
	}
	first = sketches_lock(low);
	second = first ? sketches_lock(high) : NULL;
	if (!second) {
		if (first)
			sketches_unlock(first);
		return NULL;
	}
	status = merge_locked((struct sketches *)self, (struct sketches *)other);
	sketches_unlock(second);
	sketches_unlock(first);
	if (status != BELL_OK)
		return raise_sum(status, "merge");
	Py_RETURN_NONE;
}

/* ---- one grid for all parts ---- */

static PyObject *settle(PyObject *self, PyObject *none)
{
	struct sketches *s = sketches_lock(self);
	enum bell_status status = BELL_OK;

	(void)none;
	if (!s)
		return NULL;
	Py_BEGIN_ALLOW_THREADS;
	for (size_t j = 0; status == BELL_OK && j < s->columns; j++)
		status = bell_sketch_settle(s->sketch[j]);
	Py_END_ALLOW_THREADS;
	sketches_unlock(s);
	if (status == BELL_EDOMAIN)
		PyErr_SetString(PyExc_ValueError, "settle: no value but 0 yet");
	else if (status != BELL_OK)
		raise_status(status, "settle");
	return status == BELL_OK ? Py_NewRef(Py_None) : NULL;
}

/* like(): empty sketches with the same grids */
static PyObject *like(PyObject *self, PyObject *none)
{
	struct sketches *s = sketches_lock(self), *other = NULL;
	enum bell_status status = BELL_OK;

	(void)none;
	if (!s)
		return NULL;
	other = sketches_allocate(Py_TYPE(self), (Py_ssize_t)s->columns, (int)s->method);
	for (size_t j = 0; other && status == BELL_OK && j < s->columns; j++)
		status = bell_sketch_like(s->sketch[j], &other->sketch[j]);
	sketches_unlock(s);
	if (status == BELL_OK)
		return (PyObject *)other;
	Py_DECREF(other);
	if (status == BELL_EINVAL)
		PyErr_SetString(PyExc_ValueError,
				"like: the sketch has no grid yet; settle it first");
	else
		raise_status(status, "like");
	return NULL;
}

/* ---- bytes ---- */

/* Sets sketch j.  Returns false with an exception set. */
static bool read_column(struct sketches *s, size_t j, PyObject *item)
{
	enum bell_status status;
	Py_ssize_t size;
	char *bytes;

	if (PyBytes_AsStringAndSize(item, &bytes, &size) < 0)
		return false;
	status = bell_sketch_deserialize(bytes, (size_t)size, &s->sketch[j]);
	if (status != BELL_OK)
		return raise_status(status, "from_bytes"), false;
	return true;
}

/* from_bytes(list with one bytes a column, method, facts = None), a class method */
static PyObject *from_bytes(PyObject *type, PyObject *args)
{
	PyObject *list, *facts = Py_None, *set;
	Py_ssize_t columns;
	struct sketches *s;
	int method;

	if (!PyArg_ParseTuple(args, "O!i|O", &PyList_Type, &list, &method, &facts))
		return NULL;
	columns = PyList_Size(list);
	s = sketches_allocate((PyTypeObject *)type, columns, method);
	for (Py_ssize_t j = 0; s && j < columns; j++)
		if (!read_column(s, (size_t)j, PyList_GetItem(list, j)))
			Py_CLEAR(s);
	if (s && facts != Py_None) {
		set = sketches_set_facts((PyObject *)s, facts);
		if (!set)
			Py_CLEAR(s);
		Py_XDECREF(set);
	}
	return (PyObject *)s;
}

/* The arguments of from_bytes() that make the same sketches. */
static PyObject *parts(PyObject *self)
{
	PyObject *list = sketches_to_bytes(self, NULL),
		 *facts = list ? sketches_facts(self, NULL) : NULL;
	int method = (int)((struct sketches *)self)->method;

	if (facts)
		return Py_BuildValue("(N i N)", list, method, facts);
	Py_XDECREF(list);
	return NULL;
}

/* Copies and pickles go through the bytes. */
static PyObject *reduce(PyObject *self, PyObject *none)
{
	PyObject *make = PyObject_GetAttrString(self, "from_bytes"), *all = parts(self);

	(void)none;
	if (make && all)
		return Py_BuildValue("NN", make, all);
	Py_XDECREF(make);
	Py_XDECREF(all);
	return NULL;
}

static PyObject *copy(PyObject *self, PyObject *none)
{
	PyObject *args = parts(self), *result;

	(void)none;
	if (!args)
		return NULL;
	result = from_bytes((PyObject *)Py_TYPE(self), args);
	Py_DECREF(args);
	return result;
}

static PyObject *get_method(PyObject *self, void *closure)
{
	(void)closure;
	return PyUnicode_FromString(bell_method_name(((struct sketches *)self)->method));
}

static PyMethodDef methods[] = {
    {"update", sketches_update, METH_VARARGS, NULL},
    {"merge", merge, METH_O, NULL},
    {"settle", settle, METH_NOARGS, NULL},
    {"like", like, METH_NOARGS, NULL},
    {"for_table", sketches_for_table, METH_VARARGS | METH_CLASS, NULL},
    {"from_state", sketches_from_state, METH_VARARGS | METH_CLASS, NULL},
    {"to_state", sketches_to_state, METH_NOARGS, NULL},
    {"rows", sketches_rows, METH_NOARGS, NULL},
    {"names", sketches_names, METH_NOARGS, NULL},
    {"settle_state", sketches_settle_state, METH_NOARGS, NULL},
    {"like_state", sketches_like_state, METH_O, NULL},
    {"update_columns", sketches_update_columns, METH_VARARGS, NULL},
    {"to_bytes", sketches_to_bytes, METH_NOARGS, NULL},
    {"from_bytes", from_bytes, METH_VARARGS | METH_CLASS, NULL},
    {"summary", sketches_summary, METH_NOARGS, NULL},
    {"nodes", sketches_nodes, METH_NOARGS, NULL},
    {"quantiles", sketches_quantiles, METH_O, NULL},
    {"copy", copy, METH_NOARGS, NULL},
    {"facts", sketches_facts, METH_NOARGS, NULL},
    {"verdicts", sketches_verdicts, METH_VARARGS, NULL},
    {"leave_alone", sketches_leave_alone, METH_VARARGS, NULL},
    {"normality", sketches_normality, METH_VARARGS, NULL},
    {"fit", sketches_fit, METH_VARARGS, NULL},
    {"profile", sketches_profile, METH_VARARGS, NULL},
    {"infer", sketches_infer, METH_VARARGS, NULL},
    {"__reduce__", reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef attributes[] = {
    {"method", get_method, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_new, (void *)sketches_new},
    {Py_tp_dealloc, (void *)deallocate},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, NULL},
};

PyType_Spec sketches_spec = {
    .name = "bellshape._core.Sketches",
    .basicsize = sizeof(struct sketches),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
