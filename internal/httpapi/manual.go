package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"innkeeper/rbac"
)

// The manual is the OpenAPI document as people read it: one page, rendered here, that needs
// no script and nothing from anywhere else. What an entry says has its name, and not the
// entry itself: a link to it opens the entry.

// manualPath is where it stands.
const manualPath = "/api/docs"

type manual struct {
	About    string
	Ways     []manualField // how to say who asks
	Chapters []*manualChapter
	Shapes   []manualShape
}

type manualChapter struct {
	Name       string
	Operations []manualOperation
}

// Place is where the chapter stands on the page.
func (c *manualChapter) Place() string {
	return "chapter-" + strings.ToLower(strings.ReplaceAll(c.Name, " ", "-"))
}

type manualOperation struct {
	ID, Method, Path, Summary, About string
	Permission, Visits               string
	Parameters, Body                 []manualField
	BodyKind                         manualKind
	Answers                          []manualAnswer
	Refusals                         []string // the statuses of problem documents
}

type manualField struct {
	Name, Where, About, Example string
	Kind                        manualKind
	Required                    bool
}

// manualKind says what a value is: words, and the shape they lead to.
type manualKind struct{ Before, Shape, After string }

type manualAnswer struct {
	Status, About string
	Kind          manualKind
}

type manualShape struct {
	Name   string
	About  string
	Fields []manualField
}

// visitsIn says what an operation is to somebody who acts for another.
var visitsIn = map[rbac.Class]string{
	rbac.ClassLook:       "in every visit",
	rbac.ClassChange:     "in a visit that may make changes",
	rbac.ClassUnlockable: "in a visit while the owner has unlocked it",
	rbac.ClassDeny:       "in no visit",
}

// readManual arranges the document: chapters in the order in which operations were
// registered, shapes by name.
func readManual(document *huma.OpenAPI, operations []Operation) manual {
	m := manual{About: document.Info.Description}
	for _, name := range slices.Sorted(maps.Keys(document.Components.SecuritySchemes)) {
		m.Ways = append(m.Ways, manualField{Name: name, About: document.Components.SecuritySchemes[name].Description})
	}
	chapters := map[string]*manualChapter{}
	for _, op := range operations {
		if chapters[op.Tag] == nil {
			chapters[op.Tag] = &manualChapter{Name: op.Tag}
			m.Chapters = append(m.Chapters, chapters[op.Tag])
		}
		chapters[op.Tag].Operations = append(chapters[op.Tag].Operations, manualOf(document, op))
	}
	shapes := document.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		m.Shapes = append(m.Shapes, manualShape{Name: name, About: shapes[name].Description, Fields: fieldsIn(shapes[name])})
	}
	return m
}

func manualOf(document *huma.OpenAPI, op Operation) manualOperation {
	declared := op.huma()
	item := document.Paths[declared.Path]
	whole := map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
	}[op.Method]
	out := manualOperation{
		ID: op.ID, Method: op.Method, Path: declared.Path, Summary: op.Summary, About: op.Description, Permission: op.Permission, Visits: visitsIn[op.Class],
	}
	for _, p := range whole.Parameters {
		f := fieldOfSchema(p.Name, p.Schema, p.Required)
		f.Where = p.In
		if p.Description != "" {
			f.About = p.Description
		}
		if p.Example != nil {
			f.Example = asText(p.Example)
		}
		out.Parameters = append(out.Parameters, f)
	}
	if whole.RequestBody != nil {
		out.BodyKind, out.Body = bodyOf(document, whole.RequestBody)
	}
	for _, status := range slices.Sorted(maps.Keys(whole.Responses)) {
		if n, err := strconv.Atoi(status); err != nil || n >= http.StatusBadRequest {
			out.Refusals = append(out.Refusals, status)
			continue
		}
		answer := whole.Responses[status]
		out.Answers = append(out.Answers, manualAnswer{Status: status, About: answer.Description, Kind: kindOfContent(answer.Content)})
	}
	return out
}

// bodyOf is what a request sends: the fields of an object, or octets.
func bodyOf(document *huma.OpenAPI, body *huma.RequestBody) (manualKind, []manualField) {
	for _, media := range body.Content {
		if media.Schema == nil {
			continue
		}
		schema := media.Schema
		if schema.Ref != "" {
			schema = document.Components.Schemas.SchemaFromRef(schema.Ref)
		}
		if fields := fieldsIn(schema); len(fields) > 0 {
			return manualKind{}, fields
		}
	}
	return kindOfContent(body.Content), nil
}

func kindOfContent(content map[string]*huma.MediaType) manualKind {
	names := slices.Sorted(maps.Keys(content))
	if len(names) == 0 {
		return manualKind{}
	}
	if kind := kindOf(content[names[0]].Schema); kind.Shape != "" {
		return kind
	}
	return manualKind{Before: names[0]}
}

func fieldsIn(schema *huma.Schema) []manualField {
	var fields []manualField
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		fields = append(fields, fieldOfSchema(name, schema.Properties[name], slices.Contains(schema.Required, name)))
	}
	return fields
}

func fieldOfSchema(name string, schema *huma.Schema, required bool) manualField {
	f := manualField{Name: name, Required: required, Kind: kindOf(schema)}
	if schema == nil {
		return f
	}
	f.About = schema.Description
	if len(schema.Examples) > 0 {
		f.Example = asText(schema.Examples[0])
	}
	return f
}

