/* SPDX-License-Identifier: BSD-3-Clause */
/* convert.h - numbers of any type of NumPy as float32 or float64. */
#ifndef CLI_NPY_CONVERT_H
#define CLI_NPY_CONVERT_H

#include <stdbool.h>
#include <stddef.h>

struct npy_header;

/* npy_is_plain() tells whether the numbers of a file lie there as they lie in memory. */
bool npy_is_plain(const struct npy_header *h);

/*
 * npy_convert() makes `count` numbers of h->type, at `out`, of those of a file at `raw`.  It
 * returns how many of these were whole numbers beyond 2^53, which were rounded.
 */
size_t npy_convert(const struct npy_header *h, const unsigned char *raw, size_t count, void *out);

#endif
