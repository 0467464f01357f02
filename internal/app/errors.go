package app

import (
	"errors"
	"fmt"
	"strings"

	"innkeeper/internal/fault"
)

// inOneLine writes an error of a room for a terminal, with every bad field.
func inOneLine(err error) error {
	var declared *fault.Error
	if !errors.As(err, &declared) || len(declared.Fields) == 0 {
		return err
	}
	lines := make([]string, len(declared.Fields))
	for i, f := range declared.Fields {
		lines[i] = strings.TrimPrefix(f.Pointer, "/") + ": " + f.Detail
	}
	return fmt.Errorf("%s", strings.Join(lines, " "))
}
