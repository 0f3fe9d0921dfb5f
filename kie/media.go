package kie

import (
	"net/url"
	"path"
	"strings"
)

// A Media is one file that a task made.
type Media struct {
	URL  string `json:"url"`
	Kind string `json:"kind" jsonschema:"enum=image,enum=video,enum=audio,enum=other"`
	Role string `json:"role" jsonschema:"enum=result,enum=first_frame,enum=last_frame,enum=watermarked"`
}

// media lists the files of a result, the results themselves first.
func (d *resultDoc) media() []Media {
	var all []Media
	add := func(urls []string, role string) {
		for _, u := range urls {
			all = append(all, Media{URL: u, Kind: mediaKind(u), Role: role})
		}
	}
	add(d.ResultURLs, "result")
	add(d.FirstFrameURL, "first_frame")
	add(d.LastFrameURL, "last_frame")
	add(d.WatermarkedURLs, "watermarked")
	return all
}

// Name returns the file's name, or the URL where that has none.
func (m Media) Name() string {
	if u, err := url.Parse(m.URL); err == nil && path.Base(u.Path) != "." && path.Base(u.Path) != "/" {
		return path.Base(u.Path)
	}
	return m.URL
}

// MIMEType returns the file's type as its name's extension tells it, since
// kie.ai does not; it is empty where that does not help.
func (m Media) MIMEType() string { return mimeTypes[strings.ToLower(path.Ext(m.Name()))] }

func mediaKind(address string) string {
	kind, _, known := strings.Cut(Media{URL: address}.MIMEType(), "/")
	if !known {
		return "other"
	}
	return kind
}

// mimeTypes are those of the files that models make. The tables of the
// operating system differ from machine to machine.
var mimeTypes = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif",
	".avif": "image/avif", ".bmp": "image/bmp", ".svg": "image/svg+xml", ".tif": "image/tiff", ".tiff": "image/tiff",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime", ".mkv": "video/x-matroska",
	".mp3": "audio/mpeg", ".wav": "audio/wav", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".opus": "audio/ogg",
	".flac": "audio/flac", ".aac": "audio/aac",
}
