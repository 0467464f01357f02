package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// countReport reads a JSON report that a runner of the panel's tests has left.
func countReport(file string, count func([]byte) (counts, error)) (counts, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return counts{}, err
	}
	c, err := count(content)
	if err != nil {
		return counts{}, fmt.Errorf("%s: %w", file, err)
	}
	return c, nil
}

// vitest counts a report of Vitest. A file that could not be loaded has no tests and is one failure.
func vitest(content []byte) (counts, error) {
	var report struct {
		NumTotalTests, NumPassedTests int
		TestResults                   []struct {
			Status           string
			AssertionResults []struct{}
		}
	}
	if err := json.Unmarshal(content, &report); err != nil {
		return counts{}, err
	}
	c := counts{report.NumPassedTests, report.NumTotalTests - report.NumPassedTests}
	for _, file := range report.TestResults {
		if file.Status == "failed" && len(file.AssertionResults) == 0 {
			c.failed++
		}
	}
	return c, nil
}

// playwright counts a report of Playwright. A test that passed only when tried again has failed once too
// often; an error outside any test is a failure of its own.
func playwright(content []byte) (counts, error) {
	var report struct {
		Errors []struct{}
		Stats  struct{ Expected, Unexpected, Flaky, Skipped int }
	}
	if err := json.Unmarshal(content, &report); err != nil {
		return counts{}, err
	}
	s := report.Stats
	return counts{s.Expected, s.Unexpected + s.Flaky + s.Skipped + len(report.Errors)}, nil
}
