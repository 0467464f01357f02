package app_test

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDomainsAndRecords(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		customer, other := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Kestrel Cycles")
		const name = "xn--bckerei-5wa.example"
		d := customer.want(201, "POST", "/api/v1/domains", map[string]any{"name": "Bäckerei.Example."})
		path := "/api/v1/domains/" + fmt.Sprint(d["id"])
		if d["name"] != name || d["document_root"] != "/"+name || d["account_id"] != customer.who.AccountID {
			t.Errorf("the domain is %v", d)
		}
		within(t, 20*time.Second, "the domain is active", func() bool { return customer.want(200, "GET", path, nil)["status"] == "active" })
		if info, err := os.Stat(filepath.Join(h.data, "homes", customer.who.AccountID, name)); err != nil || !info.IsDir() {
			t.Errorf("its document root: %v, %v", info, err)
		}
		for _, related := range []string{name, "shop." + name} {
			said := other.refused(409, "domain-taken", "POST", "/api/v1/domains", map[string]any{"name": related})
			if strings.Contains(fmt.Sprint(said["detail"]), "Bakery") {
				t.Errorf("the refusal of %s tells whose it is: %v", related, said)
			}
		}
		h.signIn(t, "Fern & Fable Books").refused(409, "over-limit", "POST", "/api/v1/domains", map[string]any{"name": "second.example"})
		customer.refused(422, "invalid", "POST", "/api/v1/domains", map[string]any{"name": "localhost"})

		records := path + "/records"
		bad := customer.refused(422, "invalid", "POST", records, map[string]any{"name": "a b", "type": "TXT", "ttl": 1, "value": "x\n@ NS evil.example."})
		if len(list(bad, "errors")) != 3 {
			t.Errorf("the refusal names %v, want the three bad fields", bad["errors"])
		}
		for _, host := range []string{"b", "a"} {
			customer.want(201, "POST", records, map[string]any{"name": host, "type": "A", "ttl": 3600, "value": "192.0.2.1"})
		}
		first := customer.want(200, "GET", records+"?page_size=1", nil)
		second := customer.want(200, "GET", records+"?page_size=1&cursor="+url.QueryEscape(fmt.Sprint(first["next_cursor"])), nil)
		one, two := list(first, "records")[0], list(second, "records")[0]
		if one["name"] != "a" || two["name"] != "b" || second["next_cursor"] != nil {
			t.Errorf("the records page by page are %v and %v, then %v", one, two, second["next_cursor"])
		}
		record := records + "/" + fmt.Sprint(one["id"])
		if got := customer.want(200, "PUT", record, map[string]any{"name": "a", "type": "CNAME", "ttl": 60, "value": "www.kestrel.example."}); got["value"] != "www.kestrel.example" {
			t.Errorf("the changed record is %v", got)
		}
		customer.refused(409, "record-alias", "POST", records, map[string]any{"name": "a", "type": "A", "ttl": 60, "value": "192.0.2.1"})
		customer.want(204, "DELETE", record, nil)
		customer.refused(404, "record-not-found", "DELETE", record, nil)

		missing := "/api/v1/domains/dom_00000000-0000-7000-8000-000000000000"
		for _, suffix := range []string{"", "/records"} {
			foreign, none := other.do("GET", path+suffix, nil), other.do("GET", missing+suffix, nil)
			if foreign.status != 404 || none.status != 404 || foreign.body["code"] != none.body["code"] || foreign.body["detail"] != none.body["detail"] {
				t.Errorf("another's domain answers %d %v, a missing one %d %v", foreign.status, foreign.body, none.status, none.body)
			}
		}
		own := list(customer.want(200, "GET", "/api/v1/domains?q=bluedoor", nil), "domains")
		if len(own) != 1 {
			t.Fatalf("looking for the bakery's domain found %v", own)
		}
		said := customer.refused(409, "domain-has-mailboxes", "DELETE", "/api/v1/domains/"+fmt.Sprint(own[0]["id"]), nil)
		if !strings.Contains(fmt.Sprint(said["detail"]), "info@bluedoor.example, orders@bluedoor.example") {
			t.Errorf("the refusal does not name the mailboxes: %v", said)
		}
		customer.want(204, "DELETE", path, nil)
		customer.refused(404, "domain-not-found", "GET", path, nil)
	})
}

