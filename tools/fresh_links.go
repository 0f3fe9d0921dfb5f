package tools

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kie-mcp/kie"
)

// exchangeLimit is how long the exchange of all links of an answer may take.
const exchangeLimit = 9 * time.Second

// refresh exchanges the URLs of files for fresh ones, and says in sentences what
// came of it. What cannot be exchanged stays.
func refresh(ctx context.Context, client *kie.Client, media []mediaValue) (said []string) {
	ctx, cancel := context.WithTimeout(ctx, exchangeLimit)
	defer cancel()
	links := make([]string, len(media))
	for i := range media {
		links[i] = media[i].URL
	}
	fresh, faults := client.FreshLinks(ctx, links)
	failed := 0
	stale := make(map[string][]string) // by the reason, the numbers of the files
	for i, fault := range faults {
		if fault == nil {
			media[i].URL = fresh[i]
			continue
		}
		failed++
		reason := cut(fault.Error(), 200)
		stale[reason] = append(stale[reason], strconv.Itoa(i+1))
	}
	if exchanged := len(media) - failed; exchanged > 0 {
		said = append(said, fmt.Sprintf("Fresh links: %d of %d. They work for %d minutes; kie.ai deletes the files after 14 days all the same.", exchanged, len(media), int(kie.FreshFor.Minutes())))
	}
	for _, reason := range slices.Sorted(maps.Keys(stale)) {
		said = append(said, fmt.Sprintf("No fresh link for %s in result.media: %s.", strings.Join(stale[reason], ", "), reason))
	}
	return said
}
