package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"kie-mcp/kie"
)

// maxSecretBytes is the most that is read of a file with a secret.
const maxSecretBytes = 64 << 10

// A secret is the value of a variable, or of the file that a variable names. The
// file is read again when it has changed; while it has no good value, the last
// one holds.
type secret struct {
	// source says where the secret comes from, in errors.
	source string

	// isGood says what is wrong with a value that is otherwise good. Default:
	// nothing.
	isGood func(value string) error

	// onChange is called with each new value, and onFault each time that the file
	// has changed and has no good one. Default: not called.
	onChange func(value string)
	onFault  func(error)

	file string // that is read again; empty if none is

	mu     sync.Mutex
	value  string
	stamp  fileStamp
	faulty bool // the file has no good value now
	looked time.Time
}

// A fileStamp differs once a file has changed. The zero value is that of a file
// that is not there.
type fileStamp struct {
	modified int64 // in nanoseconds
	bytes    int64
}

// secret reads the variable name, or the file that the variable name_FILE
// names. Its value is empty if neither is set.
func (env environment) secret(name string) (*secret, error) {
	s := &secret{source: name, value: strings.TrimSpace(env(name)), looked: time.Now()}
	file := env(name + "_FILE")
	if file == "" {
		return s, s.check(s.value)
	}
	if s.value != "" {
		return nil, badUsage("%s and %s_FILE are both set; keep one of them", name, name)
	}
	s.source = "the file that " + name + "_FILE names"
	if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() { // a pipe can be read once
		s.file, s.stamp = file, stampOf(info)
	}
	value, err := s.read(file)
	s.value = value
	return s, err
}

// Value returns the secret as it is now. It looks at the file at most once a
// second.
func (s *secret) Value() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != "" && time.Since(s.looked) >= time.Second {
		s.looked = time.Now()
		s.look()
	}
	return s.value
}

// look reads the file if it has changed. One without a good value is read each
// time: what is mended may be who may read it, which leaves its time as it was.
func (s *secret) look() {
	var stamp fileStamp
	info, err := os.Stat(s.file)
	if err == nil {
		stamp = stampOf(info)
	}
	changed := stamp != s.stamp
	if !changed && !s.faulty {
		return
	}
	s.stamp = stamp
	value, err := s.readAgain(info, err)
	s.faulty = err != nil
	switch {
	case err != nil:
		if changed && s.onFault != nil {
			s.onFault(err)
		}
	case value != s.value:
		s.value = value
		if s.onChange != nil {
			s.onChange(value)
		}
	}
}

func (s *secret) readAgain(info fs.FileInfo, err error) (string, error) {
	if err != nil {
		return "", s.unreadable(err)
	}
	if !info.Mode().IsRegular() {
		return "", badUsage("%s is no regular file any more", s.source)
	}
	value, err := s.read(s.file)
	if err == nil && s.isGood != nil {
		err = s.isGood(value)
	}
	return value, err
}

func stampOf(info fs.FileInfo) fileStamp { return fileStamp{info.ModTime().UnixNano(), info.Size()} }

// read reads the secret from a file. Errors have neither the path, which may be
// the secret in the wrong variable, nor what is in the file.
func (s *secret) read(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", s.unreadable(err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxSecretBytes+1))
	if err != nil {
		return "", s.unreadable(err)
	}
	if len(content) > maxSecretBytes {
		return "", badUsage("%s has more than %d bytes, and so is not that of a secret", s.source, maxSecretBytes)
	}
	value := strings.TrimSpace(string(content))
	if value == "" {
		return "", badUsage("%s is empty", s.source)
	}
	return value, s.check(value)
}

func (s *secret) unreadable(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return badUsage("%s cannot be read: %v", s.source, err)
}

// check finds values that no secret can have.
func (s *secret) check(value string) error {
	switch {
	case strings.HasPrefix(value, "${"):
		// Without the value: a placeholder can have a secret as its default.
		return badUsage("%s holds a placeholder, ${…}, which the host did not replace; give the secret itself, or set the variable that is named there", s.source)
	case strings.Trim(value, `"'`) != value:
		return badUsage("%s has quotes around the secret; leave them out", s.source)
	case value != "" && !kie.IsKey(value):
		return badUsage("%s has a character that cannot be sent (a space, a line break or a letter that is not ASCII); give the secret alone, without \"Bearer\"", s.source)
	}
	return nil
}
