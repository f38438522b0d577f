/* SPDX-License-Identifier: BSD-3-Clause */
/* _core.h - what the files of the extension share. */
#ifndef BELLSHAPE_CORE_H
#define BELLSHAPE_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <bellshape/bellshape.h>

/* One array of functions a topic, each ending in {NULL}; _core.c adds them to the module. */
extern PyMethodDef layer_methods[];

/* Sets the exception for a status below 0 and returns NULL: MemoryError, or ValueError "what: why". */
PyObject *raise_status(enum bell_status status, const char *what);

#endif
