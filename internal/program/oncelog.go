package program

import (
	"context"
	"log/slog"
	"slices"
	"sync"
)

// A OnceLog is the log of one stream in one run. Some things it says once. It may be
// used by several goroutines.
type OnceLog struct {
	*slog.Logger

	mu   sync.Mutex
	said []string // the subjects
}

// NewOnceLog returns a log that has said nothing yet.
func NewOnceLog(log *slog.Logger) *OnceLog { return &OnceLog{Logger: log} }

// WarnOnce warns of each subject once.
func (l *OnceLog) WarnOnce(subject, message string, args ...any) {
	l.Once(slog.LevelWarn, subject, message, args...)
}

// Once logs a message about each subject once.
func (l *OnceLog) Once(level slog.Level, subject, message string, args ...any) {
	l.mu.Lock()
	known := slices.Contains(l.said, subject)
	if !known {
		l.said = append(l.said, subject)
	}
	l.mu.Unlock()
	if !known {
		l.Log(context.Background(), level, message, args...)
	}
}