func TestMailboxPasswordsAreTheOwners(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		const password = "canary-39af a mailbox's password"
		owner, reseller, admin := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Northlight Studio"), h.signIn(t, "Ada Winter")
		_, base := admin.visit(owner.who, "change")
		_, look := reseller.visit(owner.who, "look")
		for code, asks := range map[string]func(code string, body map[string]any){
			"closed-to-others": func(code string, body map[string]any) {
				body["account_id"] = owner.who.AccountID
				reseller.refused(403, code, "POST", "/api/v1/mailboxes", body)
				admin.refused(403, code, "POST", "/api/v1/mailboxes", body)
			},
			"closed-while-acting": func(code string, body map[string]any) {
				admin.refused(403, code, "POST", base+"/api/v1/mailboxes", body)
			},
			"read-only-visit": func(code string, body map[string]any) {
				reseller.refused(403, code, "POST", look+"/api/v1/mailboxes", body)
			},
		} {
			asks(code, map[string]any{"address": "new@bluedoor.example", "password": password})
		}
		box := reseller.want(201, "POST", "/api/v1/mailboxes", map[string]any{"address": "New@bluedoor.example", "account_id": owner.who.AccountID, "quota_bytes": 5 << 20})
		path := "/api/v1/mailboxes/" + fmt.Sprint(box["id"])
		if box["status"] != "waiting_for_password" || box["address"] != "new@bluedoor.example" || box["quota_bytes"] != float64(5<<20) {
			t.Errorf("the mailbox is %v", box)
		}
		set := map[string]any{"password": password}
		admin.refused(403, "closed-while-acting", "PUT", base+path+"/password", set)
		for _, c := range []*client{admin, reseller} {
			if got := c.do("PUT", path+"/password", set); got.status != 403 {
				t.Errorf("setting another's mailbox password answered %d %s", got.status, got.raw)
			}
		}
		if got := h.signIn(t, "Kestrel Cycles").do("PUT", path+"/password", set); got.status != 404 {
			t.Errorf("setting the password of a stranger's mailbox answered %d %s", got.status, got.raw)
		}
		short := owner.refused(422, "invalid", "PUT", path+"/password", map[string]any{"password": "short-f00"})
		if strings.Contains(fmt.Sprint(short), "short-f00") {
			t.Errorf("the refusal repeats the password: %v", short)
		}
		owner.want(204, "PUT", path+"/password", set)
		if got := owner.want(200, "GET", path, nil); got["status"] != "active" {
			t.Errorf("after the owner has set the password it is %v", got)
		}
		if got := owner.want(200, "PATCH", path, map[string]any{"quota_bytes": nil}); got["quota_bytes"] != nil {
			t.Errorf("without a quota it is %v", got)
		}
		owner.refused(409, "mailbox-taken", "POST", "/api/v1/mailboxes", map[string]any{"address": "new@bluedoor.example"})
		owner.refused(422, "invalid", "POST", "/api/v1/mailboxes", map[string]any{"address": "x@kestrel.example"})
		within(t, 20*time.Second, "its folders are there", func() bool {
			info, err := os.Stat(filepath.Join(h.data, "mail", fmt.Sprint(box["id"]), "Maildir", "cur"))
			return err == nil && info.IsDir()
		})
		hash := ""
		if err := h.db.Read(t.Context()).Raw("SELECT password_hash FROM mailboxes WHERE id = ?", box["id"]).Scan(&hash).Error; err != nil || !strings.HasPrefix(hash, "{ARGON2ID}$argon2id$v=19$") {
			t.Errorf("the password is kept as %q, %v", hash, err)
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE before LIKE '%canary%' OR after LIKE '%canary%' OR object_name LIKE '%canary%' OR after LIKE '%argon2id%'"); n != 0 {
			t.Errorf("%d events hold the password or its hash", n)
		}
		found := list(owner.want(200, "GET", "/api/v1/mailboxes?q=new@", nil), "mailboxes")
		if len(found) != 1 || found[0]["id"] != box["id"] {
			t.Errorf("looking for it found %v", found)
		}
		owner.want(204, "DELETE", path, nil)
		owner.refused(404, "mailbox-not-found", "GET", path, nil)
	})
}

