# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# shards: 20 kinds of column in 100 shards and 8 partitions, merged in 10 orders over 3 trees.

step() {
	built native &&
		check "shards: builds" ninja -C "$long/native" tests/test_sketch_merge tests/test_state || return
	check "shards: merge in any order and tree" env BELLSHAPE_LONG=1 "$long/native/tests/test_sketch_merge" \
		--filter sketch/shards_merge_in_any_tree
	check "shards: the same grids give the same model" env BELLSHAPE_LONG=1 "$long/native/tests/test_state" \
		--filter state/same_bytes_from_any_parts_in_any_order
}
