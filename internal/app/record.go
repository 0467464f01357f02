package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/config"
	"innkeeper/internal/db"
)

type auditVerifyCommand struct {
	Receipt string   `arg:"" optional:"" type:"path" help:"A receipt or a statement to check by itself, without the database; left out, the whole record is checked."`
	Key     string   `help:"The public key that must have signed the receipt, or one before it, or a file with what /api/v1/record-key says; left out, that of the data directory, if there is one."`
	Witness []string `help:"What the record must still contain: a file with a receipt, or with the seal from a mail, or that seal itself."`
}

// Run checks a receipt, or the whole record. It fails when something does not hold.
func (c auditVerifyCommand) Run(s *session) error {
	if c.Receipt != "" {
		return c.receipt(s)
	}
	witnesses, err := readWitnesses(c.Witness)
	if err != nil {
		return err
	}
	h, err := buildRecorded(s)
	if err != nil {
		return err
	}
	defer h.close()
	report, err := h.ledger.Verify(s.ctx, witnesses...)
	if err != nil {
		return err
	}
	tell(s, report.Links)
	for _, line := range slices.Concat(report.Lost, report.Findings) {
		fmt.Fprintln(s.env.Stdout, line)
	}
	erased(s, report.Erased)
	if !report.Holds() {
		return fmt.Errorf("%w: %d findings in %d leaves and %d signed heads", ledger.ErrBroken, len(report.Findings), report.Leaves, report.Heads)
	}
	fmt.Fprintf(s.env.Stdout, "The record holds: %d leaves, %d signed heads.\n", report.Leaves, report.Heads)
	return nil
}

// buildRecorded builds the parts of an installation that is there: a mistyped data
// directory is not filled with an empty one, whose record holds.
func buildRecorded(s *session) (*house, error) {
	if s.cfg.DatabaseURL == "" {
		if _, err := os.Stat(filepath.Join(s.cfg.Data, db.File)); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no installation in %s, and so no record", s.cfg.Data)
		}
	}
	return build(s.ctx, s.cfg, s.env, relayOnly)
}

// readWitnesses reads each from its file, or from the word itself.
func readWitnesses(given []string) ([]ledger.Witness, error) {
	witnesses := make([]ledger.Witness, len(given))
	for i, text := range given {
		document, err := os.ReadFile(text)
		if err != nil {
			document = []byte(text)
		}
		if witnesses[i], err = ledger.ReadWitness(document); err != nil {
			return nil, fmt.Errorf("%.60s: %w", text, err)
		}
	}
	return witnesses, nil
}

// erased prints of how many events the texts were erased.
func erased(s *session, n int64) {
	if n > 0 {
		fmt.Fprintf(s.env.Stdout, "Reason, address and browser of %d events were erased: they are kept no longer. What was done, and by whom, still holds.\n", n)
	}
}

// tell prints what was stated about the record itself.
func tell(s *session, links []ledger.Link) {
	for _, link := range links {
		fmt.Fprintln(s.env.Stdout, link)
	}
}

func (c auditVerifyCommand) receipt(s *session) error {
	document, err := os.ReadFile(c.Receipt)
	if err != nil {
		return err
	}
	checked, err := ledger.Check(document)
	if err != nil {
		return err
	}
	compared, err := c.compare(s.cfg.Data, checked)
	if err != nil {
		return err
	}
	tell(s, checked.Links)
	erased(s, int64(checked.Erased))
	if checked.IsStatement() {
		c.statement(s, checked)
	} else {
		lines(s, checked.Records)
		fmt.Fprintf(s.env.Stdout, "The receipt holds: %d records%s under a head of %d, signed %s.\n", len(checked.Records), extent(checked), checked.Size, checked.Head.UTC().Format(time.DateTime))
	}
	if !compared {
		fmt.Fprintf(s.env.Stdout, "Compare the key that signed it with the one your provider shows at /api/v1/record-key: %s\n", checked.Key)
	}
	return nil
}

// extent says how much of the visit the records of a receipt are.
func extent(checked ledger.Checked) string {
	switch {
	case !checked.Gapless:
		return " of an older version, which does not show that none is missing between them,"
	case checked.Ended:
		return ", all of the visit from its beginning to its end,"
	default:
		return ", all of the visit up to the last of them (its end is not among them),"
	}
}

func (c auditVerifyCommand) statement(s *session, checked ledger.Checked) {
	lines(s, checked.Others)
	period := fmt.Sprintf("between %s and %s UTC", checked.From.Format(time.DateTime), checked.To.Format(time.DateTime))
	if len(checked.Others) == 0 {
		fmt.Fprintf(s.env.Stdout, "Nobody was in the account %s, and nothing was changed by others.\n", period)
	} else {
		fmt.Fprintf(s.env.Stdout, "This and nothing else was done in the account by others %s.\n", period)
	}
	fmt.Fprintf(s.env.Stdout, "The statement holds: %d records without a gap under a head of %d, signed %s.\n", len(checked.Records), checked.Size, checked.Head.UTC().Format(time.DateTime))
}

