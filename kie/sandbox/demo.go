package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// slow answers for demo-slow, a task that is created when it is first asked
// for and takes 8 s.
func slow(created, now time.Time) Answer {
	fields := map[string]any{"createTime": created.UnixMilli()}
	switch age := now.Sub(created); {
	case age < 2*time.Second:
		fields["state"] = "waiting"
	case age < 4*time.Second:
		fields["state"] = "queuing"
	case age < 8*time.Second:
		fields["state"] = "generating"
	default:
		fields["state"] = "success"
		fields["completeTime"] = created.Add(8 * time.Second).UnixMilli()
		fields["resultJson"] = `{"resultUrls":["https://example.com/slow.mp4"]}`
	}
	return record("demo-slow", fields)
}

// record returns the answer for a video task: the fields of a task that was
// just created, with those given in their place.
func record(id string, fields map[string]any) Answer {
	data := map[string]any{
		"taskId":          id,
		"model":           "wan/2-5-image-to-video",
		"param":           `{"input":"{\"prompt\":\"a lighthouse in the fog\",\"duration\":\"5\"}","model":"wan/2-5-image-to-video"}`,
		"resultJson":      "",
		"failCode":        nil,
		"failMsg":         nil,
		"completeTime":    nil,
		"creditsConsumed": 0.0,
	}
	for name, value := range fields {
		data[name] = value
	}
	body, err := json.Marshal(map[string]any{"code": 200, "msg": "success", "data": data})
	if err != nil {
		panic(err) // strings and numbers only
	}
	return Answer{Body: string(body)}
}

// Speech returns the answer for a speech-to-text task: a conversation of two
// speakers that lasts some seconds, always the same for the same length. An
// hour has about 9,000 words and 1.9 MB.
func Speech(id string, seconds float64) Answer {
	const created = 1786334162588
	return record(id, map[string]any{
		"model":        "elevenlabs/speech-to-text",
		"state":        "success",
		"param":        `{"input":"{\"audio_url\":\"https://example.com/keepers.mp3\",\"tag_audio_events\":false,\"diarize\":true}","model":"elevenlabs/speech-to-text"}`,
		"createTime":   created,
		"completeTime": created + 95_000,
		"resultJson":   conversation(seconds),
	})
}

// conversation returns the result of speech to text, as JSON.
func conversation(seconds float64) string {
	type entry struct {
		Text    string  `json:"text"`
		Start   float64 `json:"start"`
		End     float64 `json:"end"`
		Type    string  `json:"type"`
		Speaker string  `json:"speaker_id"`
	}
	var entries []entry
	var text strings.Builder
	ms := 200 // now, in milliseconds
	add := func(speaker int, kind, s string, length int) {
		entries = append(entries, entry{s, float64(ms) / 1000, float64(ms+length) / 1000, kind, fmt.Sprintf("speaker_%d", speaker)})
		text.WriteString(s)
		ms += length
	}
	for turn := 0; float64(ms) < seconds*1000; turn++ {
		for i, word := range strings.Fields(line(turn)) {
			if i > 0 || turn > 0 {
				add(turn%2, "spacing", " ", 60)
			}
			if i == 0 {
				ms += 700 // a breath before answering
			}
			add(turn%2, "word", word, 150+40*len(word))
		}
	}
	result, err := json.Marshal(map[string]any{"resultObject": map[string]any{
		"language_code": "eng", "language_probability": 0.99, "words": entries, "text": text.String(),
	}})
	if err != nil {
		panic(err) // strings and numbers only
	}
	return string(result)
}

// line returns what is said in a turn of the demonstration: the keeper of a
// lighthouse answers somebody who asks about the log of one night.
func line(turn int) string {
	hour, night := turn/2%12+1, turn/24+1
	questions := []string{
		"What does the log say for night %d, at %d o'clock?",
		"And on night %d, around %d, was the lamp still burning?",
		"Let us go on to night %d. Who stood watch at %d?",
		"You mentioned a ship on night %d. Did it pass before %d?",
		"Was there anything else on night %d, say after %d?",
	}
	replies := []string{
		"On night %d the fog came in at %d, and we sounded the horn every two minutes until the morning.",
		"Night %d was clear. At %d I trimmed the wick, wound the clockwork, and wrote down the wind: north, four.",
		"I remember night %d well. At %d a schooner answered our signal; we could hear her bell, but we never saw her.",
		"Nothing much happened on night %d. At %d the barometer fell a little, so I carried more oil up the stairs.",
		"It was my brother's watch on night %d. He says that by %d the gulls had gone quiet, and that is always a sign.",
		"Well, on night %d the supply boat was late. It came at %d with bread, lamp oil and three letters from home.",
		"By %[2]d on night %[1]d the sea was over the lower steps! We kept the door shut and the light turning.",
	}
	if turn%2 == 0 {
		return fmt.Sprintf(questions[turn/2%len(questions)], night, hour)
	}
	return fmt.Sprintf(replies[turn/2%len(replies)], night, hour)
}
