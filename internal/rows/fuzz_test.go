package rows

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzDecode compares whole answers.
func FuzzDecode(f *testing.F) {
	for _, body := range answers {
		f.Add([]byte(body))
	}
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(f, err)
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(f, err)
		if len(body) < 4000 {
			f.Add(body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) { requireSame(t, body) })
}

// FuzzRow compares single rows under a plan with every kind of column.
func FuzzRow(f *testing.F) {
	for _, row := range rowTraps {
		f.Add([]byte(row))
	}
	f.Fuzz(func(t *testing.T, row []byte) {
		requireSame(t, inAnswer(row))
	})
}

// FuzzValue gives one value to every kind of column.
func FuzzValue(f *testing.F) {
	for _, value := range valueTraps {
		f.Add([]byte(value))
	}
	f.Fuzz(func(t *testing.T, value []byte) { requireSame(t, inRow(value)) })
}