func lines(s *session, records []ledger.Record) {
	for _, r := range records {
		fmt.Fprintf(s.env.Stdout, "%s  %s  %s  %s %s\n", time.UnixMicro(r.At).UTC().Format(time.DateTime), r.ActorName, r.Action, r.ObjectName, r.Result)
	}
}

// compare holds the key that signed against the one that whoever checks knows: the one
// given, that of a file, or that in the data directory here. There may be none.
func (c auditVerifyCommand) compare(data string, checked ledger.Checked) (compared bool, err error) {
	if c.Key != "" {
		return true, compareWith(c.Key, checked)
	}
	_, err = os.Stat(filepath.Join(data, recordKey))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, checked.In(vault{data})
}

func compareWith(given string, checked ledger.Checked) error {
	if ledger.IsKey(given) {
		return checked.By(given, nil)
	}
	document, err := os.ReadFile(given)
	if err != nil {
		return fmt.Errorf("--key %.60q is no key, and no file that can be read: give what /api/v1/record-key shows as the key, which has three parts joined by +, or a file with that answer", given)
	}
	var said struct {
		Format string   `json:"format"` // of a receipt
		Key    string   `json:"key"`
		Links  []string `json:"links"`
	}
	if json.Unmarshal(document, &said) != nil || !ledger.IsKey(said.Key) {
		return fmt.Errorf("--key %.60q is a file without a key: it has to hold what /api/v1/record-key answers", given)
	}
	if said.Format != "" {
		return fmt.Errorf("--key %.60q is a receipt, and no receipt says whose its key is: ask the provider for what /api/v1/record-key answers", given)
	}
	return checked.By(said.Key, said.Links)
}

// day is a date as people write it in a command.
type day struct{ time.Time }

// UnmarshalText reads a day, which begins at midnight in UTC.
func (d *day) UnmarshalText(text []byte) (err error) {
	if d.Time, err = time.Parse(time.DateOnly, string(text)); err != nil {
		return errors.New("write a day such as 2024-03-01")
	}
	return nil
}

type auditEraseCommand struct {
	Before day `required:"" help:"The first day, in UTC, of which they are kept: 2024-03-01."`
}

// Run erases the texts from before a day, at once.
func (c auditEraseCommand) Run(s *session) error {
	h, err := buildRecorded(s)
	if err != nil {
		return err
	}
	defer h.close()
	if latest := h.now().UTC().AddDate(0, -config.KeptAtLeast, 0); c.Before.After(latest) {
		return fmt.Errorf("texts are kept for at least %d months: the latest day that can be named is %s", config.KeptAtLeast, latest.Format(time.DateOnly))
	}
	done, err := h.eraser.Before(s.ctx, c.Before.Time)
	if err != nil {
		return err
	}
	before := c.Before.Format("2 January 2006")
	if done == (audit.Erased{}) {
		fmt.Fprintf(s.env.Stdout, "Nothing was left to erase from before %s.\n", before)
		return nil
	}
	fmt.Fprintf(s.env.Stdout, "Reasons, addresses and browsers from before %s were erased: from %d events of the log, and from %d visits, requests, announcements, notices, mails, sign-ins and tokens.\n",
		before, done.Events, done.Copies)
	return nil
}

type rotateKeyCommand struct{}

// Run replaces the key that signs the record.
func (rotateKeyCommand) Run(s *session) error {
	h, err := buildRecorded(s)
	if err != nil {
		return err
	}
	defer h.close()
	link, err := h.ledger.Rotate(s.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.env.Stdout, link)
	fmt.Fprintf(s.env.Stdout, "Keep a copy of %s apart from the database, and throw the old one away.\n", filepath.Join(s.cfg.Data, recordKey))
	return nil
}

type newEpochCommand struct {
	Reason  string   `required:"" help:"Why the record goes on from an older state. Everybody who checks it reads this."`
	Witness []string `help:"What is known of the part that is lost: a file with a receipt, or with the seal from a mail, or that seal itself."`
}

// Run lets a record go on that was put back to an older state.
func (c newEpochCommand) Run(s *session) error {
	witnesses, err := readWitnesses(c.Witness)
	if err != nil {
		return err
	}
	h, err := buildRecorded(s)
	if err != nil {
		return err
	}
	defer h.close()
	link, err := h.ledger.NewEpoch(s.ctx, c.Reason, witnesses...)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.env.Stdout, link)
	return nil
}
