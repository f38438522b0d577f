/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_f32.c - the calls of layers on tensors of float, and on narrower ones. */
#include <bellshape/layer_narrow.h>

#define elem       float
#define TYPE(name) name##_f32
#include "layer/blocks.inc"
#include "layer/across.inc"
#include "layer/forward.inc"
#include "layer/backward.inc"
#include "layer/tasks.inc"

#define tensor     float
#define CALL(name) name##_f32
#define NARROW     LAYER_NOT_NARROW
#include "layer/calls.inc"
#undef tensor
#undef CALL
#undef NARROW

#define tensor     uint16_t
#define CALL(name) name##_bf16
#define NARROW     LAYER_BF16
#include "layer/calls.inc"
#undef CALL
#undef NARROW

#define CALL(name) name##_f16
#define NARROW     LAYER_F16
#include "layer/calls.inc"
