/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_arrow.c - the Arrow C data interface: where the buffers of an array lie, without copies. */
#include "_core.h"

#include <stdlib.h>
#include <string.h>

/* As in https://arrow.apache.org/docs/format/CDataInterface.html and CStreamInterface.html */
struct ArrowSchema {
	const char *format, *name, *metadata;
	int64_t flags, n_children;
	struct ArrowSchema **children, *dictionary;
	void (*release)(struct ArrowSchema *);
	void *private_data;
};

struct ArrowArray {
	int64_t length, null_count, offset, n_buffers, n_children;
	const void **buffers;
	struct ArrowArray **children, *dictionary;
	void (*release)(struct ArrowArray *);
	void *private_data;
};

struct ArrowArrayStream {
	int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
	int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
	const char *(*get_last_error)(struct ArrowArrayStream *);
	void (*release)(struct ArrowArrayStream *);
	void *private_data;
};

static void destroy(PyObject *capsule)
{
	PyObject *type, *value, *traceback;
	struct ArrowArray *array;

	/* The owner may run Python code, which an exception that is set would disturb. */
	PyErr_Fetch(&type, &value, &traceback);
	array = PyCapsule_GetPointer(capsule, "bellshape.arrow");
	array->release(array);
	free(array);
	PyErr_Restore(type, value, traceback);
}

/* Whether what is to be read is there.  Returns false with an exception set. */
static bool well_formed(const struct ArrowSchema *schema, const struct ArrowArray *array)
{
	bool ok = schema && array && schema->format && (array->n_buffers <= 0 || array->buffers) &&
		  (array->n_children <= 0 || (array->children && schema->children));

	if (!ok)
		PyErr_SetString(PyExc_TypeError, "an Arrow array with a NULL pointer");
	return ok;
}

/* (format, name, length, null_count, offset, [addresses of buffers], [children]) */
static PyObject *describe(const struct ArrowSchema *schema, const struct ArrowArray *array)
{
	PyObject *buffers = PyList_New(0), *children = PyList_New(0), *item = NULL;
	bool ok = buffers && children && well_formed(schema, array);

	for (int64_t i = 0; ok && i < array->n_buffers; i++) {
		item = PyLong_FromVoidPtr((void *)array->buffers[i]);
		ok = item && PyList_Append(buffers, item) == 0;
		Py_XDECREF(item);
	}
	for (int64_t i = 0; ok && i < array->n_children && i < schema->n_children; i++) {
		if (Py_EnterRecursiveCall(" in an Arrow array")) {
			ok = false;
			break;
		}
		item = describe(schema->children[i], array->children[i]);
		Py_LeaveRecursiveCall();
		ok = item && PyList_Append(children, item) == 0;
		Py_XDECREF(item);
	}
	if (!ok) {
		Py_XDECREF(buffers), Py_XDECREF(children);
		return NULL;
	}
	return Py_BuildValue("(ssLLLNN)", array->dictionary ? "dictionary" : schema->format,
			     schema->name, (long long)array->length, (long long)array->null_count,
			     (long long)array->offset, buffers, children);
}

/* (owner, description); takes what *array holds. */
static PyObject *own(const struct ArrowSchema *schema, struct ArrowArray *array)
{
	struct ArrowArray *moved = malloc(sizeof *moved);
	PyObject *owner, *description;

	if (!moved)
		return PyErr_NoMemory();
	*moved = *array;
	array->release = NULL;
	owner = PyCapsule_New(moved, "bellshape.arrow", destroy);
	if (!owner) {
		moved->release(moved);
		free(moved);
		return NULL;
	}
	description = describe(schema, moved);
	if (!description) {
		Py_DECREF(owner);
		return NULL;
	}
	return Py_BuildValue("(NN)", owner, description);
}

/* arrow_array(schema, array): the capsules of __arrow_c_array__ */
static PyObject *arrow_array(PyObject *module, PyObject *args)
{
	PyObject *schema_capsule, *array_capsule;
	struct ArrowSchema *schema;
	struct ArrowArray *array;

	(void)module;
	if (!PyArg_ParseTuple(args, "OO", &schema_capsule, &array_capsule))
		return NULL;
	schema = PyCapsule_GetPointer(schema_capsule, "arrow_schema");
	array = schema ? PyCapsule_GetPointer(array_capsule, "arrow_array") : NULL;
	if (!array)
		return NULL;
	if (!schema->release || !array->release) {
		PyErr_SetString(PyExc_ValueError, "an Arrow array that was released already");
		return NULL;
	}
	return own(schema, array);
}

static PyObject *raise_stream(struct ArrowArrayStream *stream)
{
	const char *text = stream->get_last_error ? stream->get_last_error(stream) : NULL;

	PyErr_Format(PyExc_ValueError, "Arrow stream: %s", text ? text : "error");
	return NULL;
}

/* Appends every array of the stream to the list. */
static bool read_all(struct ArrowArrayStream *stream, const struct ArrowSchema *schema,
		     PyObject *list)
{
	for (;;) {
		struct ArrowArray array = {.release = NULL};
		PyObject *item;
		bool ok;

		if (stream->get_next(stream, &array))
			return raise_stream(stream), false;
		if (!array.release)
			return true;
		item = own(schema, &array);
		if (array.release)
			array.release(&array);
		ok = item && PyList_Append(list, item) == 0;
		Py_XDECREF(item);
		if (!ok)
			return false;
	}
}

/* arrow_stream(stream): the capsule of __arrow_c_stream__ -> list of what arrow_array() gives */
static PyObject *arrow_stream(PyObject *module, PyObject *capsule)
{
	struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
	struct ArrowSchema schema = {.release = NULL};
	PyObject *list;

	(void)module;
	if (!stream)
		return NULL;
	if (!stream->release || !stream->get_schema || !stream->get_next) {
		PyErr_SetString(PyExc_ValueError, "an Arrow stream that was read already");
		return NULL;
	}
	if (stream->get_schema(stream, &schema))
		return raise_stream(stream);
	list = PyList_New(0);
	if (list && !read_all(stream, &schema, list))
		Py_CLEAR(list);
	if (schema.release)
		schema.release(&schema);
	return list;
}

PyMethodDef arrow_methods[] = {
    {"arrow_array", arrow_array, METH_VARARGS, NULL},
    {"arrow_stream", arrow_stream, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
