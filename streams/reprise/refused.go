package reprise

import (
	"net/http"

	"tap-reprise/internal/api"
	"tap-reprise/internal/program"
	"tap-reprise/streams"
)

// refused adds what to do to a 4xx of a data endpoint (section 7). Any other
// error is returned as it is.
func refused(err error) error {
	e, ok := err.(*api.Error)
	switch {
	case !ok || api.Again(e):
		return err
	case e.Kind == api.NoAccess:
		return &program.Error{Code: program.ExitAuth, Err: e, Hint: "this account has no access to this endpoint; ask your Reprise contact, or deselect the stream"}
	case e.Kind == api.BadKey:
		return &program.Error{Code: program.ExitAuth, Err: e, Hint: "a freshly issued token was refused; check the API key and base_url"}
	case e.Kind == api.Refused && e.Status == http.StatusBadRequest && e.Words.String() != "":
		return streams.ConfigError(e, "the API names the parameter; check the config")
	case e.Kind == api.Refused:
		return streams.ConfigError(e, "check base_url; leave it out to use the address that the token endpoint gives")
	}
	return err
}

// tokenRefused adds what to do to the errors of section 7, token endpoint.
func tokenRefused(err error) error {
	e, ok := err.(*api.Error)
	switch {
	case !ok:
		return err
	case e.Kind != api.Foreign && e.Status == http.StatusUnauthorized:
		return &program.Error{Code: program.ExitAuth, Err: e,
			Hint: "the API key is wrong or revoked; create a Data Warehouse API key in Reprise under Settings → API Management"}
	case e.Kind != api.Foreign && e.Status == http.StatusForbidden:
		return &program.Error{Code: program.ExitAuth, Err: e,
			Hint: "this account has no Data API access; ask your Reprise contact to enable it"}
	case e.Kind == api.Refused, e.Kind == api.Broken && e.Status != 0:
		return streams.ConfigError(e, "check token_url; the default is https://app.getreprise.com/api/warehouse/token")
	}
	return err
}
