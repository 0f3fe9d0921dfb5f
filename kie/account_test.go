package kie_test

import (
	"cmp"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
)

func TestCreditsSendTheKeyAndReachDoesNot(t *testing.T) {
	tests := []struct {
		name    string
		answer  sandbox.Answer
		want    float64
		wantErr error
		reached bool
	}{
		{"a balance", sandbox.Answer{Body: `{"code":200,"msg":"success","data":5916.25}`}, 5916.25, nil, true},
		{"as a string", sandbox.Answer{Body: `{"code":200,"data":"12"}`}, 12, nil, true},
		{"nothing left", sandbox.Answer{Body: `{"code":200,"data":0}`}, 0, nil, true},
		{"none given", sandbox.Answer{Body: `{"code":200,"data":null}`}, 0, kie.BadResponse, true},
		{"no number", sandbox.Answer{Body: `{"code":200,"data":{"credits":1}}`}, 0, kie.BadResponse, true},
		{"maintenance", sandbox.Answer{Body: `{"code":455,"msg":"later"}`}, 0, kie.Maintenance, true},
		{"a portal", sandbox.Answer{Body: `<html>Log in`, Header: http.Header{"Content-Type": {"text/html"}}}, 0, kie.BadResponse, false},
		{"a redirect", sandbox.Answer{Status: 302, Header: http.Header{"Location": {"https://example.com/"}}}, 0, kie.BadResponse, false},
		{"a proxy", sandbox.Answer{Status: 502, Body: "bad gateway"}, 0, kie.Upstream, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var keys []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				keys = append(keys, r.Header.Get("Authorization"))
				maps.Copy(w.Header(), test.answer.Header)
				w.WriteHeader(cmp.Or(test.answer.Status, 200))
				io.WriteString(w, test.answer.Body)
			}))
			defer server.Close()
			client := &kie.Client{APIKey: sandbox.Key, BaseURL: server.URL}
			got, err := client.Credits(t.Context())
			if got != test.want || !errors.Is(err, test.wantErr) {
				t.Errorf("Credits: %v, %v; want %v, %v", got, err, test.want, test.wantErr)
			}
			if err := client.Reach(t.Context()); (err == nil) != test.reached {
				t.Errorf("Reach: %v; want reached %v", err, test.reached)
			}
			if want := []string{"Bearer " + sandbox.Key, ""}; !slices.Equal(keys, want) {
				t.Errorf("keys sent: %q, want %q", keys, want)
			}
		})
	}
	if _, err := new(kie.Client).Credits(t.Context()); !errors.Is(err, kie.Unauthorized) {
		t.Errorf("without a key: %v", err)
	}
}
