/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_common.c - what all topics need: errors, objects of our types, long calls. */
#include "_core.h"

PyObject *raise_status(enum bell_status status, const char *what)
{
	/* Only this variable can ask for a backend that is not there. */
	bool backend = status == BELL_EBACKEND;

	if (status == BELL_ENOMEM)
		return PyErr_NoMemory();
	PyErr_Format(backend ? PyExc_RuntimeError : PyExc_ValueError, "%s: %s",
		     backend ? "BELLSHAPE_BACKEND" : what, bell_status_text(status));
	return NULL;
}

PyObject *raise_rows(enum bell_status status, const char *what)
{
	if (status != BELL_ESIZE)
		return raise_status(status, what);
	return PyErr_Format(PyExc_ValueError,
			    "%s: frequency weights add up to too many rows, of which there may be "
			    "1e305, and 2**60 in each part of criterion='heldout'; divide all of "
			    "them by one number, or let weight_type be 'importance'",
			    what);
}

struct state *state_of(PyTypeObject *type) { return PyType_GetModuleState(type); }

void object_free(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);
	freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);

	release(self);
	Py_DECREF(type);
}

/* At 1 to 10 ns a value, which the slowest jobs take, Ctrl-C has to wait 40 ms at most. */
#define BLOCK_VALUES ((size_t)1 << 22)

/* What is a block for each of so many threads: 0 stands for as many as there are CPUs. */
#define MAX_BLOCKS 16

size_t block_values(unsigned threads)
{
	return BLOCK_VALUES * (threads == 0 || threads > MAX_BLOCKS ? MAX_BLOCKS : threads);
}

void gil_release(struct released *r) { r->thread = PyEval_SaveThread(); }

void gil_take(struct released *r) { PyEval_RestoreThread(r->thread); }

bool gil_pause(struct released *r, size_t values)
{
	r->values = values > SIZE_MAX - r->values ? SIZE_MAX : r->values + values;
	if (r->interrupted || r->values < BLOCK_VALUES)
		return r->interrupted;
	r->values = 0;
	gil_take(r);
	r->interrupted = PyErr_CheckSignals() != 0;
	gil_release(r);
	return r->interrupted;
}
