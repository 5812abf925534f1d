package settings

import (
	"fmt"
	"net"
	"net/url"
)

// Address refuses the address of a setting that would send a key or a token in the
// clear to another machine. The error needs a hint.
func Address(key, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return fmt.Errorf("%s: not an address with https://", key)
	}
	if u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("%s: it is neither an https address nor one of this machine", key)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
