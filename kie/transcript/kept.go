package transcript

import (
	"sync"
	"unsafe"
)

// A kept value is made when it is first asked for. If it takes more than Size
// allows for, it is not kept but made each time, as are the segments of a
// transcript in which each word has another speaker.
type kept[T any] struct {
	mu    sync.Mutex
	made  bool
	value T
}

func (k *kept[T]) get(t *Transcript, newValue func() T) T {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.made {
		return k.value
	}
	value := newValue()
	if t.mayKeep(value) {
		k.value, k.made = value, true
	}
	return value
}

// The bytes that a list may take to be kept: a fixed number, and some for each
// word. In usual speech, the segments take 30 a word, and the cues 33.
const (
	keptBytes = 4 << 10
	longList  = 40 // for each word: segments and cues
	shortList = 2  // speakers, their IDs and paragraphs
)

func (t *Transcript) mayKeep(value any) bool {
	size, perWord := 0, shortList
	switch list := value.(type) {
	case []Segment:
		size, perWord = cap(list)*int(unsafe.Sizeof(Segment{})), longList
	case []Cue:
		size, perWord = cap(list)*int(unsafe.Sizeof(Cue{})), longList
		for _, c := range list {
			for _, line := range c.Lines {
				size += int(unsafe.Sizeof(line)) + len(line)
			}
		}
	case []paragraph:
		size = cap(list) * int(unsafe.Sizeof(paragraph{}))
	case []Speaker:
		size = cap(list) * int(unsafe.Sizeof(Speaker{}))
	case []string:
		size = cap(list) * int(unsafe.Sizeof(""))
	}
	return size <= keptBytes+perWord*len(t.Words)
}

// Size returns how many bytes of memory the transcript takes, with all that it
// keeps.
func (t *Transcript) Size() int {
	const (
		lists   = 5 * keptBytes
		perWord = 2*16 + // its times, with the cost of allocating them
			2*longList + 3*shortList
	)
	n := 2*len(t.Text) + lists + cap(t.Words)*int(unsafe.Sizeof(Word{})) + perWord*len(t.Words)
	speaker := ""
	for _, w := range t.Words {
		n += len(w.Text)
		if w.SpeakerID != speaker {
			speaker = w.SpeakerID
			n += len(speaker)
		}
	}
	return n
}
