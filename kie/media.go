package kie

import (
	"bytes"
	"encoding/json"
	"net/url"
	"path"
	"strings"
)

// A Media is one file that a task made, or a stream of what it is making.
type Media struct {
	URL  string // a web address
	Kind string // image, video, audio or other

	// Role is what the file is to the task: result, first_frame, last_frame,
	// watermarked, original, cover, stream, the name of a stem such as vocal, or
	// the name of an undocumented field that held it.
	Role string

	// Of a track of music, as far as they are known:
	AudioID  string // by which kie.ai's APIs for music name the track
	Title    string
	Tags     string   // its style, separated by commas
	Duration *float64 // in seconds
}

// add adds the files of a list, of all of which the same is known.
func (r *Result) add(list addresses, like Media) {
	for _, address := range list.list {
		r.Kind, r.Media = MediaResult, append(r.Media, like.at(address))
	}
	r.Foreign += list.foreign
	r.Skipped += list.skipped
}

// at returns the file at an address. Its name tells its kind, and else what is
// known does.
func (m Media) at(address string) Media {
	m.URL = address
	if kind := mediaKind(address); kind != "other" || m.Kind == "" {
		m.Kind = kind
	}
	return m
}

// maxFound bounds the addresses that are looked for in JSON of any shape, and
// the bytes in which they are.
const (
	maxFound      = 100
	maxSearchable = 4 << 20
)

// webAddresses returns the strings of JSON that are web addresses, in their
// order.
func webAddresses(doc []byte) (found []string) {
	if len(doc) > maxSearchable {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	for len(found) < maxFound {
		token, err := d.Token()
		if err != nil {
			break
		}
		if s, ok := token.(string); ok && isWebAddress(s) {
			found = append(found, s)
		}
	}
	return found
}

// mediaKind tells the kind of a file by the extension of its name, since kie.ai
// tells none. The tables of operating systems differ, so what models make is
// listed here.
func mediaKind(address string) string {
	name := address
	if u, err := url.Parse(address); err == nil {
		name = u.Path
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".bmp", ".tif", ".tiff", ".svg":
		return "image"
	case ".mp4", ".m4v", ".webm", ".mov", ".mkv":
		return "video"
	case ".mp3", ".m4a", ".ogg", ".opus", ".wav", ".flac", ".aac":
		return "audio"
	}
	return "other"
}
