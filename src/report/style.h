/* SPDX-License-Identifier: BSD-3-Clause */
/* style.h - the style sheets of reports. */
#ifndef BELL_STYLE_H
#define BELL_STYLE_H

/* Colors for light and dark; what pictures need beside them; and the page. */
extern const char bell_style_colors[], bell_style_pictures[], bell_style_page[];

#endif
