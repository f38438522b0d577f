/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_layer.c - layer.h for bellshape.nn. */
#include "_core.h"

PyMethodDef layer_methods[] = {{NULL, NULL, 0, NULL}};
