package settings

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tap-reprise/internal/program"
)

// Key is a key as it was pasted, without the line break that comes along. Inside,
// nothing but a mistake has one; remedy says how to get the key again.
func Key(name, text, remedy string) (string, error) {
	key := strings.TrimSpace(text)
	if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", &program.Error{Code: program.ExitConfig, Hint: remedy,
			Err: fmt.Errorf("config: %s has a blank, a line break or another character that no key has", name)}
	}
	return key, nil
}

// Salt refuses viewer_data "hashed" without a salt.
func Salt(data, salt string) error {
	if data != "hashed" || salt != "" {
		return nil
	}
	return &program.Error{Code: program.ExitConfig, Err: errors.New("config: viewer_data is hashed, but viewer_data_salt is empty"),
		Hint: "set viewer_data_salt to a long random text and keep it: the same salt gives the same hashes"}
}

// Range reads start_date and end_date. Without an end_date end is zero.
func Range(startDate, endDate string) (start, end time.Time, err error) {
	if start, err = Date("start_date", startDate); err != nil || endDate == "" {
		return start, end, err
	}
	if end, err = Date("end_date", endDate); err != nil {
		return start, end, err
	}
	if !start.Before(end) {
		return start, end, &program.Error{Code: program.ExitConfig, Err: fmt.Errorf("config: start_date %s is not before end_date %s", startDate, endDate),
			Hint: "end_date is exclusive; leave it out to load up to now"}
	}
	return start, end, nil
}
