package app

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"innkeeper/internal/audit/ledger"
)

// recordKey is the file with the key that signs the record. It lies outside of the
// database, so that whoever can write there cannot sign.
const recordKey = "record.key"

// signer returns what signs the record, with the key of the data directory.
func signer(data string) (*ledger.Signer, error) {
	secret, err := keyFile(data, recordKey, ledger.NewKey)
	if err != nil {
		return nil, err
	}
	return ledger.NewSigner(secret)
}

type auditVerifyCommand struct {
	Receipt string `arg:"" optional:"" type:"path" help:"A receipt to check by itself, without the database; left out, the whole record is checked."`
	Key     string `help:"The public key that must have signed the receipt; left out, that of the data directory, if there is one."`
	Witness string `type:"path" help:"A receipt whose head the record must still contain."`
}

// Run checks a receipt, or the whole record. It fails when something does not hold.
func (c auditVerifyCommand) Run(s *session) error {
	if c.Receipt != "" {
		return c.receipt(s)
	}
	witness := ""
	if c.Witness != "" {
		document, err := os.ReadFile(c.Witness)
		if err != nil {
			return err
		}
		checked, err := ledger.Check(document)
		if err != nil {
			return err
		}
		witness = checked.Note
	}
	h, err := build(s.ctx, s.cfg, s.env, relayOnly)
	if err != nil {
		return err
	}
	defer h.close()
	report, err := h.ledger.Verify(s.ctx, witness)
	if err != nil {
		return err
	}
	for _, finding := range report.Findings {
		fmt.Fprintln(s.env.Stdout, finding)
	}
	if !report.Holds() {
		return fmt.Errorf("%w: %d findings in %d leaves and %d signed heads", ledger.ErrBroken, len(report.Findings), report.Leaves, report.Heads)
	}
	fmt.Fprintf(s.env.Stdout, "The record holds: %d leaves, %d signed heads.\n", report.Leaves, report.Heads)
	return nil
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
	known := c.Key
	if _, err := os.Stat(filepath.Join(s.cfg.Data, recordKey)); known == "" && err == nil {
		own, err := signer(s.cfg.Data)
		if err != nil {
			return err
		}
		known = own.Key()
	}
	if known != "" && known != checked.Key {
		return fmt.Errorf("%w: it is signed by another key, %s", ledger.ErrBroken, checked.Key)
	}
	for _, r := range checked.Records {
		fmt.Fprintf(s.env.Stdout, "%s  %s  %s  %s %s\n", time.UnixMicro(r.At).UTC().Format(time.DateTime), r.ActorName, r.Action, r.ObjectName, r.Result)
	}
	fmt.Fprintf(s.env.Stdout, "The receipt holds: %d records under a head of %d, signed %s.\n", len(checked.Records), checked.Size, checked.Head.UTC().Format(time.DateTime))
	if known == "" {
		fmt.Fprintf(s.env.Stdout, "Compare the key that signed it with the one your provider shows at /api/v1/record-key: %s\n", checked.Key)
	}
	return nil
}
