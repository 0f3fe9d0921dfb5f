package transcript

import (
	"errors"
	"strings"
)

// A Format is a form in which a transcript can be read.
type Format string

// The formats of a [Document].
const (
	Text     Format = "text"     // paragraphs with times and speakers
	SRT      Format = "srt"      // SubRip subtitles
	VTT      Format = "vtt"      // WebVTT subtitles
	Segments Format = "segments" // a list of segments
	Words    Format = "words"    // a list of words
)

// ErrNoTimes says that a transcript has no subtitles, since none of its words
// has a time.
var ErrNoTimes = errors.New("the transcript has no times, so that there are no subtitles")

// A Document is a transcript, or what a filter selects of it, in one format: a
// list of pieces, of which pages are made.
type Document struct {
	n     int
	piece func(i int) Piece
}

// A Piece is a part of a document that pages do not part: a paragraph, a cue, a
// segment or a word.
type Piece struct {
	Value      any      // a string, a [Segment] or a [Word], depending on the format
	Start, End *float64 // seconds; nil when unknown
	Words      int
}

// Cover extends the time and the words of p, but not its value, by those of the
// piece that follows it.
func (p *Piece) Cover(next Piece) {
	if p.Start == nil {
		p.Start = next.Start
	}
	if next.End != nil && (p.End == nil || *next.End > *p.End) {
		p.End = next.End
	}
	p.Words += next.Words
}

// Len returns the number of pieces.
func (d Document) Len() int { return d.n }

// Piece returns piece i, which must be below Len.
func (d Document) Piece(i int) Piece { return d.piece(i) }

// String returns the whole document, if its format is text or subtitles.
func (d Document) String() string {
	var b strings.Builder
	for i := range d.n {
		if text, ok := d.piece(i).Value.(string); ok {
			b.WriteString(text)
		}
	}
	return b.String()
}

// Document renders what a filter selects of the transcript. What an unfiltered
// document needs is kept, as a rule. The only error is [ErrNoTimes], for
// subtitles.
func (t *Transcript) Document(format Format, f Filter) (Document, error) {
	segments := t.Segments()
	paragraphs := func() []paragraph {
		return t.paragraphs.get(t, func() []paragraph { return paragraphsOf(segments) })
	}
	cues := func() []Cue { return t.cues.get(t, func() []Cue { return Cues(segments, t.LanguageCode) }) }
	words := func() []Word { return t.Words }
	if f != (Filter{}) {
		segments = f.Select(segments)
		paragraphs = func() []paragraph { return paragraphsOf(segments) }
		cues = func() []Cue { return Cues(segments, t.LanguageCode) }
		words = func() []Word { return f.words(t.Segments()) }
	}
	switch format {
	case Segments:
		return documentOf(segments, Segment.piece), nil
	case Words:
		return documentOf(words(), Word.piece), nil
	case Text:
		return documentOf(paragraphs(), func(p paragraph) Piece { return p.piece(segments) }), nil
	case SRT, VTT:
		all := cues()
		if len(all) == 0 && len(segments) > 0 {
			return Document{}, ErrNoTimes
		}
		if f != (Filter{}) {
			all = f.cues(all)
		}
		return subtitles(format, all), nil
	}
	panic("transcript: there is no format " + string(format))
}

// subtitles makes the document of cues.
func subtitles(format Format, cues []Cue) Document {
	if format == SRT {
		return Document{len(cues), func(i int) Piece { return srt(cues, i) }}
	}
	named := hasSpeakers(cues)
	return Document{len(cues), func(i int) Piece { return vtt(cues, named, i) }}
}

func documentOf[T any](list []T, piece func(T) Piece) Document {
	return Document{len(list), func(i int) Piece { return piece(list[i]) }}
}

func (s Segment) piece() Piece { return Piece{s, s.Start, s.End, len(s.Words)} }

func (w Word) piece() Piece { return Piece{w, w.Start, w.End, 1} }
