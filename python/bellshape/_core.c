/* SPDX-License-Identifier: BSD-3-Clause */
/* _core.c - the module: its types, functions and constants. */
#include "_core.h"

static PyObject *backend(PyObject *module, PyObject *none)
{
	const char *name = bell_backend();

	(void)module, (void)none;
	if (!name)
		return raise_status(BELL_EBACKEND, NULL);
	return PyUnicode_FromString(name);
}

static PyMethodDef module_methods[] = {
    {"backend", backend, METH_NOARGS, NULL},
    {"quoted", quoted_name, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

/* A type of the module; a new reference, which the state of the module keeps. */
static PyTypeObject *add_type(PyObject *module, PyType_Spec *spec)
{
	PyTypeObject *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);

	if (type && PyModule_AddType(module, type) < 0)
		Py_CLEAR(type);
	return type;
}

static int execute(PyObject *module)
{
	struct state *state = PyModule_GetState(module);
	PyMethodDef *topics[] = {
	    module_methods,  array_methods,     arrow_methods, layer_methods,  layer_parts_methods,
	    moments_methods, normality_methods, plot_methods,  report_methods, threads_methods};

	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
		if (PyModule_AddFunctions(module, topics[i]) < 0)
			return -1;
	state->model = add_type(module, &model_spec);
	state->sketches = add_type(module, &sketches_spec);
	if (!state->model || !state->sketches || !constants_add(module))
		return -1;
	return PyModule_AddStringConstant(module, "version", bell_version());
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
	struct state *state = PyModule_GetState(module);

	Py_VISIT(state->model);
	Py_VISIT(state->sketches);
	return 0;
}

static int clear(PyObject *module)
{
	struct state *state = PyModule_GetState(module);

	Py_CLEAR(state->model);
	Py_CLEAR(state->sketches);
	return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)execute},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "bellshape._core",
    .m_size = sizeof(struct state),
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
};

PyMODINIT_FUNC PyInit__core(void) { return PyModuleDef_Init(&module); }
