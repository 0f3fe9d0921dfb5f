package interop

import (
	"os/exec"
	"testing"
)

// TestSubtitles has players and parsers read our SRT and WebVTT: Chromium,
// ffmpeg, two libraries for Python, and two for JavaScript.
func TestSubtitles(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		missing(t, "this needs ffmpeg, as Debian's package ffmpeg brings it")
	}
	runNodeTests(t, "subtitles", "CHROMIUM="+chromium(t), "FFMPEG="+ffmpeg, "PYTHON="+python(t))
}

// python returns the path of a Python that has the libraries: that of Debian
// may not be the first.
func python(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(path, "-c", "import pysrt, webvtt").Run() == nil {
			return path
		}
	}
	missing(t, "this needs pysrt and webvtt-py, as Debian's packages python3-pysrt and python3-webvtt bring them")
	return ""
}
