package sandbox

import (
	"encoding/json"
	"math"
	"strings"
)

// A track is one of a music task.
type track struct {
	ID       string
	Lyrics   string `json:"prompt"`
	Duration float64
}

// tracksOf returns the tracks of the answer for a music task.
func tracksOf(answer string) []track {
	var music struct {
		Data struct {
			Response struct{ SunoData []track }
		}
	}
	if err := json.Unmarshal([]byte(answer), &music); err != nil {
		panic(err) // embedded at build time
	}
	return music.Data.Response.SunoData
}

// sung returns when each word of a track is sung, over all of its length, with a
// rest after each line. As in kie.ai's answers a word has the space or the line
// break behind it, and the first of a section the mark before it, as in
// "[Verse]\nQuiet ".
func sung(t track) Answer {
	type word struct {
		Word    string  `json:"word"`
		Success bool    `json:"success"`
		Start   float64 `json:"startS"`
		End     float64 `json:"endS"`
		Palign  int     `json:"palign"`
	}
	const rest = 2 // beats; a word has one
	beat := t.Duration / float64(len(strings.Fields(t.Lyrics))+rest*strings.Count(t.Lyrics, "\n"))
	at := func(beats float64) float64 { return math.Round(100*beat*beats) / 100 }
	var words []word
	mark, now := "", 1.0
	for line := range strings.Lines(t.Lyrics) {
		if line == "\n" || strings.HasPrefix(line, "[") {
			mark += line
			continue
		}
		for _, text := range strings.SplitAfter(line, " ") {
			words = append(words, word{Word: mark + text, Success: true, Start: at(now), End: at(now + 0.8)})
			mark = ""
			now++
		}
		now += rest
	}
	body, err := json.Marshal(map[string]any{"code": 200, "msg": "success", "data": map[string]any{
		"alignedWords": words, "waveformData": []float64{0, 1, 0.5, 0.75}, "hootCer": 0.38, "isStreamed": false,
	}})
	if err != nil {
		panic(err) // strings and numbers only
	}
	return Answer{Body: string(body)}
}
