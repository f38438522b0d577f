/* SPDX-License-Identifier: BSD-3-Clause */
/* bellshape.h - all public headers. */
#ifndef BELLSHAPE_BELLSHAPE_H
#define BELLSHAPE_BELLSHAPE_H

#include <bellshape/backend.h>
#include <bellshape/choose.h>
#include <bellshape/expression.h>
#include <bellshape/fit.h>
#include <bellshape/fit_options.h>
#include <bellshape/layer.h>
#include <bellshape/layer_narrow.h>
#include <bellshape/layer_parts.h>
#include <bellshape/model.h>
#include <bellshape/moments.h>
#include <bellshape/normal.h>
#include <bellshape/normality.h>
#include <bellshape/plot.h>
#include <bellshape/profile.h>
#include <bellshape/report.h>
#include <bellshape/score_table.h>
#include <bellshape/sketch.h>
#include <bellshape/state.h>
#include <bellshape/status.h>
#include <bellshape/table.h>
#include <bellshape/threads.h>
#include <bellshape/transform.h>
#include <bellshape/verdict.h>

#endif
