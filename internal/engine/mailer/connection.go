package mailer

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
)

// connection is the line to a mail server, which can be cut from outside.
type connection struct {
	mu   sync.Mutex
	conn net.Conn
	gone bool
}

// dial connects, encrypted at once when there are settings for it.
func (c *connection) dial(ctx context.Context, network, address string, secure *tls.Config) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.conn = conn
	gone := c.gone
	c.mu.Unlock()
	if gone {
		return nil, net.ErrClosed
	}
	if secure == nil {
		return conn, nil
	}
	encrypted := tls.Client(conn, secure)
	if err := encrypted.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return encrypted, nil
}

// cut closes the line; who waits on it gets an error. A second time it does
// nothing.
func (c *connection) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}
