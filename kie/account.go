package kie

import "context"

// creditPath is where kie.ai tells the credits of an account, free of charge.
const creditPath = "/api/v1/chat/credit"

// Credits asks kie.ai for the balance of the key's account, in credits. It
// makes one request, within TryTimeout; the error is an [*Error].
func (c *Client) Credits(ctx context.Context) (float64, error) {
	balance, err := do(ctx, c, request{path: creditPath}, func(r reply[number], err *Error) (number, *Error) {
		if r.data == nil {
			return number{}, err
		}
		return *r.data, err
	})
	if err != nil && err.Kind == NotFound || err == nil && !balance.known {
		err = &Error{Kind: BadResponse, Message: "kie.ai's answer has no credit balance"}
	}
	if err != nil {
		return 0, err
	}
	return balance.value, nil
}

// Reach checks that kie.ai itself answers, and not a proxy or a portal on the
// way. It makes one request, without the API key and within TryTimeout; the
// error is an [*Error].
func (c *Client) Reach(ctx context.Context) error {
	_, err := do(ctx, c, request{path: creditPath, keyless: true}, func(reply[number], *Error) (struct{}, *Error) {
		return struct{}{}, nil // whatever kie.ai says without a key, it is there
	})
	if err != nil {
		return err
	}
	return nil
}
