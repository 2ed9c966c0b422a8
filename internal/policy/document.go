package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Document is a policy, as its statements.
type Document struct {
	Statements []Statement
	// Variables says that ${…} stands for something in it: in documents of the version 2012-10-17 (IAM user guide, "IAM JSON
	// policy elements: Version").
	Variables bool
}

// Statement is one statement of a policy. Of each pair, such as Actions and NotActions, at most one is not nil; a trust policy
// has neither Resources nor NotResources.
type Statement struct {
	Sid                       string
	Allow                     bool
	Actions, NotActions       []string
	Resources, NotResources   []string
	Principals, NotPrincipals []Principal
	Conditions                []Condition

	actions, notActions []glob // as they are compared
}

// Principal is one entry of a Principal element.
type Principal struct {
	Kind string // AWS, Federated, Service or CanonicalUser; "*" for everybody
	Name string
}

func (p Principal) String() string {
	if p.Kind == "*" {
		return "everybody"
	}
	return p.Kind + " " + p.Name
}

// Condition is one line of a Condition element.
type Condition struct {
	Operator string // as it is written, such as ForAnyValue:StringLikeIfExists
	Key      string // in lower case
	Values   []string
}

// Parse reads a policy document (IAM user guide, "Grammar of the IAM JSON policy language"). It refuses whatever it does not
// understand: what is left out of a policy could be a Deny.
func Parse(text string) (Document, error) {
	var outer struct {
		Version   string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	if err := strict([]byte(text), &outer); err != nil {
		return Document{}, fmt.Errorf("it is no policy document: %w", err)
	}
	if !slices.Contains([]string{"", "2008-10-17", "2012-10-17"}, outer.Version) {
		return Document{}, fmt.Errorf("its version is %q, which is not known", outer.Version)
	}
	statements, err := oneOrMore(outer.Statement)
	if err != nil {
		return Document{}, err
	}
	d := Document{Variables: outer.Version == "2012-10-17"}
	for i, s := range statements {
		statement, err := parseStatement(s)
		if err != nil {
			return Document{}, fmt.Errorf("statement %d: %w", i+1, err)
		}
		d.Statements = append(d.Statements, statement)
	}
	return d, nil
}

// oneOrMore reads the Statement element: one, or a list.
func oneOrMore(data json.RawMessage) ([]json.RawMessage, error) {
	var list []json.RawMessage
	switch {
	case len(data) == 0:
		return nil, errors.New("it has no statement")
	case data[0] == '{':
		return []json.RawMessage{data}, nil
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("its statements are no list: %w", err)
	}
	if len(list) == 0 {
		return nil, errors.New("it has no statement")
	}
	return list, nil
}

// texts is a text, or a list of texts. Conditions may have numbers and booleans too.
type texts []string

// UnmarshalJSON reads either form.
func (t *texts) UnmarshalJSON(data []byte) error {
	var any []json.RawMessage
	if json.Unmarshal(data, &any) != nil {
		any = []json.RawMessage{data}
	}
	*t = texts{}
	for _, v := range any {
		v = bytes.TrimSpace(v)
		var s string
		switch {
		case len(v) == 0 || bytes.ContainsRune([]byte("{[n"), rune(v[0])): // an object, a list or null
			return errors.New("a value is neither a text, nor a number, nor true or false")
		case v[0] == '"':
			if err := json.Unmarshal(v, &s); err != nil {
				return err
			}
		default:
			s = string(v)
		}
		*t = append(*t, s)
	}
	return nil
}

func parseStatement(data []byte) (Statement, error) {
	var raw struct {
		Sid, Effect             string
		Action, NotAction       texts
		Resource, NotResource   texts
		Principal, NotPrincipal json.RawMessage
		Condition               map[string]map[string]texts
	}
	if err := strict(data, &raw); err != nil {
		return Statement{}, err
	}
	s := Statement{Sid: raw.Sid, Allow: raw.Effect == "Allow", Actions: raw.Action, NotActions: raw.NotAction,
		Resources: raw.Resource, NotResources: raw.NotResource, Conditions: conditionsOf(raw.Condition)}
	switch {
	case !s.Allow && raw.Effect != "Deny":
		return Statement{}, fmt.Errorf("its effect is %q", raw.Effect)
	case len(s.Actions) > 0 == (len(s.NotActions) > 0):
		return Statement{}, errors.New("it has not one of Action and NotAction")
	case len(s.Resources) > 0 && len(s.NotResources) > 0:
		return Statement{}, errors.New("it has both Resource and NotResource")
	case raw.Principal != nil && raw.NotPrincipal != nil:
		return Statement{}, errors.New("it has both Principal and NotPrincipal")
	}
	for _, a := range s.Actions {
		s.actions = append(s.actions, actions.read(a))
	}
	for _, a := range s.NotActions {
		s.notActions = append(s.notActions, actions.read(a))
	}
	var err error
	if s.Principals, err = principalsOf(raw.Principal); err == nil {
		s.NotPrincipals, err = principalsOf(raw.NotPrincipal)
	}
	return s, err
}

func conditionsOf(element map[string]map[string]texts) []Condition {
	var all []Condition
	for _, operator := range slices.Sorted(maps.Keys(element)) {
		for _, key := range slices.Sorted(maps.Keys(element[operator])) {
			all = append(all, Condition{operator, strings.ToLower(key), element[operator][key]})
		}
	}
	return all
}

// principalsOf reads a Principal element: "*", or an object of kinds.
func principalsOf(data json.RawMessage) ([]Principal, error) {
	if data == nil {
		return nil, nil
	}
	var everybody string
	if json.Unmarshal(data, &everybody) == nil {
		if everybody != "*" {
			return nil, fmt.Errorf("its principal is %q", everybody)
		}
		return []Principal{{"*", "*"}}, nil
	}
	var kinds map[string]texts
	if err := json.Unmarshal(data, &kinds); err != nil {
		return nil, fmt.Errorf("its principals are not understood: %w", err)
	}
	var all []Principal
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if !slices.Contains([]string{"AWS", "Federated", "Service", "CanonicalUser"}, kind) {
			return nil, fmt.Errorf("it has principals of the kind %q, which is not known", kind)
		}
		for _, name := range kinds[kind] {
			all = append(all, principalOf(kind, name))
		}
	}
	if len(all) == 0 {
		return nil, errors.New("it names no principal")
	}
	return all, nil
}

// principalOf is one principal. {"AWS": "*"} is everybody (IAM user guide, "AWS JSON policy elements: Principal").
func principalOf(kind, name string) Principal {
	if kind == "AWS" && name == "*" {
		return Principal{"*", "*"}
	}
	return Principal{kind, name}
}

// strict decodes one value, with nothing behind it, and refuses members that the grammar does not have.
func strict(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("something stands behind it")
	}
	return nil
}
