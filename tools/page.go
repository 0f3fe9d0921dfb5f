package tools

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kie-mcp/kie/transcript"
)

// A document is a transcript in one format, as a list of items that are never
// cut: paragraphs or cues, segments, or words. Just one of the lists is used.
type document struct {
	count    int // of the items
	item     func(i int) transcript.Item
	segments []transcript.Segment
	words    []transcript.Word
	first    int // the item that the page begins with
}

// render makes a document of segments.
func render(taskID, format string, segments []transcript.Segment) (document, error) {
	switch format {
	case "segments":
		return document{count: len(segments), segments: segments}, nil
	case "words":
		var words []transcript.Word
		for _, s := range segments {
			words = append(words, s.Words...)
		}
		return document{count: len(words), words: words}, nil
	case "text", "txt":
		paragraphs := transcript.Paragraphs(segments)
		return document{count: len(paragraphs), item: func(i int) transcript.Item { return paragraphs[i] }}, nil
	}
	cues := transcript.Cues(segments)
	if len(cues) == 0 && len(segments) > 0 {
		return document{}, &callError{
			Kind: "no_transcript", Message: "this transcript has no times, so that there are no subtitles",
			Next: fmt.Sprintf("Use the format text: call %s.", literal("get_transcript", taskID, 0)),
		}
	}
	if format == "srt" {
		return document{count: len(cues), item: func(i int) transcript.Item { return transcript.SRT(cues, i) }}, nil
	}
	named := transcript.HasSpeakers(cues)
	return document{count: len(cues), item: func(i int) transcript.Item { return transcript.VTT(cues, named, i) }}, nil
}

// text is the whole document, of items.
func (d *document) text() string {
	var b strings.Builder
	for i := range d.count {
		b.WriteString(d.item(i).Text)
	}
	return b.String()
}

// size is how many bytes of JSON an item takes.
func (d *document) size(i int) int {
	switch {
	case d.item != nil:
		return jsonLen(d.item(i).Text)
	case d.segments != nil:
		return len(encode(d.segments[i])) + len(",")
	}
	return len(encode(d.words[i])) + len(",")
}

// show puts the items from the first up to another on the page.
func (p *transcriptPage) show(to int) {
	d := &p.document
	info := &pageInfo{}
	take := func(start, end *float64, words int) {
		if info.FromSeconds == nil {
			info.FromSeconds = start
		}
		if end != nil && (info.ToSeconds == nil || *end > *info.ToSeconds) {
			info.ToSeconds = end
		}
		info.Words += words
	}
	var content strings.Builder
	switch {
	case d.item != nil:
		for i := d.first; i < to; i++ {
			item := d.item(i)
			content.WriteString(item.Text)
			take(item.Start, item.End, item.Words)
		}
		p.Content = content.String()
	case d.segments != nil:
		p.Segments = d.segments[d.first:to]
		for _, s := range p.Segments {
			take(s.Start, s.End, len(s.Words))
		}
	default:
		p.Words = d.words[d.first:to]
		for _, w := range p.Words {
			take(w.Start, w.End, 1)
		}
	}
	p.Page, p.NextCursor = info, ""
	switch {
	case to < d.count:
		p.NextCursor = p.args.cursor(to)
		following := p.args
		following.Cursor = p.NextCursor
		p.Next = fmt.Sprintf("There is more: call get_transcript %s.", encode(following))
	case d.count == 0 && p.args.Find != "":
		p.Next = "The phrase is not said there. Try fewer or other words, or read the transcript without find."
	case d.count == 0:
		p.Next = "Nothing is said there."
	default:
		p.Next = "This is the end."
	}
}

// fit shows as many items as fit.
func (p *transcriptPage) fit(maxBytes int) {
	p.show(p.document.first) // nothing, with a cursor
	for len(p.Speakers) > 1 && len(encode(p)) > maxBytes/2 {
		p.Speakers = p.Speakers[:len(p.Speakers)-1]
	}
	room := maxBytes - len(encode(p)) - notesRoom
	to := p.document.first
	for to < p.document.count {
		if room -= p.document.size(to); room < 0 {
			break
		}
		to++
	}
	if to == p.document.first && to < p.document.count {
		p.shorten(to, room+p.document.size(to))
		to++
	}
	p.show(to)
}

// shorten cuts an item that is longer than a page: a word or a speaker's name
// that is none.
func (p *transcriptPage) shorten(i, room int) {
	d := &p.document
	switch {
	case d.item != nil:
		whole := d.item
		d.item = func(j int) transcript.Item {
			item := whole(j)
			if j == i {
				item.Text = cut(item.Text, room-len("…"))
			}
			return item
		}
	case d.segments != nil:
		s := d.segments[i]
		s.SpeakerID, s.Text = cut(s.SpeakerID, 64), cut(s.Text, room-200)
		d.segments = slices.Replace(slices.Clone(d.segments), i, i+1, s)
	default:
		w := d.words[i]
		w.SpeakerID, w.Text = cut(w.SpeakerID, 64), cut(w.Text, room-200)
		d.words = slices.Replace(slices.Clone(d.words), i, i+1, w)
	}
	p.warn("An item was longer than an answer may be and is cut.")
}

// cursor names an item of the document that the arguments ask for. A hash of
// them keeps it from being used for another one.
func (a getTranscriptArgs) cursor(item int) string {
	a.Cursor = ""
	sum := sha256.Sum256(encode(a))
	return fmt.Sprintf("%d-%s", item, hex.EncodeToString(sum[:4]))
}

// start is the item that the cursor names, of so many.
func (a getTranscriptArgs) start(length int) (int, error) {
	if a.Cursor == "" {
		return 0, nil
	}
	number, _, _ := strings.Cut(a.Cursor, "-")
	item, err := strconv.Atoi(number)
	if err != nil || item < 1 || item >= length || a.cursor(item) != a.Cursor {
		return 0, invalidArguments("get_transcript", errors.New("cursor is none of this task, format and filters; leave it out to begin, and use next_cursor with the same other arguments"))
	}
	return item, nil
}
