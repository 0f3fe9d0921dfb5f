package kie

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// FreshFor is how long a link that [Client.FreshLink] returns works.
const FreshFor = 20 * time.Minute

// maxExchanges is how many links are exchanged at the same time.
const maxExchanges = 8

// FreshLinks does as FreshLink for several links, some at the same time. Either
// fresh or faults has something for each.
func (c *Client) FreshLinks(ctx context.Context, links []string) (fresh []string, faults []error) {
	fresh, faults = make([]string, len(links)), make([]error, len(links))
	traces := make([]Trace, len(links))
	places := make(chan struct{}, maxExchanges)
	var exchanging sync.WaitGroup
	for i := range links {
		places <- struct{}{}
		exchanging.Go(func() {
			defer func() { <-places }()
			fresh[i], faults[i] = c.FreshLink(WithTrace(ctx, &traces[i]), links[i])
		})
	}
	exchanging.Wait()
	for _, trace := range traces {
		traceOf(ctx).add(trace)
	}
	return fresh, faults
}

// FreshLink exchanges the link of a file that kie.ai has made for one that works
// for FreshFor, even if the old one does not work any more. kie.ai refuses other
// links with InvalidRequest.
func (c *Client) FreshLink(ctx context.Context, address string) (string, error) {
	body, err := json.Marshal(map[string]string{"url": address})
	if err != nil {
		panic(err) // a string
	}
	ask := request{method: http.MethodPost, path: "/api/v1/common/download-url", body: body}
	fresh, fault := do(ctx, c, ask, func(r reply[link], err *Error) (string, *Error) {
		switch {
		case err != nil:
			return "", err
		case r.data == nil, !isWebAddress(string(*r.data)):
			return "", r.newError(BadResponse, r.code, "kie.ai answered without a web address")
		}
		return string(*r.data), nil
	})
	if fault != nil {
		return "", fault
	}
	return fresh, nil
}