func content(path string, query ...string) string {
	q := url.Values{"path": {path}}
	for i := 0; i+1 < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	return "/api/v1/files/content?" + q.Encode()
}

func TestFiles(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		c := h.signIn(t, "Blue Door Bakery")
		c.want(201, "POST", "/api/v1/files/folder", map[string]any{"path": "/notes/"})
		c.refused(409, "file-exists", "POST", "/api/v1/files/folder", map[string]any{"path": "/notes"})
		made := c.do("PUT", content(`/notes/Grüße "1".html`), []byte("<script>alert(1)</script>"), "If-None-Match", "*")
		if made.status != 200 || made.body["etag"] != made.header.Get("ETag") || made.body["size"] != 25.0 {
			t.Fatalf("writing answered %d %s with the tag %s", made.status, made.raw, made.header.Get("ETag"))
		}
		got := c.do("GET", content(`/notes/Grüße "1".html`), nil)
		for name, want := range map[string]string{
			"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "ETag": made.header.Get("ETag"), "Content-Length": "25",
			"Content-Disposition": `attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe%20%221%22.html`, "Cache-Control": "no-store",
		} {
			if got.header.Get(name) != want {
				t.Errorf("a download has %s: %q, want %q", name, got.header.Get(name), want)
			}
		}
		if got.status != 200 || string(got.raw) != "<script>alert(1)</script>" {
			t.Errorf("reading answered %d %q", got.status, got.raw)
		}
		c.refused(412, "file-changed", "PUT", content(`/notes/Grüße "1".html`), []byte("x"), "If-None-Match", "*")
		c.refused(412, "file-changed", "PUT", content(`/notes/Grüße "1".html`), []byte("x"), "If-Match", `"other"`)
		if again := c.do("PUT", content(`/notes/Grüße "1".html`), []byte{}, "If-Match", made.header.Get("ETag")); again.status != 200 || again.body["size"] != 0.0 {
			t.Errorf("emptying the file answered %d %s", again.status, again.raw)
		}

		for _, path := range []string{"/../x", "/notes/../../x", "x", "/a\x01", "/a\nb", "/" + strings.Repeat("a", 256)} {
			c.refused(422, "invalid", "PUT", content(path), []byte("x"))
			c.refused(422, "invalid", "GET", content(path), nil)
			c.refused(422, "invalid", "POST", "/api/v1/files/rename", map[string]any{"from": "/notes", "to": path})
		}
		c.refused(400, "malformed", "PUT", content("/a\x00"), []byte("x")) // a zero is no text anywhere
		c.refused(404, "file-not-found", "GET", content("/none"), nil)
		c.refused(409, "file-is-folder", "GET", content("/notes"), nil)
		c.refused(409, "file-is-served", "POST", "/api/v1/files/delete", map[string]any{"paths": []string{"/bluedoor.example"}})
		c.want(200, "POST", "/api/v1/files/rename", map[string]any{"from": `/notes/Grüße "1".html`, "to": "/notes/b"})
		c.want(200, "PUT", content("/notes/a"), []byte("a"))
		page := c.want(200, "GET", "/api/v1/files?path=/notes&page_size=1", nil)
		rest := c.want(200, "GET", "/api/v1/files?path=/notes&page_size=1&cursor="+url.QueryEscape(fmt.Sprint(page["next_cursor"])), nil)
		if list(page, "entries")[0]["path"] != "/notes/a" || list(rest, "entries")[0]["path"] != "/notes/b" || rest["next_cursor"] != nil {
			t.Errorf("the folder page by page is %v and %v", page, rest)
		}
		gone := c.want(200, "POST", "/api/v1/files/delete", map[string]any{"paths": []string{"/notes/a", "/notes"}})
		if fmt.Sprint(gone["deleted"]) != "[/notes]" {
			t.Errorf("deleted was %v", gone)
		}
		c.refused(404, "file-not-found", "GET", "/api/v1/files?path=/notes", nil)
	})
}

