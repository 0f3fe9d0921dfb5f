package kie

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// FreshFor is how long a link that [Client.FreshLink] returns works.
const FreshFor = 20 * time.Minute

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
