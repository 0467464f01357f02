// Command innkeeper is a multi-tenant web-hosting control panel.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"innkeeper/internal/app"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return app.Run(ctx, os.Args[1:], app.Terminal())
}
