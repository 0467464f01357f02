package notify_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// tags are the elements of a mail in HTML, and all that they can have.
var tags = []string{
	"!doctype html", `html lang="en"`, `html lang="de"`, "/html", "head", "/head", `meta charset="utf-8"`, `meta name="viewport" content="width=device-width, initial-scale=1"`,
	`meta name="color-scheme" content="light dark"`, `meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no"`,
	"title", "/title", "style", "/style", "body", "/body", `div class="letter"`, "/div", `p dir="auto"`, "/p", "br", "table", "/table", "tr", "/tr",
	`th scope="row"`, "/th", `td dir="auto"`, "/td", "ul", "/ul", `li dir="auto"`, "/li", "/a",
}

// wantInertHTML wants nothing in a mail but the elements of its own page and links
// to the panel.
func wantInertHTML(t *testing.T, html string) {
	t.Helper()
	if html == "" || strings.ContainsAny(html, "\r\x00\u202e\u200b\u2028") {
		t.Errorf("the HTML is empty or has characters that nobody sees: %q", html)
	}
	for _, part := range strings.Split(html, "<")[1:] {
		tag, _, _ := strings.Cut(part, ">")
		if !slices.Contains(tags, tag) && !strings.HasPrefix(tag, `a href="https://host.example`) {
			t.Errorf("the HTML has the element <%s>", tag)
		}
	}
}

// editor returns the editor of the room's mails.
func (r *room) editor() *notify.Editor {
	return notify.NewEditor(notify.EditorDeps{Tx: r.DB, Shelf: store.NewNoticeSettings(r.DB), Audit: r.Audit, PublicURL: "https://host.example"})
}

func (r *room) admin() principal.Principal {
	return r.Owner(r.Provider).WithScope(principal.Everything())
}

func TestA16EveryMailHasATextInEveryLanguage(t *testing.T) {
	t.Parallel()
	r := setup(t)
	e := r.editor()
	for _, event := range notify.Events() {
		for _, lang := range notify.Languages() {
			s, err := e.Sheet(t.Context(), r.admin(), event.Name, lang.Code)
			if err != nil || s.Written || s.Wording != s.Original {
				t.Fatalf("Sheet(%s, %s) = %+v, %v, want the one that comes with the program", event.Name, lang.Code, s, err)
			}
			p, err := e.Preview(t.Context(), r.admin(), event.Name, lang.Code, s.Wording)
			if err != nil {
				t.Fatalf("Preview(%s, %s) = %v", event.Name, lang.Code, err)
			}
			if strings.ContainsAny(p.Subject+p.Text, "{}") || strings.Contains(p.Text, "\n\n\n") || strings.Contains(p.Text, "%!") {
				t.Errorf("the mail about %s in %s reads %q:\n%s", event.Title, lang.Name, p.Subject, p.Text)
			}
			wantInertHTML(t, p.HTML)
			for _, place := range notify.PlacesOf(event) {
				if place.Meaning == "" {
					t.Errorf("the placeholder %s means nothing", place.Name)
				}
			}
			if len(notify.PlacesOf(event)) != len(event.Places) {
				t.Errorf("a placeholder of %s is not described", event.Name)
			}
		}
	}
}

