/* SPDX-License-Identifier: BSD-3-Clause */
/* _core.c - the module, and how a status becomes an exception. */
#include "_core.h"

PyObject *raise_status(enum bell_status status, const char *what)
{
	bool backend =
	    status == BELL_EBACKEND; /* only that variable can ask for one that is not there */

	if (status == BELL_ENOMEM)
		return PyErr_NoMemory();
	PyErr_Format(backend ? PyExc_RuntimeError : PyExc_ValueError, "%s: %s",
		     backend ? "BELLSHAPE_BACKEND" : what, bell_status_text(status));
	return NULL;
}

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
    {NULL, NULL, 0, NULL},
};

static int fill(PyObject *module)
{
	PyMethodDef *topics[] = {module_methods, array_methods,  arrow_methods,
				 model_methods,  sketch_methods, layer_methods};

	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
		if (PyModule_AddFunctions(module, topics[i]) < 0)
			return -1;
	return PyModule_AddStringConstant(module, "version", bell_version());
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)fill},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "bellshape._core",
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__core(void) { return PyModuleDef_Init(&module); }
