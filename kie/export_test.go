package kie

// Steady makes the client poll without jitter, and returns it.
func Steady(c *Client) *Client {
	c.steady = true
	return c
}
