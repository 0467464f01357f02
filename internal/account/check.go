package account

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"innkeeper/internal/fault"
)

var sensibleUsername = regexp.MustCompile(`^[a-z][a-z0-9._-]{2,31}$`)

// tidy puts the texts of an account into the form in which they are kept.
func (a *Account) tidy() {
	for _, text := range []*string{&a.Name, &a.Phone, &a.Company, &a.Address} {
		*text = strings.TrimSpace(strings.ReplaceAll(*text, "\r\n", "\n"))
	}
	a.Email, a.Username = Fold(a.Email), Fold(a.Username)
}

// check names every field of the account that breaks a rule.
func (a Account) check(bad *fault.Fields) {
	if fault.Blank(a.Name) {
		bad.Add("/name", "required", "Please give a name.")
	} else {
		line(bad, "/name", a.Name, 120)
	}
	line(bad, "/phone", a.Phone, 40)
	line(bad, "/company", a.Company, 120)
	text(bad, "/address", a.Address, 500)
	switch {
	case a.Email == "":
		bad.Add("/email", "required", "Please give an e-mail address.")
	case !validEmail(a.Email):
		bad.Add("/email", "invalid", "This is not an e-mail address that mail can be sent to.")
	}
	if a.Username != "" && !sensibleUsername.MatchString(a.Username) {
		bad.Add("/username", "invalid", "A username has 3 to 32 characters: small letters, digits, dot, dash and underscore, a letter first.")
	}
}

// line refuses a text that is too long or not one visible line: what is set here
// is shown to others, in mail and in logs.
func line(bad *fault.Fields, pointer, value string, most int) {
	if strings.ContainsFunc(value, func(r rune) bool { return r == '\n' }) {
		bad.Add(pointer, "invalid", "This is one line of text.")
		return
	}
	text(bad, pointer, value, most)
}

// text is line for a text that may have several lines.
func text(bad *fault.Fields, pointer, value string, most int) {
	switch {
	case value != "" && fault.Blank(value), !utf8.ValidString(value) || strings.ContainsFunc(value, unseen):
		bad.Add(pointer, "invalid", "This holds characters that cannot be seen.")
	case utf8.RuneCountInString(value) > most:
		bad.Add(pointer, "length", "This is too long.")
	}
}

// unseen reports whether a character does not show and could make a text read as
// something else: controls, line separators, and marks of direction (Unicode
// TR #36). A line feed shows.
func unseen(r rune) bool {
	switch {
	case r == '\n':
		return false
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029:
		return true
	default:
		return unicode.IsControl(r)
	}
}

// validEmail reports whether the text is a plain address with a domain
// (RFC 5321 §4.1.2), of at most 254 bytes (RFC 5321 §4.5.3.1.3). Quoted local
// parts are refused: they carry spaces and angle brackets.
func validEmail(email string) bool {
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || len(email) > 254 || strings.ContainsAny(email, `"<>(), `) {
		return false
	}
	local, domain, _ := strings.Cut(email, "@")
	return len(local) <= 64 && strings.Contains(domain, ".") && !strings.HasPrefix(domain, "[")
}
