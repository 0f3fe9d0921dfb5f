package kie

import (
	"bytes"
	"encoding/json"
	"net/url"
	"path"
	"strings"
)

// A Media is one file that a task made.
type Media struct {
	URL  string // a web address
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

// leftOut counts the entries of the lists that are no files: addresses that are
// none of the web, and what is no address.
func (d *resultDoc) leftOut() (foreign, skipped int) {
	for _, list := range []addresses{d.ResultURLs, d.FirstFrameURL, d.LastFrameURL, d.WatermarkedURLs} {
		foreign += list.foreign
		skipped += list.skipped
	}
	return foreign, skipped
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
	for d := json.NewDecoder(bytes.NewReader(doc)); len(found) < maxFound; {
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
