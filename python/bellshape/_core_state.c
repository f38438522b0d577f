/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_state.c - Sketches that are those of the state of a table: names, rows and bytes. */
#include "_core.h"

/* ---- making ---- */

/* Takes the state, also if it fails. */
static PyObject *sketches_of_state(PyTypeObject *type, struct bell_state *state,
				   enum bell_method method)
{
	size_t columns = bell_state_columns(state);
	struct sketches *s = sketches_allocate(type, (Py_ssize_t)columns, (int)method);

	if (!s) {
		bell_state_free(state);
		return NULL;
	}
	s->state = state;
	for (size_t j = 0; j < columns; j++)
		s->sketch[j] = bell_state_sketches(state)[j];
	return (PyObject *)s;
}

/* for_table(list with the name of each column as bytes, or None; method), a class method */
PyObject *sketches_for_table(PyObject *type, PyObject *args)
{
	struct bell_state *state;
	enum bell_status status;
	const char **name;
	PyObject *list;
	Py_ssize_t n;
	int method;

	if (!PyArg_ParseTuple(args, "O!i", &PyList_Type, &list, &method))
		return NULL;
	n = PyList_Size(list);
	name = PyMem_Calloc((size_t)n + 1, sizeof *name);
	if (!name)
		return PyErr_NoMemory();
	for (Py_ssize_t j = 0; !PyErr_Occurred() && j < n; j++) {
		PyObject *item = PyList_GetItem(list, j);
		char *text = NULL;

		/* Without a size to write to, a null character is a ValueError. */
		if (item != Py_None)
			PyBytes_AsStringAndSize(item, &text, NULL);
		name[j] = text;
	}
	if (PyErr_Occurred()) {
		PyMem_Free(name);
		return NULL;
	}
	status = bell_state_create((size_t)n, name, &state);
	PyMem_Free(name);
	if (status != BELL_OK)
		return raise_status(status, "columns");
	return sketches_of_state((PyTypeObject *)type, state, (enum bell_method)method);
}

/* from_state(bytes, method), a class method */
PyObject *sketches_from_state(PyObject *type, PyObject *args)
{
	struct bell_state *state;
	enum bell_status status;
	Py_buffer bytes;
	int method;

	if (!PyArg_ParseTuple(args, "y*i", &bytes, &method))
		return NULL;
	Py_BEGIN_ALLOW_THREADS;
	status = bell_state_deserialize(bytes.buf, (size_t)bytes.len, &state);
	Py_END_ALLOW_THREADS;
	PyBuffer_Release(&bytes);
	if (status != BELL_OK)
		return raise_status(status, "from_bytes");
	return sketches_of_state((PyTypeObject *)type, state, (enum bell_method)method);
}

/* Locks Sketches that have a state.  Returns NULL with an exception set. */
static struct sketches *lock_state(PyObject *self)
{
	struct sketches *s = sketches_lock(self);

	if (!s || s->state)
		return s;
	sketches_unlock(s);
	PyErr_SetString(PyExc_ValueError, "these sketches are not those of a state");
	return NULL;
}

/* ---- what it holds ---- */

PyObject *sketches_to_state(PyObject *self, PyObject *none)
{
	struct sketches *s = lock_state(self);
	enum bell_status status = BELL_OK;
	PyObject *bytes;
	size_t size;

	(void)none;
	if (!s)
		return NULL;
	size = bell_state_size(s->state);
	bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
	if (bytes)
		status = bell_state_serialize(s->state, PyBytes_AsString(bytes), size);
	sketches_unlock(s);
	if (status == BELL_OK)
		return bytes;
	Py_XDECREF(bytes);
	return raise_status(status, "to_bytes");
}

PyObject *sketches_rows(PyObject *self, PyObject *none)
{
	struct sketches *s = lock_state(self);
	uint64_t rows;

	(void)none;
	if (!s)
		return NULL;
	rows = bell_state_rows(s->state);
	sketches_unlock(s);
	return PyLong_FromUnsignedLongLong(rows);
}

/* A list with the name of each column as bytes, or None. */
PyObject *sketches_names(PyObject *self, PyObject *none)
{
	struct sketches *s = lock_state(self);
	PyObject *list;

	(void)none;
	if (!s)
		return NULL;
	list = PyList_New((Py_ssize_t)s->columns);
	for (size_t j = 0; list && j < s->columns; j++) {
		const char *name = bell_state_name(s->state, j);
		PyObject *item = name ? PyBytes_FromString(name) : Py_NewRef(Py_None);

		if (!item || PyList_SetItem(list, (Py_ssize_t)j, item) < 0)
			Py_CLEAR(list);
	}
	sketches_unlock(s);
	return list;
}

/* ---- grids ---- */

PyObject *sketches_settle_state(PyObject *self, PyObject *none)
{
	struct sketches *s = lock_state(self);
	enum bell_status status;

	(void)none;
	if (!s)
		return NULL;
	Py_BEGIN_ALLOW_THREADS;
	status = bell_state_settle(s->state);
	Py_END_ALLOW_THREADS;
	sketches_unlock(s);
	if (status != BELL_OK)
		return raise_status(status, "settle");
	Py_RETURN_NONE;
}

