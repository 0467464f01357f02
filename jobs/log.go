package jobs

import (
	"fmt"
	"log/slog"
)

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
