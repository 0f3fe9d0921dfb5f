package kie

import (
	"context"
	"errors"
)

const creditPath = "/api/v1/chat/credit"

// Credits asks kie.ai for the balance of the key's account, in credits. It
// makes one request, within TryTimeout; the error is an [*Error].
func (c *Client) Credits(ctx context.Context) (float64, error) {
	var balance number
	err := ask(ctx, c, creditPath, "", func(data *number, _ *Failure, _ answer) { balance = *data })
	if notFound(err) != nil || err == nil && !balance.known {
		return 0, &Error{Kind: BadResponse, Message: "kie.ai's answer has no credit balance"}
	}
	return balance.value, err
}

// Reach asks kie.ai for something without the API key, to see whether kie.ai
// itself answers, and not a proxy or a portal on the way. It makes one request,
// within TryTimeout; the error is an [*Error].
func (c *Client) Reach(ctx context.Context) error {
	a, err := c.get(ctx, "", creditPath)
	if err != nil {
		return err
	}
	_, _, err = open[number](a, "")
	if e, ok := errors.AsType[*Error](err); ok && e.Code == 0 {
		return err
	}
	return nil // whatever kie.ai says without a key, it is there
}
