package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
)

// Of what a failed test says this much is said again, in lines and in letters.
const (
	recapHead  = 14 // where the panel's tests say what was wrong
	recapTail  = 8  // where Go's do
	recapWidth = 300
)

// recap is what is said once more at the very end, where nobody has to look for it.
type recap struct{ text strings.Builder }

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// add notes a test and what it said.
func (r *recap) add(name, said string) {
	lines := strings.Split(strings.TrimSpace(colours.ReplaceAllString(said, "")), "\n")
	fmt.Fprintf(&r.text, "\n* %s\n", name)
	if cut := len(lines) - recapTail; cut > recapHead {
		lines = slices.Concat(lines[:recapHead], []string{"…"}, lines[cut:])
	}
	for _, line := range lines {
		if letters := []rune(line); len(letters) > recapWidth {
			line = string(letters[:recapWidth]) + "…"
		}
		fmt.Fprintln(&r.text, "    "+strings.TrimRight(line, " \r"))
	}
}

// keep writes it beside the counts, behind what is there.
func (r *recap) keep(counts string) error {
	if r == nil || r.text.Len() == 0 {
		return nil
	}
	f, err := os.OpenFile(counts+".failed", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(r.text.String())
	return errors.Join(err, f.Close())
}

// sayAgain prints what was kept beside the counts, if anything.
func sayAgain(counts string, out io.Writer) error {
	kept, err := os.ReadFile(counts + ".failed")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		_, err = fmt.Fprintf(out, "What did not pass:\n%s\n", kept)
	}
	return err
}
