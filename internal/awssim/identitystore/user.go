package identitystore

import (
	"maps"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// attributesOf gives the attributes of a user as the document that the API shows and changes. What the world
// keeps in fields of their own is put beside the rest, which it keeps as it came.
func attributesOf(p world.Person) map[string]any {
	doc := maps.Clone(p.Attributes)
	if doc == nil {
		doc = map[string]any{}
	}
	put(doc, "UserName", p.UserName)
	put(doc, "DisplayName", p.DisplayName)
	put(doc, "Title", p.Title)
	put(doc, "UserType", p.UserType)
	if p.GivenName != "" || p.FamilyName != "" {
		name := cloneOf(doc["Name"])
		put(name, "GivenName", p.GivenName)
		put(name, "FamilyName", p.FamilyName)
		doc["Name"] = name
	}
	if p.Email != "" {
		email := firstOf(doc["Emails"])
		put(email, "Value", p.Email)
		doc["Emails"] = []any{email}
	}
	return doc
}

// withAttributes gives p with the attributes of doc, which it takes apart.
func withAttributes(p world.Person, doc map[string]any) world.Person {
	doc = maps.Clone(doc)
	p.UserName = take(doc, "UserName")
	p.DisplayName = take(doc, "DisplayName")
	p.Title = take(doc, "Title")
	p.UserType = take(doc, "UserType")
	p.GivenName, p.FamilyName, p.Email = "", "", ""
	if _, ok := doc["Name"]; ok {
		name := cloneOf(doc["Name"])
		p.GivenName, p.FamilyName = take(name, "GivenName"), take(name, "FamilyName")
		keep(doc, "Name", len(name) > 0, name)
	}
	if _, ok := doc["Emails"]; ok {
		email := firstOf(doc["Emails"])
		p.Email = take(email, "Value")
		keep(doc, "Emails", len(email) > 0, []any{email})
	}
	p.Attributes = doc
	if len(doc) == 0 {
		p.Attributes = nil
	}
	return p
}

func put(doc map[string]any, name, value string) {
	if value != "" {
		doc[name] = value
	}
}

func take(doc map[string]any, name string) string {
	value, _ := doc[name].(string)
	delete(doc, name)
	return value
}

func keep(doc map[string]any, name string, it bool, value any) {
	if it {
		doc[name] = value
	} else {
		delete(doc, name)
	}
}

// cloneOf gives a copy of a structure, an empty one where there is none.
func cloneOf(value any) map[string]any {
	m, _ := value.(map[string]any)
	if m = maps.Clone(m); m == nil {
		m = map[string]any{}
	}
	return m
}

// firstOf gives a copy of the first structure of a list.
func firstOf(value any) map[string]any {
	if l, _ := value.([]any); len(l) > 0 {
		return cloneOf(l[0])
	}
	return map[string]any{}
}

// view gives a user as the API answers it, with those of its extensions that were asked for.
func (s service) view(p world.Person, extensions []string) map[string]any {
	doc := attributesOf(p)
	all, _ := doc["Extensions"].(map[string]any)
	delete(doc, "Extensions")
	shown := map[string]any{}
	for name, value := range all {
		if slices.Contains(extensions, name) {
			shown[name] = value
		}
	}
	keep(doc, "Extensions", len(shown) > 0, shown)
	doc["IdentityStoreId"], doc["UserId"] = s.w.Directory.StoreID, p.ID
	if !s.w.Behaviour().OmitUserStatus {
		put(doc, "UserStatus", p.Status)
	}
	if len(p.ExternalIDs) > 0 {
		doc["ExternalIds"] = externalIDs(p.ExternalIDs)
	}
	putTimes(doc, p.CreatedAt, p.UpdatedAt, p.CreatedBy, p.UpdatedBy)
	return doc
}

func externalIDs(ids []world.ExternalID) []any {
	var l []any
	for _, id := range ids {
		l = append(l, map[string]any{"Issuer": id.Issuer, "Id": id.ID})
	}
	return l
}

// putTimes adds what every stored thing has: times as JSON 1.1 writes them, in seconds since 1970.
func putTimes(doc map[string]any, created, updated time.Time, createdBy, updatedBy string) {
	if !created.IsZero() {
		doc["CreatedAt"] = seconds(created)
	}
	if !updated.IsZero() {
		doc["UpdatedAt"] = seconds(updated)
	}
	put(doc, "CreatedBy", createdBy)
	put(doc, "UpdatedBy", updatedBy)
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// needed are the attributes that a user must have and keep.
var needed = []string{"UserName", "Name", "DisplayName"}

// judgeUser judges the attributes of a user, complete.
func judgeUser(doc map[string]any) error {
	var c constraint.Check
	userShape.judge(&c, "", doc)
	judgeExtensions(&c, doc)
	for _, name := range needed {
		if _, ok := doc[name]; !ok {
			c.Missing(join("", name))
		}
	}
	if err := verdict(&c); err != nil {
		return err
	}
	switch doc["UserName"] {
	case "Administrator", "AWSAdministrators":
		return invalid("%s is a reserved name and can not be used", doc["UserName"])
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
		c.Text("extensions.key", &name, constraint.Text{Enum: []string{enterprise}})
	}
}

// free says whether the names of p are free, or p's own.
func (s service) free(p world.Person) error {
	d := s.w.Directory
	if id, ok := d.UserID(p.UserName); ok && id != p.ID {
		return conflict("Duplicate UserName")
	}
	if p.Email == "" {
		return nil
	}
	if id, ok := d.UserIDByEmail(p.Email); ok && id != p.ID {
		return conflict("Duplicate Email")
	}
	return nil
}
