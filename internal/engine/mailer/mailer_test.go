package mailer_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/engine/mailer"
	"innkeeper/internal/engine/mailer/smtptest"
	"innkeeper/internal/fault"
	"innkeeper/internal/notify"
)

func message() notify.Message {
	return notify.Message{
		ID: "eml_1", MessageID: "ntf_1@panel.example", InReplyTo: "ntf_0@panel.example",
		From: "Innkeeper <panel@panel.example>", To: "olga@customer.example", Subject: "Re: Besuch von Änne",
		Text: "Guten Tag,\n\n“10:00 to 10:25.”\n.\nend\n", Date: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
	}
}

func open(t *testing.T, address string) notify.Sender {
	t.Helper()
	s, err := mailer.Open(address, t.TempDir())
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	return s
}

// textOf returns the decoded text of a message.
func textOf(t *testing.T, m *mail.Message) string {
	t.Helper()
	body := m.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

func check(t *testing.T, m *mail.Message) {
	t.Helper()
	want := message()
	for name, value := range map[string]string{
		"Message-Id": "<" + want.MessageID + ">", "In-Reply-To": "<" + want.InReplyTo + ">", "References": "<" + want.InReplyTo + ">",
		"To": "<olga@customer.example>", "From": `"Innkeeper" <panel@panel.example>`, "Auto-Submitted": "auto-generated",
		"Date": "Sun, 01 Mar 2026 10:00:00 +0000", "Content-Type": "text/plain; charset=UTF-8",
	} {
		if got := m.Header[name]; len(got) != 1 || got[0] != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != want.Subject {
		t.Errorf("Subject is %q, %v, want %q", subject, err, want.Subject)
	}
	if got := strings.TrimRight(textOf(t, m), "\n"); got != strings.TrimRight(want.Text, "\n") {
		t.Errorf("text is %q, want %q", got, want.Text)
	}
}

func TestAMailArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Settings{})
	if err := open(t, server.URL()).Send(t.Context(), message()); err != nil {
		t.Fatalf("Send = %v", err)
	}
	got := server.Deliveries()
	if len(got) != 1 || got[0].From != "panel@panel.example" || len(got[0].To) != 1 || got[0].To[0] != "olga@customer.example" {
		t.Fatalf("deliveries = %+v, want one from the panel to Olga", got)
	}
	check(t, got[0].Message(t))
}

func TestAMailInHTMLHasItsTextToo(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Settings{})
	m := message()
	m.HTML = "<p>Guten Tag,</p>\n<p>“10:00 to 10:25.”</p>\n"
	dir := t.TempDir()
	folder, err := mailer.Open("", dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, sender := range []notify.Sender{open(t, server.URL()), folder} {
		if err := sender.Send(t.Context(), m); err != nil {
			t.Fatalf("Send = %v", err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "outbox", "*.eml"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the folder holds %v, %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(server.Deliveries(), smtptest.Delivery{Raw: string(raw)}) {
		parts := d.Parts(t)
		if len(parts) != 2 || parts[0].Type != "text/plain; charset=UTF-8" || parts[1].Type != "text/html; charset=UTF-8" {
			t.Fatalf("the message has the parts %+v, want text, then HTML", parts)
		}
		if strings.TrimRight(parts[0].Text, "\n") != strings.TrimRight(m.Text, "\n") || strings.TrimRight(parts[1].Text, "\n") != strings.TrimRight(m.HTML, "\n") {
			t.Errorf("the parts read %+v", parts)
		}
	}
}

func TestWhatAServerSays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault smtptest.Fault
		want  error
	}{
		"later, to the sender":      {smtptest.Fault{Mail: smtptest.Answer(451, "later")}, notify.ErrAway},
		"later, to the recipient":   {smtptest.Fault{Rcpt: smtptest.Answer(450, "greylisted")}, notify.ErrAway},
		"later, to the text":        {smtptest.Fault{Data: smtptest.Answer(452, "full")}, notify.ErrAway},
		"never, to the sender":      {smtptest.Fault{Mail: smtptest.Answer(550, "no")}, notify.ErrRefused},
		"never, to the recipient":   {smtptest.Fault{Rcpt: smtptest.Answer(550, "no such user")}, notify.ErrRefused},
		"never, to the text":        {smtptest.Fault{Data: smtptest.Answer(554, "spam")}, notify.ErrRefused},
		"nothing, after the text":   {smtptest.Fault{Drop: true}, notify.ErrAway},
		"nothing at all, cancelled": {smtptest.Fault{Stall: true}, notify.ErrAway},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := smtptest.Start(t, smtptest.Settings{})
			server.Fail(c.fault)
			sender := open(t, server.URL())
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if c.fault.Stall {
				go func() {
					for len(server.Deliveries()) == 0 && ctx.Err() == nil {
						time.Sleep(time.Millisecond)
					}
					cancel()
				}()
			}
			began := time.Now()
			err := sender.Send(ctx, message())
			if !errors.Is(err, c.want) || fault.Retryable(err) != fault.Retryable(c.want) {
				t.Errorf("Send = %v, want %v", err, c.want)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("Send took %s", took)
			}
			if err := sender.Send(t.Context(), message()); err != nil {
				t.Errorf("Send afterwards = %v, want nil", err)
			}
			deliveries := server.Deliveries()
			for _, d := range deliveries {
				check(t, d.Message(t)) // a second copy is the same message
			}
			want := 1
			if c.fault.Drop || c.fault.Stall {
				want = 2 // the server has it, and we could not know
			}
			if len(deliveries) != want {
				t.Errorf("%d copies arrived, want %d", len(deliveries), want)
			}
		})
	}
}

