package config

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// embedding are the roles that embed for people of some namespaces, those that could be read.
func (b *builder) embedding(v *value) []Embedding {
	var out []Embedding
	seen := map[string]*value{}
	for _, item := range v.items {
		in := item.get("role")
		role, ok := b.roleARN(in)
		if !ok {
			continue
		}
		b.embedder(in, role)
		if first := seen[role.Name()]; first != nil {
			b.fail(in, fmt.Sprintf("%s is %s again", in.path, quote(in.text)), fmt.Sprintf("line %d has that role already", first.line()), "write all its namespaces there, and take out this one")
			continue
		}
		seen[role.Name()] = in
		out = append(out, Embedding{Role: role, Namespaces: b.embedded(item.get("namespaces"))})
	}
	return out
}

// embedder checks that a role that embeds is nobody's to sign in with: whoever did would have its credentials.
func (b *builder) embedder(v *value, role tenancy.RoleARN) {
	b.sameAccount(v, role, "it calls QuickSight in that account")
	if mayBe(b.config.Rules.SignIn, role) {
		b.fail(v, v.path+" is the tenants' sign-in role", "whoever signs in with it has its credentials, and could embed as anybody", "give the program a role of its own")
	}
}

// embedded are the namespaces for whose people a role embeds.
func (b *builder) embedded(v *value) []string {
	if v.ok && len(v.items) == 0 {
		b.fail(v, v.path+" is an empty list", "a role that embeds for nobody needs no mention", "name the namespaces, or take out the role")
	}
	b.list(v)
	var out []string
	for _, item := range v.items {
		if item.ok && item.text == tenancy.DefaultNamespace {
			out = append(out, item.text)
		} else if n, ok := b.namespace(item); ok {
			out = append(out, n.String())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
