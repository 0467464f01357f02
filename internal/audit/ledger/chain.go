package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/mod/sumdb/tlog"
)

// Kind says what a link states.
type Kind string

// The kinds of links.
const (
	KeyFollows  Kind = "key"   // another key signs from here on
	EpochBegins Kind = "epoch" // the record goes on from an older state: what stood behind it is lost
)

// Link is a signed statement about the record itself. Links are numbered without gaps
// and each is signed by the key that was in force, so that none can be left out; that a
// key follows is signed by that key too, so that none can be claimed as one's successor.
type Link struct {
	Number int64
	Kind   Kind
	At     time.Time
	Epoch  int64  // in which the key follows, or which begins; the first has no link
	Size   int64  // of the record at that moment
	Root   string // over its leaves
	By     string // the key that signed the link
	Key    string // of KeyFollows: the next one
	Lost   int64  // of EpochBegins: the size up to which the epoch before had been signed
	Reason string // of EpochBegins
	Note   string
}

// linkOrigin is the first line of links, followed by the kind.
const linkOrigin = Origin + "-link "

// sign returns the link with its note, signed by the key in force and, if one follows,
// by that one too.
func (l Link) sign(signers ...*Signer) (Link, error) {
	l.By = signers[0].Key()
	text := []string{
		linkOrigin + string(l.Kind), strconv.FormatInt(l.Number, 10), strconv.FormatInt(l.Epoch, 10),
		strconv.FormatInt(l.Size, 10), l.Root, inNote(l.At), l.By,
	}
	if l.Kind == KeyFollows {
		text = append(text, l.Key)
	} else {
		text = append(text, strconv.FormatInt(l.Lost, 10), l.Reason)
	}
	var err error
	l.Note, err = sign(text, signers...)
	return l, err
}

// readLink reads a link and checks its signatures with the keys that it names itself:
// that they are the right ones is for the chain.
func readLink(signed string) (Link, error) {
	said := strings.Split(signed, "\n")
	const by = 6
	if len(said) <= by+1 {
		return Link{}, errOtherwise
	}
	keys := []string{said[by]}
	if said[0] == linkOrigin+string(KeyFollows) {
		keys = append(keys, said[by+1])
	}
	said, err := readNote(signed, keys...)
	if err != nil {
		return Link{}, err
	}
	kind, ours := strings.CutPrefix(said[0], linkOrigin)
	l := Link{Kind: Kind(kind), Note: signed}
	if want := map[Kind]int{KeyFollows: by + 2, EpochBegins: by + 3}[l.Kind]; !ours || len(said) != want {
		return Link{}, errOtherwise
	}
	var errs [6]error
	l.Number, errs[0] = strconv.ParseInt(said[1], 10, 64)
	l.Epoch, errs[1] = strconv.ParseInt(said[2], 10, 64)
	l.Size, errs[2] = strconv.ParseInt(said[3], 10, 64)
	_, errs[3] = tlog.ParseHash(said[4])
	l.At, errs[4] = time.Parse(time.RFC3339Nano, said[5])
	l.Root, l.By = said[4], said[by]
	if l.Kind == KeyFollows {
		l.Key = said[by+1]
	} else {
		l.Lost, errs[5] = strconv.ParseInt(said[by+1], 10, 64)
		l.Reason = said[by+2]
	}
	if errors.Join(errs[:]...) != nil || l.Size < 0 {
		return Link{}, errOtherwise
	}
	return l, nil
}

func (l Link) place() place { return place{l.Epoch, l.Size} }

// String says the link as a person reads it.
func (l Link) String() string {
	at := l.At.UTC().Format(time.DateTime)
	if l.Kind == KeyFollows {
		return fmt.Sprintf("On %s UTC, after %d leaves, the key of the record was replaced by %s.", at, l.Size, l.Key)
	}
	return fmt.Sprintf("On %s UTC epoch %d began: the record went on from %d leaves, where %d had been signed. The reason given: %s", at, l.Epoch, l.Size, l.Lost, l.Reason)
}

