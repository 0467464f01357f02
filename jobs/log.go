package jobs

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/redis/go-redis/v9"
)

// The Redis client writes to standard error by itself, for the whole process.
// What it says comes back to us as errors.
func init() { redis.SetLogger(silent{}) }

type silent struct{}

// Printf says nothing.
func (silent) Printf(context.Context, string, ...any) {}

// queueLog passes on what asynq has to say. Fatal does not end the process:
// nothing about a queue is worth that.
type queueLog struct{ log *slog.Logger }

// Debug logs at debug level.
func (l queueLog) Debug(args ...any) { l.log.Debug("queue", said(args)) }

// Info logs at debug level: asynq's steps are ours to announce.
func (l queueLog) Info(args ...any) { l.log.Debug("queue", said(args)) }

// Warn logs at warn level.
func (l queueLog) Warn(args ...any) { l.log.Warn("queue", said(args)) }

// Error logs at error level.
func (l queueLog) Error(args ...any) { l.log.Error("queue", said(args)) }

// Fatal logs at error level.
func (l queueLog) Fatal(args ...any) { l.log.Error("queue", said(args)) }

func said(args []any) slog.Attr { return slog.String("text", fmt.Sprint(args...)) }
