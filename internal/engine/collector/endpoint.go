package collector

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"innkeeper/internal/audit/ship"
)

// endpoint is a collector that takes POST requests of one JSON object a line, and
// acknowledges each by a status of 2xx.
type endpoint struct {
	name, token string
	client      *http.Client
}

func newEndpoint(u *url.URL, trust *tls.Config, token string) *endpoint {
	return &endpoint{
		name: "https://" + addressOf(u, "443") + u.EscapedPath(), token: token,
		client: &http.Client{
			Transport: &http.Transport{ // without a proxy: what is in the environment is not meant for this
				TLSClientConfig: trust, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute, DisableCompression: true,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // elsewhere is not where it should go
		},
	}
}

// Name names the collector.
func (e *endpoint) Name() string { return e.name }

// mostAnswer is how much of an answer is read, so that its connection is used again.
const mostAnswer = 64 << 10

// Deliver posts the events. Sent again, the same events have the same Idempotency-Key.
func (e *endpoint) Deliver(ctx context.Context, events []ship.Event) error {
	body, err := linesOf(events)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.name, bytes.NewReader(body))
	if err != nil {
		return err
	}
	first, last := events[0], events[len(events)-1]
	key := sha256.Sum256([]byte(first.ID + last.ID))
	for name, value := range map[string]string{
		"Content-Type": "application/x-ndjson", "User-Agent": "Innkeeper", "Idempotency-Key": hex.EncodeToString(key[:]),
		"Innkeeper-First-Leaf": strconv.FormatInt(first.Leaf, 10), "Innkeeper-Last-Leaf": strconv.FormatInt(last.Leaf, 10),
	} {
		request.Header.Set(name, value)
	}
	if e.token != "" {
		request.Header.Set("Authorization", "Bearer "+e.token)
	}
	answer, err := e.client.Do(request)
	if err != nil {
		return withoutAddress(err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, mostAnswer) // what counts is the status
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("the collector answered %d", answer.StatusCode)
	}
	return nil
}

func linesOf(events []ship.Event) ([]byte, error) {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for _, e := range events {
		if err := encoder.Encode(e); err != nil {
			return nil, err
		}
	}
	return lines.Bytes(), nil
}

// withoutAddress drops the address that the client puts before each error.
func withoutAddress(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}
