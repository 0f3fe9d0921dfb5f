package tools_test

import (
	"testing"

	"kie-mcp/kie/sandbox"
)

// conversion wraps fields of a WAV record in an envelope.
func conversion(fields string) sandbox.Answer {
	return sandbox.Answer{Body: `{"code":200,"msg":"success","data":{"taskId":"t",` + fields + `}}`}
}

func TestGetWAVConversion(t *testing.T) {
	const file1 = `"response":{"audioWavUrl":"https://example.com/1.wav"}`
	tests := []struct {
		name   string
		answer sandbox.Answer
		want   map[string]any
	}{
		{"documented", sandbox.Answer{Body: file(t, "wav-record-info.documented")}, map[string]any{
			"task_id": "t", "outcome": "success", "status": "unknown", "success_flag": "~PENDING-", "music_index": 0,
			"wav_url": "https://example.com/s/04e6****e727.wav", "warning": "~does not document",
			"created_at": "2025-01-01T00:00:00", "completed_at": "2025-01-01T00:10:00", "available_until": "2025-01-15T00:10:00",
		}},
		{"as seen", sandbox.Answer{Body: file(t, "wav-record-info.wire")}, map[string]any{
			"outcome": "success", "status": "success", "music_id": "e231f0a4-1111-4222-8333-44448cadc7dc", "music_index": 0,
			"created_at": "2024-12-31T23:40:00Z", "completed_at": "2024-12-31T23:50:00Z", "available_until": "2025-01-14T23:50:00Z", "warning": nil,
		}},
		{"pending", sandbox.Answer{Body: file(t, "wav-record-info.pending")}, map[string]any{
			"outcome": "pending", "status": "pending", "wav_url": nil, "available_until": nil, "poll_after_seconds": 15,
			"next": `~get_wav_conversion {"task_id":"t","wait_seconds":45}`,
		}},
		{"failed", sandbox.Answer{Body: file(t, "wav-record-info.failed")}, map[string]any{
			"outcome": "failed", "status": "generate_wav_failed", "failure.code": "500", "failure.message": "source audio expired", "music_index": 1,
		}},
		{"callback failed, with the file", sandbox.Answer{Body: file(t, "wav-record-info.callback-exception")}, map[string]any{
			"outcome": "success", "status": "callback_exception", "wav_url": "https://example.com/s/04e6728.wav", "warning": "~callback", "failure": nil,
		}},
		{"callback failed, without a file", conversion(`"successFlag":"CALLBACK_EXCEPTION","errorMessage":"callback failed"`), map[string]any{
			"outcome": "failed", "status": "callback_exception", "failure.message": "callback failed",
		}},
		{"success without a file", conversion(`"successFlag":"SUCCESS","response":null`), map[string]any{"outcome": "pending", "warning": "~no file yet"}},
		{"pending with a file", conversion(`"successFlag":"PENDING",` + file1), map[string]any{"outcome": "pending"}},
		{"creation failed", conversion(`"successFlag":"CREATE_TASK_FAILED","errorCode":"451"`), map[string]any{
			"outcome": "failed", "status": "create_task_failed", "failure.code": "451",
		}},
		{"creation failed, with a file", conversion(`"successFlag":"CREATE_TASK_FAILED",` + file1), map[string]any{"outcome": "failed"}},
		{"the other spelling", conversion(`"successFlag":"GENERATE_AUDIO_FAILED"`), map[string]any{"outcome": "failed", "status": "generate_wav_failed"}},
		{"status for an absent flag", conversion(`"status":"SUCCESS",` + file1), map[string]any{"outcome": "success", "status": "success", "success_flag": "SUCCESS"}},
		{"unknown flag", conversion(`"successFlag":"QUEUED"`), map[string]any{"outcome": "pending", "status": "unknown", "success_flag": "QUEUED", "warning": "~does not document"}},
		{"unknown flag with a file, not completed", conversion(`"successFlag":"QUEUED",` + file1), map[string]any{"outcome": "pending"}},
		{"no flag", conversion(`"musicIndex":"1"`), map[string]any{"outcome": "pending", "status": "unknown", "success_flag": nil, "music_index": 1}},
		{"RFC 3339", conversion(`"successFlag":"SUCCESS","createTime":"2025-01-01T08:00:00+08:00","completeTime":"2025-01-01T08:10:00.5+08:00",` + file1), map[string]any{
			"created_at": "2025-01-01T00:00:00Z", "completed_at": "2025-01-01T00:10:00.5Z", "available_until": "2025-01-15T00:10:00.5Z",
		}},
		{"times that are none", conversion(`"successFlag":"SUCCESS","createTime":"soon","completeTime":{},"musicIndex":"x",` + file1), map[string]any{
			"outcome": "success", "created_at": nil, "completed_at": nil, "available_until": nil, "music_index": nil,
		}},
		{"a response as text", conversion(`"successFlag":"success","response":"{\"audioWavUrl\":\"https://example.com/a.wav\"}"`), map[string]any{
			"outcome": "success", "status": "success", "success_flag": "success", "wav_url": "https://example.com/a.wav",
		}},
		{"a flag as a number", conversion(`"successFlag":1,` + file1), map[string]any{"outcome": "success", "status": "success", "success_flag": "1"}},
		{"a flag as a number, and no file", conversion(`"successFlag":1`), map[string]any{"outcome": "pending"}},
		{"no address of the web", conversion(`"successFlag":"SUCCESS","response":{"audioWavUrl":"https://kie.ai@evil.example/a.wav"}`), map[string]any{
			"outcome": "success", "wav_url": nil, "available_until": nil, "warning": "~1 address", "next": "~Do not create the conversion again",
		}},
		{"no address of the web, and no callback", conversion(`"successFlag":"CALLBACK_EXCEPTION","response":{"audioWavUrl":"//evil.example/a.wav"}`), map[string]any{
			"outcome": "success", "status": "callback_exception", "wav_url": nil, "warning": "~the conversion itself is finished. 1 address that kie.ai gave is no web address",
		}},
		{"no address of the web, failed", conversion(`"successFlag":"CREATE_TASK_FAILED","response":{"audioWavUrl":"file:///a.wav"}`), map[string]any{
			"outcome": "failed", "wav_url": nil, "warning": "~1 address",
		}},
		{"501 is a failed conversion", sandbox.Answer{Body: `{"code":501,"msg":"failed"}`}, map[string]any{
			"outcome": "failed", "failure.code": "501", "failure.message": "failed", "warning": nil,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHost(t)
			h.sandbox.Script(sandbox.WAV, "t", test.answer)
			a := h.call(t, "get_wav_conversion", id("t"))
			if a.isError {
				t.Fatalf("error: %s", a.text)
			}
			a.expect(t, test.want)
		})
	}
}
