package cli_test

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"kie-mcp/cli"
)

func TestRefusalsAreLoggedOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		tell := cli.TellRefusals(zerolog.New(&log))
		r := httptest.NewRequest("POST", "/message/"+strings.Repeat("x", 200)+"?token=secret", nil)
		for range 5 {
			tell("token", r)
		}
		tell("host", r)
		time.Sleep(time.Second)
		tell("token", r)
		path := "/message/" + strings.Repeat("x", 91)
		want := `{"level":"warn","reason":"token","count":1,"path":"` + path + `","caller":"","message":"refused"}
{"level":"warn","reason":"host","count":1,"path":"` + path + `","caller":"","message":"refused"}
{"level":"warn","reason":"token","count":5,"path":"` + path + `","caller":"","message":"refused"}
`
		if diff := cmp.Diff(want, log.String()); diff != "" {
			t.Errorf("the log (-want +got):\n%s", diff)
		}
	})
}
