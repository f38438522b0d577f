/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_buffer.c - arrays of floats through the buffer protocol, without copies. */
#include "_core.h"

#include <string.h>

/* Whether the format, in the letters of the module struct, is f or d in this byte order. */
static bool is_float(const Py_buffer *view, enum bell_type *type)
{
	const char *format = view->format ? view->format : "B";

	if (strchr(PY_BIG_ENDIAN ? "@=>" : "@=<", *format))
		format++;
	*type = *format == 'f' ? BELL_F32 : BELL_F64;
	return (!strcmp(format, "f") && view->itemsize == sizeof(float)) ||
	       (!strcmp(format, "d") && view->itemsize == sizeof(double));
}

/* Describes the view as it is.  Returns false if the library could not read it so. */
static bool describe(struct array *a)
{
	const Py_buffer *v = &a->view;
	Py_ssize_t packed = v->itemsize;

	if (!is_float(v, &a->type) || v->ndim > MAX_DIMS || (uintptr_t)v->buf % (size_t)v->itemsize)
		return false;
	a->ndim = v->ndim;
	for (int i = v->ndim - 1; i >= 0; i--) {
		/* ctypes gives no strides, though they are asked for */
		Py_ssize_t stride = v->strides ? v->strides[i] : packed;

		if (stride % v->itemsize)
			return false;
		a->shape[i] = v->shape[i];
		a->stride[i] = stride / v->itemsize;
		packed *= v->shape[i];
	}
	return true;
}

/* bellshape._convert.floats(x, name): a new reference. */
static PyObject *convert(PyObject *x, const char *name)
{
	PyObject *module = PyImport_ImportModule("bellshape._convert"), *floats;

	if (!module)
		return NULL;
	floats = PyObject_CallMethod(module, "floats", "Os", x, name);
	Py_DECREF(module);
	return floats;
}

/*
 * Whether x is an array like those of numpy.ma, which are derived from another type of array: its
 * buffer does not tell which numbers are masked.
 */
static bool is_masked(PyObject *x)
{
	PyTypeObject *type = Py_TYPE(x);

	return PyType_GetSlot(type, Py_tp_base) != &PyBaseObject_Type &&
	       PyObject_HasAttrString((PyObject *)type, "mask");
}

bool array_get(PyObject *x, const char *name, struct array *a)
{
	PyObject *floats;
	bool ok;

	if (PyObject_CheckBuffer(x) && !is_masked(x)) {
		if (PyObject_GetBuffer(x, &a->view, PyBUF_RECORDS_RO) == 0) {
			if (describe(a))
				return true;
			PyBuffer_Release(&a->view);
		}
		PyErr_Clear();
	}
	floats = convert(x, name);
	if (!floats)
		return false;
	/* the view keeps its owner alive */
	ok = PyObject_GetBuffer(floats, &a->view, PyBUF_RECORDS_RO) == 0;
	Py_DECREF(floats);
	if (ok && !describe(a)) {
		PyBuffer_Release(&a->view);
		PyErr_Format(PyExc_TypeError, "%s: no array of float32 or float64", name);
		ok = false;
	}
	return ok;
}

bool array_get_out(PyObject *x, struct array *a)
{
	if (PyObject_GetBuffer(x, &a->view, PyBUF_RECORDS) < 0)
		return false;
	if (describe(a))
		return true;
	PyBuffer_Release(&a->view);
	PyErr_SetString(PyExc_TypeError, "out: no aligned array of float32 or float64");
	return false;
}

void array_release(struct array *a) { PyBuffer_Release(&a->view); }

size_t array_size(const struct array *a)
{
	size_t n = 1;

	for (int i = 0; i < a->ndim; i++)
		n *= (size_t)a->shape[i];
	return n;
}

bool array_contiguous(const struct array *a)
{
	Py_ssize_t stride = 1;

	for (int i = a->ndim - 1; i >= 0; i--) {
		if (a->shape[i] > 1 && a->stride[i] != stride)
			return array_size(a) == 0;
		stride *= a->shape[i];
	}
	return true;
}

void *array_at(const struct array *a, Py_ssize_t element)
{
	return (char *)a->view.buf + element * a->view.itemsize;
}

bool table_of(const struct array *a, size_t columns, struct bell_table *t)
{
	if (a->ndim != 2 && !(a->ndim == 1 && columns == 1)) {
		PyErr_Format(PyExc_ValueError, "x has %d dimensions, not %s", a->ndim,
			     columns == 1 ? "1" : "2");
		return false;
	}
	*t = (struct bell_table){.data = a->view.buf,
				 .type = a->type,
				 .rows = (size_t)a->shape[0],
				 .columns = a->ndim == 2 ? (size_t)a->shape[1] : 1,
				 .row_stride = a->stride[0],
				 .column_stride = a->ndim == 2 ? a->stride[1] : 1};
	if (t->columns != columns) {
		PyErr_Format(PyExc_ValueError, "x has %zu columns, not %zu", t->columns, columns);
		return false;
	}
	return true;
}
