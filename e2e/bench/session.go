package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

const initialize = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}`

// A session is a server over stdio that is asked one thing at a time.
type session struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	lastID int
}

// startSession starts a server and returns when it has answered initialize.
func startSession(cmd *exec.Cmd) (*session, error) {
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &session{cmd: cmd, stdin: stdin, stdout: bufio.NewReaderSize(stdout, 64<<10)}
	if _, err := s.exchange(initialize); err != nil {
		cmd.Process.Kill()
		return nil, errors.Join(err, cmd.Wait())
	}
	return s, nil
}

// end ends the server by the end of its input.
func (s *session) end() {
	s.stdin.Close()
	s.cmd.Wait()
}

// exchange sends a request and returns its answer.
func (s *session) exchange(request string) (answer string, err error) {
	if _, err := io.WriteString(s.stdin, request+"\n"); err != nil {
		return "", err
	}
	answer, err = s.stdout.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("no answer: %w", err)
	}
	if !strings.Contains(answer, `"result"`) {
		return "", fmt.Errorf("no result: %.300s", answer)
	}
	return answer, nil
}

// call calls a tool and returns its answer, which must contain want.
func (s *session) call(tool, arguments, want string) (answer string, err error) {
	s.lastID++
	answer, err = s.exchange(callRequest(s.lastID, tool, arguments))
	if err != nil {
		return "", err
	}
	return answer, expect(answer, want)
}

// timedCall is call for those who want to know how long it took.
func (s *session) timedCall(tool, arguments, want string) (time.Duration, error) {
	start := time.Now()
	_, err := s.call(tool, arguments, want)
	return time.Since(start), err
}

func callRequest(id int, tool, arguments string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,"arguments":%s}}`, id, tool, arguments)
}

// taskID returns the arguments that name one task of a kind.
func taskID(kind string, n int) string { return fmt.Sprintf(`{"task_id":"%s~%d"}`, kind, n) }

// expect checks an answer.
func expect(answer, want string) error {
	if !strings.Contains(answer, want) {
		return fmt.Errorf("no %s in the answer %.300s", want, answer)
	}
	return nil
}

// What the answers of the two programs contain.
const (
	isPending      = `"outcome":"pending"`
	isSuccess      = `"outcome":"success"`
	hasWords       = `"total_words":`
	floorIsPending = `\"state\":\"waiting\"`
	floorIsSuccess = `elevenlabs/speech-to-text`
)

// nextCursor returns where the page after an answer of get_transcript begins.
func nextCursor(answer string) (string, error) {
	var message struct {
		Result struct {
			StructuredContent struct {
				NextCursor string `json:"next_cursor"`
			}
		}
	}
	if err := json.Unmarshal([]byte(answer), &message); err != nil {
		return "", err
	}
	cursor := message.Result.StructuredContent.NextCursor
	if cursor == "" {
		return "", fmt.Errorf("no next_cursor in the answer %.300s", answer)
	}
	return cursor, nil
}
