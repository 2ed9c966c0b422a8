package scim

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/attributes"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// supported are the attributes of users that the guide's tables support and that the identity store keeps. Lists are
// those of several values, of which one is supported.
var (
	supported = []string{"userName", "name", "displayName", "nickName", "profileUrl", "title", "userType",
		"preferredLanguage", "locale", "timezone", "emails", "addresses", "phoneNumbers"}
	lists = []string{"emails", "addresses", "phoneNumbers"}
)

// body reads a JSON object.
func body(r *wire.Request) (map[string]any, error) {
	var doc map[string]any
	if err := json.Unmarshal(r.Body, &doc); err != nil || doc == nil {
		return nil, invalid(unparsable)
	}
	return doc, nil
}

// named gives the spelling of name in list; names of attributes have no case (RFC 7643, section 2.1).
func named(list []string, name string) (string, bool) {
	i := slices.IndexFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
	if i < 0 {
		return "", false
	}
	return list[i], true
}

// member gives a member of a resource by its name in any case.
func member(doc map[string]any, name string) (any, bool) {
	for _, key := range slices.Sorted(maps.Keys(doc)) {
		if strings.EqualFold(key, name) {
			return doc[key], true
		}
	}
	return nil, false
}

// attributesIn gives the attributes of a SCIM user in the spelling of the identity store, judged.
func attributesIn(user map[string]any) (map[string]any, error) {
	known := map[string]any{}
	for name, value := range user {
		if spelled, ok := named(supported, name); ok {
			known[spelled] = value
		}
	}
	if groups, _ := member(user, "groups"); len(list(groups)) > 0 {
		return nil, invalid("The groups attribute can not be specified.")
	}
	if extension, ok := member(user, enterpriseSchema); ok && extension != nil {
		known["extensions"] = map[string]any{attributes.Enterprise: extension}
	}
	doc, err := attributes.User.Adopt("", known)
	if err != nil {
		return nil, invalid("%v", err)
	}
	return doc.(map[string]any), judge(doc.(map[string]any))
}

func list(value any) []any {
	l, _ := value.([]any)
	return l
}

// judge judges the attributes of a user by the rules of this endpoint, and then by those of the identity store.
func judge(doc map[string]any) error {
	for _, name := range lists {
		if l := list(doc[strings.ToUpper(name[:1])+name[1:]]); len(l) > 1 {
			return invalid("List attribute %s exceeds allowed limit of 1", name)
		}
	}
	for _, email := range list(doc["Emails"]) {
		if m, _ := email.(map[string]any); m["Primary"] != true {
			return invalid("The emails attribute value must be marked as primary.")
		}
	}
	name, _ := doc["Name"].(map[string]any)
	for _, part := range []string{"GivenName", "FamilyName"} {
		if text, _ := name[part].(string); text == "" {
			return invalid("name.%s is required.", strings.ToLower(part[:1])+part[1:])
		}
	}
	if err := attributes.Judge(doc); err != nil {
		return invalid("%v", err)
	}
	return nil
}

// status gives the status that active asks for: old where it is not there.
func status(active any, old string) (string, error) {
	if s, ok := active.(string); ok { // as one large identity provider sends it
		switch strings.ToLower(s) {
		case "true":
			active = true
		case "false":
			active = false
		}
	}
	switch active {
	case nil:
		return old, nil
	case true:
		return world.PersonEnabled, nil
	case false:
		return world.PersonDisabled, nil
	}
	return "", invalid("active must be true or false.")
}

// overwrite gives p with everything that a SCIM user says.
func (s service) overwrite(p world.Person, user map[string]any) (world.Person, error) {
	doc, err := attributesIn(user)
	if err != nil {
		return p, err
	}
	active, _ := member(user, "active")
	if p.Status, err = status(active, p.Status); err != nil {
		return p, err
	}
	id, err := externalIn(user)
	if err != nil {
		return p, err
	}
	p.ExternalIDs = s.external(id)
	return attributes.With(p, doc), nil
}

// externalIn gives the externalId of a resource; empty where it has none.
func externalIn(resource map[string]any) (string, error) {
	value, _ := member(resource, "externalId")
	id, ok := value.(string)
	if value != nil && !ok || len(id) > 256 {
		return "", invalid("externalId must be a string of at most 256 characters.")
	}
	return id, nil
}

func (s service) createUser(r *wire.Request) (a answer, err error) {
	doc, err := body(r)
	if err != nil {
		return a, err
	}
	p, err := s.overwrite(world.Person{}, doc)
	if err != nil {
		return a, err
	}
	p, err = s.w.Directory.AddUser(p, r.Caller.ARN)
	return answer{201, s.user(p)}, err
}

func (s service) findUser(r *wire.Request) (world.Person, error) {
	p, ok := s.w.Directory.Users().Get(r.Path["id"])
	if !ok {
		return p, notFound("User", r.Path["id"])
	}
	return p, nil
}

func (s service) getUser(r *wire.Request) (answer, error) {
	p, err := s.findUser(r)
	return answer{200, s.user(p)}, err
}

func (s service) putUser(r *wire.Request) (a answer, err error) {
	doc, err := body(r)
	if err != nil {
		return a, err
	}
	p, err := s.findUser(r)
	if err != nil {
		return a, err
	}
	if p, err = s.overwrite(p, doc); err != nil {
		return a, err
	}
	p, err = s.w.Directory.ChangeUser(p, r.Caller.ARN)
	return answer{200, s.user(p)}, err
}

func (s service) deleteUser(r *wire.Request) (answer, error) {
	p, err := s.findUser(r)
	if err == nil {
		s.w.Directory.DeleteUser(p.ID)
	}
	return answer{status: 204}, err
}
