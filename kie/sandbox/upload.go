package sandbox

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// The paths that take files. Both are scripted for the ID "".
const (
	StreamUpload = "/api/file-stream-upload"
	URLUpload    = "/api/file-url-upload"
)

// The files of results: a picture that was drawn by a few rules, one second of
// film made of it, and a tone of 440 Hz in two formats, all made by ffmpeg.
//
//go:embed media
var media embed.FS

// An uploaded file is kept for a while if it is small.
type uploaded struct {
	name    string
	content []byte
}

// What is kept of uploads.
const (
	maxUploads     = 8
	maxUploadBytes = 256 << 10 // of a file that is kept
)

// upload takes a file, which is counted and, if it is small, kept.
func (s *Sandbox) upload(r *http.Request) Answer {
	form, err := r.MultipartReader()
	if err != nil {
		return uploadRefused("the body is no form with a file: " + err.Error())
	}
	fields := make(map[string]string)
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return uploadRefused("the form was cut off: " + err.Error())
		}
		if part.FormName() == "file" {
			return s.uploadPart(r, part, fields)
		}
		value, err := io.ReadAll(io.LimitReader(part, 1000))
		if err != nil {
			return uploadRefused("the form was cut off: " + err.Error())
		}
		fields[part.FormName()] = string(value)
	}
	return uploadRefused("Missing required parameter: file")
}

// uploadPart reads the file of a form, whose other fields have to come before.
func (s *Sandbox) uploadPart(r *http.Request, part *multipart.Part, fields map[string]string) Answer {
	if fields["uploadPath"] == "" {
		return uploadRefused("Missing required parameter: uploadPath")
	}
	var head bytes.Buffer
	size, err := io.Copy(&head, io.LimitReader(part, maxUploadBytes+1))
	if err == nil && size > maxUploadBytes {
		var rest int64
		rest, err = io.Copy(io.Discard, part)
		size += rest
	}
	if err != nil {
		return uploadRefused("the file was cut off: " + err.Error())
	}
	name := fields["fileName"]
	if name == "" {
		name = part.FileName()
	}
	if size <= maxUploadBytes {
		s.keep(uploaded{path.Base(name), head.Bytes()})
	}
	return uploadTaken(r, name, size)
}

// keep keeps a file in place of one with its name, or of the oldest.
func (s *Sandbox) keep(f uploaded) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploads = slices.DeleteFunc(s.uploads, func(old uploaded) bool { return old.name == f.name })
	if s.uploads = append(s.uploads, f); len(s.uploads) > maxUploads {
		s.uploads = slices.Delete(s.uploads, 0, 1)
	}
}

// uploadFrom takes the address of a file, which it does not fetch.
func uploadFrom(r *http.Request, a asked) Answer {
	if a.FileURL == "" {
		return uploadRefused("Missing required parameter: fileUrl (file download URL)")
	}
	name := a.FileName
	if name == "" {
		name = path.Base(a.FileURL)
	}
	return uploadTaken(r, name, 0)
}

func uploadTaken(r *http.Request, name string, size int64) Answer {
	name = path.Base(name)
	body, err := json.Marshal(map[string]any{"success": true, "code": 200, "msg": "File uploaded successfully", "data": map[string]any{
		"success":     true,
		"fileName":    name,
		"filePath":    "files/" + name,
		"downloadUrl": base(r) + "/files/" + url.PathEscape(name),
		"fileSize":    size,
		"mimeType":    mime.TypeByExtension(path.Ext(name)),
		"uploadedAt":  time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
	}})
	if err != nil {
		panic(err) // made here
	}
	return Answer{Body: string(body)}
}

func uploadRefused(message string) Answer {
	body, err := json.Marshal(map[string]any{"success": false, "code": 400, "msg": message})
	if err != nil {
		panic(err) // made here
	}
	return Answer{Body: string(body)}
}

// base returns what the addresses of the sandbox's files begin with: its own
// address if that is on loopback, where it serves them.
func base(r *http.Request) string {
	if !isLocal(r) {
		return "https://example.com"
	}
	prefix := ""
	if whole, _, _ := strings.Cut(r.RequestURI, "?"); strings.HasSuffix(whole, r.URL.Path) {
		prefix = strings.TrimSuffix(whole, r.URL.Path)
	}
	return "http://" + r.Host + prefix
}

func isLocal(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// serveFile serves a file of a result, or one that was uploaded, to anybody on
// this machine who has its address.
func (s *Sandbox) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	content, err := media.ReadFile("media/" + name)
	if err != nil {
		s.mu.Lock()
		for _, f := range s.uploads {
			if f.name == name {
				content, err = f.content, nil
			}
		}
		s.mu.Unlock()
	}
	if err != nil || !isLocal(r) {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