func TestAServerThatIsAway(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	if err := open(t, "smtp://"+address).Send(t.Context(), message()); !errors.Is(err, notify.ErrAway) {
		t.Errorf("Send to a closed port = %v, want ErrAway", err)
	}
}

func TestPasswordsAndEncryption(t *testing.T) {
	t.Parallel()
	certified, trust := certificate(t)
	for name, c := range map[string]struct {
		settings  smtptest.Settings
		user      string
		query     string
		ok        bool
		encrypted bool
	}{
		"a password on this machine":           {smtptest.Settings{Password: "pw"}, "panel:pw@", "", true, false},
		"a wrong password is tried again":      {smtptest.Settings{Password: "pw"}, "panel:other@", "", false, false},
		"no password where one is asked":       {smtptest.Settings{Password: "pw"}, "", "", false, false},
		"a password where none is asked":       {smtptest.Settings{}, "panel:pw@", "", false, false},
		"encryption required and missing":      {smtptest.Settings{}, "", "?tls=required", false, false},
		"encryption with a stranger's name":    {smtptest.Settings{TLS: certified}, "", "", false, false},
		"encryption offered and not wanted":    {smtptest.Settings{TLS: certified}, "", "?tls=none", true, false},
		"encryption from the beginning, wrong": {smtptest.Settings{TLS: certified, Implicit: true}, "", "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := smtptest.Start(t, c.settings)
			scheme := "smtp://"
			if c.settings.Implicit {
				scheme = "smtps://"
			}
			err := open(t, scheme+c.user+net.JoinHostPort(server.Host, server.Port)+c.query).Send(t.Context(), message())
			if c.ok != (err == nil) || err != nil && !errors.Is(err, notify.ErrAway) {
				t.Fatalf("Send = %v, want success: %v", err, c.ok)
			}
			if got := server.Deliveries(); c.ok && (len(got) != 1 || got[0].Encrypted != c.encrypted) {
				t.Errorf("deliveries = %+v, want one, encrypted: %v", got, c.encrypted)
			}
		})
	}
	t.Run("encryption with the right name", func(t *testing.T) {
		t.Parallel()
		for _, implicit := range []bool{false, true} {
			server := smtptest.Start(t, smtptest.Settings{TLS: certified, Implicit: implicit, Password: "pw"})
			scheme := map[bool]string{false: "smtp", true: "smtps"}[implicit]
			sender := mailer.Trusting(t, scheme+"://panel:pw@"+net.JoinHostPort(server.Host, server.Port)+"?tls=required", trust)
			if err := sender.Send(t.Context(), message()); err != nil {
				t.Errorf("%s: Send = %v", scheme, err)
				continue
			}
			if got := server.Deliveries(); len(got) != 1 || !got[0].Encrypted || got[0].User != "panel" {
				t.Errorf("%s: deliveries = %+v, want one by panel, encrypted", scheme, got)
			}
		}
	})
}

// hostile are texts that would begin a header, end the headers, or end the mail.
var hostile = []string{
	"x\r\nBcc: evil@attacker.example", "x\nBcc: evil@attacker.example", "x\r\n\r\nbody", "x\rSubject: y", "x\x00y",
	"x\r\n.\r\nMAIL FROM:<evil@attacker.example>", "=?UTF-8?Q?x=0D=0ABcc:_evil@attacker.example?=", strings.Repeat("long ", 500),
}

