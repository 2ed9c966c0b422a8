// Package policydoc reads IAM policy documents and judges requests by them. Two rooms of the simulated AWS need
// it: iam (what may this role do?) and sts (who may assume this role?).
//
// It knows what identity policies and trust policies of a QuickSight set-up are made of: Allow and Deny; Action,
// NotAction, Resource, NotResource with * and ?; AWS, Federated and Service principals; and conditions with the
// string, ARN, Bool and Null operators. Where a statement says something that it cannot judge (a numeric, date or
// IP operator, a policy variable), it takes the answer that hides no access: an Allow applies, a Deny does not.
// So a document that this package calls denied is denied, and what it calls allowed deserves a second look.
package policydoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Document is a policy, as its statements.
type Document struct {
	Statements []Statement
}

// Statement is one statement of a policy. Of each pair (Actions, NotActions) and (Resources, NotResources) at most
// one is not nil.
type Statement struct {
	Sid                     string
	Allow                   bool
	Actions, NotActions     []string
	Resources, NotResources []string
	Principals              []Principal
	Conditions              []Condition
	Start, End              Position
}

// Principal is one entry of a Principal element: the kind ("AWS", "Federated", "Service", or "*" for everyone)
// and what it names.
type Principal struct{ Kind, Name string }

// Position is a place in the text of a document. Lines and columns count from 1; an End is just past its statement.
type Position struct{ Line, Column int }

// Error is what IAM would say about a malformed document.
type Error string

func (e Error) Error() string { return string(e) }

// raw is a statement as it is written.
type raw struct {
	Sid          string
	Effect       string
	Action       *oneOrMany
	NotAction    *oneOrMany
	Resource     *oneOrMany
	NotResource  *oneOrMany
	Principal    json.RawMessage
	NotPrincipal json.RawMessage
	Condition    map[string]map[string]oneOrMany
}

// oneOrMany is a string, or a list of strings. IAM also takes numbers and booleans in conditions.
type oneOrMany []string

// UnmarshalJSON reads either form.
func (o *oneOrMany) UnmarshalJSON(data []byte) error {
	var values []any
	if err := json.Unmarshal(data, &values); err != nil {
		var one any
		if err := json.Unmarshal(data, &one); err != nil {
			return err
		}
		values = []any{one}
	}
	*o = oneOrMany{}
	for _, v := range values {
		switch v.(type) {
		case string, bool, float64:
			*o = append(*o, fmt.Sprint(v))
		default:
			return Error("Syntax errors in policy.")
		}
	}
	return nil
}

// ParseIdentity reads a policy that is attached to a role: it names resources and no principal.
func ParseIdentity(text string) (Document, error) {
	return parse(text, func(s raw) error {
		switch {
		case s.Principal != nil || s.NotPrincipal != nil:
			return Error("Policy document should not specify a principal.")
		case s.Resource == nil && s.NotResource == nil:
			return Error("Policy statement must contain resources.")
		}
		return vendorOf(s)
	})
}

// ParseTrust reads a role's trust policy: it names principals and no resource, and only actions of STS.
func ParseTrust(text string) (Document, error) {
	return parse(text, func(s raw) error {
		switch {
		case s.Resource != nil || s.NotResource != nil:
			return Error("Has prohibited field Resource")
		case s.Principal == nil && s.NotPrincipal == nil:
			return Error("Missing required field Principal")
		case s.NotPrincipal != nil || s.NotAction != nil:
			return Error("AssumeRole policy may only specify STS AssumeRole actions.")
		}
		for _, action := range *s.Action {
			if !Match("sts:*", action, true) {
				return Error("AssumeRole policy may only specify STS AssumeRole actions.")
			}
		}
		return nil
	})
}

// ParseResource reads a policy that is attached to a resource, such as a queue: it names principals, but not those that it is
// not about, and resources.
func ParseResource(text string) (Document, error) {
	return parse(text, func(s raw) error {
		switch {
		case s.Principal == nil || s.NotPrincipal != nil:
			return Error("Policy statement must contain principals.")
		case s.Resource == nil && s.NotResource == nil:
			return Error("Policy statement must contain resources.")
		}
		return vendorOf(s)
	})
}

// vendorOf refuses actions without a service prefix.
func vendorOf(s raw) error {
	for _, list := range []*oneOrMany{s.Action, s.NotAction} {
		if list == nil {
			continue
		}
		for _, action := range *list {
			if action != "*" && !strings.Contains(action, ":") {
				return Error("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
			}
		}
	}
	return nil
}

func parse(text string, judge func(raw) error) (Document, error) {
	if !json.Valid([]byte(text)) {
		return Document{}, Error("This policy contains invalid Json")
	}
	var outer struct {
		Version   string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	if err := strict([]byte(text), &outer); err != nil {
		return Document{}, Error("Syntax errors in policy.")
	}
	if outer.Version != "" && outer.Version != "2012-10-17" && outer.Version != "2008-10-17" {
		return Document{}, Error("Syntax errors in policy.")
	}
	spans := statementSpans(text)
	if len(spans) == 0 {
		return Document{}, Error("Syntax errors in policy.")
	}
	var doc Document
	for _, span := range spans {
		s, err := parseStatement(text[span[0]:span[1]], judge)
		if err != nil {
			return Document{}, err
		}
		s.Start, s.End = positionOf(text, span[0]), positionOf(text, span[1])
		doc.Statements = append(doc.Statements, s)
	}
	return doc, nil
}

func parseStatement(text string, judge func(raw) error) (Statement, error) {
	var s raw
	if err := strict([]byte(text), &s); err != nil {
		return Statement{}, Error("Syntax errors in policy.")
	}
	switch {
	case s.Effect != "Allow" && s.Effect != "Deny",
		s.Action != nil && s.NotAction != nil,
		s.Resource != nil && s.NotResource != nil:
		return Statement{}, Error("Syntax errors in policy.")
	case s.Action == nil && s.NotAction == nil:
		return Statement{}, Error("Policy statement must contain actions.")
	}
	if err := judge(s); err != nil {
		return Statement{}, err
	}
	principals, err := principalsOf(s.Principal)
	if err != nil {
		return Statement{}, err
	}
	return Statement{Sid: s.Sid, Allow: s.Effect == "Allow",
		Actions: listOf(s.Action), NotActions: listOf(s.NotAction),
		Resources: listOf(s.Resource), NotResources: listOf(s.NotResource),
		Principals: principals, Conditions: conditionsOf(s.Condition)}, nil
}

// strict decodes one value and refuses members that IAM's grammar does not have.
func strict(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

func listOf(o *oneOrMany) []string {
	if o == nil {
		return nil
	}
	return *o
}
