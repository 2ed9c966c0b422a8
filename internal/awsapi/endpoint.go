package awsapi

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// EndpointError says that a call was not sent, because of where it would have gone: the environment or the configuration of
// the AWS SDK names an endpoint to which no credentials belong.
type EndpointError struct{ Host, Why string }

func (e *EndpointError) Error() string {
	return fmt.Sprintf("nothing is sent to %q: %s", e.Host, e.Why)
}

// Hint says where such an endpoint comes from.
func (e *EndpointError) Hint() string {
	return "take AWS_ENDPOINT_URL out of the environment, and endpoint_url out of the AWS configuration, or give one that begins with https://"
}

// sendable refuses the places to which signed calls never go (T20): addresses of the link, such as 169.254.169.254, which are
// services of the machine, and others than this machine without TLS.
func sendable(to *url.URL) error {
	ip, err := netip.ParseAddr(to.Hostname())
	isIP := err == nil
	ip = ip.Unmap()
	host := strings.ToLower(strings.TrimSuffix(to.Hostname(), "."))
	here := isIP && ip.IsLoopback() || host == "localhost"
	switch {
	case isIP && (ip.IsLinkLocalUnicast() || ip.IsUnspecified() || ip.IsMulticast()):
		return &EndpointError{to.Host, "it is an address of the link, and no service of AWS's"}
	case to.Scheme != "https" && !here:
		return &EndpointError{to.Host, "without TLS anybody on the way could read it"}
	}
	return nil
}
