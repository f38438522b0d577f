/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_report.c - pages of HTML, and the numbers of their pictures. */
#include "_core.h"

#include <stdlib.h>
#include <string.h>

/* ---- columns ---- */

/* A column of a report, and what it owns; zeros at first. */
struct shown {
	struct bell_report_column column;
	struct bell_sketch *sketch;
	struct bell_facts facts;
	double *values;
};

static void shown_free(struct shown *s)
{
	bell_sketch_free(s->sketch);
	free(s->values);
}

/*
 * Copies sketch j, which other threads may change while the report is written.  Returns false with
 * an exception set.
 */
static bool copy_sketch(struct shown *s, PyObject *sketches, size_t j)
{
	struct sketches *from = sketches_lock(sketches);
	enum bell_status status = BELL_EINVAL;

	if (!from)
		return false;
	if (j < from->columns) {
		size_t size = bell_sketch_size(from->sketch[j]);
		void *bytes = malloc(size);

		s->facts = from->facts[j];
		status = bytes ? bell_sketch_serialize(from->sketch[j], bytes, size) : BELL_ENOMEM;
		if (status == BELL_OK)
			status = bell_sketch_deserialize(bytes, size, &s->sketch);
		free(bytes);
	}
	sketches_unlock(from);
	if (status != BELL_OK)
		raise_status(status, "report");
	return status == BELL_OK;
}

static bool copy_values(struct shown *s, PyObject *bytes)
{
	Py_ssize_t size;
	char *from;

	if (PyBytes_AsStringAndSize(bytes, &from, &size) < 0)
		return false;
	s->column.values = (size_t)size / sizeof *s->values;
	s->values = malloc((size_t)size + 1);
	if (!s->values)
		return PyErr_NoMemory(), false;
	memcpy(s->values, from, (size_t)size);
	return true;
}

/* So many quantiles stand for a column whose values are no longer there. */
#define QUANTILES 1000

/* Sets values to the quantiles at (i + 1/2)/QUANTILES. */
static enum bell_status set_quantiles(struct shown *s)
{
	double probability[QUANTILES], error[QUANTILES];

	for (size_t i = 0; i < QUANTILES; i++)
		probability[i] = ((double)i + 0.5) / QUANTILES;
	s->values = malloc(sizeof probability);
	if (!s->values)
		return BELL_ENOMEM;
	s->column.values = QUANTILES;
	s->column.quantiles = true;
	return bell_sketch_quantiles(s->sketch, probability, QUANTILES, s->values, error);
}

/*
 * Sets values to those that the sketch has kept, each as often as it was seen.  Returns BELL_EINVAL
 * if it has not kept them, or weights do not say how often.
 */
static enum bell_status set_kept(struct shown *s, const struct bell_sketch_summary *summary)
{
	double value[BELL_SKETCH_EXACT], weight[BELL_SKETCH_EXACT];
	size_t nodes, n = 0;
	enum bell_status status =
	    bell_sketch_nodes(s->sketch, BELL_SKETCH_EXACT, value, weight, &nodes);

	if (status != BELL_OK || summary->bins || summary->count > BELL_PLOT_SAMPLE)
		return BELL_EINVAL;
	for (size_t i = 0; i < nodes; i++)
		if (weight[i] < 1 || weight[i] > BELL_PLOT_SAMPLE ||
		    weight[i] != (double)(size_t)weight[i])
			return BELL_EINVAL;
	if (summary->weight != (double)summary->count)
		return BELL_EINVAL;
	s->values = malloc((summary->count + 1) * sizeof *s->values);
	if (!s->values)
		return BELL_ENOMEM;
	for (size_t i = 0; i < nodes; i++)
		for (size_t k = 0; k < (size_t)weight[i]; k++)
			s->values[n++] = value[i];
	s->column.values = n;
	return BELL_OK;
}

static bool restore_values(struct shown *s)
{
	struct bell_sketch_summary summary;
	enum bell_status status = bell_sketch_summary(s->sketch, &summary);

	if (status == BELL_OK && summary.count) {
		status = set_kept(s, &summary);
		if (status == BELL_EINVAL)
			status = set_quantiles(s);
	}
	if (status != BELL_OK)
		raise_status(status, "report");
	return status == BELL_OK;
}

/*
 * item: (name as bytes, Sketches, column in it, Model, column in it, bytes of doubles or None).
 * The item has to live as long as *s.  Returns false with an exception set.
 */
static bool shown_read(struct state *state, PyObject *item, struct shown *s)
{
	PyObject *sketches, *model, *values;
	Py_ssize_t j, k;

	if (!PyTuple_Check(item)) {
		PyErr_SetString(PyExc_TypeError, "report: tuples");
		return false;
	}
	if (!PyArg_ParseTuple(item, "yO!nO!nO", &s->column.name, state->sketches, &sketches, &j,
			      state->model, &model, &k, &values))
		return false;
	s->column.fit = k < 0 ? NULL : bell_model_fit(model_of(model), (size_t)k);
	if (j < 0 || !s->column.fit)
		return raise_status(BELL_EINVAL, "report"), false;
	s->column.candidate =
	    bell_model_candidates(model_of(model), (size_t)k, &s->column.candidates);
	if (!copy_sketch(s, sketches, (size_t)j) ||
	    !(values == Py_None ? restore_values(s) : copy_values(s, values)))
		return false;
	s->column.sketch = s->sketch;
	s->column.facts = &s->facts;
	s->column.value = s->values;
	return true;
}

/* ---- pages ---- */

