/* SPDX-License-Identifier: BSD-3-Clause */
/* json_keys.c - the methods and the numbers of a fit, each once. */
#include "model/json.h"

const char *const bell_json_method[] = {[BELL_YEO_JOHNSON] = "yeo-johnson",
					[BELL_BOX_COX] = "box-cox",
					[BELL_YEO_JOHNSON_UNIT] = "yeo-johnson-unit",
					NULL};

#define FIELD(member)                                      \
	{                                                  \
#member, offsetof(struct bell_fit, member) \
	}
const struct field bell_json_fit[] = {
    FIELD(lambda),
    FIELD(log_likelihood),
    FIELD(lr_vs_identity),
    FIELD(mean),
    FIELD(sd),
    FIELD(skewness_before),
    FIELD(skewness_after),
    FIELD(kurtosis_before),
    FIELD(kurtosis_after),
    FIELD(weight),
    FIELD(min),
    FIELD(max),
    {0},
};
#undef FIELD

#define FIELD(member)                                                 \
	{                                                             \
#member, offsetof(struct bell_transform_side, member) \
	}
const struct field bell_json_side[] = {
    FIELD(center), FIELD(anchor), FIELD(power), FIELD(scale), FIELD(offset), {0},
};
#undef FIELD