/* like_state(anew): empty sketches with the same grids, or such that suit what was seen */
PyObject *sketches_like_state(PyObject *self, PyObject *anew)
{
	struct sketches *s = lock_state(self);
	struct bell_state *other;
	enum bell_status status;
	enum bell_method method;

	if (!s)
		return NULL;
	method = s->method;
	Py_BEGIN_ALLOW_THREADS;
	status = (anew == Py_True ? bell_state_regrid : bell_state_like)(s->state, &other);
	Py_END_ALLOW_THREADS;
	sketches_unlock(s);
	if (status != BELL_OK)
		return raise_status(status, "like");
	return sketches_of_state(Py_TYPE(self), other, method);
}

/* ---- rows, column by column ---- */

/* The columns of some rows, each where it lies. */
struct block {
	struct sketches *s;
	struct array *column;
	size_t count; /* of the columns that are borrowed */
	const double *weights;
	size_t rows, first, part; /* all rows, and those of one step */
	enum bell_status *status; /* of each column */
};

static void add_column(void *context, size_t j)
{
	const struct block *b = context;
	const struct array *a = &b->column[j];
	struct bell_table t = {.data = array_at(a, (Py_ssize_t)b->first * a->stride[0]),
			       .type = a->type,
			       .rows = b->part,
			       .columns = 1,
			       .row_stride = a->stride[0],
			       .column_stride = 1};

	b->status[j] =
	    bell_table_sketch(&t, b->weights ? b->weights + b->first : NULL, 1, &b->s->sketch[j]);
}

/* Adds the rows block by block, which changes no bit; between two blocks, signals are handled. */
static enum bell_status add_rows(struct block *b, unsigned threads, struct released *r)
{
	size_t most = block_values(threads) / (b->count + 1) + 1, row;
	enum bell_status status = bell_backend() ? BELL_OK : BELL_EBACKEND;

	/* What can be refused is refused before anything is added. */
	if (status == BELL_OK)
		status =
		    bell_table_check_weights(b->s->sketch, b->weights, b->rows, b->count, &row);
	if (status == BELL_OK)
		status = bell_state_add_rows(b->s->state, b->rows);
	if (status != BELL_OK)
		return status;
	b->s->changing = true;
	for (b->first = 0; status == BELL_OK && b->first < b->rows; b->first += most) {
		b->part = b->rows - b->first < most ? b->rows - b->first : most;
		status = bell_parallel_for(threads, b->count, add_column, b);
		for (size_t j = 0; status == BELL_OK && j < b->count; j++)
			status = b->status[j];
		if (status != BELL_OK)
			b->s->incomplete = sketches_failed;
		else if (b->first + most < b->rows && gil_pause(r, SIZE_MAX)) {
			b->s->incomplete = sketches_stopped;
			break;
		}
	}
	b->s->changing = false;
	return status;
}

/* Returns false with an exception set. */
static bool update_locked(struct block *b, struct weights *w, unsigned threads)
{
	struct released r = {0};
	enum bell_status status;

	if (b->count != b->s->columns) {
		PyErr_Format(PyExc_ValueError, "update: %zu columns, not %zu", b->count,
			     b->s->columns);
		return false;
	}
	b->weights = w->values;
	gil_release(&r);
	status = add_rows(b, threads, &r);
	gil_take(&r);
	if (r.interrupted)
		return false;
	if (status == BELL_EWEIGHT)
		weights_refuse(w, b->s->sketch, b->count);
	else if (status != BELL_OK)
		raise_sum(status, "update");
	return status == BELL_OK;
}

/* Borrows the columns.  Returns false with an exception set. */
static bool borrow(struct block *b, PyObject *list)
{
	Py_ssize_t n = PyList_Size(list);

	b->column = PyMem_Calloc((size_t)n + 1, sizeof *b->column);
	b->status = PyMem_Calloc((size_t)n + 1, sizeof *b->status);
	if (!b->column || !b->status)
		return PyErr_NoMemory(), false;
	for (Py_ssize_t j = 0; j < n; j++) {
		struct array *a = &b->column[j];

		if (!array_get(PyList_GetItem(list, j), "x", a))
			return false;
		b->count++;
		if (a->ndim != 1 || (size_t)a->shape[0] != b->rows) {
			PyErr_Format(PyExc_ValueError, "update: column %zd has not %zu values", j,
				     b->rows);
			return false;
		}
	}
	return true;
}

/* update_columns(list of 1-D arrays, rows, weights or None, threads) */
PyObject *sketches_update_columns(PyObject *self, PyObject *args)
{
	PyObject *list, *weights;
	struct block b = {0};
	struct weights w;
	Py_ssize_t rows;
	unsigned threads;
	bool ok = false;

	if (!PyArg_ParseTuple(args, "O!nOI", &PyList_Type, &list, &rows, &weights, &threads))
		return NULL;
	b.rows = (size_t)rows;
	if (borrow(&b, list) && weights_get(weights, "weights", b.rows, &w)) {
		b.s = lock_state(self);
		if (b.s) {
			ok = update_locked(&b, &w, threads);
			sketches_unlock(b.s);
		}
		weights_release(&w);
	}
	for (size_t j = 0; j < b.count; j++)
		array_release(&b.column[j]);
	PyMem_Free(b.column);
	PyMem_Free(b.status);
	return ok ? Py_NewRef(Py_None) : NULL;
}
