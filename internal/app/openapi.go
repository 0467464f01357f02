package app

import (
	"bytes"
	"encoding/json"
	"os"

	"innkeeper/internal/config"
)

type openAPICommand struct{}

// Run prints the document that the registry of operations makes. It needs no
// database of its own: an empty one in a temporary directory serves.
func (openAPICommand) Run(s *session) error {
	dir, err := os.MkdirTemp("", "innkeeper-openapi-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg, err := config.Load([]string{config.Prefix + "DATA=" + dir}, "")
	if err != nil {
		return err
	}
	h, err := build(s.ctx, cfg, s.env, relayOnly)
	if err != nil {
		return err
	}
	defer h.close()
	server, err := h.server(s.ctx, newMetrics())
	if err != nil {
		return err
	}
	body, err := server.OpenAPI()
	if err != nil {
		return err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, body, "", "  "); err != nil {
		return err
	}
	indented.WriteByte('\n')
	_, err = indented.WriteTo(s.env.Stdout)
	return err
}
