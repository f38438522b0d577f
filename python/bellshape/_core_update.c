/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_update.c - the rows of tables, added to sketches. */
#include "_core.h"

/* The same table from row `first` on, with as many rows as are left, `most` at most. */
static struct bell_table rows_from(const struct bell_table *t, size_t first, size_t most)
{
	struct bell_table part = *t;

	part.data =
	    (char *)t->data + (ptrdiff_t)first * t->row_stride * (ptrdiff_t)bell_type_size(t->type);
	part.rows = t->rows - first < most ? t->rows - first : most;
	return part;
}

/* A value that a method cannot take, and its row. */
struct refused {
	size_t row;
	double value;
};

/*
 * Whether all values are in the domain of a method.  The library would find others after other
 * columns have been added to already.
 */
static bool in_domain(const struct bell_table *t, const double *weights, enum bell_method method,
		      struct refused *refused)
{
	bool open = method != BELL_SQRT;

	for (size_t i = 0; i < t->rows; i++)
		for (size_t j = 0; j < t->columns; j++) {
			ptrdiff_t at =
			    (ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->column_stride;
			double x = t->type == BELL_F32 ? ((const float *)t->data)[at]
						       : ((const double *)t->data)[at];

			if ((open ? x <= 0 : x < 0) && !(weights && weights[i] == 0)) {
				*refused = (struct refused){i, x};
				return false;
			}
		}
	return true;
}

static bool has_limit(enum bell_method method)
{
	return method == BELL_BOX_COX || method == BELL_LOG || method == BELL_SQRT;
}

/* Adds the rows block by block, which changes no bit; between two blocks, signals are handled. */
static enum bell_status add_rows(struct sketches *s, const struct bell_table *t,
				 const double *weights, unsigned threads, struct released *r,
				 struct refused *refused)
{
	size_t most = block_values(threads) / (t->columns ? t->columns : 1) + 1;
	enum bell_status status = BELL_OK;
	struct bell_table part;

	if (has_limit(s->method))
		for (size_t i = 0; i < t->rows && !r->interrupted; i += most) {
			part = rows_from(t, i, most);
			if (!in_domain(&part, weights ? weights + i : NULL, s->method, refused)) {
				refused->row += i;
				return BELL_EDOMAIN;
			}
			gil_pause(r, part.rows * part.columns);
		}
	for (size_t i = 0; status == BELL_OK && !r->interrupted && (i < t->rows || i == 0);
	     i += most) {
		part = rows_from(t, i, most);
		s->changing = true;
		status = bell_table_sketch(&part, weights ? weights + i : NULL, threads, s->sketch);
		if (status == BELL_OK)
			status = bell_table_facts(&part, weights ? weights + i : NULL, s->facts);
		if (status == BELL_OK && i + most < t->rows && gil_pause(r, SIZE_MAX))
			s->incomplete = sketches_stopped;
	}
	return status;
}

static enum bell_status update_table(struct sketches *s, const struct bell_table *t,
				     const double *weights, unsigned threads, struct released *r,
				     struct refused *refused)
{
	enum bell_status status;
	size_t row;
	bool taken;

	gil_release(r);
	status = bell_table_check_weights(s->sketch, weights, t->rows, s->columns, &row);
	taken = status == BELL_OK;
	if (taken)
		status = add_rows(s, t, weights, threads, r, refused);
	gil_take(r);
	s->changing = false;
	if (taken && (status == BELL_ENOMEM || status == BELL_ESIZE))
		s->incomplete = sketches_failed;
	return status;
}

/* PowerTransformer refuses tables in the same words, and names all columns. */
static void raise_refused(const struct refused *refused, enum bell_method method)
{
	char *value = PyOS_double_to_string(refused->value, 'g', 6, 0, NULL);

	if (!value)
		return;
	if (method == BELL_BOX_COX)
		PyErr_Format(
		    PyExc_ValueError,
		    "The Box-Cox transformation can only be applied to strictly positive data: "
		    "x has %s in row %zu",
		    value, refused->row);
	else
		PyErr_Format(PyExc_ValueError, "%s takes values %s 0: x has %s in row %zu",
			     bell_method_name(method), method == BELL_SQRT ? "not below" : "above",
			     value, refused->row);
	PyMem_Free(value);
}

/* Returns false with an exception set. */
static bool update_checked(struct sketches *s, const struct array *a, struct weights *w,
			   unsigned threads, bool whole)
{
	struct refused refused = {0};
	struct released r = {0};
	enum bell_status status;
	struct bell_table t;

	if (!table_of(a, s->columns, &t) || (whole && !weights_fit(w, s->sketch, s->columns)))
		return false;
	status = update_table(s, &t, w->values, threads, &r, &refused);
	if (r.interrupted)
		return false;
	if (status == BELL_EDOMAIN)
		raise_refused(&refused, s->method);
	else if (status == BELL_EWEIGHT)
		weights_refuse(w, s->sketch, s->columns);
	else if (status != BELL_OK)
		raise_sum(status, "update");
	return status == BELL_OK;
}

/*
 * update(x, weights, threads, whole = False, name = "weights"): weights may be None; `whole`: they
 * are those of all rows, and the sketches are empty; `name`: what the caller calls the weights.
 */
PyObject *sketches_update(PyObject *self, PyObject *args)
{
	PyObject *x, *weights;
	struct array a;
	struct weights w;
	struct sketches *s;
	const char *name = "weights";
	unsigned threads;
	bool ok = false;
	int whole = 0;

	if (!PyArg_ParseTuple(args, "OOI|ps", &x, &weights, &threads, &whole, &name) ||
	    !array_get(x, "x", &a))
		return NULL;
	if (weights_get(weights, name, a.ndim ? (size_t)a.shape[0] : 0, &w)) {
		s = sketches_lock(self);
		if (s) {
			ok = update_checked(s, &a, &w, threads, whole);
			sketches_unlock(s);
		}
		weights_release(&w);
	}
	array_release(&a);
	return ok ? Py_NewRef(Py_None) : NULL;
}
