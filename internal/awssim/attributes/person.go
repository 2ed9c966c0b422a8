package attributes

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Of gives the attributes of a user as the document that the API shows and changes. What the world
// keeps in fields of their own is put beside the rest, which it keeps as it came.
func Of(p world.Person) map[string]any {
	doc := maps.Clone(p.Attributes)
	if doc == nil {
		doc = map[string]any{}
	}
	Put(doc, "UserName", p.UserName)
	Put(doc, "DisplayName", p.DisplayName)
	Put(doc, "Title", p.Title)
	Put(doc, "UserType", p.UserType)
	if p.GivenName != "" || p.FamilyName != "" {
		name := Clone(doc["Name"])
		Put(name, "GivenName", p.GivenName)
		Put(name, "FamilyName", p.FamilyName)
		doc["Name"] = name
	}
	if p.Email != "" {
		email := firstOf(doc["Emails"])
		Put(email, "Value", p.Email)
		doc["Emails"] = []any{email}
	}
	return doc
}

// With gives p with the attributes of doc, which it takes apart.
func With(p world.Person, doc map[string]any) world.Person {
	doc = maps.Clone(doc)
	p.UserName = Take(doc, "UserName")
	p.DisplayName = Take(doc, "DisplayName")
	p.Title = Take(doc, "Title")
	p.UserType = Take(doc, "UserType")
	p.GivenName, p.FamilyName, p.Email = "", "", ""
	if _, ok := doc["Name"]; ok {
		name := Clone(doc["Name"])
		p.GivenName, p.FamilyName = Take(name, "GivenName"), Take(name, "FamilyName")
		Keep(doc, "Name", len(name) > 0, name)
	}
	if _, ok := doc["Emails"]; ok {
		email := firstOf(doc["Emails"])
		p.Email = Take(email, "Value")
		Keep(doc, "Emails", len(email) > 0, []any{email})
	}
	p.Attributes = doc
	if len(doc) == 0 {
		p.Attributes = nil
	}
	return p
}

// Put stores a value that is not empty.
func Put(doc map[string]any, name, value string) {
	if value != "" {
		doc[name] = value
	}
}

// Take gives a text and removes it; empty where there is none.
func Take(doc map[string]any, name string) string {
	value, _ := doc[name].(string)
	delete(doc, name)
	return value
}

// Keep stores value if it is wanted, and else removes what is there.
func Keep(doc map[string]any, name string, it bool, value any) {
	if it {
		doc[name] = value
	} else {
		delete(doc, name)
	}
}

// Clone gives a copy of a structure, an empty one where there is none.
func Clone(value any) map[string]any {
	m, _ := value.(map[string]any)
	if m = maps.Clone(m); m == nil {
		m = map[string]any{}
	}
	return m
}

// firstOf gives a copy of the first structure of a list.
func firstOf(value any) map[string]any {
	if l, _ := value.([]any); len(l) > 0 {
		return Clone(l[0])
	}
	return map[string]any{}
}

// needed are the attributes that a user must have and keep.
var needed = []string{"UserName", "Name", "DisplayName"}

// Judge judges the attributes of a user, complete. Its error is the message for whoever sent them.
func Judge(doc map[string]any) error {
	var c constraint.Check
	User.Judge(&c, "", doc)
	judgeExtensions(&c, doc)
	for _, name := range needed {
		if _, ok := doc[name]; !ok {
			c.Missing(join("", name))
		}
	}
	if err := Verdict(&c); err != nil {
		return err
	}
	switch doc["UserName"] {
	case "Administrator", "AWSAdministrators":
		return fmt.Errorf("%s is a reserved name and can not be used", doc["UserName"])
	}
	return nil
}

func judgeExtensions(c *constraint.Check, doc map[string]any) {
	extensions, ok := doc["Extensions"].(map[string]any)
	if !ok {
		return
	}
	c.List("extensions", len(extensions), 1, 10)
	for _, name := range slices.Sorted(maps.Keys(extensions)) {
		c.Text("extensions.key", &name, constraint.Text{Enum: []string{Enterprise}})
	}
}

// Verdict gives what c found as an error, or nil.
func Verdict(c *constraint.Check) error {
	if c.OK() {
		return nil
	}
	return errors.New(c.Message())
}
