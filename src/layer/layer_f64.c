/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_f64.c - the calls of layers on tensors of double. */
#define elem       double
#define TYPE(name) name##_f64
#include "layer/blocks.inc"
#include "layer/across.inc"
#include "layer/forward.inc"
#include "layer/backward.inc"
#include "layer/tasks.inc"

#define tensor     double
#define CALL(name) name##_f64
#define NARROW     LAYER_NOT_NARROW
#include "layer/calls.inc"
