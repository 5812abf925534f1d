package program

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	jsoniter "github.com/json-iterator/go"

	"tap-reprise/internal/object"
)

// configReader keeps numbers as they are written: 9007199254740993 is no float.
var configReader = jsoniter.Config{UseNumber: true}.Froze()

// A config is what the user gave: values by key, each of the kinds that JSON
// knows, numbers as json.Number.
type config map[string]any

// loadConfig reads the sources of --config in turn, later ones winning key by
// key; ENV reads the environment and wins over all files. Nulls and blank
// texts count as not given.
func (a App) loadConfig(sources []string) (config, error) {
	if len(sources) == 0 {
		return nil, &Error{Code: ExitConfig, Err: errors.New("no config given"),
			Hint: "use --config FILE, or --config ENV to read " + a.EnvPrefix() + "<KEY>"}
	}
	c, env := config{}, false
	for _, source := range sources {
		if source == "ENV" {
			env = true
			continue
		}
		if err := c.readFile(source); err != nil {
			return nil, &Error{Code: ExitConfig, Err: err, Hint: configHint(source)}
		}
	}
	if env {
		c.readEnv(a.Environ, a.EnvPrefix())
	}
	for key, v := range c {
		if text, ok := v.(string); v == nil || ok && strings.TrimSpace(text) == "" {
			delete(c, key)
		}
	}
	return c, nil
}

func configHint(source string) string {
	if strings.HasPrefix(strings.TrimSpace(source), "{") {
		return "write it to a file of mode 0600: arguments can be seen by everybody on the machine"
	}
	return "the config is one JSON object; spec.json lists its keys"
}

func (c config) readFile(path string) error {
	data, err := ReadDocument("config", path)
	if err != nil {
		return err
	}
	if err := c.add(data); err != nil {
		return fmt.Errorf("config %s %w", path, err)
	}
	return nil
}

// add reads a config document into c. The error quotes nothing of it.
func (c config) add(data []byte) error {
	data, err := object.Tidy(data)
	if err != nil {
		return err
	}
	if kind := object.KindOf(data); kind != "an object" {
		return fmt.Errorf("is %s, not an object", kind)
	}
	if configReader.Unmarshal(data, &c) != nil {
		return errors.New("cannot be read") // the reader's own error quotes the document
	}
	return nil
}

// readEnv takes PREFIX_<KEY>. Meltano also exports PREFIX__SELECT and the like,
// with a second underscore, and the log level is no setting.
func (c config) readEnv(environ []string, prefix string) {
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		key, ours := strings.CutPrefix(name, prefix)
		if !ours || key == "" || strings.Contains(key, "__") || key[0] == '_' || key == "LOGLEVEL" {
			continue
		}
		c[strings.ToLower(key)] = value
	}
}

// settle is c as one JSON object: values coerced to the types of the spec,
// defaults filled in, checked. The error joins one *Error for each fault, in the
// order of the spec. Unknown keys are warned of once and left out.
func (c config) settle(s *spec, log *slog.Logger) ([]byte, error) {
	whole := map[string]any{}
	unknown, similar := 0, []string{}
	for key, v := range c {
		if set := s.find(key); set != nil {
			whole[key] = coerce(v, set)
			continue
		}
		unknown++
		if name := Nearest(key, s.names()); name != "" {
			similar = append(similar, name)
		}
	}
	if unknown > 0 {
		about := []any{"keys", unknown}
		if slices.Sort(similar); len(similar) > 0 {
			about = append(about, "similar_to", strings.Join(similar, ", "))
		}
		log.Warn("config has keys that are not known and have no effect", about...)
	}
	for _, set := range s.settings {
		if _, given := whole[set.Name]; !given && set.Default != nil {
			var v any
			if err := configReader.Unmarshal(set.Default, &v); err != nil {
				return nil, fmt.Errorf("spec: default of %s: %w", set.Name, err)
			}
			whole[set.Name] = v
		}
	}
	if err := s.check(whole); err != nil {
		return nil, err
	}
	return json.Marshal(whole)
}

// ReadConfig is the config from sources, which are files, or ENV for the
// environment: one JSON object with a value for every key of the spec that is given
// or has a default, each of the type that the spec asks for. hidden knows its
// secrets from here on. The error joins one *Error for each fault.
func (a App) ReadConfig(sources []string, hidden *Secrets, log *slog.Logger) ([]byte, error) {
	given, err := a.loadConfig(sources)
	if err != nil {
		return nil, err
	}
	s, err := parseSpec(a.Spec)
	if err != nil {
		return nil, err
	}
	hidden.Hide(given.secrets(s)...)
	if err := a.placeholder(given, s); err != nil {
		return nil, err
	}
	return given.settle(s, log)
}

// Settle is a config that the program itself knows, a JSON object, as ReadConfig
// gives one: checked, defaults filled in.
func (a App) Settle(known []byte, log *slog.Logger) ([]byte, error) {
	given := config{}
	if err := given.add(known); err != nil {
		return nil, fmt.Errorf("config %w", err)
	}
	s, err := parseSpec(a.Spec)
	if err != nil {
		return nil, err
	}
	return given.settle(s, log)
}

// placeholder reports a secret that is still the one of the sample: nobody has to
// send it to learn that it is wrong.
func (a App) placeholder(given config, s *spec) error {
	sample := config{}
	if len(a.Sample) > 0 {
		if err := sample.add(a.Sample); err != nil {
			return fmt.Errorf("sample config %w", err)
		}
	}
	for _, set := range s.settings {
		if v, there := sample[set.Name]; there && set.Secret && given[set.Name] == v {
			return &Error{Code: ExitConfig, Err: fmt.Errorf("config key %q is still the placeholder of the sample", set.Name), Hint: set.Description}
		}
	}
	return nil
}

// secrets lists the values of c that must not appear in any text.
func (c config) secrets(s *spec) []string {
	var out []string
	for key, v := range c {
		set := s.find(key)
		if text, ok := v.(string); ok && set != nil && set.Secret {
			out = append(out, text, strings.TrimSpace(text))
		}
	}
	return out
}
