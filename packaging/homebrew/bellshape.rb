# The library and the program for Homebrew on Linux: docs/releasing.md says how.
class Bellshape < Formula
  desc "Makes data bell-shaped by maximum likelihood, on SIMD"
  # The source distribution that docs/releasing.md builds; a tap has the address of the release and
  # its sha256 here, and a homepage.  Homebrew keeps only variables of such names.
  url "file://#{ENV.fetch("HOMEBREW_BELLSHAPE_DIST")}/bellshape-0.1.0.tar.gz"
  license "BSD-3-Clause"

  depends_on "meson" => :build
  depends_on "ninja" => :build
  depends_on "pkgconf" => :build
  depends_on "python@3.13" => :build
  depends_on "bzip2"
  depends_on "cjson"
  depends_on "libcsv"
  depends_on :linux
  depends_on "sleef"
  depends_on "xz"
  depends_on "zlib"
  depends_on "zstd"

  def install
    args = %w[-Dtests=disabled -Dbenchmarks=disabled -Dexamples=disabled]
    system "meson", "setup", "build", *args, *std_meson_args
    system "meson", "compile", "-C", "build", "--verbose"
    system "meson", "install", "-C", "build"
    pkgshare.install "examples/transform.c"
  end

  test do
    (testpath/"table.csv").write "a\n1\n2\n4\n8\n16\n32\n"
    system bin/"bellshape", "fit", "table.csv", "-o", "model.json"
    output = shell_output("#{bin}/bellshape transform -m model.json table.csv")
    assert_equal 7, output.lines.length

    flags = shell_output("pkgconf --cflags --libs bellshape").split
    system ENV.cc, "-std=c11", pkgshare/"transform.c", "-o", "transform", *flags, "-lm"
    system "./transform"
  end
end
