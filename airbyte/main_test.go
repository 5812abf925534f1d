package airbyte

import (
	"testing"

	"tap-reprise/acceptance/subject"
)

func TestMain(m *testing.M) { subject.Main(m, nil) }
