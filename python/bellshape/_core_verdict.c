/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_verdict.c - the methods of Sketches that judge: verdicts and normality. */
#include "_core.h"

/* ---- facts ---- */

/* (mixed, fractional, count, ties, first, last, least step, greatest step) */
static PyObject *facts_tuple(const struct bell_facts *f)
{
	return Py_BuildValue("(NNKKdddd)", PyBool_FromLong(f->mixed),
			     PyBool_FromLong(f->fractional), (unsigned long long)f->count,
			     (unsigned long long)f->ties, f->first, f->last, f->least_step,
			     f->greatest_step);
}

/* facts(): a list with one tuple a column, for set_facts() of sketches of the same columns */
PyObject *sketches_facts(PyObject *self, PyObject *none)
{
	struct sketches *s = sketches_lock(self);
	PyObject *list;

	(void)none;
	if (!s)
		return NULL;
	list = PyList_New((Py_ssize_t)s->columns);
	for (size_t j = 0; list && j < s->columns; j++) {
		PyObject *item = facts_tuple(&s->facts[j]);

		if (!item || PyList_SetItem(list, (Py_ssize_t)j, item) < 0)
			Py_CLEAR(list);
	}
	sketches_unlock(s);
	return list;
}

static bool facts_read(PyObject *item, struct bell_facts *out)
{
	unsigned long long count, ties;
	struct bell_facts f = {0};
	int mixed, fractional;

	if (!PyTuple_Check(item)) {
		PyErr_SetString(PyExc_TypeError, "set_facts: a list of tuples");
		return false;
	}
	if (!PyArg_ParseTuple(item, "ppKKdddd", &mixed, &fractional, &count, &ties, &f.first,
			      &f.last, &f.least_step, &f.greatest_step))
		return false;
	f.mixed = mixed;
	f.fractional = fractional;
	f.count = count;
	f.ties = ties;
	*out = f;
	return true;
}

PyObject *sketches_set_facts(PyObject *self, PyObject *list)
{
	struct sketches *s = sketches_lock(self);
	bool ok;

	if (!s)
		return NULL;
	ok = PyList_Check(list) && (size_t)PyList_Size(list) == s->columns;
	if (!ok)
		PyErr_SetString(PyExc_ValueError, "set_facts: one tuple for each column");
	for (size_t j = 0; ok && j < s->columns; j++)
		ok = facts_read(PyList_GetItem(list, (Py_ssize_t)j), &s->facts[j]);
	sketches_unlock(s);
	return ok ? Py_NewRef(Py_None) : NULL;
}

/* ---- verdicts ---- */

/* (kind, number, other, text, advice, whether it advises to leave the column alone) */
static PyObject *verdict_tuple(const struct bell_verdict *v)
{
	char text[BELL_VERDICT_TEXT];
	enum bell_status status = bell_verdict_text(v, text);

	if (status != BELL_OK)
		return raise_status(status, "verdicts");
	return Py_BuildValue("(sddssN)", bell_verdict_name(v->kind), v->number, v->other, text,
			     bell_verdict_advice(v->kind),
			     PyBool_FromLong(bell_verdict_leaves(v->kind)));
}

static PyObject *verdicts_list(const struct bell_verdicts *v)
{
	PyObject *list = PyList_New((Py_ssize_t)v->count);

	for (size_t i = 0; list && i < v->count; i++) {
		PyObject *item = verdict_tuple(&v->verdict[i]);

		if (!item || PyList_SetItem(list, (Py_ssize_t)i, item) < 0)
			Py_CLEAR(list);
	}
	return list;
}

/* As many columns are judged before signals are handled; each takes a tenth of a millisecond. */
#define BLOCK_COLUMNS 256

static enum bell_status judge(const struct sketches *s, const struct bell_model *model, int type,
			      struct released *r, struct bell_verdicts *out)
{
	enum bell_status status = BELL_OK;

	for (size_t j = 0; status == BELL_OK && j < s->columns; j++) {
		status = bell_verdicts_sketch(s->sketch[j], bell_model_fit(model, j), &s->facts[j],
					      (enum bell_weight_type)type, &out[j]);
		if (j % BLOCK_COLUMNS == BLOCK_COLUMNS - 1 && gil_pause(r, SIZE_MAX))
			break;
	}
	return status;
}

static PyObject *lists_of(const struct bell_verdicts *v, size_t columns)
{
	PyObject *lists = PyList_New((Py_ssize_t)columns);

	for (size_t j = 0; lists && j < columns; j++) {
		PyObject *list = verdicts_list(&v[j]);

		if (!list || PyList_SetItem(lists, (Py_ssize_t)j, list) < 0)
			Py_CLEAR(lists);
	}
	return lists;
}

