package tools

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kie-mcp/kie"
)

// How many links are exchanged at the same time, and how long that may take in
// all.
const (
	maxExchanges  = 8
	exchangeLimit = 9 * time.Second
)

// refresh exchanges the URLs of files for fresh ones, and says in sentences what
// came of it. What cannot be exchanged stays.
func refresh(ctx context.Context, client *kie.Client, media []mediaValue) (said []string) {
	ctx, cancel := context.WithTimeout(ctx, exchangeLimit)
	defer cancel()
	faults := make([]error, len(media))
	places := make(chan struct{}, maxExchanges)
	var exchanging sync.WaitGroup
	for i := range media {
		places <- struct{}{}
		exchanging.Go(func() {
			defer func() { <-places }()
			var fresh string
			if fresh, faults[i] = client.FreshLink(ctx, media[i].URL); faults[i] == nil {
				media[i].URL = fresh
			}
		})
	}
	exchanging.Wait()
	failed := 0
	stale := make(map[string][]string) // by the reason, the numbers of the files
	for i, fault := range faults {
		if fault != nil {
			failed++
			reason := cut(fault.Error(), 200)
			stale[reason] = append(stale[reason], strconv.Itoa(i+1))
		}
	}
	if exchanged := len(media) - failed; exchanged > 0 {
		said = append(said, fmt.Sprintf("Fresh links: %d of %d. They work for %d minutes; kie.ai deletes the files after 14 days all the same.", exchanged, len(media), int(kie.FreshFor.Minutes())))
	}
	for _, reason := range slices.Sorted(maps.Keys(stale)) {
		said = append(said, fmt.Sprintf("No fresh link for %s in result.media: %s.", strings.Join(stale[reason], ", "), reason))
	}
	return said
}
