/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_f32.c - the calls of layers on tensors of float. */
#define elem       float
#define TYPE(name) name##_f32
#include "layer/blocks.inc"
#include "layer/across.inc"
#include "layer/forward.inc"
#include "layer/backward.inc"
#include "layer/calls.inc"