func TestW04NoTextBreaksAHeader(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Settings{})
	smtp := open(t, server.URL())
	dir := t.TempDir()
	folder, err := mailer.Open("", dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range hostile {
		m := message()
		m.ID, m.Subject, m.Text, m.HTML, m.MessageID, m.InReplyTo = "eml_"+string(rune('a'+i)), text, text, text, "a"+text+"@x", "b"+text+"@x"
		for name, sender := range map[string]notify.Sender{"smtp": smtp, "folder": folder} {
			if err := sender.Send(t.Context(), m); err != nil {
				t.Errorf("%s: Send with %q = %v", name, text, err)
			}
		}
	}
	var raws []string
	for _, d := range server.Deliveries() {
		if len(d.To) != 1 || d.From != "panel@panel.example" {
			t.Errorf("a text changed the envelope: from %q to %q", d.From, d.To)
		}
		raws = append(raws, d.Raw)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "outbox", "*.eml"))
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		raws = append(raws, string(raw))
	}
	if len(raws) != 2*len(hostile) {
		t.Errorf("%d messages, want %d", len(raws), 2*len(hostile))
	}
	known := map[string]bool{
		"Date": true, "Message-Id": true, "In-Reply-To": true, "References": true, "Auto-Submitted": true, "Mime-Version": true, "From": true,
		"To": true, "Subject": true, "Content-Type": true, "Content-Transfer-Encoding": true,
	}
	for _, raw := range raws {
		m := smtptest.Delivery{Raw: raw}.Message(t)
		for name, values := range m.Header {
			if !known[name] || len(values) != 1 {
				t.Errorf("a text made the header %s: %q", name, values)
			}
		}
		if parts := (smtptest.Delivery{Raw: raw}).Parts(t); len(parts) != 2 {
			t.Errorf("a text made the message one of %d parts", len(parts))
		}
	}
}

func TestW04NoAddressBreaksAHeader(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Settings{})
	for _, sender := range []notify.Sender{open(t, server.URL()), open(t, "")} {
		for _, address := range append([]string{"", "x", "a@b.example, evil@attacker.example", "a@b.example\r\nRCPT TO:<evil@attacker.example>", "<>"}, hostile...) {
			m := message()
			m.To = address
			if err := sender.Send(t.Context(), m); !errors.Is(err, notify.ErrAddress) || fault.Retryable(err) {
				t.Errorf("Send to %q = %v, want ErrAddress", address, err)
			}
		}
		m := message()
		m.To = `"x; evil@attacker.example" <olga@customer.example>`
		if err := sender.Send(t.Context(), m); err != nil {
			t.Errorf("Send to a named address = %v, want the address alone to be used", err)
		}
	}
	if got := server.Deliveries(); len(got) != 1 || strings.Contains(got[0].Raw, "evil") {
		t.Errorf("deliveries = %+v, want one, to the address alone", got)
	}
}

func TestTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sender, err := mailer.Open("", dir)
	if err != nil {
		t.Fatal(err)
	}
	m := message()
	m.ID = "../eml_1"
	for range 3 {
		if err := sender.Send(t.Context(), m); err != nil {
			t.Fatalf("Send = %v", err)
		}
	}
	entries, err := os.ReadDir(filepath.Join(dir, "outbox"))
	if err != nil || len(entries) != 1 || entries[0].Name() != "20260301T100000.000000Z-___eml_1.eml" {
		t.Fatalf("the folder holds %v, %v, want one file named by time and id", entries, err)
	}
	info, err := entries[0].Info()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v, want 0600", info.Mode(), err)
	}
	file, err := os.Open(filepath.Join(dir, "outbox", entries[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	parsed, err := mail.ReadMessage(file)
	if err != nil {
		t.Fatal(err)
	}
	check(t, parsed)
}

func TestAFolderThatCannotBeWrittenIsTriedAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sender, err := mailer.Open("", dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "outbox")); err != nil {
		t.Fatal(err)
	}
	if err := sender.Send(t.Context(), message()); !errors.Is(err, notify.ErrAway) {
		t.Errorf("Send = %v, want ErrAway", err)
	}
}

func TestAddressesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"mail.example", "http://secret@mail.example", "smtp://", "smtp://secret:pw@mail.example:99999", "smtp://mail.example?tls=maybe",
		"smtp://mail.example?from=x", "smtp://mail.example/path", "smtp://sec\x00ret@h",
	} {
		if _, err := mailer.Open(address, t.TempDir()); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("Open(%q) = %v, want an error without the address", address, err)
		}
	}
}
