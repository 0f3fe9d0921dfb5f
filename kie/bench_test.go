package kie_test

import (
	"os"
	"testing"

	"kie-mcp/kie/sandbox"
)

// BenchmarkTask decodes answers with transcripts of several lengths.
func BenchmarkTask(b *testing.B) {
	documented, err := os.ReadFile("sandbox/answers/record-info.speech-to-text.documented.json")
	if err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct {
		name string
		body string
	}{
		{"documented", string(documented)},
		{"1h", sandbox.Speech("t", 3600).Body},
		{"10h", sandbox.Speech("t", 36000).Body},
	} {
		b.Run(bench.name, func(b *testing.B) {
			client := answering(bench.body)
			b.SetBytes(int64(len(bench.body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Task(b.Context(), "t"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
