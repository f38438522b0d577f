/* SPDX-License-Identifier: BSD-3-Clause */
/* json_keys.c - the numbers of a fit, each once. */
#include "model/json.h"

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

#define FIELD(member)                                            \
	{                                                        \
#member, offsetof(struct bell_candidate, member) \
	}
const struct field bell_json_candidate[] = {
    FIELD(lambda),
    FIELD(unit),
    FIELD(shift),
    FIELD(log_likelihood),
    FIELD(compared),
    FIELD(aic),
    FIELD(bic),
    FIELD(pearson_per_df),
    {0},
};
#undef FIELD