func TestA16MistakesAreNamedWithTheirPlace(t *testing.T) {
	t.Parallel()
	r := setup(t)
	e := r.editor()
	for name, c := range map[string]struct {
		subject, body string
		want          []string
	}{
		"fine":                      {"Visit of {{ actor }}", "Hello\r\n\r\n{{facts}}\r\n", nil},
		"nothing that shows":        {"\u200b", "\u3164", []string{"/subject Please write a subject.", "/body Please write a text.", "/body {{facts}} must stand in it: A table: who, why, for how long."}},
		"nothing":                   {" ", "", []string{"/subject Please write a subject.", "/body Please write a text.", "/body {{facts}} must stand in it: A table: who, why, for how long."}},
		"an unknown placeholder":    {"x", "{{facts}}\na {{actr}} b", []string{"/body Line 2, column 3: there is no {{actr}} to put in here."}},
		"one of another mail":       {"x", "{{facts}}\n{{link}}", []string{"/body Line 2, column 1: there is no {{link}} to put in here."}},
		"what is no name":           {"x", "{{facts}}\n{{.Text | html}}", []string{"/body Line 2, column 1: there is no {{.Text | html}} to put in here."}},
		"nothing to put in":         {"x", "{{facts}}\n{{}}", []string{"/body Line 2, column 1: there is no {{}} to put in here."}},
		"open braces":               {"x", "{{facts}}\nä {{actor", []string{"/body Line 2, column 3: “{{” is not closed on this line."}},
		"open to the next line":     {"x", "{{facts}}\n{{\nactor}}", []string{"/body Line 2, column 1: “{{” is not closed on this line.", "/body Line 3, column 6: “}}” closes nothing."}},
		"closed braces":             {"x }}", "{{facts}}", []string{"/subject Column 3: “}}” closes nothing."}},
		"a table within a line":     {"x", "see {{facts}}", []string{"/body Line 1, column 5: {{facts}} stands on a line of its own.", "/body {{facts}} must stand in it: A table: who, why, for how long."}},
		"a table in the subject":    {"x {{facts}}", "{{facts}}", []string{"/subject Column 3: {{facts}} cannot stand in a subject."}},
		"a subject of two lines":    {"x\r\nBcc: evil@attacker.example", "{{facts}}", []string{"/subject Column 2: there is a character here that cannot be seen."}},
		"a turn of the direction":   {"x", "{{facts}}\nab\u202ec", []string{"/body Line 2, column 3: there is a character here that cannot be seen."}},
		"half a character":          {"x", "{{facts}}\n\xff", []string{"/body Line 2, column 1: there is a character here that cannot be seen."}},
		"too much":                  {strings.Repeat("x", 201), strings.Repeat("ä", 10_001), []string{"/subject A subject has at most 200 characters.", "/body A text has at most 10000 characters.", "/body {{facts}} must stand in it: A table: who, why, for how long."}},
		"everything that is needed": {"x", "no table", []string{"/body {{facts}} must stand in it: A table: who, why, for how long."}},
	} {
		for what, err := range map[string]error{
			"Write":   second(e.Write(t.Context(), r.admin(), notify.EventStart, "en", notify.Wording{Subject: c.subject, Body: c.body})),
			"Preview": second(e.Preview(t.Context(), r.admin(), notify.EventStart, "en", notify.Wording{Subject: c.subject, Body: c.body})),
		} {
			var got []string
			var f *fault.Error
			if errors.As(err, &f) {
				for _, field := range f.Fields {
					got = append(got, field.Pointer+" "+field.Detail)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" || (err == nil) != (c.want == nil) {
				t.Errorf("%s: %s = %v (-want +got):\n%s", name, what, err, diff)
			}
		}
	}
}

// What a mail must say cannot be hidden: in a subject that is cut where it is long, or on a
// line that is left out when something else on it has nothing to say.
func TestA16WhatIsNeededCannotBeHidden(t *testing.T) {
	t.Parallel()
	r := setup(t)
	e := r.editor()
	for name, c := range map[string]struct {
		event, subject, body, want string
	}{
		"in the subject alone": {notify.EventAnnounce, "{{summary}}", "Hello", "/body {{summary}} must stand in it: What happened, in one sentence."},
		"behind something":     {notify.EventAsk, "x", "{{facts}}\n{{code}} or {{link}}", "/body Line 2: {{link}} and {{code}} stand on lines of their own: where there is nothing to put in for {{code}}, its line is left out."},
		"before something":     {notify.EventInvitation, "x", "Go to {{link}}, {{name}}.", "/body Line 1: {{link}} and {{name}} stand on lines of their own: where there is nothing to put in for {{name}}, its line is left out."},
		"beside words":         {notify.EventInvitation, "x", "Go to {{link}}.", ""},
		"twice on a line":      {notify.EventInvitation, "x", "{{link}} {{link}}", ""},
	} {
		err := second(e.Write(t.Context(), r.admin(), c.event, "en", notify.Wording{Subject: c.subject, Body: c.body}))
		got := ""
		var f *fault.Error
		if errors.As(err, &f) && len(f.Fields) == 1 {
			got = f.Fields[0].Pointer + " " + f.Fields[0].Detail
		}
		if got != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%s: Write = %v, %q, want %q", name, err, got, c.want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestA16ATextIsWrittenSentAndRestored(t *testing.T) {
	t.Parallel()
	r := setup(t)
	e := r.editor()
	r.visits["imp_1"] = r.story()
	w := notify.Wording{Subject: "{{actor}} <b>is</b> here", Body: "Look: <script>alert(1)</script>\nTicket {{ticket}}\nReason {{reason}}\n\n{{facts}}"}
	for range 2 { // the second time changes nothing
		s, err := e.Write(t.Context(), r.admin(), notify.EventStart, "en", w)
		if err != nil || !s.Written || s.Wording.Body != w.Body+"\n" {
			t.Fatalf("Write = %+v, %v", s, err)
		}
	}
	story := r.story()
	story.Ticket = ""
	r.visits["imp_1"] = story
	r.tell(t, notify.EventStart, "x")
	r.done(t)
	m := r.outside.sent[0]
	if m.Subject != "Anna Lind (Harbour Hosting) <b>is</b> here" ||
		!strings.HasPrefix(m.Text, "Look: <script>alert(1)</script>\nReason “You asked us to move the mailbox.”\n\nWho: Anna Lind") {
		t.Errorf("the mail reads %q:\n%s\nwant the line without a ticket left out", m.Subject, m.Text)
	}
	wantInertHTML(t, m.HTML)
	if !strings.Contains(m.HTML, "<title>Anna Lind (Harbour Hosting) &lt;b&gt;is&lt;/b&gt; here</title>") {
		t.Errorf("the HTML has no title of that name:\n%s", m.HTML)
	}
	for range 2 {
		if err := e.Restore(t.Context(), r.admin(), notify.EventStart, "en"); err != nil {
			t.Fatalf("Restore = %v", err)
		}
	}
	if s, err := e.Sheet(t.Context(), r.admin(), notify.EventStart, "en"); err != nil || s.Written || s.Wording != s.Original {
		t.Errorf("after Restore Sheet = %+v, %v", s, err)
	}
	want := []string{
		r.Provider.ID + ": Olga changed the text of the mail about the start of a visit.",
		r.Provider.ID + ": Olga restored the text of the mail about the start of a visit.",
	}
	if diff := cmp.Diff(want, r.Lines(t)); diff != "" {
		t.Errorf("the record (-want +got):\n%s", diff)
	}
	for _, key := range [][2]string{{"no.event", "en"}, {notify.EventStart, "xx"}, {"../en/impersonation.start", "en"}, {notify.EventStart, "../en"}} {
		if _, err := e.Write(t.Context(), r.admin(), key[0], key[1], w); !errors.Is(err, notify.ErrTemplateNotFound) {
			t.Errorf("Write(%q) = %v, want ErrTemplateNotFound", key, err)
		}
	}
}

func TestATextThatFitsNoMoreGivesWayToTheOriginal(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.visits["imp_1"] = r.story()
	old := notify.Wording{Subject: "{{gone}}", Body: "{{gone}}"}
	if err := store.NewNoticeSettings(r.DB).Write(t.Context(), notify.EventStart, "en", old, began); err != nil {
		t.Fatal(err)
	}
	r.tell(t, notify.EventStart, "x")
	if outcomes := r.done(t); len(r.outside.sent) != 2 || r.outside.sent[0].Subject != "Visit of Anna Lind (Harbour Hosting) to your account" {
		t.Errorf("outcomes %v, sent %+v, want both mails in the words of the program", outcomes, r.outside.sent)
	}
}

func TestA16AMailIsSwitchedOffAndOn(t *testing.T) {
	t.Parallel()
	r := setup(t)
	e := r.editor()
	r.visits["imp_1"] = r.story()
	for range 2 {
		if err := e.Switch(t.Context(), r.admin(), notify.EventStart, true); err != nil {
			t.Fatalf("Switch = %v", err)
		}
	}
	ids := r.tell(t, notify.EventStart, "x")
	r.tell(t, notify.EventStop, ended)
	r.done(t)
	if len(ids) != 2 || len(r.outside.sent) != 2 || r.outside.sent[0].InReplyTo != "" || !strings.HasPrefix(r.outside.sent[0].Subject, "Re: Visit of") {
		t.Errorf("sent %+v, want the notices in the panel, and by mail those about the end alone", r.outside.sent)
	}
	if err := e.Switch(t.Context(), r.admin(), notify.EventStart, false); err != nil {
		t.Fatalf("Switch = %v", err)
	}
	if err := e.Switch(t.Context(), r.admin(), notify.EventInvitation, true); !errors.Is(err, notify.ErrTemplateFixed) {
		t.Errorf("Switch of the invitation = %v, want ErrTemplateFixed", err)
	}
	want := []string{
		"Olga switched off the mail about the start of a visit for all accounts.",
		"Olga switched on the mail about the start of a visit for all accounts.",
	}
	// It stands on the page of each account.
	events, err := r.Audit.List(t.Context(), r.Owner(r.Customer), audit.Filter{AccountID: r.Customer.ID, Direct: true, Limit: 10})
	var got []string
	for _, event := range slices.Backward(events) {
		got = append(got, event.Sentence())
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("the customer reads (-want +got): %v\n%s", err, diff)
	}
}

func TestA17PeopleOfTheProviderAreTold(t *testing.T) {
	t.Parallel()
	r := setup(t)
	e := r.editor()
	r.visits["imp_1"] = r.story()
	if err := r.DB.Write(t.Context()).Exec("UPDATE accounts SET kind = 'admin' WHERE id = ?", r.Provider.ID).Error; err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := e.SetCopies(t.Context(), r.admin(), notify.EventStart, []string{r.Provider.ID, r.Provider.ID}); err != nil {
			t.Fatalf("SetCopies = %v", err)
		}
	}
	notices := r.notices(notify.EventStart, "Anna signed in to your account.")
	for i := range notices {
		notices[i].Elsewhere = "Anna signed in to the account of Blue Door Bakery."
	}
	for range 2 { // told once
		if err := r.AddAll(t.Context(), notices); err != nil {
			t.Fatal(err)
		}
	}
	list, err := r.List(t.Context(), r.admin(), notify.Filter{Limit: 9})
	if err != nil || len(list) != 1 || list[0].Text != notices[0].Elsewhere || list[0].VisitID != "imp_1" {
		t.Errorf("the provider is told %+v, %v, want it once in his words", list, err)
	}
	// Who is told is fixed at the start: the settings are others when it ends.
	if err := e.SetCopies(t.Context(), r.admin(), notify.EventStart, nil); err != nil {
		t.Fatalf("SetCopies = %v", err)
	}
	notices = r.notices(notify.EventStop, ended)
	for i := range notices {
		notices[i].Elsewhere = "Anna left the account of Blue Door Bakery."
	}
	if err := r.AddAll(t.Context(), notices); err != nil {
		t.Fatal(err)
	}
	r.done(t)
	var got []string
	for _, m := range r.outside.sent {
		if !strings.HasSuffix(m.To, "@customer.example") && !strings.HasSuffix(m.To, "@reseller.example") {
			got = append(got, m.Subject)
		}
	}
	const subject = "Visit of Anna Lind (Harbour Hosting) to the account of Blue Door Bakery"
	if diff := cmp.Diff([]string{subject, "Re: " + subject}, got); diff != "" {
		t.Errorf("mails to the provider (-want +got):\n%s", diff)
	}
	for name, c := range map[string]struct {
		event, account string
		want           error
	}{
		"a customer":          {notify.EventStart, r.Customer.ID, fault.ErrInvalid},
		"nobody":              {notify.EventStart, "acc_none", fault.ErrInvalid},
		"what is nobody else": {notify.EventPassword, r.Provider.ID, notify.ErrNotCopied},
		"no event":            {"x", r.Provider.ID, notify.ErrTemplateNotFound},
	} {
		if err := e.SetCopies(t.Context(), r.admin(), c.event, []string{c.account}); !errors.Is(err, c.want) {
			t.Errorf("%s: SetCopies = %v, want %v", name, err, c.want)
		}
	}
	if got := r.Lines(t); len(got) != 2 || !strings.HasSuffix(got[0], "Olga changed who of the provider is told about the start of a visit.") {
		t.Errorf("the record reads %v, want two events", got)
	}
}

func TestAnAccountChoosesItsMails(t *testing.T) {
	t.Parallel()
	r := setup(t)
	e := r.editor()
	r.visits["imp_1"] = r.story()
	want := notify.Choice{Language: "de", Unmailed: []string{notify.EventStart}}
	for range 2 {
		if err := e.Choose(t.Context(), r.Owner(r.Customer), want); err != nil {
			t.Fatalf("Choose = %v", err)
		}
	}
	got, err := e.Choosing(t.Context(), r.Owner(r.Customer))
	if diff := cmp.Diff(want, got.Choice); err != nil || diff != "" || len(got.Events) != 3 {
		t.Errorf("Choosing = %+v, %v (-want +got):\n%s", got, err, diff)
	}
	r.tell(t, notify.EventStart, "x")
	if n, err := r.Unread(t.Context(), r.Owner(r.Customer)); err != nil || n != 1 {
		t.Errorf("Unread = %d, %v: what stands in the panel cannot be chosen", n, err)
	}
	r.tell(t, notify.EventStop, ended)
	r.done(t)
	var subjects []string
	for _, m := range r.outside.sent {
		subjects = append(subjects, m.To+" "+m.Subject)
	}
	slices.Sort(subjects)
	wanted := []string{
		"olga@customer.example Re: Besuch von Anna Lind (Harbour Hosting) in Ihrem Konto",
		"rita@reseller.example Re: Visit of Anna Lind (Harbour Hosting) to the account of Blue Door Bakery",
		"rita@reseller.example Visit of Anna Lind (Harbour Hosting) to the account of Blue Door Bakery",
	}
	if diff := cmp.Diff(wanted, subjects); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	for name, c := range map[string]struct {
		by     principal.Principal
		choice notify.Choice
		want   error
	}{
		"a visitor":           {r.Acting(r.Customer, principal.Change), notify.Choice{Language: "en"}, notify.ErrChoiceClosed},
		"no language":         {r.Owner(r.Customer), notify.Choice{Language: "xx"}, fault.ErrInvalid},
		"a mail about itself": {r.Owner(r.Customer), notify.Choice{Language: "en", Unmailed: []string{notify.EventPassword}}, fault.ErrInvalid},
		"no event":            {r.Owner(r.Customer), notify.Choice{Language: "en", Unmailed: []string{"x"}}, fault.ErrInvalid},
	} {
		if err := e.Choose(t.Context(), c.by, c.choice); !errors.Is(err, c.want) {
			t.Errorf("%s: Choose = %v, want %v", name, err, c.want)
		}
	}
	if diff := cmp.Diff([]string{r.Customer.ID + ": Olga changed which notices of " + r.Customer.Name + " are sent by mail."}, r.Lines(t)); diff != "" {
		t.Errorf("the record (-want +got):\n%s", diff)
	}
}

// That the owner took the permission back reads otherwise to himself than to others.
func TestARevokedPermissionInGerman(t *testing.T) {
	t.Parallel()
	r := setup(t)
	story := r.story()
	story.EndReason = "consent_revoked"
	r.visits["imp_1"] = story
	for _, a := range []principal.Account{r.Customer, r.Reseller} {
		if err := r.editor().Choose(t.Context(), r.Owner(a), notify.Choice{Language: "de"}); err != nil {
			t.Fatal(err)
		}
	}
	r.tell(t, notify.EventStart, "x")
	r.done(t)
	r.outside.sent = nil
	r.tell(t, notify.EventStop, ended)
	r.done(t)
	want := map[string]string{
		"olga@customer.example": "Beendet, weil Sie Ihre Erlaubnis zurückgenommen haben.",
		"rita@reseller.example": "Beendet, weil der Inhaber des Kontos die Erlaubnis zurückgenommen hat.",
	}
	for _, m := range r.outside.sent {
		if !strings.Contains(m.Text, want[m.To]) {
			t.Errorf("to %s the mail says\n%s\nwant %q", m.To, m.Text, want[m.To])
		}
	}
	if len(r.outside.sent) != len(want) {
		t.Errorf("%d mails were sent, want %d", len(r.outside.sent), len(want))
	}
}

func TestMailsInGerman(t *testing.T) {
	t.Parallel()
	r := setup(t)
	e := r.editor()
	for name, c := range map[string]struct {
		reason string
		want   string
	}{
		"idle":    {"idle", "Automatisch geschlossen nach 15 Minuten ohne Aktivität; letzte Handlung 10:10."},
		"cap":     {"expired", "Automatisch geschlossen: Ein Besuch dauert höchstens 1 Stunde."},
		"stopped": {"stopped", "Der Besucher ist gegangen."},
		"owner":   {"ended_by_owner", "Beendet von Rita."},
		"self":    {"ended_by_subject", "Sie haben ihn beendet."},
		"other":   {"permission_lost", "Beendet, weil der Besuch nicht mehr erlaubt war."},
	} {
		story := r.story()
		story.VisitID, story.EndReason, story.EndedBy, story.IdleTimeout = "imp_"+name, c.reason, "Rita", 15*60*1e9
		r.visits[story.VisitID] = story
		if err := e.Choose(t.Context(), r.Owner(r.Customer), notify.Choice{Language: "de"}); err != nil {
			t.Fatal(err)
		}
		r.outside.sent = nil
		for _, event := range []string{notify.EventStart, notify.EventStop} {
			n := notify.Notice{Event: event, VisitID: story.VisitID, AccountID: r.Customer.ID, Email: "olga@customer.example", Text: "in English", At: began}
			if err := r.AddAll(t.Context(), []notify.Notice{n}); err != nil {
				t.Fatal(err)
			}
			r.done(t)
		}
		start, stop := r.outside.sent[0].Text, r.outside.sent[1].Text
		if !strings.HasPrefix(start, "Anna Lind (Harbour Hosting) hat sich in Ihrem Konto angemeldet, um Änderungen vorzunehmen: „You asked us to move the mailbox.“\n") {
			t.Errorf("%s: the start reads\n%s", name, start)
		}
		if !strings.HasPrefix(stop, "Der Besuch von Anna Lind (Harbour Hosting) in Ihrem Konto ist zu Ende. 10:00 bis 10:25 UTC. "+c.want+"\n") ||
			!strings.Contains(stop, "Dauer: 25 Minuten: 10 Minuten aktiv, danach 15 Minuten ohne Aktivität") {
			t.Errorf("%s: the end reads\n%s", name, stop)
		}
	}
}
