/* SPDX-License-Identifier: BSD-3-Clause */
/* npz.h - the table format of NumPy's .npz files, which hold several arrays. */
#ifndef CLI_NPY_NPZ_H
#define CLI_NPY_NPZ_H

/*
 * An array that --member names, or the only one, is a table as if it stood alone.  Several of one
 * dimension are the columns of a table, one after the other.
 */
extern const struct format npz_format;

#endif
