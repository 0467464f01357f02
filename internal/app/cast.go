package app

import (
	"innkeeper/internal/account"
	"innkeeper/internal/dns"
	"innkeeper/internal/plan"
)

// The people and accounts of the demo. Domains end in .example, which nobody can
// own (RFC 2606 §3).

type demoPlan struct {
	name   string
	limits plan.Limits
}

var demoPlans = []demoPlan{
	{"Starter", limits(1, 5, 2)},
	{"Business", limits(5, 50, 20)},
	{"Agency", limits(200, 2000, 500)},
}

type demoAccount struct {
	kind      account.Kind
	name      string
	email     string
	company   string
	phone     string
	owner     string // by name
	plan      string
	domain    string
	mailboxes []string
}

var demoAccounts = []demoAccount{
	{kind: account.KindAdmin, name: "Ada Winter", email: "ada@harbour.example", company: "Harbour Hosting"},
	{kind: account.KindSupport, name: "Samir Okafor", email: "samir@harbour.example", company: "Harbour Hosting", owner: "Ada Winter"},
	{kind: account.KindReseller, name: "Northlight Studio", email: "rita@northlight.example", company: "Northlight Studio", phone: "+49 30 5550 1010", owner: "Ada Winter", plan: "Agency"},
	{kind: account.KindReseller, name: "Seabright Media", email: "oskar@seabright.example", company: "Seabright Media", phone: "+45 55 50 20 20", owner: "Ada Winter", plan: "Agency"},

	{kind: account.KindCustomer, name: "Blue Door Bakery", email: "mila@bluedoor.example", owner: "Northlight Studio", plan: "Business", domain: "bluedoor.example", mailboxes: []string{"info", "orders"}},
	{kind: account.KindCustomer, name: "Fern & Fable Books", email: "jonas@fernfable.example", owner: "Northlight Studio", plan: "Starter", domain: "fernfable.example", mailboxes: []string{"hello"}},
	{kind: account.KindCustomer, name: "Atelier Marlow", email: "ines@marlow.example", owner: "Northlight Studio", plan: "Starter", domain: "marlow.example", mailboxes: []string{"studio"}},
	{kind: account.KindCustomer, name: "Kestrel Cycles", email: "tom@kestrel.example", owner: "Northlight Studio", plan: "Business", domain: "kestrel.example", mailboxes: []string{"shop", "repairs"}},
	{kind: account.KindCustomer, name: "Dr. Lindqvist Practice", email: "office@lindqvist.example", owner: "Seabright Media", plan: "Business", domain: "lindqvist.example", mailboxes: []string{"office", "appointments"}},
	{kind: account.KindCustomer, name: "Tidewater Yoga", email: "noor@tidewater.example", owner: "Seabright Media", plan: "Starter", domain: "tidewater.example", mailboxes: []string{"noor"}},
	{kind: account.KindCustomer, name: "Copper Kettle Café", email: "aylin@copperkettle.example", owner: "Seabright Media", plan: "Starter", domain: "copperkettle.example", mailboxes: []string{"table"}},
	{kind: account.KindCustomer, name: "Hollis & Daughters", email: "grace@hollis.example", owner: "Ada Winter", plan: "Business", domain: "hollis.example", mailboxes: []string{"grace", "accounts"}},
	{kind: account.KindCustomer, name: "Meadow School", email: "head@meadowschool.example", owner: "Ada Winter", plan: "Business", domain: "meadowschool.example", mailboxes: []string{"head", "parents"}},
	{kind: account.KindCustomer, name: "Paper Lantern Press", email: "yuki@paperlantern.example", owner: "Ada Winter", plan: "Starter", domain: "paperlantern.example", mailboxes: []string{"press"}},
	{kind: account.KindCustomer, name: "Rowan Carpentry", email: "eli@rowan.example", owner: "Ada Winter", plan: "Starter", domain: "rowan.example", mailboxes: []string{"eli"}},
	{kind: account.KindCustomer, name: "Violet Hour Theatre", email: "box@violethour.example", owner: "Ada Winter", plan: "Business", domain: "violethour.example", mailboxes: []string{"box", "press"}},
}

// Addresses for documentation (RFC 5737, RFC 3849).
var demoRecords = []dns.RecordInput{
	{Name: "@", Type: "A", TTL: 3600, Value: "192.0.2.10"},
	{Name: "@", Type: "AAAA", TTL: 3600, Value: "2001:db8::10"},
	{Name: "www", Type: "A", TTL: 3600, Value: "192.0.2.10"},
	{Name: "@", Type: "MX", TTL: 3600, Value: "10 mail.harbour.example."},
	{Name: "@", Type: "TXT", TTL: 3600, Value: "v=spf1 mx -all"},
}

const demoPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<link rel="stylesheet" href="style.css">
<h1>%s</h1>
<p>Welcome. We are glad you are here.</p>
`

const demoStyle = `body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; }
`
