/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_columns.c - the columns of models: copies of them, and their candidates. */
#include "_core.h"

enum bell_status column_copy(struct bell_model *into, size_t j, const char *name,
			     const struct bell_model *from, size_t k)
{
	size_t count;
	const struct bell_candidate *candidate = bell_model_candidates(from, k, &count);
	enum bell_status status = bell_model_set(into, j, name, bell_model_fit(from, k));

	return status == BELL_OK ? bell_model_set_candidates(into, j, candidate, count) : status;
}

PyObject *model_column(PyObject *self, PyObject *index)
{
	const struct bell_model *model = model_of(self);
	size_t j = PyLong_AsSize_t(index);
	struct bell_model *alone;
	enum bell_status status;

	if (j == (size_t)-1 && PyErr_Occurred())
		return NULL;
	if (j >= bell_model_columns(model))
		return raise_status(BELL_EINVAL, "column");
	status = bell_model_create(1, &alone);
	if (status == BELL_OK) {
		status = column_copy(alone, 0, NULL, model, j);
		if (status == BELL_OK)
			return model_object(state_of(Py_TYPE(self)), alone);
		bell_model_free(alone);
	}
	return raise_status(status, "column");
}

static PyObject *candidate_of(const struct bell_candidate *k)
{
	return Py_BuildValue("{ss sN sz sI sd sd sd sd sd sd sd sd}", "method",
			     bell_method_name(k->method), "chosen", PyBool_FromLong(k->chosen),
			     "refused", bell_refusal_text(k->refusal), "parameters", k->parameters,
			     "lmbda", k->lambda, "unit", k->unit, "shift", k->shift,
			     "log_likelihood", k->log_likelihood, "compared", k->compared, "aic",
			     k->aic, "bic", k->bic, "pearson_per_df", k->pearson_per_df);
}

PyObject *column_candidates(const struct bell_model *model, size_t j)
{
	size_t count;
	const struct bell_candidate *candidate = bell_model_candidates(model, j, &count);
	PyObject *list = PyList_New((Py_ssize_t)count);

	for (size_t i = 0; list && i < count; i++) {
		PyObject *item = candidate_of(&candidate[i]);

		if (!item || PyList_SetItem(list, (Py_ssize_t)i, item) < 0)
			Py_CLEAR(list);
	}
	return list;
}