// chain is the links of a record, each checked, and with them which key signed when.
type chain struct {
	links []Link
	first string // the first key
}

// readChain reads links, which are signed by one key after the other from the first on.
// Without a link the first key is the one that is given.
func readChain(notes []string, key string) (chain, error) {
	c := chain{first: key}
	for i, signed := range notes {
		l, err := readLink(signed)
		if err != nil {
			return c, err
		}
		if i == 0 {
			c.first = l.By
		}
		epoch := c.epoch()
		if l.Kind == EpochBegins {
			epoch++
		}
		switch {
		case l.Number != int64(i)+1, l.Epoch != epoch, l.By != c.key():
			return c, fmt.Errorf("%w: link %d does not follow on the one before it", ErrBroken, i+1)
		case l.Kind == KeyFollows && i > 0 && !l.place().beyond(c.links[i-1].place()) && l.place() != c.links[i-1].place():
			return c, fmt.Errorf("%w: link %d goes back", ErrBroken, i+1)
		}
		c.links = append(c.links, l)
	}
	return c, nil
}

func (c chain) notes() []string {
	notes := make([]string, len(c.links))
	for i, l := range c.links {
		notes[i] = l.Note
	}
	return notes
}

// keys are all keys, the first one first.
func (c chain) keys() []string {
	keys := []string{c.first}
	for _, l := range c.links {
		if l.Kind == KeyFollows {
			keys = append(keys, l.Key)
		}
	}
	return keys
}

// key is the one that signs now.
func (c chain) key() string {
	keys := c.keys()
	return keys[len(keys)-1]
}

// epoch is the one that the record is in now.
func (c chain) epoch() int64 {
	epoch := int64(1)
	for _, l := range c.links {
		epoch = l.Epoch
	}
	return epoch
}

// follows reports whether this chain goes on from the other one.
func (c chain) follows(other chain) bool {
	return len(c.links) >= len(other.links) && slices.Equal(c.notes()[:len(other.links)], other.notes())
}

// open reads a head, which must be signed by the key that was in force at its place.
func (c chain) open(signed string) (stated, error) {
	for _, key := range c.keys() {
		s, err := open(signed, key)
		if err != nil {
			continue
		}
		since, until := c.reign(key)
		if since.beyond(s.place) || until != nil && s.beyond(*until) {
			return s, fmt.Errorf("%w: a head over %d leaves is signed by a key that was not in force then", ErrBroken, s.size)
		}
		if s.epoch > c.epoch() {
			return s, fmt.Errorf("%w: a head is of epoch %d, of whose beginning nothing is said", ErrBroken, s.epoch)
		}
		return s, nil
	}
	return stated{}, fmt.Errorf("%w: a head is not signed by the key of this record", ErrBroken)
}

// reign is from where to where a key signs; it still does where until is nil.
func (c chain) reign(key string) (since place, until *place) {
	for _, l := range c.links {
		if l.Kind == KeyFollows && l.Key == key {
			since = l.place()
		}
		if l.Kind == KeyFollows && l.By == key {
			end := l.place()
			until = &end
		}
	}
	return since, until
}

// lost reports whether the record was once at a place that it does not have today,
// because a later epoch began before it. It returns ErrBehind when the epoch does not
// admit that so much is lost.
func (c chain) lost(p place) (bool, error) {
	for _, l := range c.links {
		if l.Kind != EpochBegins || l.Epoch <= p.epoch || p.size <= l.Size {
			continue
		}
		if l.Epoch == p.epoch+1 && p.size > l.Lost {
			return true, fmt.Errorf("%w: %d leaves were signed, and epoch %d admits %d alone", ErrBehind, p.size, l.Epoch, l.Lost)
		}
		return true, nil
	}
	return false, nil
}

// oneLine makes a reason fit for a note: one line of visible characters.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		default:
			return r
		}
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
