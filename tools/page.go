package tools

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kie-mcp/kie/transcript"
)

// show puts the pieces from the first of the page up to another on it.
func (p *transcriptPage) show(to int) {
	p.Segments, p.Words = nil, nil
	var content strings.Builder
	var all transcript.Piece
	for i := p.first; i < to; i++ {
		piece := p.piece(i)
		all.Cover(piece)
		switch value := piece.Value.(type) {
		case string:
			content.WriteString(value)
		case transcript.Segment:
			p.Segments = append(p.Segments, value)
		case transcript.Word:
			p.Words = append(p.Words, value)
		}
	}
	p.Content = content.String()
	p.Page, p.NextCursor = &pageInfo{all.Start, all.End, all.Words}, ""
	switch {
	case to < p.document.Len():
		p.NextCursor = p.args.cursor(to)
		following := p.args
		following.Cursor = p.NextCursor
		p.Next = fmt.Sprintf("There is more: call get_transcript %s.", encode(following))
	case p.document.Len() == 0 && p.args.Find != "":
		p.Next = "The phrase is not said there. Try fewer or other words, or read the transcript without find."
	case p.document.Len() == 0:
		p.Next = "Nothing is said there."
	default:
		p.Next = "This is the end."
	}
}

// fit shows as many pieces as fit.
func (p *transcriptPage) fit(maxBytes int) {
	p.show(p.first) // nothing, with a cursor
	for len(p.Speakers) > 1 && len(encode(p)) > maxBytes/2 {
		p.Speakers = p.Speakers[:len(p.Speakers)-1]
	}
	room := maxBytes - len(encode(p)) - notesRoom
	to := p.first
	for left := room; to < p.document.Len(); to++ {
		if left -= pieceSize(p.document.Piece(to)); left < 0 {
			break
		}
	}
	if to == p.first && to < p.document.Len() {
		p.cutTo = room
		p.warn("An item was longer than an answer may be and is cut.")
		to++
	}
	p.show(to)
}

// pieceSize is how many bytes of JSON a piece takes.
func pieceSize(piece transcript.Piece) int {
	if text, ok := piece.Value.(string); ok {
		return jsonLen(text)
	}
	return len(encode(piece.Value)) + len(",")
}

// piece returns a piece of the document as it stands on the page: whole, but
// for one that is longer than a page, with a word or a speaker's name that is
// none.
func (p *transcriptPage) piece(i int) transcript.Piece {
	piece := p.document.Piece(i)
	if p.cutTo == 0 {
		return piece
	}
	switch value := piece.Value.(type) {
	case string:
		piece.Value = cut(value, p.cutTo-len("…"))
	case transcript.Segment:
		value.SpeakerID, value.Text = cut(value.SpeakerID, 64), cut(value.Text, p.cutTo-200)
		piece.Value = value
	case transcript.Word:
		value.SpeakerID, value.Text = cut(value.SpeakerID, 64), cut(value.Text, p.cutTo-200)
		piece.Value = value
	}
	return piece
}

// cursor names a piece of the document that the arguments ask for. A hash of
// them keeps it from being used for another one.
func (a getTranscriptArgs) cursor(piece int) string {
	a.Cursor = ""
	sum := sha256.Sum256(encode(a))
	return fmt.Sprintf("%d-%s", piece, hex.EncodeToString(sum[:4]))
}

// start is the piece that the cursor names, of so many.
func (a getTranscriptArgs) start(length int) (int, error) {
	if a.Cursor == "" {
		return 0, nil
	}
	number, _, _ := strings.Cut(a.Cursor, "-")
	piece, err := strconv.Atoi(number)
	if err != nil || piece < 1 || piece >= length || a.cursor(piece) != a.Cursor {
		return 0, invalidArguments("get_transcript", errors.New("cursor is none of this task, format and filters; leave it out to begin, and use next_cursor with the same other arguments"))
	}
	return piece, nil
}
