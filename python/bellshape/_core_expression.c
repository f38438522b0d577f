/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_expression.c - fitted columns as expressions of SQL, Python and R. */
#include "_core.h"

#include <stdlib.h>
#include <string.h>
#include <bellshape/expression.h>

/* Takes the text, which malloc() made. */
static PyObject *text_object(enum bell_status status, char *text)
{
	PyObject *result;

	if (status != BELL_OK)
		return raise_status(status, "expressions");
	/* a byte that is not UTF-8 is a surrogate, as in the names of a model */
	result = PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "surrogateescape");
	free(text);
	return result;
}

/* quoted(name, dialect) */
PyObject *quoted_name(PyObject *module, PyObject *args)
{
	enum bell_status status;
	PyObject *name, *bytes;
	char *text, *out = NULL;
	int dialect;

	(void)module;
	if (!PyArg_ParseTuple(args, "Ui", &name, &dialect))
		return NULL;
	bytes = PyUnicode_AsEncodedString(name, "utf-8", "surrogateescape");
	/* Without a size to write to, a name with a null character is a ValueError. */
	if (!bytes || PyBytes_AsStringAndSize(bytes, &text, NULL) < 0) {
		Py_XDECREF(bytes);
		return NULL;
	}
	status = bell_dialect_quote((enum bell_dialect)dialect, text, &out);
	Py_DECREF(bytes);
	return text_object(status, out);
}

/* expression(column, dialect, inverse, x), a method of Model */
PyObject *model_expression(PyObject *self, PyObject *args)
{
	const struct bell_fit *fit;
	enum bell_status status;
	PyObject *x, *bytes;
	char *text = NULL;
	Py_ssize_t column;
	int dialect, inverse;

	if (!PyArg_ParseTuple(args, "nipU", &column, &dialect, &inverse, &x))
		return NULL;
	fit = column < 0 ? NULL : bell_model_fit(model_of(self), (size_t)column);
	if (!fit) {
		PyErr_SetString(PyExc_IndexError, "no such column");
		return NULL;
	}
	bytes = PyUnicode_AsEncodedString(x, "utf-8", "surrogateescape");
	if (!bytes)
		return NULL;
	status = bell_transform_expression(&fit->transform, (enum bell_dialect)dialect, inverse,
					   PyBytes_AsString(bytes), &text);
	Py_DECREF(bytes);
	return text_object(status, text);
}
