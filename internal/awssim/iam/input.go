package iam

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
)

// member is one string of the input. Its length is judged in the words of all services, its form in IAM's own.
type member struct {
	name   string
	length constraint.Text
	form   constraint.Text
	words  string
}

const (
	nameWords   = "It must contain only alphanumeric characters and/or the following: +=,.@_-"
	pathWords   = "It must begin and end with / and contain only alphanumeric characters and/or / characters."
	prefixWords = "It must begin with the / character and contain only alphanumeric characters and/or / characters."
)

var (
	nameForm     = constraint.Text{}.Pattern(`[\w+=,.@-]+`)
	documentForm = constraint.Text{}.Pattern(`[\u0009\u000A\u000D\u0020-\u00FF]+`)
	textForm     = constraint.Text{}.Pattern(`[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*`)
)

var memberRules = []member{
	{"RoleName", constraint.Text{Min: 1, Max: 64}, nameForm, nameWords},
	{"PolicyName", constraint.Text{Min: 1, Max: 128}, nameForm, nameWords},
	{"Path", constraint.Text{Min: 1, Max: 512}, constraint.Text{}.Pattern(`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`), pathWords},
	{"PathPrefix", constraint.Text{Min: 1, Max: 512}, constraint.Text{}.Pattern(`\u002F[\u0021-\u007F]*`), prefixWords},
	{"AssumeRolePolicyDocument", constraint.Text{Min: 1, Max: 131072, Sensitive: true}, documentForm, "It holds characters that are not allowed."},
	{"PolicyDocument", constraint.Text{Min: 1, Max: 131072, Sensitive: true}, documentForm, "It holds characters that are not allowed."},
	{"Description", constraint.Text{Max: 1000}, textForm, "It holds characters that are not allowed."},
	{"PolicyArn", constraint.Text{Min: 20, Max: 2048}, constraint.Text{}, ""},
	{"PermissionsBoundary", constraint.Text{Min: 20, Max: 2048}, constraint.Text{}, ""},
	{"PolicySourceArn", constraint.Text{Min: 20, Max: 2048}, constraint.Text{}, ""},
	{"VersionId", constraint.Text{}, constraint.Text{}.Pattern(`v[1-9][0-9]*(\.[A-Za-z0-9-]*)?`), "It must begin with v and a number."},
	{"Marker", constraint.Text{Min: 1, Max: 320}, constraint.Text{}, ""},
}

// judge judges the input of an operation that requires some of its members.
func judge(form url.Values, required []string) error {
	var c constraint.Check
	for _, m := range memberRules {
		if !form.Has(m.name) {
			if slices.Contains(required, m.name) {
				c.Missing(lower(m.name))
			}
			continue
		}
		value := form.Get(m.name)
		c.Text(lower(m.name), &value, m.length)
	}
	judgeNumber(&c, form, "MaxItems", 1, 1000)
	judgeNumber(&c, form, "MaxSessionDuration", 3600, 43200)
	if !c.OK() {
		return invalid("%s", c.Message())
	}
	for _, m := range memberRules {
		if value := form.Get(m.name); form.Has(m.name) && !fits(value, m.form) {
			return invalid("The specified value for %s is invalid. %s", lower(m.name), m.words)
		}
	}
	return nil
}

func fits(value string, form constraint.Text) bool {
	var c constraint.Check
	c.Text("value", &value, form)
	return c.OK()
}

// judgeNumber judges a number that may be missing; one that is not a number is out of every range.
func judgeNumber(c *constraint.Check, form url.Values, name string, least, most int) {
	if form.Has(name) {
		n, err := strconv.Atoi(form.Get(name))
		if err != nil {
			n = least - 1
		}
		c.Number(lower(name), &n, least, most)
	}
}

func lower(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// listOf gives the elements of a list of the form: name.member.1, name.member.2, and so on.
func listOf(form url.Values, name string) []string {
	var list []string
	for i := 1; form.Has(element(name, i)); i++ {
		list = append(list, form.Get(element(name, i)))
	}
	return list
}

func element(name string, i int) string { return fmt.Sprintf("%s.member.%d", name, i) }

func invalid(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "ValidationError", format, args...)
}

func invalidInput(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "InvalidInput", format, args...)
}

func noSuchEntity(format string, args ...any) *wire.Error {
	return wire.Errorf(404, "NoSuchEntity", format, args...)
}

func alreadyExists(format string, args ...any) *wire.Error {
	return wire.Errorf(409, "EntityAlreadyExists", format, args...)
}

func malformed(err error) *wire.Error {
	return wire.Errorf(400, "MalformedPolicyDocument", "%v", err)
}
