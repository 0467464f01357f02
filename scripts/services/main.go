// Command services runs a command with a private PostgreSQL and a private Redis
// around it, named to it in INNKEEPER_TEST_POSTGRES_URL and INNKEEPER_TEST_REDIS_URL.
// Without a command it prints the addresses and stays until it is interrupted.
// Both servers and their data are gone when it ends, however it ends.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"innkeeper/internal/testkit/private"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	status, err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "services:", err)
		status = max(status, 1)
	}
	os.Exit(status)
}

func run(ctx context.Context, command []string) (status int, err error) {
	postgres, err := private.StartPostgres()
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, postgres.Close()) }()
	cache, err := private.StartRedis()
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, cache.Close()) }()
	addresses := []string{"INNKEEPER_TEST_POSTGRES_URL=" + postgres.URL(), "INNKEEPER_TEST_REDIS_URL=" + cache.URL()}
	if len(command) == 0 {
		for _, address := range addresses {
			fmt.Printf("export '%s'\n", address)
		}
		<-ctx.Done()
		return 0, nil
	}
	return execute(ctx, command, addresses)
}

// execute runs the command and returns its status. When we are told to stop it is told first.
func execute(ctx context.Context, command, addresses []string) (int, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), addresses...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.Exited() {
		return exit.ExitCode(), nil
	}
	return 0, err
}
