package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"innkeeper/internal/account"
	"innkeeper/internal/notify"
)

// What every app understands (RFC 6238): SHA-1, six digits, half a minute.
const (
	codePeriod = 30 // seconds
	codeIssuer = "Innkeeper"
	codeSkew   = 1 // steps before and after: clocks differ, and typing takes time
)

var codeOptions = totp.ValidateOpts{Period: codePeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// How many recovery codes there are, and of how many random bytes.
const (
	recoveryCodes = 10
	recoveryBytes = 10
)

// newTOTP returns a secret of 160 bits and its address for apps.
func newTOTP(name string) (secret, uri string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: codeIssuer, AccountName: name, Period: codePeriod, SecretSize: 20, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", "", fmt.Errorf("make a secret: %w", err)
	}
	return key.Secret(), key.URL(), nil
}

// stepOf returns the step whose code this is. Every step is compared, so that the
// time it takes tells nothing.
func (s *Service) stepOf(ctx context.Context, f Factor, code string) (step int64, right bool, err error) {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return 0, false, err
	}
	secret, err := s.Sealer.Open(factorName(f.PersonID), f.Secret)
	if err != nil {
		return 0, false, err
	}
	code = tidy(code)
	for i := int64(-codeSkew); i <= codeSkew; i++ {
		at := now.Unix()/codePeriod + i
		want, err := totp.GenerateCodeCustom(secret, time.Unix(at*codePeriod, 0), codeOptions)
		if err != nil {
			return 0, false, fmt.Errorf("make a code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, right = at, true
		}
	}
	return step, right, nil
}

// spend uses up a code of the app, if there is one, or a recovery code, and returns how the person
// has proved himself with it; "" when the code is not right, or was used before.
func (s *Service) spend(ctx context.Context, person account.Person, f Factor, code string) (method string, err error) {
	if f.Confirmed() {
		if step, right, err := s.stepOf(ctx, f, code); err != nil || right {
			if err != nil {
				return "", err
			}
			fresh, err := s.Factors.Spend(ctx, person.ID, step)
			if err != nil || !fresh {
				return "", err
			}
			return ProofTOTP, nil
		}
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		used, err := s.Factors.SpendCode(ctx, person.ID, hashToken(tidy(code)), now)
		if err != nil || !used {
			return err
		}
		method = ProofRecovery
		return s.recoveryUsed(ctx, person, now)
	})
	return method, err
}

func (s *Service) recoveryUsed(ctx context.Context, person account.Person, now time.Time) error {
	left, err := s.Factors.CodesLeft(ctx, person.ID)
	if err != nil {
		return err
	}
	if err := s.recordOn(ctx, systemSignIn, person, ActionRecoveryUsed); err != nil {
		return err
	}
	return s.tell(ctx, person, notify.EventRecoveryUsed, fmt.Sprintf("A recovery code was used for your sign-in; %d are left.", left), now)
}

// newCodes makes recovery codes of 80 random bits, keeps their hashes, and
// returns how people read them: abcd-efgh-ijkl-mnop.
func (s *Service) newCodes(ctx context.Context, personID string, now time.Time) ([]string, error) {
	codes, hashes := make([]string, recoveryCodes), make([]string, recoveryCodes)
	for i := range codes {
		raw := make([]byte, recoveryBytes)
		if _, err := rand.Read(raw); err != nil {
			return nil, fmt.Errorf("make a recovery code: %w", err)
		}
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		codes[i] = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
		hashes[i] = hashToken(text)
	}
	return codes, s.Factors.ReplaceCodes(ctx, personID, hashes, now)
}

// tidy drops what people type between the parts of a code.
func tidy(code string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\t' || r == '\u00a0' {
			return -1
		}
		return r
	}, code))
}
