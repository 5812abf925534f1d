package program

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xeipuuv/gojsonschema"

	"tap-reprise/internal/object"
)

// check validates a config against the spec. The error joins one *Error a
// fault, in the order of the spec; each names the key, the kind of what was
// given, and the fix. Values are never quoted: a secret may stand in the wrong
// place.
func (s *spec) check(c map[string]any) error {
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(s.schema), gojsonschema.NewGoLoader(c))
	if err != nil {
		return fmt.Errorf("spec: %w", err)
	}
	type fault struct {
		place int
		err   error
	}
	var faults []fault
	for _, r := range result.Errors() {
		place, err := s.fault(c, r)
		faults = append(faults, fault{place, err})
	}
	slices.SortStableFunc(faults, func(a, b fault) int { return cmp.Compare(a.place, b.place) })
	var errs []error
	for i, f := range faults {
		if i == 0 || faults[i-1].err.Error() != f.err.Error() {
			errs = append(errs, f.err)
		}
	}
	return errors.Join(errs...)
}

// fault words one finding of the validator, and finds its place in the spec.
func (s *spec) fault(c map[string]any, r gojsonschema.ResultError) (int, error) {
	path := r.Field() // "page_size", "activity_types.0", or "(root)" for a missing key
	if missing, ok := r.Details()["property"].(string); ok && r.Type() == "required" {
		path = missing
	}
	key, index, _ := strings.Cut(path, ".")
	set := s.find(key)
	if set == nil {
		return -1, &Error{Code: ExitConfig, Err: fmt.Errorf("config: %s", r.Description())}
	}
	place := slices.IndexFunc(s.settings, func(o setting) bool { return o.Name == key })
	given, there := c[key]
	switch {
	case !there:
		return place, &Error{Code: ExitConfig, Hint: fmt.Sprintf("give %q: %s", key, strings.TrimSuffix(set.Description, ".")),
			Err: fmt.Errorf("config key %q is missing", key)}
	case index != "":
		return place, &Error{Code: ExitConfig, Hint: set.advice(),
			Err: fmt.Errorf("config key %q: item %s is not %s", key, index, set.Items.wanted())}
	}
	return place, &Error{Code: ExitConfig, Hint: set.advice(),
		Err: fmt.Errorf("config key %q is %s, not %s", key, set.kind(given), set.wanted())}
}

// kind names what was given.
func (s *setting) kind(v any) string {
	if n, ok := v.(json.Number); ok {
		return s.size(n)
	}
	if text, ok := v.(string); ok && len(s.Enum) > 0 {
		return fmt.Sprintf("another text (%d characters)", len([]rune(text)))
	}
	if list, ok := v.([]any); ok && len(list) == 0 {
		return "an empty list"
	}
	return object.KindOf(object.Encode(v))
}

// size says how a number misses what is wanted.
func (s *setting) size(n json.Number) string {
	whole, err := n.Int64()
	switch {
	case err == nil && s.Minimum != nil && whole < *s.Minimum:
		return "a number that is too small"
	case err == nil && s.Maximum != nil && whole > *s.Maximum:
		return "a number that is too large"
	}
	if err != nil && s.Type == "integer" {
		return "a number with a fraction, or too long"
	}
	return "a number"
}

// wanted says what a value must be: "true or false", "a whole number from 2 to 100000".
func (s *setting) wanted() string {
	switch {
	case len(s.Enum) > 0:
		return "one of " + strings.Join(s.Enum, ", ")
	case s.Type == "integer" && s.Minimum != nil && s.Maximum != nil:
		return fmt.Sprintf("a whole number from %d to %d", *s.Minimum, *s.Maximum)
	case s.Type == "integer" && s.Minimum != nil:
		return fmt.Sprintf("a whole number of at least %d", *s.Minimum)
	case s.Type == "array" && s.Items != nil && len(s.Items.Enum) > 0:
		return "a list of at least one of " + strings.Join(s.Items.Enum, ", ")
	}
	return map[string]string{"integer": "a whole number", "boolean": "true or false",
		"array": "a list of texts", "string": "text"}[s.Type]
}

// advice is the hint of every fault of this setting: what to write instead.
func (s *setting) advice() string {
	text := fmt.Sprintf("set %q to %s", s.Name, s.wanted())
	if len(s.Examples) > 0 {
		text += ", for example " + string(s.Examples[0])
	}
	return text
}
