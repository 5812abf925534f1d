package localapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestLimits asks at the given seconds and says which requests are taken: y,
// or the seconds that Retry-After names.
func TestLimits(t *testing.T) {
	minute := func(how Counting) []Limit { return []Limit{{Name: "minute", Count: 3, Per: time.Minute, How: how}} }
	cases := map[string]struct {
		limits []Limit
		at     []int
		want   string
	}{
		"any span":                             {minute(Sliding), []int{0, 10, 20, 30, 59, 60, 61, 70}, "y y y 30 1 y 9 y"},
		"full minutes, the clock at half past": {minute(Fixed), []int{0, 1, 28, 29, 30, 31, 32, 33}, "y y y 1 y y y 57"},
		"a bucket":                             {minute(Bucket), []int{0, 0, 0, 0, 20, 21, 40}, "y y y 20 y 19 y"},
		"a bucket forgets what is over":        {minute(Bucket), []int{0, 0, 0, 19, 38, 57, 76}, "y y y 1 y 1 y"},
		"until it is quiet":                    {minute(Quiet), []int{0, 30, 60, 90, 110, 120, 121}, "y y y 30 10 y y"},
		"none":                                 {nil, []int{0, 0, 0, 0, 0}, "y y y y y"},
		"two, the longer wait is told": {[]Limit{{Count: 2, Per: time.Minute}, {Count: 3, Per: time.Hour}},
			[]int{0, 1, 2, 60, 61, 3599, 3600}, "y y 58 y 3539 1 y"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := sample()
			s.Limits = c.limits
			ask := inProcess(t, s)
			var got []string
			for _, second := range c.at {
				s.SetNow(start.Add(time.Duration(second) * time.Second))
				answer := ask(http.MethodGet, "/data/long", "")
				if answer.status == http.StatusOK {
					got = append(got, "y")
				} else {
					require.Equal(t, http.StatusTooManyRequests, answer.status)
					got = append(got, answer.header.Get("Retry-After"))
				}
			}
			require.Equal(t, c.want, strings.Join(got, " "))
		})
	}
}

func TestLimitsByKey(t *testing.T) {
	s := sample()
	s.Limits = []Limit{{Name: "token", Count: 1, Per: time.Hour, Key: func(c *Call) string {
		token, _ := Bearer(c.Request)
		return token
	}}}
	s.Refused = func(_ *Call, r Refusal) *Answer {
		return JSON(http.StatusForbidden, map[string]string{"limit": r.Limit.Name, "wait": r.Wait.String()})
	}
	ask := inProcess(t, s)
	by := func(token string) outcome {
		return ask(http.MethodPost, "/data/echo", "", "Authorization", "bearer "+token)
	}
	require.Equal(t, http.StatusOK, by("a").status)
	require.Equal(t, http.StatusOK, by("b").status)
	s.Advance(time.Minute)
	refused := by("a")
	require.Equal(t, http.StatusForbidden, refused.status)
	require.JSONEq(t, `{"limit":"token","wait":"59m0s"}`, refused.body)
	for range 3 {
		require.Equal(t, http.StatusOK, by("").status, "who has no key is not counted")
	}
}

func TestPathsWithoutANameAreNotLimited(t *testing.T) {
	s := sample()
	s.Limits = []Limit{{Count: 1, Per: time.Hour}}
	ask := inProcess(t, s)
	require.Equal(t, []int{404, 404, 404, 429}, []int{
		ask(http.MethodGet, "/other", "").status, ask(http.MethodGet, "/other", "").status,
		ask(http.MethodGet, "/data/x", "").status, ask(http.MethodGet, "/data/y", "").status,
	})
}

func TestWhatIsLeftOfALimit(t *testing.T) {
	s := sample()
	s.Limits = []Limit{{Name: "minute", Count: 3, Per: time.Minute, How: Fixed}, {Name: "hour", Count: 9, Per: time.Hour}}
	var left []Left
	inner := s.API
	s.API = func(c *Call) *Answer { left = s.Left(c); return inner(c) }
	inProcess(t, s)(http.MethodGet, "/data/long", "")
	require.Len(t, left, 2)
	require.Equal(t, "minute", left[0].Limit.Name)
	require.Equal(t, 2, left[0].Remaining)
	require.Equal(t, 30*time.Second, left[0].Wait)
	require.Equal(t, 8, left[1].Remaining)
	require.Equal(t, time.Hour, left[1].Wait)
}
