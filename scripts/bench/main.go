// Command bench reads what `go test -bench` prints and holds it against the goals:
// one line for each, with what was measured, the goal, and by how much it was met.
// What a benchmark does is left to the package it measures.
//
//	go test -run '^$' -bench . ./... | bench
//
// It ends with status 1 when a goal was missed or nothing measured it.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

func main() {
	ok, err := run(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// run repeats the lines as they come and then prints the goals. It reports whether all were met.
func run(in io.Reader, out io.Writer) (bool, error) {
	var all []result
	met := true
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		fmt.Fprintln(out, lines.Text())
		if r, ok := parse(lines.Text()); ok {
			all = append(all, r)
		}
		met = met && !strings.HasPrefix(lines.Text(), "FAIL") && !strings.HasPrefix(lines.Text(), "--- FAIL")
	}
	if err := lines.Err(); err != nil {
		return false, err
	}
	fmt.Fprintln(out)
	for _, g := range goals {
		met = g.print(out, all) && met
	}
	return met, nil
}

// result is one benchmark: its name without "Benchmark" and the number of processors, and what it measured
// by unit.
type result struct {
	name     string
	measured map[string]float64
}

// parse reads a line such as "BenchmarkAllow/50-2  1000  58.1 ns/op  0 B/op".
func parse(line string) (result, bool) {
	fields := strings.Fields(line)
	if len(fields) < 4 || len(fields)%2 != 0 || !strings.HasPrefix(fields[0], "Benchmark") {
		return result{}, false
	}
	name := strings.TrimPrefix(fields[0], "Benchmark")
	if i := strings.LastIndex(name, "-"); i > 0 {
		if _, err := strconv.Atoi(name[i+1:]); err == nil {
			name = name[:i]
		}
	}
	r := result{name, map[string]float64{}}
	for i := 2; i < len(fields); i += 2 {
		value, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return result{}, false
		}
		r.measured[fields[i+1]] = value
	}
	return r, true
}
