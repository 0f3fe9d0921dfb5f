package transcript

import (
	"math"
	"sort"
)

// forgetStuck marks as unknown the times that many words share.
func forgetStuck(words []cueWord) {
	for i := 0; i < len(words); {
		same := i + 1
		for same < len(words) && (words[same].start == words[i].start || words[same].start < 0) {
			same++
		}
		stuck := 0
		for k := i; k < same; k++ {
			if words[k].start >= 0 {
				stuck++
			}
		}
		if stuck >= 4 && words[i].start >= 0 {
			words[i].end = -1
			for k := i + 1; k < same; k++ {
				words[k].start, words[k].end = -1, -1
			}
		}
		i = same
	}
}

// forgetOutliers keeps the most starts that do not go back, and marks the others
// as unknown.
func forgetOutliers(words []cueWord) {
	// The longest run: piles[n] is the word with the least start that can end one
	// of n+1 words, and previous the word before each.
	var piles []int
	previous := make([]int, len(words))
	for i := range words {
		at := words[i].start
		if at < 0 {
			continue
		}
		n := sort.Search(len(piles), func(n int) bool { return words[piles[n]].start > at })
		previous[i] = -1
		if n > 0 {
			previous[i] = piles[n-1]
		}
		if n == len(piles) {
			piles = append(piles, i)
		} else {
			piles[n] = i
		}
	}
	keep := make([]bool, len(words))
	for i := piles[len(piles)-1]; i >= 0; i = previous[i] {
		keep[i] = true
	}
	for i := range words {
		if !keep[i] {
			words[i].start, words[i].end = -1, -1
		}
	}
}

// How long a character of a word without a time may take, and takes where there
// is no end to the room, in milliseconds.
const (
	mostPerLetter  = 400
	usualPerLetter = 60
)

// fill gives times to the words that have none. They share the room between
// their neighbours' times by length.
func fill(words []cueWord) {
	for i := 0; i < len(words); {
		if words[i].start >= 0 {
			i++
			continue
		}
		to := i
		for to < len(words) && words[to].start < 0 {
			to++
		}
		share := words[i:to]
		letters := 0
		for k := range share {
			letters += share[k].letters + 1
		}
		usual := int64(letters) * usualPerLetter
		switch {
		case i == 0 && to == len(words):
			shareTime(share, 0, usual, letters)
		case i == 0:
			shareTime(share, max(0, words[to].start-usual), words[to].start, letters)
		default:
			before := &words[i-1]
			from, end := before.end, int64(0)
			if to < len(words) {
				end = words[to].start
			}
			// The words of one entry have its time, and words after one whose end
			// is not known, or is later than what follows, share its own.
			if before.end <= before.start || to < len(words) && before.end > end || share[0].tied {
				share, letters = words[i-1:to], letters+before.letters+1
				from = before.start
			}
			switch {
			case words[i].tied && before.end > before.start:
				end = min(before.end, before.start+maxCue)
			case to == len(words):
				end = from + usual
			default:
				end = min(end, from+int64(letters)*mostPerLetter)
			}
			shareTime(share, from, end, letters)
		}
		i = to
	}
	for i := range words {
		w := &words[i]
		if i+1 < len(words) {
			w.end = min(w.end, words[i+1].start)
		}
		w.end = max(w.end, w.start)
		if w.columns <= maxColumns { // a wider one makes several cues
			w.end = min(w.end, w.start+maxCue)
		}
	}
}

// shareTime divides the time from start to end among words by their length.
func shareTime(words []cueWord, start, end int64, letters int) {
	end = max(end, start)
	done := 0
	at := func() int64 { return start + (end-start)*int64(done)/int64(letters) }
	for i := range words {
		words[i].start = at()
		done += words[i].letters + 1
		words[i].end = at()
	}
}

// milliseconds rounds a time once, so that 59.9996 s is a whole minute.
func milliseconds(seconds float64) int64 {
	return int64(math.Round(min(max(seconds, 0), 1e9) * 1000))
}