static PyObject *verdicts_locked(struct sketches *s, const struct bell_model *model, int type)
{
	struct bell_verdicts *v = PyMem_Calloc(s->columns + 1, sizeof *v);
	struct released r = {0};
	enum bell_status status;
	PyObject *lists = NULL;

	if (!v)
		return PyErr_NoMemory();
	gil_release(&r);
	status = judge(s, model, type, &r, v);
	gil_take(&r);
	if (status != BELL_OK)
		raise_status(status, "verdicts");
	else if (!r.interrupted)
		lists = lists_of(v, s->columns);
	PyMem_Free(v);
	return lists;
}

/* The model of an argument, which has to have as many columns. */
static const struct bell_model *model_for(const struct sketches *s, PyObject *self, PyObject *model)
{
	if (Py_TYPE(model) != state_of(Py_TYPE(self))->model) {
		PyErr_SetString(PyExc_TypeError, "a Model");
		return NULL;
	}
	if (bell_model_columns(model_of(model)) != s->columns) {
		PyErr_SetString(PyExc_ValueError, "a Model of other columns");
		return NULL;
	}
	return model_of(model);
}

/* verdicts(model, weight_type): a list with one list of tuples a column */
PyObject *sketches_verdicts(PyObject *self, PyObject *args)
{
	const struct bell_model *model;
	PyObject *object, *lists = NULL;
	struct sketches *s;
	int type;

	if (!PyArg_ParseTuple(args, "Oi", &object, &type))
		return NULL;
	s = sketches_lock(self);
	if (!s)
		return NULL;
	model = model_for(s, self, object);
	if (model)
		lists = verdicts_locked(s, model, type);
	sketches_unlock(s);
	return lists;
}

/* ---- columns that are left as they are ---- */

/* Column j of a model becomes the identity, with the statistics of its sketch. */
static enum bell_status leave(struct bell_model *model, size_t j, const struct bell_sketch *sketch,
			      int type)
{
	struct bell_fit_options options;
	struct bell_fit fit;
	enum bell_status status;

	bell_fit_options_default(&options);
	options.lambda = 1;
	options.standardize = false;
	options.weight_type = (enum bell_weight_type)type;
	status = bell_fit_sketch(sketch, &options, &fit);
	return status == BELL_OK ? bell_model_set(model, j, NULL, &fit) : status;
}

static enum bell_status leave_all(const struct sketches *s, const struct bell_model *model,
				  PyObject *which, int type, struct bell_model **out)
{
	enum bell_status status = bell_model_create(s->columns, out);

	for (size_t j = 0; status == BELL_OK && j < s->columns; j++)
		status = PyObject_IsTrue(PyList_GetItem(which, (Py_ssize_t)j)) == 1
			     ? leave(*out, j, s->sketch[j], type)
			     : column_copy(*out, j, NULL, model, j);
	return status;
}

static PyObject *left_locked(struct sketches *s, PyObject *self, PyObject *object, PyObject *which,
			     int type)
{
	const struct bell_model *model = model_for(s, self, object);
	struct bell_model *left = NULL;
	enum bell_status status;

	if (!model)
		return NULL;
	if ((size_t)PyList_Size(which) != s->columns) {
		PyErr_SetString(PyExc_ValueError, "leave_alone: one bool for each column");
		return NULL;
	}
	status = leave_all(s, model, which, type, &left);
	if (status == BELL_OK)
		return model_object(state_of(Py_TYPE(self)), left);
	bell_model_free(left);
	return raise_status(status, "leave_alone");
}

/* leave_alone(model, list of bool, weight_type): the model, with the identity for some columns */
PyObject *sketches_leave_alone(PyObject *self, PyObject *args)
{
	PyObject *model, *which, *result;
	struct sketches *s;
	int type;

	if (!PyArg_ParseTuple(args, "OO!i", &model, &PyList_Type, &which, &type))
		return NULL;
	s = sketches_lock(self);
	if (!s)
		return NULL;
	result = left_locked(s, self, model, which, type);
	sketches_unlock(s);
	return result;
}

/* ---- normality ---- */

/* normality(model or None, weight_type) -> (counts, numbers) of column 0, or of its transform */
PyObject *sketches_normality(PyObject *self, PyObject *args)
{
	struct bell_normality_options options;
	struct bell_normality found;
	enum bell_status status = BELL_OK;
	const struct bell_model *model = NULL;
	struct sketches *s;
	PyObject *object;
	int type;

	if (!PyArg_ParseTuple(args, "Oi", &object, &type))
		return NULL;
	options.weight_type = (enum bell_weight_type)type;
	s = sketches_lock(self);
	if (!s)
		return NULL;
	if (object == Py_None || (model = model_for(s, self, object)))
		status = bell_normality_sketch(s->sketch[0],
					       model ? &bell_model_fit(model, 0)->transform : NULL,
					       &options, &found);
	sketches_unlock(s);
	if (object != Py_None && !model)
		return NULL;
	return status == BELL_OK ? normality_numbers(&found) : raise_status(status, "normality");
}
