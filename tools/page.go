package tools

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"kie-mcp/kie/transcript"
)

// A page is a run of pieces of a document, as many as an answer can hold.
type page struct {
	document transcript.Document
	from, to int  // the pieces on the page, to excluded
	cut      bool // the only piece is too long and is cut
	room     int  // for that piece, in bytes of JSON
}

// fill puts pieces on the page while their JSON fits in room bytes. A piece
// that is longer than a page stands alone and is cut: a word that is not really
// one, or a speaker's name.
func (p *page) fill(room int) {
	p.to, p.cut, p.room = p.from, false, max(room, 1)
	for left := room; p.hasMore(); p.to++ {
		if left -= pieceSize(p.document.Piece(p.to)); left < 0 {
			break
		}
	}
	if p.to == p.from && p.hasMore() {
		p.to, p.cut = p.from+1, true
	}
}

// hasMore reports whether pieces follow those on the page.
func (p *page) hasMore() bool { return p.to < p.document.Len() }

// pieceSize returns how many bytes of JSON a piece takes.
func pieceSize(piece transcript.Piece) int {
	if text, ok := piece.Value.(string); ok {
		return jsonLen(text)
	}
	return len(encode(piece.Value)) + len(",")
}

// piece returns a piece as it stands on the page.
func (p *page) piece(i int) transcript.Piece {
	piece := p.document.Piece(i)
	if !p.cut {
		return piece
	}
	const rest = 200 // for what a segment or a word has besides its text
	switch value := piece.Value.(type) {
	case string:
		piece.Value = cut(value, p.room-len("…"))
	case transcript.Segment:
		value.SpeakerID, value.Text = shownSpeaker(value.SpeakerID), cut(value.Text, p.room-rest)
		piece.Value = value
	case transcript.Word:
		value.SpeakerID, value.Text = shownSpeaker(value.SpeakerID), cut(value.Text, p.room-rest)
		piece.Value = value
	}
	return piece
}

// newCursor returns the cursor of a piece of the document that the arguments
// ask for. Their hash keeps it from being used with others.
func newCursor(piece int, arguments []byte) string {
	sum := sha256.Sum256(arguments)
	return fmt.Sprintf("%d-%s", piece, hex.EncodeToString(sum[:4]))
}

// parseCursor returns the piece that a cursor names; ok is false if it was not
// made for these arguments.
func parseCursor(cursor string, arguments []byte) (piece int, ok bool) {
	number, _, _ := strings.Cut(cursor, "-")
	piece, err := strconv.Atoi(number)
	return piece, err == nil && newCursor(piece, arguments) == cursor
}
