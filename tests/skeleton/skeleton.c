/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * skeleton.c - the kernel of skeleton.inc on one backend: built once a backend with BACKEND and
 * SIMD, the name of its simd.h, and the backend's flags.
 */
#include SIMD
#include "kernels/types.h"
#include "kernels/elementary.inc"
#include "kernels/lanes.inc"
#include "../join.h"
#include "skeleton.h"

#define elem     float
#define FN(name) JOIN(name, f32)
#define evec     fvec
#define E(word)  f_##word
#define ELEMS    FLOATS
#define PARTS    2
#include "skeleton.inc"
#undef elem
#undef FN
#undef evec
#undef E
#undef ELEMS
#undef PARTS

#define elem     double
#define FN(name) JOIN(name, f64)
#define evec     vec
#define E(word)  v_##word
#define ELEMS    WIDTH
#define PARTS    1
#include "skeleton.inc"

const struct skeleton JOIN(skeleton, BACKEND) = {
    .backend = TEXT(BACKEND),
    .softsign_f32 = softsign_f32,
    .softsign_f64 = softsign_f64,
};
