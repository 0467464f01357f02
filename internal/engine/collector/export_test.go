package collector

import "time"

// Encode writes a syslog message.
func Encode(host, id string, params [][2]string, text string) []byte {
	return message{at: time.Unix(0, 0), host: host, id: id, params: params, text: []byte(text)}.encode()
}
