# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# shards: sketches of 100 shards of 20 kinds of column, merged in 10 orders over 3 trees.

step() {
	built native && check "shards: builds" ninja -C "$long/native" tests/test_sketch_merge || return
	check "shards: merge in any order and tree" env BELLSHAPE_LONG=1 "$long/native/tests/test_sketch_merge" \
		--filter sketch/shards_merge_in_any_tree
}
