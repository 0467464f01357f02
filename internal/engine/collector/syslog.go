package collector

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"

	"innkeeper/internal/audit/ship"
)

// syslog is a collector that takes RFC 5424 messages over TLS (RFC 5425). The protocol has
// no acknowledgement. What comes nearest is the end of a connection: we close our side
// (RFC 5425 §4.4), and the receiver, when it has read up to there, closes its own. A
// receiver that closes before, or breaks off, has acknowledged nothing. One that reads
// everything, and loses it then, is believed: this is the limit of the protocol.
type syslog struct {
	name, address, host string
	dialer              *tls.Dialer
}

func newSyslog(u *url.URL, trust *tls.Config, host string) *syslog {
	address := addressOf(u, "6514")
	trust.ServerName = u.Hostname()
	return &syslog{name: "syslog+tls://" + address, address: address, host: host, dialer: &tls.Dialer{NetDialer: &net.Dialer{}, Config: trust}}
}

// Name names the collector.
func (s *syslog) Name() string { return s.name }

var (
	errEarly = errors.New("the collector closed the connection before it had everything")
	errTalks = errors.New("the collector answers, so it is no syslog server")
)

// Deliver sends the events in a connection of their own.
func (s *syslog) Deliver(ctx context.Context, events []ship.Event) error {
	frames, err := s.frames(events)
	if err != nil {
		return err
	}
	dialed, err := s.dialer.DialContext(ctx, "tcp", s.address)
	if err != nil {
		return err
	}
	conn := dialed.(*tls.Conn) // as tls.Dialer says
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	ended := make(chan error, 1)
	go func() { ended <- endOf(conn) }()
	if _, err := conn.Write(frames); err != nil {
		return errors.Join(ctx.Err(), broken(<-ended, err)) // the other side says why, or that it is gone
	}
	select {
	case err := <-ended: // before we have said that this is all
		return broken(err, errEarly)
	default:
	}
	if err := conn.CloseWrite(); err != nil {
		return err
	}
	return errors.Join(ctx.Err(), <-ended)
}

// endOf waits for the other side's end: nil when it is an orderly one, and when nothing
// lay unread behind it. A system that closes a connection with something unread in it
// resets it (RFC 2525 §2.17), also after a polite word.
func endOf(conn *tls.Conn) error {
	n, err := conn.Read(make([]byte, 1))
	if n > 0 {
		return errTalks
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	raw := conn.NetConn()
	if half, ok := raw.(*net.TCPConn); ok {
		_ = half.CloseWrite() // for who waits for that; where it fails the next line does
	}
	if _, err := io.Copy(io.Discard, raw); err != nil {
		return fmt.Errorf("%w: %w", errEarly, err)
	}
	return nil
}

// broken is why a delivery did not come to its end: what the other side said, or else
// what we know.
func broken(ended, otherwise error) error {
	if ended != nil {
		return ended
	}
	return otherwise
}

// frames are the messages with their lengths before them (RFC 6587 §3.4.1, as RFC 5425
// §4.3 has it): whatever a message holds, it ends where it says.
func (s *syslog) frames(events []ship.Event) ([]byte, error) {
	var frames bytes.Buffer
	for _, e := range events {
		message, err := s.message(e)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&frames, "%d ", len(message))
		frames.Write(message)
	}
	return frames.Bytes(), nil
}

func (s *syslog) message(e ship.Event) ([]byte, error) {
	r, err := e.Record()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	return message{
		refused: r.Result == "denied" || r.Result == "blocked", at: time.UnixMicro(r.At), host: s.host, id: r.Action,
		params: [][2]string{
			{"id", e.ID}, {"leaf", fmt.Sprint(e.Leaf)}, {"seq", fmt.Sprint(r.Seq)}, {"action", r.Action}, {"result", r.Result},
			{"actor_id", r.ActorID}, {"actor", r.ActorName}, {"subject_id", r.SubjectID}, {"account_id", r.AccountID}, {"account", r.AccountName},
			{"impersonation_id", r.ImpersonationID}, {"object", r.ObjectName}, {"ip", r.IP}, {"request_id", r.RequestID}, {"trace_id", r.TraceID},
		},
		text: text,
	}.encode(), nil
}
