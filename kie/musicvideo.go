package kie

// MusicVideo is the API that makes a video of a track of music.
const MusicVideo Endpoint = "music_video"

func newMusicVideoTask(r *record, failure *Failure, body []byte) *Task {
	return r.task(failure, states, func() Result {
		return filesIn(body,
			field{"videoUrl", Media{Kind: "video", Role: "result"}},
		)
	})
}
