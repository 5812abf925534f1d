package program

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"
)

// maxDocument is how large a config, catalog or state may be. The largest that
// a tap writes, a catalog, has some 40 KB.
const maxDocument = 16 << 20

// ReadDocument reads the file at path, which the option of that name gave, as it
// is. The error says what is wrong. It names the path only if there is such a file:
// any other text may be a key in the wrong place.
func ReadDocument(option, path string) ([]byte, error) {
	if text := bytes.TrimSpace([]byte(path)); len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return nil, fmt.Errorf("--%s is a JSON text, but wants the name of a file", option)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unopened(option, path, err)
	}
	defer f.Close() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxDocument+1))
	if err == nil && len(data) > maxDocument {
		err = fmt.Errorf("larger than %d MB", maxDocument>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", option, path, reason(err))
	}
	return data, nil
}

// unopened says why a file cannot be opened.
func unopened(option, path string, err error) error {
	if _, lost := os.Lstat(path); lost != nil {
		if meant := neighbour(path); meant != "" {
			return fmt.Errorf("read %s: %w; is %s meant?", option, reason(lost), meant)
		}
		return fmt.Errorf("read %s: %w (a name of %d characters)", option, reason(lost), utf8.RuneCountInString(path))
	}
	return fmt.Errorf("read %s %s: %w", option, path, reason(err))
}

// neighbour is the file beside path that its name was most likely meant for, or "".
func neighbour(path string) string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	meant := Nearest(filepath.Base(path), names)
	if meant == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(path), meant)
}

// reason is an error of package os without the path in it.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
