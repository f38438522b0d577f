# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# deb: the packages for Debian build, lintian has nothing to say, and what they install works.

step() {
	need chrpath debhelper dpkg-dev lintian || return
	check "deb: scripts/check-deb" scripts/check-deb "$long/deb"
}
