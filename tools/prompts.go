package tools

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

func subtitlesPrompt() prompt {
	return prompt{
		name:        "subtitles",
		title:       "Subtitles of a recording",
		description: "The subtitles of a speech-to-text task, as the content of a file",
		arguments: []promptArgument{ofTask, {
			name:        "format",
			description: "srt (default) or vtt",
			optional:    true,
			complete:    completeWords("srt", "vtt"),
			normal: func(format string) (string, error) {
				if format = strings.ToLower(format); format != "srt" && format != "vtt" {
					return "", errors.New("format must be srt or vtt")
				}
				return format, nil
			},
		}},
		text: func(values map[string]string) string {
			id, format := values["task_id"], cmp.Or(values["format"], "srt")
			return fmt.Sprintf(`Make the subtitles of the kie.ai task %s, as the file %s.%s.

1. Call %s.
2. Each answer is a page. Its subtitles are the field content or, where the answer is plain text, what stands between its first line and its last. Its next names the call for the page after it: make that, until an answer says that it is the end.
3. Join the subtitles of all pages, in their order, exactly as they are: their numbers, their times and their line breaks. Translate nothing, correct nothing.
4. Write them into the file if you can write files; otherwise show them in one code block.

If a call says that the task is not finished, do what its next says. If there is no transcript, tell me why.`,
				id, id, format, transcriptCall(getTranscriptArgs{taskArgs: taskArgs{id}, Format: format}))
		},
	}
}

func minutesPrompt() prompt {
	return prompt{
		name:        "minutes",
		title:       "Minutes of a recording",
		description: "What was said and decided in a speech-to-text task, and by whom",
		arguments:   []promptArgument{ofTask},
		text: func(values map[string]string) string {
			return fmt.Sprintf(`Write the minutes of the recording that the kie.ai task %s transcribed.

1. %s
2. Then write, in the language of the recording:
   - what it was about, in two sentences, and who spoke;
   - what was said, by topic, each with its time and its speakers;
   - what was decided, by whom, and at what time that was said;
   - what is to be done, by whom and until when; and what was left open.

Speakers have IDs such as speaker_0: give a person's name only where it is said whose voice it is. Write nothing that is not in the transcript; where it is unclear, say so, with the time. If a call says that the task is not finished, do what its next says.`,
				values["task_id"], readWhole(values["task_id"]))
		},
	}
}

func quotesPrompt() prompt {
	return prompt{
		name:        "quotes",
		title:       "Who said something about a topic",
		description: "What was said about a topic in a speech-to-text task, word for word, with speakers and times",
		arguments: []promptArgument{ofTask, {
			name:        "topic",
			description: "what it is about, such as budget",
			normal:      anyText,
		}},
		text: func(values map[string]string) string {
			return fmt.Sprintf(`Find what was said about this topic in the recording that the kie.ai task %s transcribed: %s

1. Call %s. It finds that phrase in any case, not what is meant by it: call it again with other words for the topic, and with the words that the speakers use.
2. If that finds little, read all of it. %s
3. List each passage in its order: the time, the speaker, and the words as they stand in the transcript, in quotation marks. Shorten with … only, and never change a word.
4. Say at the end, in one sentence for each speaker, where they stand on it.

If nothing was said about it, say so. If a call says that the task is not finished, do what its next says.`,
				values["task_id"], values["topic"],
				transcriptCall(getTranscriptArgs{taskArgs: taskArgs{values["task_id"]}, Format: "segments", Find: cutJSON(values["topic"], 100)}),
				readWhole(values["task_id"]))
		},
	}
}

// transcriptCall writes a call of get_transcript as a model would make it.
func transcriptCall(arguments getTranscriptArgs) string {
	return fmt.Sprintf("%s %s", getTranscript, encode(arguments))
}

// readWhole says how to read a transcript from its beginning to its end.
func readWhole(taskID string) string {
	return "Call " + transcriptCall(getTranscriptArgs{taskArgs: taskArgs{taskID}, Format: "text"}) +
		", and then the call that next names in each answer, until one says that it is the end."
}
