package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	roundTrip = 40 * time.Millisecond
	settled   = 300 * time.Millisecond // from initialize to the call, less than a model takes
)

// measureFirstCall takes the first call of a process that asks kie.ai over
// https from afar.
func measureFirstCall(ctx context.Context, b *bench) (figure, error) {
	address, stop, err := serveDelayed(strings.TrimPrefix(b.api.HTTPS, "https://"), roundTrip)
	if err != nil {
		return figure{}, err
	}
	defer stop()
	certificate := filepath.Join(b.dir, "certificate.pem")
	if err := os.WriteFile(certificate, []byte(b.api.Certificate), 0o600); err != nil {
		return figure{}, err
	}
	took, err := several(b.rounds(9), func() (time.Duration, error) {
		cmd := b.command(ctx, ours)
		cmd.Env = append(cmd.Env, "KIE_BASE_URL=https://"+address, "SSL_CERT_FILE="+certificate)
		s, err := startSession(cmd)
		if err != nil {
			return 0, err
		}
		defer s.end()
		time.Sleep(settled)
		return s.timedCall("query_task", taskID(documented, 0), isSuccess)
	})
	return figure{fmt.Sprintf("%.2f round trips", float64(took)/float64(roundTrip)), fmt.Sprintf("%s, %s after initialize", short(took), short(settled))}, err
}
