package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/config"
	"innkeeper/internal/notify"
)

// What an admin writes is what customers read, in text and in HTML; what he
// switches off they read on their page.
func TestA16TemplatesOverHTTP(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada, bakery := h.signIn(t, "Ada Winter"), h.named(t, "Blue Door Bakery")
		const start = "/api/v1/notification-templates/impersonation.start"
		sheet := ada.want(200, "GET", start+"/texts/en", nil)
		if sheet["changed"] != false || len(list(sheet, "placeholders")) == 0 {
			t.Errorf("the template is %v", sheet)
		}
		wrong := ada.refused(422, "invalid", "PUT", start+"/texts/en", fields("subject", "x", "body", "{{facts}}\nHello {{actr}}"))
		if bad := list(wrong, "errors"); len(bad) != 1 || bad[0]["pointer"] != "/body" || !strings.HasPrefix(bad[0]["detail"].(string), "Line 2, column 7:") {
			t.Errorf("the mistakes are %v", bad)
		}
		text := fields("subject", "{{actor}} & <i>co</i>", "body", "From <b>us</b>: {{reason}}\n\n{{facts}}")
		preview := ada.want(200, "POST", start+"/texts/en/preview", text)
		if html, _ := preview["html"].(string); !strings.Contains(html, "From &lt;b&gt;us&lt;/b&gt;") {
			t.Errorf("the preview is %v", preview)
		}
		ada.want(200, "PUT", start+"/texts/en", text)
		ada.want(204, "POST", "/api/v1/notification-templates/impersonation.stop/disable", nil)
		ada.refused(409, "notification-mail-needed", "POST", "/api/v1/notification-templates/account.invitation/disable", nil)
		ada.refused(404, "notification-template-not-found", "GET", "/api/v1/notification-templates/impersonation.start/texts/xx", nil)

		_, base := ada.visit(bakery, "look")
		ada.refused(403, "closed-while-acting", "GET", base+"/api/v1/me/notification-settings", nil)
		ada.refused(403, "closed-while-acting", "PUT", base+"/api/v1/me/notification-settings", fields("language", "de", "unmailed", []string{}))
		ada.want(200, "POST", base+"/stop", nil)
		within(t, 20*time.Second, "the mail about the start is written", func() bool { return len(h.letters(t, bakery.Login)) == 1 })
		letter := h.letters(t, bakery.Login)[0]
		for _, part := range []string{"Content-Type: multipart/alternative;", "From <b>us</b>: “The file manager shows nothing”", "From &lt;b&gt;us&lt;/b&gt;: “The file manager shows nothing”"} {
			if !strings.Contains(letter, part) {
				t.Errorf("the mail has no %q:\n%s", part, letter)
			}
		}
		mila := h.signIn(t, "Blue Door Bakery")
		if told := list(mila.want(200, "GET", "/api/v1/notifications", nil), "notifications"); len(told) != 2 || told[0]["event"] != "impersonation.stop" || told[0]["read_at"] != nil {
			t.Errorf("the panel tells %v, want start and end, unread", told)
		}
		direct := list(mila.want(200, "GET", "/api/v1/me/access-history", nil), "direct_changes")
		if !slices.ContainsFunc(direct, func(e map[string]any) bool {
			return e["sentence"] == "Ada Winter switched off the mail about the end of a visit for all accounts."
		}) {
			t.Errorf("the customer's page shows %v, want that the mail was switched off", direct)
		}
		settings := mila.want(200, "PUT", "/api/v1/me/notification-settings", fields("language", "de", "unmailed", []string{"impersonation.request"}))
		notices := list(settings, "notices")
		if settings["language"] != "de" || len(notices) != 3 || notices[1]["enabled"] != false || notices[2]["mailed"] != false {
			t.Errorf("the settings are %v", settings)
		}
		mila.refused(422, "invalid", "PUT", "/api/v1/me/notification-settings", fields("language", "en", "unmailed", []string{"password.change"}))
	})
}

// Who has chosen no language reads the installation's: an invitation above all,
// before which nobody can choose. A language that mails are not written in is a
// setting that is refused.
func TestA16MailsAreInTheLanguageOfTheInstallation(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.environ = append(h.environ, "INNKEEPER_LANGUAGE=de")
	h.serve(t)
	reseller, mila := h.signIn(t, "Northlight Studio"), h.signIn(t, "Blue Door Bakery")
	if settings := mila.want(200, "GET", "/api/v1/me/notification-settings", nil); settings["language"] != "de" {
		t.Errorf("the language of who has chosen none is %v, want de", settings["language"])
	}
	mila.want(200, "PUT", "/api/v1/me/notification-settings", fields("language", "en", "unmailed", []string{}))
	reseller.want(201, "POST", "/api/v1/accounts", fields("kind", "customer", "name", "Harbour Choir", "email", "lena@choir.example", "username", "choir"))
	_, base := reseller.visit(mila.who, "look")
	reseller.want(200, "POST", base+"/stop", nil)
	for to, subject := range map[string]string{"lena@choir.example": "Subject: Ihr Konto", mila.who.Login: "Subject: Visit of Northlight Studio"} {
		h.posted(t, "the mail to "+to+" is written", func() bool { return len(h.letters(t, to)) > 0 })
		if letter := h.letters(t, to)[0]; !strings.Contains(letter, subject) {
			t.Errorf("the mail to %s has no %q:\n%s", to, subject, letter)
		}
	}
	for _, l := range notify.Languages() {
		if _, err := config.Load([]string{"INNKEEPER_LANGUAGE=" + l.Code}, ""); err != nil {
			t.Errorf("INNKEEPER_LANGUAGE=%s = %v, want nil", l.Code, err)
		}
	}
	if _, err := config.Load([]string{"INNKEEPER_LANGUAGE=fr"}, ""); err == nil {
		t.Error("INNKEEPER_LANGUAGE=fr = nil, want an error")
	}
}

// Staff who are to know are told of visits, in the panel and by mail.
func TestA17StaffAreToldOfVisits(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada, samir := h.signIn(t, "Ada Winter"), h.signIn(t, "Samir Okafor")
		for _, event := range []string{"impersonation.start", "impersonation.stop"} {
			ada.want(204, "PUT", "/api/v1/notification-templates/"+event+"/copies", fields("account_ids", []string{ada.who.AccountID}))
		}
		_, base := samir.visit(h.named(t, "Meadow School"), "look")
		samir.want(200, "POST", base+"/stop", nil)
		told := list(ada.want(200, "GET", "/api/v1/notifications", nil), "notifications")
		if len(told) != 2 || !strings.Contains(told[1]["text"].(string), " signed in to the account of Meadow School") {
			t.Errorf("the admin is told %v, want start and end in somebody else's account", told)
		}
		h.posted(t, "both mails are written", func() bool {
			return len(h.letters(t, ada.who.Login)) == 2
		})
	})
}
