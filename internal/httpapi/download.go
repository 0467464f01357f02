package httpapi

import (
	"io"
	"mime"
	"net"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
)

// handedOver answers with a file as an attachment: nothing in it may run as a page of the
// panel's. It goes to the connection piece by piece.
func handedOver(name string, content io.ReadCloser, size int64, etag string) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", "application/octet-stream")
		c.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		c.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		c.SetHeader("Cache-Control", "no-store")
		if etag != "" {
			c.SetHeader("ETag", etag)
		}
		c.SetStatus(http.StatusOK)
		answer := humafiber.UnwrapV2(c).Context()
		answer.SetBodyStream(download{content, answer.Conn()}, int(size)) // closes it, also when the reader goes away
	}}
}

// downloadPatience is how long one piece of a download may take to get through.
const downloadPatience = time.Minute

// download is a file on its way out. The time to write begins anew with each
// piece: a large file to a slow reader is no fault, a reader that stopped is.
type download struct {
	io.ReadCloser
	conn net.Conn
}

// Read returns the next piece.
func (d download) Read(piece []byte) (int, error) {
	if err := d.conn.SetWriteDeadline(time.Now().Add(downloadPatience)); err != nil { //nolint:forbidigo // the kernel knows this clock alone
		return 0, err
	}
	return d.ReadCloser.Read(piece)
}
