package wire

import (
	"net/url"
	"strings"
)

// Route is one line of a REST service's table: an operation with its method and
// request URI as the API model writes them.
type Route struct {
	Operation string
	Method    string
	URI       string // "/accounts/{AwsAccountId}/namespaces/{Namespace}"
	ReadOnly  bool
}

// Router finds the route of a request.
type Router struct {
	routes []parsedRoute
}

type parsedRoute struct {
	Route
	segments []string
}

// NewRouter makes a router of routes. No two may match the same request.
func NewRouter(routes ...Route) *Router {
	r := &Router{}
	for _, rt := range routes {
		r.routes = append(r.routes, parsedRoute{rt, segments(rt.URI)})
	}
	return r
}

func segments(path string) []string {
	return strings.Split(strings.TrimPrefix(path, "/"), "/")
}

// Match finds the route of r and records its path parameters in r.Path, decoded
// from the escaped path.
func (rt *Router) Match(r *Request) (Route, bool) {
	got := segments(r.RawPath)
	for _, route := range rt.routes {
		if route.Method != r.Method || len(route.segments) != len(got) {
			continue
		}
		if params, ok := match(route.segments, got); ok {
			r.Path = params
			return route.Route, true
		}
	}
	return Route{}, false
}

func match(pattern, path []string) (map[string]string, bool) {
	params := make(map[string]string)
	for i, p := range pattern {
		if !strings.HasPrefix(p, "{") {
			if p != path[i] {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(path[i])
		if err != nil || value == "" {
			return nil, false
		}
		params[strings.Trim(p, "{}")] = value
	}
	return params, true
}
