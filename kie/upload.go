package kie

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"sync"
	"time"
)

// UploadRetention is how long kie.ai keeps an uploaded file, by the newer pages
// of its documentation.
const UploadRetention = 24 * time.Hour

// The folder at kie.ai that uploads go to, and how long it may take none of a
// file.
const (
	uploadPath  = "kie-mcp"
	uploadLimit = 60 * time.Second
)

// An Upload is a file that kie.ai can read.
type Upload struct {
	URL  string // public, without a key; its path has the number of the account
	Name string
	Size int64  // in bytes; 0 if kie.ai did not say
	Type string // MIME type, by the name's extension; may be empty
}

// Upload sends a file of a size, in constant memory, to the host of UploadURL.
// Its name's extension should be true. A content that is shorter or longer than
// its size is refused.
func (c *Client) Upload(ctx context.Context, name string, content io.Reader, size int64) (Upload, error) {
	source := &source{Reader: content, left: size}
	u, err := newUpload(name, source, size)
	if err != nil {
		return Upload{}, &Error{Kind: InvalidRequest, Message: "the file's name cannot be sent", Err: err}
	}
	done, fault := c.upload(ctx, request{path: "/api/file-stream-upload", upload: u})
	if fault := source.fault(); fault != nil {
		return Upload{}, &Error{Kind: InvalidRequest, Message: "the file could not be read", Err: fault}
	}
	if fault != nil {
		return Upload{}, fault
	}
	return done, nil
}

// UploadFrom has kie.ai fetch the file at a web address, and keep it like an
// uploaded one.
func (c *Client) UploadFrom(ctx context.Context, address, name string) (Upload, error) {
	body := map[string]string{"fileUrl": address, "uploadPath": uploadPath}
	if name != "" {
		body["fileName"] = name
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		panic(err) // strings
	}
	done, fault := c.upload(ctx, request{path: "/api/file-url-upload", body: encoded})
	if fault != nil {
		return Upload{}, fault
	}
	return done, nil
}

// uploadRecord is the data of an answer to an upload.
type uploadRecord struct {
	DownloadURL link   `json:"downloadUrl"`
	FileName    text   `json:"fileName"`
	FileSize    number `json:"fileSize"`
	MIMEType    text   `json:"mimeType"`
}

func (c *Client) upload(ctx context.Context, r request) (Upload, *Error) {
	r.method, r.base, r.limit = http.MethodPost, cmp.Or(c.UploadURL, DefaultUploadURL), uploadLimit
	return do(ctx, c, r, func(r reply[uploadRecord], err *Error) (Upload, *Error) {
		switch {
		case err != nil:
			return Upload{}, err
		case r.data == nil, !isWebAddress(string(r.data.DownloadURL)):
			return Upload{}, r.newError(BadResponse, r.code, "kie.ai took the file but named no web address for it")
		}
		return Upload{string(r.data.DownloadURL), string(r.data.FileName), int64(r.data.FileSize.value), string(r.data.MIMEType)}, nil
	})
}

// An upload is the body of a request that sends a file.
type upload struct {
	contentType string
	head, tail  []byte // around the content
	content     io.Reader
	size        int64
}

func newUpload(name string, content io.Reader, size int64) (*upload, error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := errors.Join(w.WriteField("uploadPath", uploadPath), w.WriteField("fileName", name)); err != nil {
		return nil, err
	}
	if _, err := w.CreateFormFile("file", name); err != nil {
		return nil, err
	}
	head := bytes.Clone(form.Bytes())
	form.Reset()
	if err := w.Close(); err != nil {
		return nil, err
	}
	return &upload{w.FormDataContentType(), head, form.Bytes(), content, size}, nil
}

// setBody makes the upload the body of a request. The clock runs anew whenever
// some of it is taken.
func (u *upload) setBody(req *http.Request, clock *clock) {
	body := io.MultiReader(bytes.NewReader(u.head), u.content, bytes.NewReader(u.tail))
	req.Body = io.NopCloser(renewing{body, clock})
	req.GetBody = nil
	req.ContentLength = int64(len(u.head)) + u.size + int64(len(u.tail))
	req.Header.Set("Content-Type", u.contentType)
}

// renewing renews a clock whenever it is read.
type renewing struct {
	io.Reader
	clock *clock
}

func (r renewing) Read(p []byte) (int, error) {
	r.clock.renew()
	return r.Reader.Read(p)
}

// A source reads a file, and notes what is wrong with it. It is read beside the
// call that it belongs to.
type source struct {
	io.Reader

	mu   sync.Mutex
	left int64 // of the size that the file is said to have
	err  error
}

func (s *source) fault() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left -= int64(n)
	switch {
	case s.left < 0:
		s.err = errors.New("it grew while it was read")
	case err == io.EOF && s.left > 0:
		s.err = fmt.Errorf("it shrank while it was read: %d bytes are missing", s.left)
	case err != nil && err != io.EOF:
		s.err = err
	}
	if s.err != nil {
		return 0, s.err
	}
	return n, err
}
