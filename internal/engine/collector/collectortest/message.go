package collectortest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"innkeeper/internal/audit/ship"
)

// Message is a syslog message, as RFC 5424 §6 has it and no looser.
type Message struct {
	Priority, Time, Host, ID string
	Element                  string
	Params                   map[string]string
	Event                    ship.Event
}

var (
	header = regexp.MustCompile(`^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([!-~]{1,255}) innkeeper - ([!-~]{1,32}) \[([!-<>-\\^-~]{1,32})`)
	param  = regexp.MustCompile(`^ ([!#-<>-\\^-~]{1,32})="((?:[^"\\\]]|\\["\\\]])*)"`)
)

// Parse reads a message. What is behind its one element must be the event, and nothing
// may break the line.
func Parse(text []byte) (Message, error) {
	head := header.FindSubmatch(text)
	if head == nil {
		return Message{}, fmt.Errorf("not a header: %q", text)
	}
	m := Message{Priority: string(head[1]), Time: string(head[2]), Host: string(head[3]), ID: string(head[4]), Element: string(head[5]), Params: map[string]string{}}
	rest := text[len(head[0]):]
	for p := param.FindSubmatch(rest); p != nil; p = param.FindSubmatch(rest) {
		if _, twice := m.Params[string(p[1])]; twice {
			return Message{}, fmt.Errorf("%s stands twice: %q", p[1], text)
		}
		m.Params[string(p[1])] = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\]`, `]`).Replace(string(p[2]))
		rest = rest[len(p[0]):]
	}
	body, ok := strings.CutPrefix(string(rest), "] \uFEFF")
	if !ok || strings.ContainsAny(string(text), "\r\n\x00") {
		return Message{}, fmt.Errorf("not one element and a text: %q", text)
	}
	if err := json.Unmarshal([]byte(body), &m.Event); err != nil {
		return Message{}, fmt.Errorf("the text: %w: %q", err, body)
	}
	return m, nil
}
