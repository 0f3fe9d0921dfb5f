package kie_test

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"kie-mcp/kie"
)

// TestFreshLink exchanges a link, once, whatever kie.ai says.
func TestFreshLink(t *testing.T) {
	const old = `https://example.com/a.mp4?a=1&b="2"`
	tests := []struct {
		name, body, want string
		kind             kie.Kind
	}{
		{"a new one", answer(t, "download-url"), "https://example.com/p/42f4f8facbb040c0ade87c27cb2d5e58.mp4?token=made-up", ""},
		{"with white space", `{"code":200,"data":" https://example.com/new "}`, "https://example.com/new", ""},
		{"none of kie.ai's", answer(t, "download-url.wrong-url.wire"), "", kie.InvalidRequest},
		{"no address", `{"code":200,"msg":"success","data":null}`, "", kie.BadResponse},
		{"an empty one", `{"code":200,"data":""}`, "", kie.BadResponse},
		{"none of the web", `{"code":200,"data":"file:///etc/passwd"}`, "", kie.BadResponse},
		{"with a user", `{"code":200,"data":"https://kie.ai@example.com/"}`, "", kie.BadResponse},
		{"an object", `{"code":200,"data":{"url":"https://example.com/new"}}`, "", kie.BadResponse},
		{"a fault of kie.ai's", `{"code":500,"msg":"x"}`, "", kie.Upstream},
		{"a refused key", `{"code":401,"msg":"x"}`, "", kie.Unauthorized},
		{"an old path", `{"code":404,"msg":"x"}`, "", kie.NotFound},
		{"a feature that is off", `{"code":505,"msg":"x"}`, "", kie.Upstream},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			requests := 0
			client := &kie.Client{APIKey: "k", Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				requests++
				body, err := io.ReadAll(r.Body)
				if want := `{"url":"https://example.com/a.mp4?a=1\u0026b=\"2\""}`; err != nil || r.Method != http.MethodPost || r.URL.Path != "/api/v1/common/download-url" || string(body) != want {
					t.Errorf("%s %s %s, %v", r.Method, r.URL, body, err)
				}
				return reply(200, test.body), nil
			})}
			got, err := client.FreshLink(t.Context(), old)
			if got != test.want || (err != nil) != (test.kind != "") || err != nil && !errors.Is(err, test.kind) {
				t.Errorf("%q, %v; want %q, %q", got, err, test.want, test.kind)
			}
			if requests != 1 {
				t.Errorf("%d requests, want 1", requests)
			}
		})
	}
}
