package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// Stored is a message as it lies in a mailbox, unread. The disk knows when it came
// and whether its owner has seen it.
type Stored struct {
	ID         string // the unique name of a Maildir
	Size       int64
	ReceivedAt time.Time
	Seen       bool
}

// Summary is a message in a list.
type Summary struct {
	Stored
	Head
}

// Letter is a message to be read.
type Letter struct {
	Stored
	Message
}

// MessageKey is where a list of messages goes on: newest first, then by id. The
// zero value is the beginning.
type MessageKey struct {
	At time.Time
	ID string
}

// MessagePage is one page of the messages in a mailbox. Next is nil at the end.
type MessagePage struct {
	Messages []Summary
	Next     *MessageKey
}

// ValidMessageID reports whether a name can be that of a message: one word without
// a colon or a slash (https://cr.yp.to/proto/maildir.html) that leads nowhere.
func ValidMessageID(id string) bool {
	return id != "" && len(id) <= 200 && id[0] != '.' && strings.Trim(id, messageIDLetters) == ""
}

const messageIDLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,_=+-"

// Messages returns what is in a mailbox, newest first, after the key. To a visitor
// it is open only while the owner's grant lasts, and the event is committed before
// anything is returned.
func (s *Service) Messages(ctx context.Context, by principal.Principal, mailboxID string, after MessageKey, limit int) (MessagePage, error) {
	m, err := s.readable(ctx, by, mailboxID)
	if err != nil {
		return MessagePage{}, err
	}
	all, err := s.d.Disk.Messages(ctx, m.ID)
	if err != nil {
		return MessagePage{}, err
	}
	slices.SortFunc(all, func(a, b Stored) int { return a.key().compare(b.key()) })
	from := 0
	if after != (MessageKey{}) {
		var found bool
		if from, found = slices.BinarySearchFunc(all, after, func(m Stored, k MessageKey) int { return m.key().compare(k) }); found {
			from++
		}
	}
	page, rest := MessagePage{}, all[from:]
	if len(rest) > limit {
		rest = rest[:limit]
		key := rest[limit-1].key()
		page.Next = &key
	}
	for _, stored := range rest {
		head, err := s.head(ctx, m.ID, stored.ID)
		if errors.Is(err, ErrNoMessage) {
			continue // taken away meanwhile
		}
		if err != nil {
			return MessagePage{}, err
		}
		page.Messages = append(page.Messages, Summary{Stored: stored, Head: head})
	}
	if err := s.viewed(ctx, by, m, ActionMessages, m.object()); err != nil {
		return MessagePage{}, err
	}
	return page, nil
}

// Message returns one message to be read, under the same conditions as the list.
// Whoever reads it, it is not marked as seen.
func (s *Service) Message(ctx context.Context, by principal.Principal, mailboxID, id string) (Letter, error) {
	m, err := s.readable(ctx, by, mailboxID)
	if err != nil {
		return Letter{}, err
	}
	stored, raw, err := s.d.Disk.Message(ctx, m.ID, id)
	if err != nil {
		return Letter{}, err
	}
	defer raw.Close()
	letter := Letter{Stored: stored, Message: ParseMessage(raw)}
	if err := s.viewed(ctx, by, m, ActionMessage, m.letterObject(stored)); err != nil {
		return Letter{}, err
	}
	return letter, nil
}

// readable returns a mailbox to one of its own people, and to a visitor for whom it
// is open: others learn not even whether a message is there.
func (s *Service) readable(ctx context.Context, by principal.Principal, mailboxID string) (Mailbox, error) {
	m, err := s.d.Store.ByID(ctx, by.Scope(), mailboxID)
	if err != nil || by.Owner(m.AccountID) {
		return m, err
	}
	if !by.Acting() {
		return Mailbox{}, ErrMailOthers
	}
	open, err := s.Unlocked(ctx, m.ID)
	if err == nil && !open {
		err = ErrMailClosed
	}
	return m, err
}

func (s *Service) head(ctx context.Context, mailboxID, id string) (Head, error) {
	_, raw, err := s.d.Disk.Message(ctx, mailboxID, id)
	if err != nil {
		return Head{}, err
	}
	defer raw.Close()
	return ParseHead(raw), nil
}

// letterObject names a message in the record: its mailbox and when it came, but
// nothing of what is in it, and its subject least of all.
func (m Mailbox) letterObject(stored Stored) audit.Object {
	name := fmt.Sprintf("%s, received %s", m.Address, stored.ReceivedAt.UTC().Format("2 January 2006 15:04 MST"))
	return audit.Object{Kind: audit.ThingMessage, ID: m.ID + "/" + stored.ID, Name: name}
}

func (m Stored) key() MessageKey { return MessageKey{At: m.ReceivedAt, ID: m.ID} }

func (k MessageKey) compare(other MessageKey) int {
	return cmp.Or(other.At.Compare(k.At), strings.Compare(other.ID, k.ID))
}
