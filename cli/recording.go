package cli

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// maxRecording is the most that kie.ai transcribes at once.
const maxRecording = 200 << 20

// recordings are the endings of files that kie.ai says it transcribes.
var recordings = []string{".mp3", ".mpeg", ".mpga", ".wav", ".aac", ".m4a", ".mp4", ".ogg", ".oga", ".opus"}

// upload uploads a recording, and returns the address at which kie.ai has it. The
// name there is made of what is in the file, so that the same recording has the
// same address, and is the same task.
func (p *program) upload(ctx context.Context, path string) (address string, err error) {
	file, size, err := openRecording(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	if ending := strings.ToLower(filepath.Ext(path)); !slices.Contains(recordings, ending) {
		p.tell("%s may be no recording: kie.ai takes %s", path, strings.Join(recordings, " "))
	}
	hash := sha256.New()
	if n, err := io.Copy(hash, io.LimitReader(file, size+1)); err != nil {
		return "", unreadable(path, err)
	} else if n != size {
		return "", fmt.Errorf("%s changes while it is read; try again when it is whole", path)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", unreadable(path, err)
	}
	line := p.newProgressLine()
	defer line.clear()
	name := fmt.Sprintf("%x%s", hash.Sum(nil)[:16], strings.ToLower(filepath.Ext(path)))
	done, err := p.client.Upload(ctx, name, &counted{Reader: file, size: size, line: line}, size)
	if err != nil {
		return "", fmt.Errorf("%s could not be uploaded, and nothing was created: %s", path, p.plain(err.Error()))
	}
	return done.URL, nil
}

// openRecording opens a file that can be uploaded, and returns its size.
func openRecording(path string) (*os.File, int64, error) {
	info, err := os.Stat(path) // before it is opened, which a pipe would not be
	if err != nil {
		return nil, 0, unreadable(path, err)
	}
	switch {
	case info.IsDir():
		return nil, 0, badUsage("%s is a folder; name a recording in it", path)
	case !info.Mode().IsRegular():
		return nil, 0, badUsage("%s is a device or a pipe, and only a file can be uploaded", path)
	case info.Size() == 0:
		return nil, 0, badUsage("%s is empty", path)
	case info.Size() > maxRecording:
		return nil, 0, badUsage("%s has %s, and kie.ai transcribes at most 200 MB at once; cut it, or make it smaller, say as an MP3 of 64 kbit/s", path, megabytes(info.Size()))
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, unreadable(path, err)
	}
	return file, info.Size(), nil
}

func unreadable(path string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return badUsage("%s cannot be read: %v", path, err)
}

// A counted shows on a line how much of a file was read.
type counted struct {
	io.Reader
	size, read int64
	line       *progressLine
	shown      time.Time
}

// Read reads, and shows at most ten times a second what was read.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += int64(n)
	if now := time.Now(); now.Sub(c.shown) >= 100*time.Millisecond {
		c.shown = now
		c.line.say(fmt.Sprintf("uploading, %.1f of %s", float64(c.read)/1e6, megabytes(c.size)))
	}
	return n, err
}

// megabytes writes a number of bytes as people read it.
func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