/* A page in memory, as it is written. */
struct text {
	char *bytes;
	size_t used, size;
	struct released released;
};

/* What a byte of a page costs, in values of other jobs: 25 KB take some milliseconds. */
#define BYTE_VALUES 16

static enum bell_status add_text(void *context, const char *bytes, size_t n)
{
	struct text *t = context;

	if (n > t->size - t->used) {
		size_t size = 2 * t->size + n;
		char *larger = realloc(t->bytes, size);

		if (!larger)
			return BELL_ENOMEM;
		t->bytes = larger;
		t->size = size;
	}
	memcpy(t->bytes + t->used, bytes, n);
	t->used += n;
	/* Any status but BELL_OK ends the page; nobody reads this one. */
	return gil_pause(&t->released, n * BYTE_VALUES) ? BELL_EINVAL : BELL_OK;
}

static PyObject *write_page(const struct shown *shown, size_t n,
			    const struct bell_report_options *options)
{
	struct bell_report_column *columns = calloc(n + 1, sizeof *columns);
	struct text t = {0};
	enum bell_status status;
	PyObject *page = NULL;

	if (!columns)
		return PyErr_NoMemory();
	for (size_t i = 0; i < n; i++)
		columns[i] = shown[i].column;
	/* What a model was chosen from says nothing of other columns. */
	for (size_t i = 0; options->model && i < n; i++)
		columns[i].candidates = 0;
	gil_release(&t.released);
	status = bell_report_html(columns, n, options, add_text, &t);
	gil_take(&t.released);
	if (!t.released.interrupted)
		page = status == BELL_OK
			   ? PyUnicode_DecodeUTF8(t.bytes, (Py_ssize_t)t.used, "strict")
			   : raise_status(status, "report");
	free(t.bytes);
	free(columns);
	return page;
}

/* The page of a tuple of columns. */
static PyObject *page_of(struct state *state, PyObject *columns,
			 const struct bell_report_options *options)
{
	size_t n = (size_t)PyTuple_Size(columns), read = 0;
	struct shown *shown = calloc(n + 1, sizeof *shown);
	PyObject *page = NULL;

	if (!shown)
		return PyErr_NoMemory();
	while (read < n &&
	       shown_read(state, PyTuple_GetItem(columns, (Py_ssize_t)read), &shown[read]))
		read++;
	if (read == n)
		page = write_page(shown, n, options);
	for (size_t i = 0; i < n; i++)
		shown_free(&shown[i]);
	free(shown);
	return page;
}

/* The C strings of a tuple of bytes, to be freed; NULL with an exception set. */
static const char **strings_of(PyObject *tuple, size_t *count)
{
	const char **string;

	*count = (size_t)PyTuple_Size(tuple);
	string = calloc(*count + 1, sizeof *string);
	if (!string)
		PyErr_NoMemory();
	for (size_t i = 0; string && i < *count; i++) {
		string[i] = PyBytes_AsString(PyTuple_GetItem(tuple, (Py_ssize_t)i));
		if (!string[i]) {
			free(string);
			return NULL;
		}
	}
	return string;
}

/* report_html(tuple of columns, title, tuple of skipped names, model or None, full) */
static PyObject *report_html(PyObject *module, PyObject *args)
{
	struct bell_report_options options = {0};
	PyObject *columns, *skipped, *model, *page;
	const char **names;
	Py_ssize_t full;

	if (!PyArg_ParseTuple(args, "O!yO!On", &PyTuple_Type, &columns, &options.title,
			      &PyTuple_Type, &skipped, &model, &full))
		return NULL;
	options.model = model == Py_None ? NULL : PyBytes_AsString(model);
	if (PyErr_Occurred())
		return NULL;
	names = strings_of(skipped, &options.skipped_count);
	if (!names)
		return NULL;
	options.skipped = names;
	options.full = (size_t)full;
	page = page_of(PyModule_GetState(module), columns, &options);
	free(names);
	return page;
}

/* ---- numbers ---- */

static PyObject *numbers_dict(const struct bell_report_numbers *n, bool quantiles)
{
	return Py_BuildValue("{sN sN sd sN sN sN sN s(NN)}", "sampled", PyBool_FromLong(n->sampled),
			     "quantiles", PyBool_FromLong(quantiles), "change", n->change,
			     "histogram_before", histogram_tuple(&n->histogram_before),
			     "histogram_after", histogram_tuple(&n->histogram_after), "qq_before",
			     qq_tuple(&n->qq_before), "qq_after", qq_tuple(&n->qq_after), "profile",
			     doubles_of(n->profile_lambda, n->profile_points),
			     doubles_of(n->profile_log_likelihood, n->profile_points));
}

/* report_numbers(column): a dict of what the pictures of a column show */
static PyObject *report_numbers(PyObject *module, PyObject *item)
{
	struct bell_report_numbers *numbers = malloc(sizeof *numbers);
	enum bell_status status = BELL_OK;
	struct shown s = {0};
	PyObject *result = NULL;

	if (!numbers)
		return PyErr_NoMemory();
	if (shown_read(PyModule_GetState(module), item, &s)) {
		Py_BEGIN_ALLOW_THREADS;
		status = bell_report_numbers(&s.column, numbers);
		Py_END_ALLOW_THREADS;
		result = status == BELL_OK ? numbers_dict(numbers, s.column.quantiles)
					   : raise_status(status, "report");
	}
	shown_free(&s);
	free(numbers);
	return result;
}

PyMethodDef report_methods[] = {
    {"report_html", report_html, METH_VARARGS, NULL},
    {"report_numbers", report_numbers, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
