package mcpgo

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"sync"
)

// An Input is what a server on stdio reads: the messages of the client, each a
// line, as the library can take them. A byte order mark at their beginning,
// blank lines, and answers to requests that nobody made are left out, a batch
// is taken apart, and the last line needs no end. The library would answer each
// of these with an error, or not at all.
//
// The library cancels what it is doing when it has read the end, and does not
// return while nobody reads its answers. An Input therefore tells of the end
// and holds it back.
type Input struct {
	cancels *Cancels
	answers *Answers

	in    *bufio.Reader
	rest  []byte // of what the library may read
	begun bool

	ended    chan struct{}
	end      func() // closes ended
	released chan struct{}
	release  func() // closes released
}

// NewInput returns the input of a server whose requests cancels and answers
// look after.
func NewInput(in io.Reader, cancels *Cancels, answers *Answers) *Input {
	i := &Input{cancels: cancels, answers: answers, in: bufio.NewReader(in), ended: make(chan struct{}), released: make(chan struct{})}
	i.end = sync.OnceFunc(func() { close(i.ended) })
	i.release = sync.OnceFunc(func() { close(i.released) })
	return i
}

// Ended is closed when all messages have been read.
func (i *Input) Ended() <-chan struct{} { return i.ended }

// Release lets the library read the end.
func (i *Input) Release() { i.release() }

// Read implements [io.Reader].
func (i *Input) Read(p []byte) (int, error) {
	for len(i.rest) == 0 {
		line, err := i.in.ReadBytes('\n')
		i.take(line)
		if err == nil {
			continue
		}
		if len(i.rest) > 0 {
			break // the error comes again
		}
		i.end()
		<-i.released
		return 0, err
	}
	n := copy(p, i.rest)
	i.rest = i.rest[n:]
	return n, nil
}

// take adds to rest what the library may have of a line.
func (i *Input) take(line []byte) {
	if !i.begun {
		i.begun = true
		line = bytes.TrimPrefix(line, byteOrderMark)
	}
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return
	}
	var batch []json.RawMessage
	if line[0] != '[' || json.Unmarshal(line, &batch) != nil || len(batch) == 0 {
		batch = []json.RawMessage{line}
	}
	for _, message := range batch {
		i.takeMessage(message)
	}
}

var byteOrderMark = []byte("\ufeff")

func (i *Input) takeMessage(message json.RawMessage) {
	message = hideNumbers(message)
	id, kind := kindOf(message)
	if kind == answering || !i.cancels.isForLibrary(stdioSessionID, message) {
		return
	}
	if kind == asking {
		i.answers.expectOnStdio(id)
	}
	i.rest = append(append(i.rest, bytes.ReplaceAll(message, []byte("\n"), []byte(" "))...), '\n')
}

// A messageKind says what becomes of a message.
type messageKind int

const (
	odd       messageKind = iota // not as the protocol has it; the library says so
	telling                      // a notification, which has no answer
	asking                       // a request, which is answered
	answering                    // an answer to a request of the server, which makes none so far
)

// kindOf returns the ID of a message, as JSON, and its kind.
func kindOf(message []byte) (id string, kind messageKind) {
	var m struct {
		Method        string
		ID            any
		Result, Error json.RawMessage
	}
	if json.Unmarshal(message, &m) != nil {
		return "", odd
	}
	switch {
	case m.Method != "" && m.ID != nil:
		return jsonOf(m.ID), asking
	case m.Method != "":
		return "", telling
	case m.Result != nil || m.Error != nil:
		return "", answering
	}
	return "", odd
}
