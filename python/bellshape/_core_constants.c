/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_constants.c - the constants of the C headers, by the names that Python has for them. */
#include "_core.h"

#include <bellshape/expression.h>

/* One value of an enum.  Arrays of them end in {NULL}. */
struct constant {
	const char *name;
	int value;
};

static const struct constant outside[] = {
    {"nan", BELL_OUTSIDE_NAN},
    {"clip", BELL_OUTSIDE_CLIP},
    {"error", BELL_OUTSIDE_ERROR},
    {NULL, 0},
};

static const struct constant weight_types[] = {
    {"frequency", BELL_FREQUENCY_WEIGHTS},
    {"importance", BELL_IMPORTANCE_WEIGHTS},
    {NULL, 0},
};

static const struct constant criteria[] = {
    {"aic", BELL_AIC},
    {"bic", BELL_BIC},
    {"heldout", BELL_HELDOUT},
    {NULL, 0},
};

/* A dict of the methods that can be chosen, by name. */
static PyObject *candidates(void)
{
	PyObject *dict = PyDict_New();

	for (int m = 0; dict && m < BELL_BEST; m++) {
		PyObject *value;

		if (!(bell_choose_candidates() >> m & 1))
			continue;
		value = PyLong_FromLong(m);
		if (!value ||
		    PyDict_SetItemString(dict, bell_method_name((enum bell_method)m), value) < 0)
			Py_CLEAR(dict);
		Py_XDECREF(value);
	}
	return dict;
}

/* A dict of the methods that there are transforms of, and of the choice among them, by name. */
static PyObject *methods(void)
{
	PyObject *dict = PyDict_New();
	const char *name;

	for (int m = 0; dict && m <= BELL_BEST; m++) {
		struct bell_transform t;
		PyObject *value;

		name = bell_method_name((enum bell_method)m);
		if (!name || (m != BELL_BEST && m != BELL_NORMAL_SCORES &&
			      bell_transform_plain((enum bell_method)m, 1, &t) != BELL_OK))
			continue;
		value = PyLong_FromLong(m);
		if (!value || PyDict_SetItemString(dict, name, value) < 0)
			Py_CLEAR(dict);
		Py_XDECREF(value);
	}
	return dict;
}

/* A dict of the dialects of expressions, by name. */
static PyObject *dialects(void)
{
	static const char also[] = "duckdb";
	PyObject *dict = PyDict_New();
	const char *name = bell_dialect_name((enum bell_dialect)0);
	enum bell_dialect d;

	for (int i = 0; dict && name; name = bell_dialect_name((enum bell_dialect)++ i)) {
		PyObject *value = PyLong_FromLong(i);

		if (!value || PyDict_SetItemString(dict, name, value) < 0 ||
		    (bell_dialect_of_name(also, &d) == BELL_OK && (int)d == i &&
		     PyDict_SetItemString(dict, also, value) < 0))
			Py_CLEAR(dict);
		Py_XDECREF(value);
	}
	return dict;
}

/* The names of all flags in `flags`, from the lowest bit up. */
PyObject *flag_names(unsigned flags)
{
	PyObject *list = PyList_New(0), *tuple;

	for (unsigned bit = 1; list && bit; bit <<= 1) {
		const char *name = flags & bit ? bell_fit_flag_name((enum bell_fit_flag)bit) : NULL;
		PyObject *item = name ? PyUnicode_FromString(name) : NULL;

		if (name && (!item || PyList_Append(list, item) < 0))
			Py_CLEAR(list);
		Py_XDECREF(item);
	}
	tuple = list ? PyList_AsTuple(list) : NULL;
	Py_XDECREF(list);
	return tuple;
}

/* Takes the reference to `value`, also if this fails. */
static bool add(PyObject *module, const char *name, PyObject *value)
{
	bool ok = value && PyModule_AddObjectRef(module, name, value) == 0;

	Py_XDECREF(value);
	return ok;
}

/* A dict of the values by their names. */
static PyObject *dict_of(const struct constant *c)
{
	PyObject *dict = PyDict_New();

	for (; dict && c->name; c++) {
		PyObject *value = PyLong_FromLong(c->value);

		if (!value || PyDict_SetItemString(dict, c->name, value) < 0)
			Py_CLEAR(dict);
		Py_XDECREF(value);
	}
	return dict;
}

bool constants_add(PyObject *module)
{
	return add(module, "METHODS", methods()) && add(module, "DIALECTS", dialects()) &&
	       add(module, "CRITERIA", dict_of(criteria)) &&
	       add(module, "CANDIDATES", candidates()) &&
	       add(module, "OUTSIDE", dict_of(outside)) &&
	       add(module, "WEIGHT_TYPES", dict_of(weight_types)) &&
	       add(module, "FIT_FLAGS", flag_names(~0u)) &&
	       add(module, "MAX_THREADS", PyLong_FromLong(BELL_MAX_THREADS)) &&
	       add(module, "MAX_WEIGHT", PyLong_FromDouble(BELL_MAX_WEIGHT)) &&
	       add(module, "SKETCH_EXACT", PyLong_FromLong(BELL_SKETCH_EXACT)) &&
	       add(module, "MAX_HISTOGRAM", PyLong_FromLong(BELL_MAX_HISTOGRAM)) &&
	       add(module, "LAYER_MIN_EPS", PyFloat_FromDouble(BELL_LAYER_MIN_EPS)) &&
	       layer_constants_add(module);
}
