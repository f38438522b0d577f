# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# chroots: the demo in empty systems of Debian 13 and Ubuntu 24.04, and the wheel there without NumPy.

step() {
	local suite wheel roots=$long/roots
	[ "$(id -u)" -eq 0 ] || { bad "chroots: debootstrap needs root" && return; }
	need debootstrap || return
	wheel=$(scripts/wheel 2>"$long/wheel.log") || { bad "chroots: scripts/wheel" && return; }
	mkdir -p "$roots/shared" && rm -f "$roots"/shared/*.whl && cp "$wheel" data/digits.csv "$roots/shared"
	for suite in trixie noble; do
		check "chroots: scripts/demo in $suite" scripts/check-chroot $suite "$roots" scripts/demo
		check "chroots: the wheel in $suite" scripts/check-chroot $suite "$roots" sh -c \
			'apt-get install -qq -y --no-install-recommends python3-venv && python3 -m venv /tmp/venv &&
			/tmp/venv/bin/pip install -q --no-index --force-reinstall /shared/*.whl &&
			/tmp/venv/bin/bellshape fit /shared/digits.csv && /tmp/venv/bin/python -m bellshape version'
	done
}
