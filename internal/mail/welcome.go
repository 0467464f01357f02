package mail

import (
	"fmt"
	"strings"
	"time"
)

// welcomeName is the name of a mailbox's first message. It is the same whenever it
// is asked for, so that the message is there once however often it is delivered.
func (m Mailbox) welcomeName() string {
	return fmt.Sprintf("%d.%s.welcome", m.CreatedAt.Unix(), m.ID)
}

const welcomeText = `Your mailbox %s is ready.

You can read your messages in the panel, under Mailboxes. Nobody else reads them: support can open this mailbox only while you allow it, for 24 hours at most, and every message that is opened then stands in your account under "Who was here".

You choose the password. Nobody else can, and nobody will ever ask you for it.
`

// welcome is the first message, as it would have come by mail.
func (m Mailbox) welcome() []byte {
	head := []string{
		"From: Innkeeper <" + m.Address + ">",
		"To: <" + m.Address + ">",
		"Subject: Your mailbox is ready",
		"Date: " + m.CreatedAt.UTC().Format(time.RFC1123Z),
		"Message-ID: <welcome." + m.ID + m.Address[strings.LastIndexByte(m.Address, '@'):] + ">",
		"MIME-Version: 1.0",
		"Content-Type: text/plain; charset=utf-8",
		"Content-Transfer-Encoding: 8bit",
	}
	text := strings.Join(head, "\n") + "\n\n" + fmt.Sprintf(welcomeText, m.Address)
	return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
}
