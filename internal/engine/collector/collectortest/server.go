package collectortest

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"innkeeper/internal/audit/ship"
)

// Fault is what goes wrong with one delivery. The zero Fault is none.
type Fault struct {
	Status int  // HTTPS: the answer; nothing is kept
	Lose   bool // HTTPS: keep everything, then break off without an answer
	Stall  bool // keep nothing and say nothing, until the other side leaves
	Drop   int  // syslog: break off behind so many messages
	Close  int  // syslog: close the connection orderly behind so many messages
}

// Settings are how a server is.
type Settings struct {
	Cert    tls.Certificate
	Clients *Authority // whose certificates are asked for; nil: none are
	Token   string     // HTTPS: what is asked for
}

// Delivery is what arrived in one go.
type Delivery struct {
	Events   []ship.Event
	Messages []Message   // syslog
	Header   http.Header // HTTPS
}

// Server is a collector.
type Server struct {
	URL      string
	settings Settings
	mu       sync.Mutex
	faults   []Fault
	got      []Delivery
}

// Fail tells the server what goes wrong with its next deliveries.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// Deliveries returns what arrived, whole or in part.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Delivery(nil), s.got...)
}

// Events returns all events in the order in which they arrived.
func (s *Server) Events() []ship.Event {
	var events []ship.Event
	for _, d := range s.Deliveries() {
		events = append(events, d.Events...)
	}
	return events
}

func (s *Server) next() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == 0 {
		return Fault{}
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	return f
}

func (s *Server) keep(d Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, d)
}

func (s *Server) tls() *tls.Config {
	config := &tls.Config{Certificates: []tls.Certificate{s.settings.Cert}, MinVersion: tls.VersionTLS12}
	if s.settings.Clients != nil {
		config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, s.settings.Clients.Pool
	}
	return config
}

// HTTPS starts an endpoint.
func HTTPS(t testing.TB, settings Settings) *Server {
	t.Helper()
	s := &Server{settings: settings}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", s.tls())
	if err != nil {
		t.Fatal(err)
	}
	s.URL = "https://" + listener.Addr().String() + "/in"
	server := &http.Server{Handler: http.HandlerFunc(s.post), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return s
}

func (s *Server) post(w http.ResponseWriter, r *http.Request) {
	fault := s.next()
	body, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
		return
	case fault.Stall:
		<-r.Context().Done()
		return
	case fault.Status != 0:
		w.Header().Set("Location", s.URL+"/elsewhere")
		w.WriteHeader(fault.Status)
		return
	case r.Method != http.MethodPost || r.URL.Path != "/in" || s.settings.Token != "" && r.Header.Get("Authorization") != "Bearer "+s.settings.Token:
		w.WriteHeader(http.StatusForbidden)
		return
	}
	d := Delivery{Header: r.Header.Clone()}
	for line := range strings.Lines(string(body)) {
		var e ship.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		d.Events = append(d.Events, e)
	}
	s.keep(d)
	if fault.Lose {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(http.StatusAccepted)
}

// Syslog starts a syslog server over TLS.
func Syslog(t testing.TB, settings Settings) *Server {
	t.Helper()
	s := &Server{settings: settings}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.URL = "syslog+tls://" + listener.Addr().String()
	var connections sync.WaitGroup
	connections.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Go(func() { s.take(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		connections.Wait()
	})
	return s
}

// take reads what one connection brings, and closes it when the other side has.
func (s *Server) take(raw net.Conn) {
	defer raw.Close()
	conn := tls.Server(raw, s.tls())
	if conn.Handshake() != nil {
		return
	}
	fault := s.next()
	if fault.Stall {
		_, _ = io.Copy(io.Discard, raw)
		return
	}
	d, orderly := receive(conn, fault)
	s.keep(d) // before the other side knows
	if orderly {
		_ = conn.Close()
	} else { // as when a process is killed
		_ = raw.(*net.TCPConn).SetLinger(0)
	}
}

// receive reads messages until the other side closes, or the fault happens.
func receive(conn *tls.Conn, fault Fault) (d Delivery, orderly bool) {
	for reader := bufio.NewReader(conn); ; {
		if n := len(d.Messages); n > 0 && (n == fault.Drop || n == fault.Close) {
			return d, n == fault.Close
		}
		m, err := read(reader)
		if err != nil {
			return d, errors.Is(err, io.EOF)
		}
		d.Messages, d.Events = append(d.Messages, m), append(d.Events, m.Event)
	}
}

// read reads one message behind its length.
func read(r *bufio.Reader) (Message, error) {
	length, err := r.ReadString(' ')
	if err != nil {
		return Message{}, err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(length, " "))
	if err != nil || n <= 0 {
		return Message{}, fmt.Errorf("a length of %q", length)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return Message{}, fmt.Errorf("a message that is cut: %v", err) //nolint:errorlint // it is no end
	}
	return Parse(text)
}
