package identitystore

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// lookup is a request by alternate identifier: a union of an external id and a unique attribute.
type lookup struct {
	IdentityStoreID     *string
	AlternateIdentifier *struct {
		ExternalID      *struct{ Issuer, ID *string }
		UniqueAttribute *struct {
			AttributePath  *string
			AttributeValue json.RawMessage
		}
	}
}

func (l lookup) judge() error {
	var c constraint.Check
	judgeStore(&c, l.IdentityStoreID)
	alt := l.AlternateIdentifier
	if alt == nil {
		c.Missing("alternateIdentifier")
		return verdict(&c)
	}
	if e := alt.ExternalID; e != nil {
		c.Required("alternateIdentifier.externalId.issuer", e.Issuer, externalRule)
		c.Required("alternateIdentifier.externalId.id", e.ID, externalRule)
	}
	if u := alt.UniqueAttribute; u != nil {
		c.Required("alternateIdentifier.uniqueAttribute.attributePath", u.AttributePath, attributePathRule)
		if u.AttributeValue == nil {
			c.Missing("alternateIdentifier.uniqueAttribute.attributeValue")
		}
	}
	if err := verdict(&c); err != nil {
		return err
	}
	if (alt.ExternalID == nil) == (alt.UniqueAttribute == nil) {
		return invalid("AlternateIdentifier must have exactly one of ExternalId and UniqueAttribute.")
	}
	return nil
}

// lookup reads and judges a lookup, and enters the store.
func (s service) lookup(r *wire.Request) (l lookup, err error) {
	if err := decode(r, &l); err != nil {
		return l, err
	}
	if err := l.judge(); err != nil {
		return l, err
	}
	return l, s.enter(r, *l.IdentityStoreID)
}

// attribute gives the path and the value of a unique attribute. The path is in lower case, because the reference
// writes userName and people write UserName, and AWS takes both.
func (l lookup) attribute() (path, value string, err error) {
	u := l.AlternateIdentifier.UniqueAttribute
	if err := json.Unmarshal(u.AttributeValue, &value); err != nil {
		return "", "", invalid("The value of %s must be a string.", *u.AttributePath)
	}
	return strings.ToLower(*u.AttributePath), value, nil
}

func unsupported(path string) error {
	return invalid("The attribute path %s does not identify anything.", path)
}

func (s service) getUserID(r *wire.Request) (any, error) {
	l, err := s.lookup(r)
	if err != nil {
		return nil, err
	}
	id, ok, err := s.findUserID(l)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, notFound(kindUser, "")
	}
	return map[string]any{"IdentityStoreId": s.w.Directory.StoreID, "UserId": id}, nil
}

func (s service) findUserID(l lookup) (id string, ok bool, err error) {
	if l.AlternateIdentifier.ExternalID != nil {
		id, ok = byExternalID(s.w.Directory.Users().All(), l, func(p world.Person) []world.ExternalID { return p.ExternalIDs })
		return id, ok, nil
	}
	path, value, err := l.attribute()
	if err != nil {
		return "", false, err
	}
	switch path {
	case "username":
		id, ok = s.w.Directory.UserID(value)
	case "emails.value":
		id, ok = s.w.Directory.UserIDByEmail(value)
	default:
		err = unsupported(*l.AlternateIdentifier.UniqueAttribute.AttributePath)
	}
	return id, ok, err
}

func (s service) getGroupID(r *wire.Request) (any, error) {
	l, err := s.lookup(r)
	if err != nil {
		return nil, err
	}
	id, ok, err := s.findGroupID(l)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, notFound(kindGroup, "")
	}
	return map[string]any{"IdentityStoreId": s.w.Directory.StoreID, "GroupId": id}, nil
}

func (s service) findGroupID(l lookup) (id string, ok bool, err error) {
	if l.AlternateIdentifier.ExternalID != nil {
		id, ok = byExternalID(s.w.Directory.Groups().All(), l, func(g world.DirectoryGroup) []world.ExternalID { return g.ExternalIDs })
		return id, ok, nil
	}
	path, value, err := l.attribute()
	if err != nil {
		return "", false, err
	}
	if path != "displayname" {
		return "", false, unsupported(*l.AlternateIdentifier.UniqueAttribute.AttributePath)
	}
	id, ok = s.w.Directory.GroupID(value)
	return id, ok, nil
}

// byExternalID reads all rows: external ids are few and asked for seldom.
func byExternalID[V any](rows iter.Seq2[string, V], l lookup, of func(V) []world.ExternalID) (string, bool) {
	e := l.AlternateIdentifier.ExternalID
	want := world.ExternalID{Issuer: *e.Issuer, ID: *e.ID}
	for id, row := range rows {
		if slices.Contains(of(row), want) {
			return id, true
		}
	}
	return "", false
}
