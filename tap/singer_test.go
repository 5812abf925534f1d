package tap

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFirst(t *testing.T) {
	o := runMain(t, &memory{rows: 3}, "--config", goodConfig(t))
	t.Log(o.out)
	t.Log(o.err)
	require.Zero(t, o.code)
}
