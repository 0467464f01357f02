package httpapi

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
)

// asked reads a saved query as the list of events reads an address, and names all that the
// list would refuse. A day stands for the instant at which it begins; which columns the
// panel shows is its own affair.
func asked(query string) (audit.Filter, fault.Fields) {
	var bad fault.Fields
	refuse := func(name, code, detail string) { bad.Add("/query", code, name+": "+detail) }
	values, err := url.ParseQuery(query)
	if err != nil {
		bad.Add("/query", "invalid", "Write the filters as in an address: event=impersonation.start&from=2026-03-01.")
	}
	var in listActivityInput
	into := reflect.ValueOf(&in).Elem()
	for i := range into.NumField() {
		kind := into.Type().Field(i)
		name := kind.Tag.Get("query")
		given := values[name]
		delete(values, name)
		switch {
		case len(given) == 0:
		case len(given) > 1:
			refuse(name, "invalid", "This filter is given more than once.")
		default:
			if code, detail := put(into.Field(i), given[0], kind.Tag.Get("maxLength")); code != "" {
				refuse(name, code, detail)
			}
		}
	}
	delete(values, "columns")
	for _, name := range slices.Sorted(maps.Keys(values)) {
		refuse(name, "unknown", "There is no such filter.")
	}
	f := in.filter()
	for _, one := range f.Check("") {
		refuse(one.Pointer, one.Code, one.Detail)
	}
	return f, bad
}

// put sets a parameter to what was given, and says what is wrong with that.
func put(into reflect.Value, given, longest string) (code, detail string) {
	switch into := into.Addr().Interface().(type) {
	case *time.Time:
		var err error
		if *into, err = time.Parse(time.RFC3339, given); err != nil {
			*into, err = time.Parse(time.DateOnly, given)
		}
		if err != nil {
			return "invalid", "Write a day such as 2026-03-02, or a time such as 2026-03-02T10:00:00Z."
		}
	case *string:
		*into = given
		if most, err := strconv.Atoi(longest); err == nil && utf8.RuneCountInString(given) > most {
			return "length", "This is too long: at most " + longest + " characters."
		}
		if !utf8.ValidString(given) || strings.Contains(given, "\x00") {
			return "invalid", "This is no text."
		}
	}
	return "", ""
}
