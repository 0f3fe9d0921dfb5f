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

	// parse finds the secret in what is set.
	parse func(set string) (string, error)

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
// names. Its value is empty if neither is set, or if there is an error; a file
// is read again all the same.
func (env environment) secret(name string, parse func(string) (string, error)) (s *secret, err error) {
	s = &secret{source: name, parse: parse, looked: time.Now()}
	file := env(name + "_FILE")
	if file == "" {
		s.value, err = s.find(env(name))
		return s, err
	}
	if strings.TrimSpace(env(name)) != "" {
		return s, badUsage("%s and %s_FILE are both set; keep one of them", name, name)
	}
	s.source = "the file that " + name + "_FILE names"
	if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() { // a pipe can be read once
		s.file, s.stamp = file, stampOf(info)
	}
	s.value, err = s.read(file)
	s.faulty = err != nil
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
	value, err := s.find(string(content))
	if value == "" && err == nil {
		return "", badUsage("%s is empty", s.source)
	}
	return value, err
}

func (s *secret) unreadable(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return badUsage("%s cannot be read: %v", s.source, err)
}

// find returns the secret in what is set.
func (s *secret) find(set string) (string, error) {
	value, err := s.parse(set)
	if err != nil {
		return "", badUsage("%s %v", s.source, err)
	}
	return value, nil
}

// parseToken takes a token as it is: nobody else knows what it should be.
func parseToken(set string) (string, error) {
	token := strings.TrimSpace(set)
	switch key, err := kie.ParseKey(token); {
	case err != nil:
		return "", err
	case key != token:
		return "", errors.New("has quotes or \"Bearer\" around the token; leave them out")
	}
	return token, nil
}