// kindOf says in words what values a schema allows.
func kindOf(schema *huma.Schema) manualKind {
	switch {
	case schema == nil:
		return manualKind{}
	case schema.Ref != "":
		return manualKind{Shape: schema.Ref[strings.LastIndexByte(schema.Ref, '/')+1:]}
	case len(schema.AnyOf) == 2: // the other is null
		kind := kindOf(schema.AnyOf[0])
		kind.After += " or null"
		return kind
	case schema.Type == huma.TypeArray:
		kind := kindOf(schema.Items)
		kind.Before = "list of " + kind.Before
		return kind
	default:
		return manualKind{Before: plainKind(schema)}
	}
}

func plainKind(schema *huma.Schema) string {
	words := schema.Type
	if schema.Format != "" {
		words += " (" + schema.Format + ")"
	}
	if len(schema.Enum) > 0 {
		choices := make([]string, len(schema.Enum))
		for i, value := range schema.Enum {
			choices[i] = asText(value)
		}
		words = "one of " + strings.Join(choices, ", ")
	}
	if schema.MaxLength != nil {
		words += fmt.Sprintf(", at most %d characters", *schema.MaxLength)
	}
	if schema.Minimum != nil && schema.Maximum != nil {
		words += fmt.Sprintf(", %v to %v", *schema.Minimum, *schema.Maximum)
	}
	if schema.Default != nil {
		words += ", by default " + asText(schema.Default)
	}
	if schema.Nullable {
		words += " or null"
	}
	return words
}

// asText writes a value as it stands in an address or a body.
func asText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	written, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(written)
}

// manualPage answers the manual; it is rendered once. Under a visit there is none: it is
// the same for everybody, and every page there has a banner.
func (s *Server) manualPage() fiber.Handler {
	page := sync.OnceValues(func() ([]byte, error) {
		var body bytes.Buffer
		err := manualTemplate.Execute(&body, readManual(s.registry.api.OpenAPI(), s.registry.operations))
		return body.Bytes(), err
	})
	return func(c *fiber.Ctx) error {
		if c.Locals(visitLocal) != nil {
			return errNoPage
		}
		body, err := page()
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		c.Set(fiber.HeaderCacheControl, "no-cache")
		c.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'")
		return c.Send(body)
	}
}

var manualTemplate = template.Must(template.New("manual").Parse(`{{define "kind"}}{{.Before}}{{with .Shape}}<a href="#shape-{{.}}">{{.}}</a>{{end}}{{.After}}{{end}}
{{define "fields"}}<dl class="fields">{{range .}}
<div><dt><code>{{.Name}}</code> <span class="kind">{{with .Where}}{{.}}: {{end}}{{template "kind" .Kind}}{{if .Required}}, <strong>required</strong>{{end}}</span></dt>
<dd>{{.About}}{{with .Example}} <span class="example">For example <code>{{.}}</code></span>{{end}}</dd></div>{{end}}
</dl>{{end}}
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The API · Innkeeper</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/manual.css">
</head>
<body>
<header><h1>The API of Innkeeper</h1>
<p>{{.About}}</p>
<p>For programs: <a href="/api/openapi.json">openapi.json</a> or <a href="/api/openapi.yaml">openapi.yaml</a>, from which this page is made. <a href="/tokens">Make an API token</a> to begin.</p>
<pre tabindex="0" aria-label="An example">curl -H "Authorization: Bearer ink_…" https://panel.example/api/v1/domains</pre>
</header>
<nav aria-label="Chapters"><h2>Chapters</h2><ul>
<li><a href="#who">Who asks</a></li>{{range .Chapters}}
<li><a href="#{{.Place}}">{{.Name}}</a></li>{{end}}
<li><a href="#shapes">Shapes</a></li>
</ul></nav>
<main>
<section aria-labelledby="who"><h2 id="who">Who asks</h2>
{{template "fields" .Ways}}
<p>What is refused is answered with a <a href="#shape-Problem">Problem</a>, whose <code>code</code> stays the same for ever. A write that carries an <code>Idempotency-Key</code> can be sent again and is done once.</p>
</section>
{{range .Chapters}}<section aria-labelledby="{{.Place}}"><h2 id="{{.Place}}">{{.Name}}</h2>
{{range .Operations}}<details><summary><h3><span class="method">{{.Method}}</span> <code>{{.Path}}</code> <span class="summary">{{.Summary}}</span></h3></summary><div class="entry" id="{{.ID}}">
<p>{{.About}}</p>
<p class="kind">Operation <code>{{.ID}}</code>, permission <code>{{.Permission}}</code>, open {{.Visits}}.</p>
{{with .Parameters}}<h4>Parameters</h4>{{template "fields" .}}{{end}}
{{if .Body}}<h4>Body</h4>{{template "fields" .Body}}{{else if or .BodyKind.Before .BodyKind.Shape}}<h4>Body</h4><p>{{template "kind" .BodyKind}}</p>{{end}}
<h4>Answers</h4><ul>{{range .Answers}}<li><code>{{.Status}}</code> {{.About}}{{if or .Kind.Before .Kind.Shape}}: {{template "kind" .Kind}}{{end}}</li>{{end}}{{with .Refusals}}<li>{{range $i, $s := .}}{{if $i}}, {{end}}<code>{{$s}}</code>{{end}}: <a href="#shape-Problem">Problem</a></li>{{end}}</ul>
</div></details>
{{end}}</section>
{{end}}<section aria-labelledby="shapes"><h2 id="shapes">Shapes</h2>
{{range .Shapes}}<details><summary><h3><code>{{.Name}}</code></h3></summary><div class="entry" id="shape-{{.Name}}">
{{with .About}}<p>{{.}}</p>{{end}}{{template "fields" .Fields}}
</div></details>
{{end}}</section>
</main>
</body>
</html>
`))
