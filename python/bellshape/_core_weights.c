/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_weights.c - one weight for each row, and the errors that name the one that is wrong. */
#include "_core.h"

#include <math.h>
#include <stdio.h>

static double weight(const struct array *a, size_t i)
{
	const void *at = array_at(a, (Py_ssize_t)i * a->stride[0]);

	return a->type == BELL_F32 ? *(const float *)at : *(const double *)at;
}

/* "name[row] is value: why" */
static void refuse(const char *name, size_t row, double value, const char *why)
{
	PyObject *number = PyFloat_FromDouble(value);

	if (number)
		PyErr_Format(PyExc_ValueError, "%s[%zu] is %R: %s", name, row, number, why);
	Py_XDECREF(number);
}

static bool check(const struct array *a, const char *name, size_t rows)
{
	if (a->ndim != 1 || (size_t)a->shape[0] != rows) {
		PyErr_Format(PyExc_ValueError, "%s: one for each of the %zu rows", name, rows);
		return false;
	}
	for (size_t i = 0; i < rows; i++)
		if (!(weight(a, i) >= 0 && isfinite(weight(a, i)))) {
			refuse(name, i, weight(a, i), "weights are finite and not negative");
			return false;
		}
	return true;
}

/* Sets w->values to a copy.  Returns false with an exception set. */
static bool copy(struct weights *w, size_t rows)
{
	w->copy = PyMem_Malloc((rows + 1) * sizeof *w->copy);
	if (!w->copy)
		return PyErr_NoMemory(), false;
	for (size_t i = 0; i < rows; i++)
		w->copy[i] = weight(&w->array, i);
	w->values = w->copy;
	return true;
}

bool weights_get(PyObject *x, const char *name, size_t rows, struct weights *w)
{
	*w = (struct weights){.name = name, .rows = rows};
	if (!x || x == Py_None)
		return true;
	if (!array_get(x, name, &w->array))
		return false;
	w->values = w->array.view.buf;
	if (check(&w->array, name, rows) &&
	    ((w->array.type == BELL_F64 && array_contiguous(&w->array)) || copy(w, rows)))
		return true;
	array_release(&w->array);
	return false;
}

void weights_release(struct weights *w)
{
	if (w->values)
		array_release(&w->array);
	PyMem_Free(w->copy);
}

bool weights_fit(struct weights *w, struct bell_sketch *const *sketches, size_t columns)
{
	int exponent = bell_weights_exponent(w->values, w->rows);
	size_t i = 0;

	for (size_t j = 0; j < columns; j++)
		if (bell_sketch_scale_weights(sketches[j], exponent) != BELL_OK)
			return raise_status(BELL_EINVAL, w->name), false;
	/* The library drops them in its own fits of all rows; in an update it would refuse them. */
	while (w->values && i < w->rows && !(ldexp(w->values[i], exponent) <= 0x1p-25))
		i++;
	if (!w->values || i == w->rows)
		return true;
	if (!w->copy && !copy(w, w->rows))
		return false;
	for (; i < w->rows; i++)
		if (ldexp(w->copy[i], exponent) <= 0x1p-25)
			w->copy[i] = 0;
	return true;
}

/* The exponent of the first sketch that does not take the weights. */
static int exponent_of(const struct weights *w, struct bell_sketch *const *sketches, size_t columns)
{
	struct bell_sketch_summary summary = {0};
	size_t row;

	for (size_t j = 0; j < columns; j++)
		if (bell_table_check_weights(&sketches[j], w->values, w->rows, 1, &row) ==
		    BELL_EWEIGHT) {
			bell_sketch_summary(sketches[j], &summary);
			break;
		}
	return summary.weight_exponent;
}

void weights_refuse(const struct weights *w, struct bell_sketch *const *sketches, size_t columns)
{
	int exponent = exponent_of(w, sketches, columns);
	char why[256];
	size_t row = 0;

	bell_table_check_weights(sketches, w->values, w->rows, columns, &row);
	snprintf(why, sizeof why, "a weight is 0, or above 2**%d and at most 2**%d%s; %s",
		 -25 - exponent, 31 - exponent, exponent ? ", by the weights of the first fit" : "",
		 exponent ? "fit all rows at once, or begin with partial_fit"
			  : "multiply all weights by one power of two");
	if (w->values)
		refuse(w->name, row, w->values[row], why);
	else
		PyErr_Format(PyExc_ValueError, "%s: rows without weights have the weight 1; %s",
			     w->name, why);
}
