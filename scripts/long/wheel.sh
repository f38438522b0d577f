# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# wheel: two builds of a wheel, in folders of different names, have the same bytes.

step() {
	local folder first
	rm -rf "$long/wheel" && mkdir -p "$long/wheel"
	for folder in "$long/wheel/a" "$long/wheel/another"; do
		check "wheel: copies the commit" git clone -q . "$folder" &&
			check "wheel: builds in $folder" "$folder/scripts/wheel" || return
	done
	first=$(echo "$long"/wheel/a/dist/*.whl)
	check "wheel: the same bytes" cmp "$first" "$long/wheel/another/dist/${first##*/}"
}
