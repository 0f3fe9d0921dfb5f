package kie

import (
	"encoding/json"

	"kie-mcp/kie/transcript"
)

// decodeLoose reads the speech of a result that has values of other types than
// speechDoc: numbers and strings in each other's place, words that are strings,
// and what cannot be read at all, which is left out and counted. What speechDoc
// takes, it reads alike. It returns nil if doc has no speech.
func decodeLoose(doc []byte) *speechDoc {
	var result struct {
		ResultObject *looseSpeech `json:"resultObject"`
	}
	if json.Unmarshal(doc, &result) != nil || result.ResultObject == nil || result.ResultObject.unread {
		return nil
	}
	speech := result.ResultObject.speech()
	return &speech
}

// Each of these types reads a JSON value in every form that has a meaning.
// Reading never fails: a value of another form is marked as unread.
type (
	looseSpeech struct {
		LanguageCode        looseString            `json:"language_code"`
		LanguageProbability *looseNumber           `json:"language_probability"`
		Words               looseList[looseWord]   `json:"words"`
		Text                *looseString           `json:"text"`
		Transcripts         looseList[looseSpeech] `json:"transcripts"`
		ChannelIndex        *looseNumber           `json:"channel_index"`

		unread bool
	}
	looseWord struct {
		Text      looseString  `json:"text"`
		Start     *looseNumber `json:"start"`
		End       *looseNumber `json:"end"`
		SpeakerID looseString  `json:"speaker_id"`
		Type      looseString  `json:"type"`

		bare bool // it is no object
	}
	looseList[T any] struct {
		list   []T
		unread bool
	}
	looseString struct {
		value  string
		unread bool
	}
	looseNumber struct {
		number
		unread bool
	}
)

func (s *looseSpeech) UnmarshalJSON(data []byte) error {
	type fields looseSpeech // without this method
	s.unread = json.Unmarshal(data, (*fields)(s)) != nil
	return nil
}

// UnmarshalJSON reads an object, or the text of a word alone.
func (w *looseWord) UnmarshalJSON(data []byte) error {
	type fields looseWord // without this method
	switch data[0] {
	case '{', 'n':
		return json.Unmarshal(data, (*fields)(w))
	}
	w.bare = true
	return w.Text.UnmarshalJSON(data)
}

func (l *looseList[T]) UnmarshalJSON(data []byte) error {
	l.unread = json.Unmarshal(data, &l.list) != nil && !isNothing(data)
	return nil
}

// UnmarshalJSON reads a string, and a number or a boolean as they are written.
func (s *looseString) UnmarshalJSON(data []byte) error {
	switch c := data[0]; {
	case c == '"', c == 'n':
		s.unread = json.Unmarshal(data, &s.value) != nil
	case c == '{', c == '[':
		s.unread = !isNothing(data)
	default:
		s.value = string(data)
	}
	return nil
}

func (n *looseNumber) UnmarshalJSON(data []byte) error {
	err := n.number.UnmarshalJSON(data)
	n.unread = !n.known && !isNothing(data)
	return err
}

// speech returns what was read, with the number of values that were not.
func (s *looseSpeech) speech() speechDoc {
	n := unreadCount(0)
	n.add(s.Words.unread, s.Transcripts.unread)
	doc := speechDoc{
		LanguageCode:        n.text(s.LanguageCode),
		LanguageProbability: n.number(s.LanguageProbability),
		ChannelIndex:        n.number(s.ChannelIndex),
		bare:                len(s.Words.list) > 0,
	}
	if s.Text != nil {
		text := n.text(*s.Text)
		doc.Text = &text
	}
	if s.Words.list != nil {
		doc.Words = make([]transcript.Word, 0, len(s.Words.list))
	}
	for _, w := range s.Words.list {
		doc.bare = doc.bare && w.bare
		doc.Words = append(doc.Words, transcript.Word{
			Text: n.text(w.Text), Start: n.number(w.Start), End: n.number(w.End), SpeakerID: n.text(w.SpeakerID), Type: n.text(w.Type),
		})
	}
	if s.Transcripts.list != nil {
		doc.Transcripts = make([]speechDoc, 0, len(s.Transcripts.list))
	}
	for _, channel := range s.Transcripts.list {
		n.add(channel.unread)
		c := channel.speech()
		n += unreadCount(c.unread)
		doc.Transcripts = append(doc.Transcripts, c)
	}
	doc.unread = int(n)
	return doc
}

// An unreadCount counts the values that could not be read.
type unreadCount int

func (n *unreadCount) add(unread ...bool) { *n += unreadCount(count(unread...)) }

func (n *unreadCount) text(s looseString) string {
	n.add(s.unread)
	return s.value
}

func (n *unreadCount) number(v *looseNumber) *float64 {
	if v == nil {
		return nil
	}
	n.add(v.unread)
	return v.pointer()
}
