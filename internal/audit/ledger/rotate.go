package ledger

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Rotate replaces the key. The old one signs that the new one follows, so that heads
// which it signed before stay valid, and whoever knows the old key comes to the new
// one. Everything up to now is sealed first. Interrupted, it is gone on with when it is
// called again or when the next events are sealed.
func (s *Service) Rotate(ctx context.Context) (Link, error) {
	if err := s.Seal(ctx); err != nil {
		return Link{}, err
	}
	secret, err := s.vault.Next()
	if err != nil {
		return Link{}, err
	}
	next, err := NewSigner(secret)
	if err != nil {
		return Link{}, err
	}
	var link Link
	var whole chain
	var head Head
	err = s.tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.LockSeal(ctx); err != nil {
			return err
		}
		st, err := s.stand(ctx)
		if err != nil {
			return err
		}
		if head, err = s.store.LastHead(ctx); err != nil {
			return err
		}
		link, whole, err = s.link(ctx, st, st.chain, Link{Kind: KeyFollows, Epoch: st.chain.epoch(), Key: next.Key()}, next)
		return err
	})
	if err != nil {
		return Link{}, err
	}
	if err := s.keep(whole, head); err != nil { // before the old key is gone: it knows of the link
		return Link{}, err
	}
	return link, s.vault.Replace()
}

// NewEpoch goes on with a record that was put back to an older state. A signed link says
// up to where it was signed before, from where it goes on, and why: everybody who checks
// the record or a receipt of it reads that. The witness beside the key says what is
// lost, and any other that is at hand.
func (s *Service) NewEpoch(ctx context.Context, reason string, witnesses ...Witness) (Link, error) {
	if reason = oneLine(reason); reason == "" {
		return Link{}, errors.New("a new epoch needs a reason: everybody who checks the record reads it")
	}
	own, err := kept(s.vault)
	if err != nil {
		return Link{}, err
	}
	if own.Head != "" {
		witnesses = append(witnesses, own)
	}
	var link Link
	var whole chain
	var head Head
	err = s.tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.LockSeal(ctx); err != nil {
			return err
		}
		st, known, err := s.known(ctx, witnesses)
		if err != nil {
			return err
		}
		for _, lost := range known.links[len(st.chain.links):] { // they were signed, and hold
			if err := s.store.AddLink(ctx, lost); err != nil {
				return err
			}
		}
		most, err := furthest(known, st, witnesses)
		if err != nil {
			return err
		}
		if link, whole, err = s.link(ctx, st, known, Link{Kind: EpochBegins, Epoch: known.epoch() + 1, Lost: most, Reason: reason}); err != nil {
			return err
		}
		root, err := tlog.ParseHash(link.Root)
		if err != nil {
			return err
		}
		head, err = s.signHead(ctx, st.signer, link.Epoch, tlog.Tree{N: link.Size, Hash: root})
		return err
	})
	if err != nil {
		return Link{}, err
	}
	return link, s.keep(whole, head)
}

// known returns the end of the record as it stands, whatever is wrong with it, and the
// longest chain of links that anybody knows of.
func (s *Service) known(ctx context.Context, witnesses []Witness) (st standing, known chain, err error) {
	size, err := s.store.Size(ctx)
	if err != nil {
		return st, known, err
	}
	st.size = size
	if st.chain, st.signer, err = s.links(ctx); err != nil {
		return st, known, err
	}
	known = st.chain
	for _, w := range witnesses {
		theirs, err := readChain(w.Links, known.first)
		if err != nil {
			return st, known, err
		}
		switch {
		case len(known.links) == 0 || theirs.follows(known):
			known = theirs
		case !known.follows(theirs):
			return st, known, fmt.Errorf("%w: its links and those of a witness are not the same", ErrBroken)
		}
	}
	if known.key() != st.signer.Key() {
		return st, known, ErrKey
	}
	last, err := s.store.LastHead(ctx)
	if err == nil && last.Note != "" {
		st.last, err = known.open(last.Note)
	}
	return st, known, err
}

// furthest is the largest size that anybody has seen signed in the epoch that is given up.
func furthest(c chain, st standing, witnesses []Witness) (int64, error) {
	most := st.size
	if st.last.epoch == c.epoch() {
		most = max(most, st.last.size)
	}
	for _, w := range witnesses {
		seen, err := c.open(w.Head)
		if err != nil {
			return 0, err
		}
		if seen.epoch == c.epoch() {
			most = max(most, seen.size)
		}
	}
	return most, nil
}

// link signs a link at the end of the record, writes it, and returns it with the chain
// that it makes longer. Whoever else must sign it is given.
func (s *Service) link(ctx context.Context, st standing, c chain, l Link, also ...*Signer) (Link, chain, error) {
	now, err := s.tx.Now(ctx)
	if err != nil {
		return Link{}, c, err
	}
	root, err := tlog.TreeHash(st.size, s.reader(ctx))
	if err != nil {
		return Link{}, c, err
	}
	l.Number, l.At, l.Size, l.Root = int64(len(c.links))+1, now, st.size, root.String()
	if l, err = l.sign(append([]*Signer{st.signer}, also...)...); err != nil {
		return Link{}, c, err
	}
	whole, err := readChain(append(c.notes(), l.Note), c.first)
	if err != nil {
		return Link{}, c, err
	}
	return l, whole, s.store.AddLink(ctx, l)
}

// links reads what was stated about the record itself, with the key that signs here; that
// the links lead to it is for the caller. A chain that does not hold is ErrBroken.
func (s *Service) links(ctx context.Context) (c chain, signer *Signer, err error) {
	notes, err := s.store.Links(ctx)
	if err != nil {
		return c, nil, err
	}
	if signer, err = signerOf(s.vault); err != nil {
		return c, nil, err
	}
	c, err = readChain(notes, signer.Key())
	return c, signer, err
}

// Key returns the public key that signs now.
func (s *Service) Key() (string, error) {
	signer, err := signerOf(s.vault)
	if err != nil {
		return "", err
	}
	return signer.Key(), nil
}

// Links returns what has been stated about the record itself: each key and each epoch
// that followed. The first key signed the first of them.
func (s *Service) Links(ctx context.Context) ([]Link, error) {
	c, _, err := s.links(ctx)
	return c.links, err
}
