package disk

import (
	"context"
	"errors"

	"innkeeper/internal/file"
)

// EnsureMaildir makes the folders of a mailbox: a message is written to tmp,
// delivered to new, and kept in cur once it has been seen.
func (d *Disk) EnsureMaildir(_ context.Context, mailboxID string) error {
	box, err := below(d.mail, mailboxID, true)
	if err != nil {
		return err
	}
	defer box.Close()
	for _, folder := range []string{"Maildir/tmp", "Maildir/new", "Maildir/cur"} {
		if err := box.MkdirAll(folder, folderMode); err != nil {
			return translate(err)
		}
	}
	return errors.Join(keep(box, "/Maildir"), keep(box, file.Home))
}

// MailUsed returns the bytes of the messages in a mailbox.
func (d *Disk) MailUsed(ctx context.Context, mailboxID string) (int64, error) {
	return measure(ctx, d.mail, mailboxID)
}
