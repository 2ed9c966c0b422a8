// Package ssm is the room of the simulated AWS where settings are kept: the Parameter Store of AWS Systems Manager (JSON 1.1,
// target AmazonSSM, API version 2014-11-06), with GetParameter and PutParameter, as far as a configuration needs them:
// parameters of the types String and SecureString, by their names, with a version (NAME:VERSION) or without. Labels, lists,
// tiers beyond their sizes, and policies are not simulated: a parameter by a label is not found.
//
// # What is assumed
//
// A value is as long as 8 KB (Systems Manager user guide, "Managing parameter tiers"), whatever tier is asked for: only the
// smaller limit of the standard tier, 4 KB, is told apart, where no other tier is named.
package ssm

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const targetPrefix = "AmazonSSM"

// service is the room. It has no state of its own.
type service struct {
	w *world.World
}

// New makes the room over w.
func New(w *world.World) wire.Service { return service{w} }

// operation is one line of the API: whether it changes nothing, and what it does.
type operation struct {
	readOnly bool
	serve    func(service, *wire.Request) (any, error)
}

var operations = map[string]operation{
	"GetParameter": {true, service.get},
	"PutParameter": {false, service.put},
}

// Name is the signing name.
func (service) Name() string { return "ssm" }

// Protocol is JSON 1.1.
func (service) Protocol() wire.Protocol { return wire.JSON11 }

// Operations are those of the table.
func (service) Operations() []string { return slices.Sorted(maps.Keys(operations)) }

// Route reads the operation from the target header.
func (s service) Route(r *wire.Request) (wire.Op, bool) {
	prefix, name := r.Target()
	o, ok := operations[name]
	return wire.Op{Name: name, ReadOnly: o.readOnly, Resource: s.resource(r)}, ok && prefix == targetPrefix
}

// resource is the ARN of the parameter that r names: parameter/ and the name, without a slash at its beginning (service
// authorization reference, AWS Systems Manager).
func (s service) resource(r *wire.Request) string {
	var in struct{ Name string }
	if json.Unmarshal(r.Body, &in) != nil || in.Name == "" {
		return "*"
	}
	name, _ := split(in.Name)
	return s.arn(r.Region, name)
}

func (s service) arn(region, name string) string {
	return s.w.ARN("ssm", region, "parameter/"+strings.TrimPrefix(name, "/"))
}

// split takes the version off a name, 0 for none.
func split(name string) (string, int) {
	before, version, ok := strings.Cut(name, ":")
	n, err := strconv.Atoi(version)
	if !ok {
		return name, 0
	}
	if err != nil || n < 1 {
		return before, -1
	}
	return before, n
}

// Refuse words refusals that come from around the operation.
func (service) Refuse(f wire.Refusal) *wire.Error {
	switch f.Kind {
	case wire.Throttled:
		return wire.Errorf(400, "ThrottlingException", "%s", f.Message)
	case wire.AccessDenied:
		return wire.Errorf(400, "AccessDeniedException", "%s", f.Message)
	case wire.Unavailable:
		return wire.Errorf(503, "ServiceUnavailable", "%s", f.Message)
	default:
		return wire.Errorf(500, "InternalServerError", "%s", f.Message)
	}
}

// Serve carries out the operation.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	answer, err := operations[r.Op.Name].serve(s, r)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.JSON11Answer(answer)
}

func (s service) get(r *wire.Request) (any, error) {
	var in struct {
		Name           string
		WithDecryption bool
	}
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	name, version := split(in.Name)
	p, ok := s.w.Parameters.Get(r.Region, name)
	if !ok {
		return nil, wire.Errorf(400, "ParameterNotFound", "")
	}
	if version == 0 {
		version = len(p.Versions)
	}
	if version < 0 || version > len(p.Versions) {
		return nil, wire.Errorf(400, "ParameterVersionNotFound", "Systems Manager could not find version %s of %s. Verify the version and try again.", in.Name[len(name)+1:], name)
	}
	v := p.Versions[version-1]
	value := v.Value
	if p.Type == "SecureString" && !in.WithDecryption {
		value = "AQICAHencrypted"
	}
	return map[string]any{"Parameter": map[string]any{
		"Name": name, "Type": p.Type, "Value": value, "Version": version, "ARN": s.arn(r.Region, name),
		"DataType": "text", "LastModifiedDate": float64(v.At.UnixMilli()) / 1000,
	}}, nil
}

func (s service) put(r *wire.Request) (any, error) {
	var in struct {
		Name, Type, Value, Tier string
		Overwrite               bool
	}
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	most := 8 << 10
	if in.Tier == "" || in.Tier == "Standard" {
		most = 4 << 10
	}
	_, there := s.w.Parameters.Get(r.Region, in.Name)
	switch {
	case in.Name == "" || in.Value == "" || strings.Contains(in.Name, ":"):
		return nil, wire.Errorf(400, "ValidationException", "Parameter name or value is not valid.")
	case len(in.Value) > most:
		return nil, wire.Errorf(400, "ValidationException", "Parameter value exceeds the maximum allowed length of %d characters.", most)
	case there && !in.Overwrite:
		return nil, wire.Errorf(400, "ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
	case !there && in.Type == "":
		return nil, wire.Errorf(400, "ValidationException", "A parameter type is required when you create a parameter.")
	}
	return map[string]any{"Version": s.w.Parameters.Put(r.Region, in.Name, in.Type, in.Value), "Tier": "Standard"}, nil
}
