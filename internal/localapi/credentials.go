package localapi

import (
	"net/http"
	"strings"
)

// Bearer is the token that a request carries as "Authorization: Bearer TOKEN",
// without the blanks around it. The scheme's case does not matter. ok is false
// for another scheme, for none and for an empty token.
func Bearer(r *http.Request) (token string, ok bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}
