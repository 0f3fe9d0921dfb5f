package tools

import (
	"context"
	"slices"

	"kie-mcp/kie"
)

// firstSong returns what is sung in the first track of a music task that is
// finished, and the audio IDs of all its tracks. Any other task comes back as it
// is, without any.
func firstSong(ctx context.Context, client *kie.Client, t *kie.Task) (song *kie.Task, tracks []string, err error) {
	if t.Endpoint != kie.Music || t.Outcome != kie.Success {
		return t, nil, nil
	}
	for _, m := range t.Result.Media {
		if m.AudioID != "" && !slices.Contains(tracks, m.AudioID) {
			tracks = append(tracks, cut(m.AudioID, 100))
		}
	}
	if len(tracks) == 0 {
		return t, nil, nil
	}
	song, err = client.Song(ctx, t.ID, tracks[0])
	return song, tracks, err
}
