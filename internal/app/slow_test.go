package app_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"testing"
	"time"
)

// slowClients are as many as one machine opens without an effort.
const slowClients = 500

// Five hundred connections that send a little and then wait: in the middle of a header, of a
// sign-in, and of a file for which no room is made, because nobody knows who sends it.
func TestW08SlowClientsKeepNobodyOut(t *testing.T) {
	h := embedded(t)
	h.serve(t)
	good := h.signIn(t, "Ada Winter")
	alone := typical(t, good)
	before := held()
	const json = "Content-Type: application/json\r\n"
	halves := []string{
		"GET /api/v1/session HTTP/1.1\r\nHost: %s\r\nX-Slow: and",
		"POST /api/v1/session HTTP/1.1\r\nHost: %s\r\n" + json + "Content-Length: 60000\r\n\r\n{\"login\":",
	}
	const upload = "PUT /api/v1/files/content?path=/x HTTP/1.1\r\nHost: %s\r\nCookie: innkeeper=made-up\r\nContent-Type: application/octet-stream\r\nContent-Length: 8388608\r\n\r\nx"
	for i := range slowClients {
		if i%10 != 9 {
			h.slowly(t, halves[i%2])
			continue
		}
		answer, err := http.ReadResponse(bufio.NewReader(h.slowly(t, upload)), nil)
		if err != nil {
			t.Fatalf("who sends eight megabytes without being known is not answered: %v", err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusRequestEntityTooLarge {
			t.Fatalf("who sends eight megabytes without being known is answered %d, want 413", answer.StatusCode)
		}
	}
	crowded := typical(t, good)
	t.Logf("alone %v, among %d slow ones %v, which hold %d MB", alone, slowClients, crowded, (held()-before)>>20)
	if most := 2*alone + 5*time.Millisecond; crowded > most {
		t.Errorf("a request takes %v, and %v among %d slow clients, want at most %v", alone, crowded, slowClients, most)
	}
	if grown := int64(held()) - int64(before); grown > 100<<20 {
		t.Errorf("the slow clients hold %d MB", grown>>20)
	}
	h.signIn(t, "Blue Door Bakery").want(http.StatusOK, "GET", "/api/v1/session", nil)
}

// slowly sends the beginning of a request and leaves the connection as it is.
func (h *house) slowly(t *testing.T, half string) net.Conn {
	t.Helper()
	u, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	c, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatalf("a connection is refused: %v", err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := fmt.Fprintf(c, half, u.Host); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c
}

// typical is how long a request of the client takes: the best of some medians, because
// other work on the machine makes them longer and never shorter.
func typical(t *testing.T, c *client) time.Duration {
	t.Helper()
	var medians []time.Duration
	for range 5 {
		took := make([]time.Duration, 41)
		for i := range took {
			began := time.Now()
			c.want(http.StatusOK, "GET", "/api/v1/session", nil)
			took[i] = time.Since(began)
		}
		slices.Sort(took)
		medians = append(medians, took[len(took)/2])
	}
	return slices.Min(medians)
}

// held is how much memory is in use.
func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
