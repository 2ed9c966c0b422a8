package quicksight

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// tagged is a resource that has tags.
type tagged struct {
	tags []world.Tag
	put  func([]world.Tag)
}

// tagged finds the resource of the call's path: a user, a namespace, a custom
// permissions profile or an asset. The Region of an ARN does not count for the
// first three, as identities are the same in every Region.
func (c *call) tagged() (tagged, error) {
	arn := c.Path["ResourceArn"]
	part := strings.SplitN(arn, ":", 6)
	if len(part) != 6 || part[0] != "arn" || part[2] != "quicksight" {
		return tagged{}, invalid("%s is not the ARN of a QuickSight resource", arn)
	}
	if part[4] != c.w.Account {
		return tagged{}, accessDenied("User: %s is not authorized to access %s", c.Caller.ARN, arn)
	}
	kind, name, _ := strings.Cut(part[5], "/")
	var t tagged
	ok, resource := false, otherType
	switch kind {
	case "user":
		t, ok = c.taggedUser(name)
		resource = userType
	case "namespace":
		t, ok = c.taggedNamespace(name)
		resource = namespaceType
	case "custom-permissions":
		t, ok = c.taggedProfile(name)
	default:
		if k, asset := kindOf(world.AssetKind(kind)); asset {
			t, ok = c.taggedAsset(k, arn)
			resource = k.resource
		}
	}
	if !ok {
		return t, notFound(resource, "Resource %s not found", arn)
	}
	return t, nil
}

func (c *call) taggedUser(path string) (tagged, bool) {
	namespace, name, _ := strings.Cut(path, "/")
	n, ok := c.qs.Namespaces().Get(namespace)
	if !ok {
		return tagged{}, false
	}
	u, ok := n.Contents.Users.Get(name)
	return tagged{u.Tags, func(tags []world.Tag) {
		u.Tags = tags
		c.qs.PutUser(n.Name, u)
	}}, ok
}

func (c *call) taggedNamespace(name string) (tagged, bool) {
	n, ok := c.qs.Namespaces().Get(name)
	return tagged{n.Tags, func(tags []world.Tag) {
		n.Tags = tags
		c.qs.PutNamespace(n)
	}}, ok
}

func (c *call) taggedProfile(name string) (tagged, bool) {
	p, ok := c.qs.Profiles.Get(name)
	return tagged{p.Tags, func(tags []world.Tag) {
		p.Tags = tags
		c.qs.Profiles.Put(name, p)
	}}, ok
}

func tagResource(c *call) (members, error) {
	var in struct{ Tags []tag }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	if in.Tags == nil {
		check.Missing("tags")
	}
	checkTags(&check, in.Tags)
	if err := breach(&check); err != nil {
		return nil, err
	}
	t, err := c.tagged()
	if err != nil {
		return nil, err
	}
	tags := world.SortTags(slices.Concat(t.tags, worldTags(in.Tags)))
	if len(tags) > maxTags {
		return nil, limitExceeded(userType, "A resource can have at most %d tags", maxTags)
	}
	t.put(tags)
	return nil, nil
}

func untagResource(c *call) (members, error) {
	keys := c.Query["keys"]
	var check constraint.Check
	if keys == nil {
		check.Missing("tagKeys")
	} else {
		check.List("tagKeys", len(keys), 1, 200)
	}
	if err := breach(&check); err != nil {
		return nil, err
	}
	t, err := c.tagged()
	if err != nil {
		return nil, err
	}
	// Rows are values: what the table holds is not changed in place.
	t.put(slices.DeleteFunc(slices.Clone(t.tags), func(g world.Tag) bool { return slices.Contains(keys, g.Key) }))
	return nil, nil
}

func listTagsForResource(c *call) (members, error) {
	t, err := c.tagged()
	if err != nil {
		return nil, err
	}
	shown := make([]members, 0, len(t.tags))
	for _, g := range t.tags {
		shown = append(shown, members{"Key": g.Key, "Value": g.Value})
	}
	return members{"Tags": shown}, nil
}
