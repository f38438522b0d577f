/* SPDX-License-Identifier: BSD-3-Clause */
/* npy.h - the table format of NumPy's .npy files. */
#ifndef CLI_NPY_NPY_H
#define CLI_NPY_NPY_H

extern const struct format npy_format;

#endif
