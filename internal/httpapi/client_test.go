package httpapi_test

import (
	"testing"

	"innkeeper/internal/httpapi"
)

func TestTraceIn(t *testing.T) {
	t.Parallel()
	const trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	for header, want := range map[string]string{
		"00-" + trace + "-" + parent + "-01":      trace,
		"cc-" + trace + "-" + parent + "-00":      trace, // of a later version
		"cc-" + trace + "-" + parent + "-00-what": trace,
		"": "",
		"00-" + trace + "-" + parent + "-01-what":                         "",
		"00-" + trace + "-" + parent:                                      "",
		"ff-" + trace + "-" + parent + "-01":                              "",
		"00-" + trace + "-0000000000000000-01":                            "",
		"00-" + trace[:31] + "-" + parent + "-01":                         "",
		"00-" + "0AF7651916CD43DD8448EB211C80319C" + "-" + parent + "-01": "",
		"00-" + "00000000000000000000000000000000" + "-" + parent + "-01": "",
		"00-" + trace + "-" + parent + "-01\n":                            "",
		"' OR 1=1 --":                                                     "",
	} {
		if got := httpapi.TraceIn(header); got != want {
			t.Errorf("traceIn(%q) = %q, want %q", header, got, want)
		}
	}
}
