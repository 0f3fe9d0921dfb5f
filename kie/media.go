package kie

import (
	"net/url"
	"path"
	"strings"
)

// A Media is one file that a task made.
type Media struct {
	URL  string
	Kind string // image, video, audio or other
	Role string // result, first_frame, last_frame or watermarked
}

// media lists the files of a result, the results themselves first.
func (d *resultDoc) media() []Media {
	var all []Media
	add := func(urls []string, role string) {
		for _, u := range urls {
			all = append(all, Media{URL: u, Kind: mediaKind(u), Role: role})
		}
	}
	add(d.ResultURLs.list, "result")
	add(d.FirstFrameURL.list, "first_frame")
	add(d.LastFrameURL.list, "last_frame")
	add(d.WatermarkedURLs.list, "watermarked")
	return all
}

func (d *resultDoc) skipped() int {
	return d.ResultURLs.skipped + d.FirstFrameURL.skipped + d.LastFrameURL.skipped + d.WatermarkedURLs.skipped
}

// Name returns the file's name, or the URL if that has none.
func (m Media) Name() string {
	if u, err := url.Parse(m.URL); err == nil && path.Base(u.Path) != "." && path.Base(u.Path) != "/" {
		return path.Base(u.Path)
	}
	return m.URL
}

// IsLink reports whether the URL is one that a client can fetch: absolute,
// with http or https.
func (m Media) IsLink() bool {
	u, err := url.Parse(m.URL)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// MIMEType returns the file's type by the extension of its name, since kie.ai
// gives none; it is empty if the extension is unknown. The tables of operating
// systems differ, so the types that models make are listed here.
func (m Media) MIMEType() string {
	switch extension := strings.ToLower(path.Ext(m.Name())); extension {
	case ".png", ".webp", ".gif", ".avif", ".bmp":
		return "image/" + extension[1:]
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".tif", ".tiff":
		return "image/tiff"
	case ".svg":
		return "image/svg+xml"
	case ".mp4", ".m4v":
		return "video/mp4"
	case ".webm":
		return "video/webm"
	case ".mov":
		return "video/quicktime"
	case ".mkv":
		return "video/x-matroska"
	case ".mp3":
		return "audio/mpeg"
	case ".m4a":
		return "audio/mp4"
	case ".ogg", ".opus":
		return "audio/ogg"
	case ".wav", ".flac", ".aac":
		return "audio/" + extension[1:]
	}
	return ""
}

func mediaKind(address string) string {
	kind, _, known := strings.Cut(Media{URL: address}.MIMEType(), "/")
	if !known {
		return "other"
	}
	return kind
}
