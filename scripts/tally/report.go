package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// countReport reads a JSON report that a runner of the panel's tests has left.
func countReport(file string, count func([]byte) (counts, *recap, error)) (counts, *recap, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return counts{}, nil, err
	}
	c, again, err := count(content)
	if err != nil {
		return counts{}, nil, fmt.Errorf("%s: %w", file, err)
	}
	return c, again, nil
}

// vitest counts a report of Vitest. A file that could not be loaded has no tests and is one failure.
func vitest(content []byte) (counts, *recap, error) {
	var report struct {
		NumTotalTests, NumPassedTests int
		TestResults                   []struct {
			Name, Status, Message string
			AssertionResults      []struct {
				FullName, Status string
				FailureMessages  []string
			}
		}
	}
	if err := json.Unmarshal(content, &report); err != nil {
		return counts{}, nil, err
	}
	again := &recap{}
	c := counts{report.NumPassedTests, report.NumTotalTests - report.NumPassedTests}
	for _, file := range report.TestResults {
		if file.Status == "failed" && len(file.AssertionResults) == 0 {
			c.failed++
			again.add(file.Name, file.Message)
		}
		for _, test := range file.AssertionResults {
			if test.Status == "failed" {
				again.add(test.FullName, firstOf(test.FailureMessages))
			}
		}
	}
	return c, again, nil
}

// forgiven is how many stories may pass at their second try only: a browser on a busy machine now and then loses
// a tab, or a moment. They are named all the same; more of them are a fault.
const forgiven = 2

// playwright counts a report of Playwright. An error outside any test is a failure of its own.
func playwright(content []byte) (counts, *recap, error) {
	var report struct {
		Suites []suite
		Errors []message
		Stats  struct{ Expected, Unexpected, Flaky, Skipped int }
	}
	if err := json.Unmarshal(content, &report); err != nil {
		return counts{}, nil, err
	}
	again := &recap{}
	for _, e := range report.Errors {
		again.add("outside any story", e.Message)
	}
	for _, s := range report.Suites {
		s.tell(again)
	}
	s := report.Stats
	lucky := min(s.Flaky, forgiven)
	return counts{s.Expected + lucky, s.Unexpected + s.Flaky - lucky + s.Skipped + len(report.Errors)}, again, nil
}

type message struct{ Message string }

// suite is a file of stories, or a group in one.
type suite struct {
	Title  string
	Suites []suite
	Specs  []struct {
		Title string
		File  string
		Tests []struct {
			Status  string // expected, unexpected, flaky, skipped
			Results []struct{ Errors []message }
		}
	}
}

// tell notes what did not go as it should have, each with the first complaint.
func (s suite) tell(again *recap) {
	for _, inner := range s.Suites {
		inner.tell(again)
	}
	for _, spec := range s.Specs {
		for _, test := range spec.Tests {
			if test.Status == "expected" {
				continue
			}
			var said []string
			for _, result := range test.Results {
				for _, e := range result.Errors {
					said = append(said, e.Message)
				}
			}
			again.add(fmt.Sprintf("%s › %s (%s)", spec.File, spec.Title, test.Status), firstOf(said))
		}
	}
}

func firstOf(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}
