package reprise

import (
	"context"
	"log/slog"
	"slices"
	"sync"
)

// A onceLog is the log of one stream in one run. Some things it says once.
type onceLog struct {
	*slog.Logger

	mu   sync.Mutex
	said []string // the subjects
}

// warnOnce warns of each subject once.
func (l *onceLog) warnOnce(subject, message string, args ...any) {
	l.logOnce(slog.LevelWarn, subject, message, args...)
}

func (l *onceLog) logOnce(level slog.Level, subject, message string, args ...any) {
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