func TestUploadInPieces(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		c := h.signIn(t, "Blue Door Bakery")
		piece := bytes.Repeat([]byte("0123456789abcdef"), 8<<20/16)
		for i := range 2 {
			got := c.want(200, "PUT", content("/big.bin", "upload", "u-1", "offset", fmt.Sprint(i*len(piece)), "complete", "false"), piece)
			if got["size"] != float64((i+1)*len(piece)) || got["etag"] != nil {
				t.Errorf("piece %d answered %v", i, got)
			}
		}
		c.refused(404, "file-not-found", "GET", content("/big.bin"), nil)
		if said := c.refused(409, "upload-offset", "PUT", content("/big.bin", "upload", "u-1", "offset", "99999999", "complete", "true"), piece[:1]); said["offset"] != float64(2*len(piece)) {
			t.Errorf("a gap answered %v, want where to go on", said)
		}
		c.want(200, "PUT", content("/big.bin", "upload", "u-1", "offset", fmt.Sprint(2*len(piece)), "complete", "true"), []byte("end"))
		got := c.do("GET", content("/big.bin"), nil)
		if want := append(bytes.Repeat(piece, 2), "end"...); !bytes.Equal(got.raw, want) {
			t.Errorf("the file reads as %d bytes, want the %d that were sent", len(got.raw), len(want))
		}
		if got := c.do("PUT", content("/huge.bin"), append(piece, 'x')); got.status != 413 {
			t.Errorf("a piece of more than 8 MiB answered %d %s, want 413", got.status, got.raw)
		}
	})
}

func TestFilesInAVisit(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		owner, admin := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Ada Winter")
		owner.want(200, "PUT", content("/private.txt"), []byte("the owner's"))
		admin.refused(404, "file-not-found", "GET", content("/private.txt"), nil) // his own account has no such file
		id, base := admin.visit(owner.who, "look")
		if got := admin.do("GET", base+content("/private.txt"), nil); got.status != 200 || string(got.raw) != "the owner's" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("reading in a visit answered %d %q", got.status, got.raw)
		}
		for _, attempt := range []struct {
			method, path string
			body         any
		}{
			{"PUT", content("/private.txt"), []byte("x")},
			{"POST", "/api/v1/files/folder", map[string]any{"path": "/x"}},
			{"POST", "/api/v1/files/rename", map[string]any{"from": "/private.txt", "to": "/x"}},
			{"POST", "/api/v1/files/delete", map[string]any{"paths": []string{"/private.txt"}}},
		} {
			admin.refused(403, "read-only-visit", attempt.method, base+attempt.path, attempt.body)
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action = 'file.read' AND result = 'viewed' AND object_id = '/private.txt'", id); n != 1 {
			t.Errorf("the reading left %d events, want 1", n)
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'file.read' AND impersonation_id = ''"); n != 0 {
			t.Errorf("reading one's own files left %d events", n)
		}
		admin.want(200, "POST", base+"/stop", nil)
		admin.refused(410, "impersonation-ended", "GET", base+content("/private.txt"), nil)
		if got := owner.do("GET", content("/private.txt"), nil); string(got.raw) != "the owner's" {
			t.Errorf("the file is now %q", got.raw)
		}
		if n := h.count(t, "SELECT count(*) FROM outbox WHERE task = 'file.apply' AND done_at IS NULL AND failed_at IS NOT NULL"); n != 0 {
			t.Errorf("%d jobs of files have failed", n)
		}
	})
}
