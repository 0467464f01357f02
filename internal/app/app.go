// Package app owns the commands and the wiring: every part is built here, once,
// and given to the others. What the parts do is left to them.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"innkeeper/internal/config"
)

// Env is the world around a command: what a test replaces.
type Env struct {
	Environ []string
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Now     func() time.Time          // nil: the clock of the database
	Ready   func(url, private string) // called by serve when it listens; may be nil
}

// Terminal is the world of a person at a terminal.
func Terminal() Env {
	return Env{Environ: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
}

type commands struct {
	Serve   serveCommand   `cmd:"" help:"Serve the panel and the API, and do the work behind them."`
	Worker  workerCommand  `cmd:"" help:"Do the work behind the panel, in a process of its own."`
	Migrate migrateCommand `cmd:"" help:"Bring the database schema to this version."`
	Admin   struct {
		Create       adminCreateCommand  `cmd:"" help:"Create an admin who can sign in."`
		ForgetFactor forgetFactorCommand `cmd:"" help:"Drop the second factor of somebody who has lost it."`
	} `cmd:"" help:"Manage admins."`
	Audit struct {
		Verify    auditVerifyCommand `cmd:"" help:"Check that the record was not changed: all of it, or one receipt."`
		Erase     auditEraseCommand  `cmd:"" help:"Erase reasons, addresses and browsers from before a day; what was done stays, and is proven as before."`
		RotateKey rotateKeyCommand   `cmd:"" help:"Replace the key that signs the record; the old one signs that the new one follows."`
		NewEpoch  newEpochCommand    `cmd:"" help:"Go on with a record that was put back from an older backup, and say so to all who check it."`
	} `cmd:"" help:"Prove the record."`
	Demo    demoCommand    `cmd:"" help:"Fill an empty installation with demo data, or print its sign-ins again."`
	OpenAPI openAPICommand `cmd:"" name:"openapi" help:"Print the OpenAPI 3.1 document of the API."`
	Config  configCommand  `cmd:"" help:"List the settings with their values."`
}

// session is what every command runs with.
type session struct {
	ctx context.Context
	env Env
	cfg config.Config
}

// Run runs one command and returns the exit status: 0 when it did what it was
// asked, 1 when it could not, 2 when the call itself was wrong. What went wrong is
// one line on Stderr.
func Run(ctx context.Context, args []string, env Env) int {
	var cli commands
	exit := -1
	parser, err := kong.New(&cli, kong.Name("innkeeper"), kong.Description("A web-hosting control panel. Whoever enters an account signs the guest book."),
		kong.Writers(env.Stdout, env.Stderr), kong.UsageOnError(), kong.Exit(func(code int) { exit = code }))
	if err != nil {
		return fail(env, err)
	}
	call, err := parser.Parse(args)
	if exit >= 0 {
		return exit // --help
	}
	if err != nil {
		fmt.Fprintf(env.Stderr, "innkeeper: %v. Try innkeeper --help.\n", err)
		return 2
	}
	cfg, err := config.Load(env.Environ, "innkeeper.toml")
	if err != nil {
		return fail(env, err)
	}
	setLog(env, cfg)
	if err := call.Run(&session{ctx: ctx, env: env, cfg: cfg}); err != nil && !errors.Is(err, context.Canceled) {
		return fail(env, err)
	}
	return 0
}

func fail(env Env, err error) int {
	fmt.Fprintf(env.Stderr, "innkeeper: %s\n", strings.ReplaceAll(err.Error(), "\n", "\ninnkeeper: "))
	return 1
}

func setLog(env Env, cfg config.Config) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		level = slog.LevelInfo // the settings have been checked
	}
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler = slog.NewTextHandler(env.Stderr, options)
	if cfg.LogFormat == "json" {
		handler = slog.NewJSONHandler(env.Stderr, options)
	}
	slog.SetDefault(slog.New(handler))
}

type configCommand struct{}

// Run lists the settings.
func (configCommand) Run(s *session) error {
	for _, setting := range s.cfg.List() {
		fmt.Fprintf(s.env.Stdout, "# %s\n%s=%s\n\n", setting.Doc, setting.Name, setting.Value)
	}
	return nil
}

type migrateCommand struct{}

// Run brings the schema to this version, as the role that owns it, and gives the role
// with which the panel works, if it is another one, the rights that it needs.
func (migrateCommand) Run(s *session) error {
	d, err := openForMigration(s.ctx, s.cfg)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(s.ctx); err != nil {
		return err
	}
	fmt.Fprintln(s.env.Stdout, "The database schema is up to date.")
	role := applicationRole(s.cfg)
	if role == "" {
		return nil
	}
	if err := d.Grant(s.ctx, role); err != nil {
		return err
	}
	fmt.Fprintf(s.env.Stdout, "The role %s may append to the record, and not change it.\n", role)
	return nil
}
