package config

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/rules"
)

// fingerprint is a digest of what decides: everything but the path, the reasons of acceptances, the
// rates of calls, AWS's quotas, where the history is kept, and the order of what has none. The history tells what was
// done and decides about no one: moving it must not make every saved plan stale. Tenants keep their order,
// since the first match wins.
func (c *Config) fingerprint() string {
	m := struct {
		Format         int
		Version        int
		QuickSight     QuickSight
		IdentityCenter IdentityCenter
		Rules          rules.Rules
		Patterns       []string
		Custodians     string
		Rollout        []string
		Accept         []Accept
		Limits         Limits
		SamePrincipal  bool
		Automatic      []string
	}{
		Format: 1, Version: c.Version, QuickSight: c.QuickSight, IdentityCenter: c.IdentityCenter, Rules: c.Rules,
		Accept: slices.Clone(c.Accept), Limits: c.Limits, SamePrincipal: c.SamePrincipalInTwoNamespaces, Automatic: c.Automatic,
	}
	m.Rules.Tenants = slices.Clone(c.Rules.Tenants)
	for i := range m.Rules.Tenants {
		r := &m.Rules.Tenants[i]
		m.Patterns = append(m.Patterns, r.Pattern.String())
		r.Text, r.Pattern, r.Shares = "", rules.Pattern{}, sameShares(r.Shares)
	}
	m.Rules.Shares = sameShares(m.Rules.Shares)
	m.Custodians, m.Rules.Custodians = c.Rules.Custodians.String(), rules.Pattern{}
	m.Rules.House.Groups = sorted(c.Rules.House.Groups)
	m.Rules.House.Namespaces = sorted(c.Rules.House.Namespaces)
	m.Rules.House.SignInRoles = slices.Clone(c.Rules.House.SignInRoles)
	slices.SortFunc(m.Rules.House.SignInRoles, byString)
	m.Rules.SignIn.Former = slices.Clone(c.Rules.SignIn.Former)
	slices.SortFunc(m.Rules.SignIn.Former, func(a, b rules.FormerRole) int {
		return cmp.Or(strings.Compare(a.Role, b.Role), strings.Compare(a.PermissionSet, b.PermissionSet))
	})
	for _, n := range c.Rollout {
		m.Rollout = append(m.Rollout, n.String())
	}
	for i := range m.Accept {
		m.Accept[i].Because = ""
	}
	slices.SortFunc(m.Accept, Accept.compare)
	m.Limits.QuickSightRate, m.Limits.IdentityStoreRate, m.Limits.Namespaces = 0, 0, 0
	data, err := json.Marshal(m)
	if err != nil {
		panic("config: fingerprint: " + err.Error()) // nothing in it can fail to be written
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func byString[T interface{ String() string }](a, b T) int {
	return strings.Compare(a.String(), b.String())
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

func (a Accept) compare(b Accept) int {
	return cmp.Or(strings.Compare(string(a.Code), string(b.Code)), strings.Compare(a.Object, b.Object), time.Time.Compare(a.Until, b.Until))
}
